"""Creates meetings in Microsoft Teams through Graph, as an application (client credentials).

The application needs the permission OnlineMeetings.ReadWrite.All, and an application access policy of Teams for
the organiser. A meeting is created or found by this app's name for it, so a retry creates no second one.
https://learn.microsoft.com/graph/api/onlinemeeting-createorget
"""

import asyncio
import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import aiohttp

from shared.delivery.meetings.teams_account import TeamsAccount
from shared.use_cases.visits.make_meeting import MeetingRefused, MeetingRequest, MeetingUnavailable


PATIENCE = 15.0
LARGEST = 256 * 1024
SPARE = timedelta(minutes=5)  # of a token's life
DEFINITE = (400, 404, 405, 409, 410, 413, 422)
"""Answers that a retry would not change; 401 and 403 it may, once secrets or policies are corrected."""
NEVER = datetime.min.replace(tzinfo=UTC)
log = logging.getLogger("openslot")


class GraphAnswer(NamedTuple):
    status: int
    document: Mapping[str, Any]


class Teams:
    """One application; its token is used until it is about to expire."""

    def __init__(self, account: TeamsAccount) -> None:
        self._account = account
        self._token, self._until = "", NEVER
        self._gate = asyncio.Lock()

    async def create(self, wanted: MeetingRequest, now: datetime) -> str:
        """Return the address to join. Raise MeetingRefused, MeetingUnavailable."""
        address = f"{self._account.graph}/v1.0/users/{wanted.organiser}/onlineMeetings/createOrGet"
        headers = {"Authorization": f"Bearer {await self._current(now)}", "Content-Type": "application/json"}
        answer = await _post(address, headers, json.dumps(_body(wanted)))
        if answer.status in (200, 201):
            return _join_address(answer.document)
        if answer.status == 401:  # the token may have been revoked: the next try fetches another
            self._until = NEVER
        why = f"{answer.status} {_code(answer.document)}"
        log.warning("Teams made no meeting: %s", why)
        raise MeetingRefused(why) if answer.status in DEFINITE else MeetingUnavailable(why)

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
        answer = await _post(f"{own.authority}/{own.tenant}/oauth2/v2.0/token", {}, form)
        token, lasts = answer.document.get("access_token"), answer.document.get("expires_in")
        if answer.status != 200 or not isinstance(token, str) or not isinstance(lasts, int):
            why = f"no token: {answer.status} {answer.document.get('error', '')}"
            log.warning("Teams: %s", why)
            raise MeetingUnavailable(why)
        self._token, self._until = token, now + timedelta(seconds=lasts) - SPARE


def _body(wanted: MeetingRequest) -> dict[str, str]:
    start, end = (moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") for moment in (wanted.start, wanted.end))
    # createOrGet finds the meeting by `externalId`: a retry returns the same one.
    return {"externalId": wanted.name, "startDateTime": start, "endDateTime": end, "subject": wanted.subject}


def _join_address(document: Mapping[str, Any]) -> str:
    url = document.get("joinWebUrl")
    if not isinstance(url, str) or urlsplit(url).scheme != "https":
        raise MeetingUnavailable("an answer without joinWebUrl")
    return url


def _code(document: Mapping[str, Any]) -> str:
    error = document.get("error")
    return str(error.get("code", ""))[:100] if isinstance(error, dict) else ""


async def _post(url: str, headers: Mapping[str, str], data: Any) -> GraphAnswer:
    """Return the answer. Raise MeetingUnavailable if there is none that can be read."""
    timeout = aiohttp.ClientTimeout(total=PATIENCE)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(url, headers=headers, data=data, allow_redirects=False) as answer,
        ):
            text = await answer.content.read(LARGEST)
            return GraphAnswer(answer.status, _document(text, answer.status))
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise MeetingUnavailable(type(error).__name__) from None


def _document(text: bytes, status: int) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        if status < 400:
            raise MeetingUnavailable("an answer that is no JSON") from None
        return {}
    return found if isinstance(found, dict) else {}
