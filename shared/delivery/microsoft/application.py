"""Asks Microsoft Graph as an application (client credentials); its token is used until it is about to expire.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
"""

import asyncio
import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import aiohttp

from shared.delivery.microsoft.account import GraphAccount


PATIENCE, CHUNK = 15.0, 64 * 1024
SPARE = timedelta(minutes=5)  # of a token's life
NEVER = datetime.min.replace(tzinfo=UTC)
log = logging.getLogger("openslot")


class GraphUnavailable(Exception):
    """There is no answer that can be read, or no token for asking; `why` is for the log."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


class GraphAnswer(NamedTuple):
    """A status, and the JSON object of the body; empty for an error without one."""

    status: int
    document: Mapping[str, Any]

    @property
    def code(self) -> str:
        """Return the code of an error."""
        error = self.document.get("error")
        return str(error.get("code", ""))[:100] if isinstance(error, dict) else ""


class GraphApplication:
    """One application, with its token. `largest` is how many bytes of an answer are read."""

    def __init__(self, account: GraphAccount, largest: int = 256 * 1024) -> None:
        self._account, self._largest = account, largest
        self._token, self._until = "", NEVER
        self._gate = asyncio.Lock()

    async def post(self, path: str, document: object, now: datetime, patience: float = PATIENCE) -> GraphAnswer:
        """Return the answer to a document posted below /v1.0/. Raise GraphUnavailable."""
        headers = {
            "Authorization": f"Bearer {await self._current(now)}",
            "Content-Type": "application/json",
            "Prefer": 'outlook.timezone="UTC"',
        }
        answer = await self._post(f"{self._account.graph}/v1.0/{path}", headers, json.dumps(document), patience)
        if answer.status == 401:  # the token may have been revoked: the next try fetches another
            self._until = NEVER
        return answer

    async def _current(self, now: datetime) -> str:
        async with self._gate:
            if now >= self._until:
                await self._fetch(now)
            return self._token

    async def _fetch(self, now: datetime) -> None:
        own = self._account
        form = {
            "grant_type": "client_credentials",
            "client_id": own.client_id,
            "client_secret": own.client_secret,
            "scope": f"{own.graph}/.default",
        }
        answer = await self._post(f"{own.authority}/{own.tenant}/oauth2/v2.0/token", {}, form, PATIENCE)
        token, lasts = answer.document.get("access_token"), answer.document.get("expires_in")
        if answer.status != 200 or not isinstance(token, str) or not isinstance(lasts, int):
            raise GraphUnavailable(f"no token: {answer.status} {answer.document.get('error', '')}")
        self._token, self._until = token, now + timedelta(seconds=lasts) - SPARE

    async def _post(self, url: str, headers: Mapping[str, str], data: Any, patience: float) -> GraphAnswer:
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=patience)) as session,
                session.post(url, headers=headers, data=data, allow_redirects=False) as answer,
            ):
                text = bytearray()
                async for part in answer.content.iter_chunked(CHUNK):
                    text += part
                    if len(text) > self._largest:
                        raise GraphUnavailable("an answer that is too large")
                return GraphAnswer(answer.status, _document(bytes(text), answer.status))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise GraphUnavailable(type(error).__name__) from None


def _document(text: bytes, status: int) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        if status < 400:
            raise GraphUnavailable("an answer that is no JSON") from None
        return {}
    return found if isinstance(found, dict) else {}
