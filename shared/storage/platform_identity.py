"""The identity that Azure gives the app, instead of a key: tokens for the storage from the platform's endpoint.

azure-identity does the same, and costs each cold start 140 ms of processor time; this asks one address.
"""

import asyncio
import json
import logging
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Any, NamedTuple, Self

import aiohttp

from shared.records.table import Ambiguous


VERSION = "2019-08-01"
EARLY, TOO_LATE = 300, 30  # seconds before its end: a token is renewed beside its use, and is no longer used
AGAIN_AFTER = 5.0  # seconds after a failure, while the old token still holds
ANSWERS_WITHIN = 5.0
ENDPOINT, HEADER, CLIENT = (
    "IDENTITY_ENDPOINT",
    "IDENTITY_HEADER",
    "AZURE_CLIENT_ID",
)  # the platform sets the first two
log = logging.getLogger("openslot")


class Grant(NamedTuple):
    """A token, and the second since the epoch at which it ends: what Azure's SDKs take for an access token."""

    token: str
    expires_on: int


class PlatformIdentity:
    """Asks once for all who wait, and anew before the token ends. Azure's SDKs take it as a credential.

    An endpoint that fails is Ambiguous, as any call to the storage without an answer, which visitors see as a 503;
    while the old token still holds, nobody notices.
    """

    def __init__(
        self,
        endpoint: str,
        header: str,
        client_id: str,
        now: Callable[[], datetime],
        patience: float = ANSWERS_WITHIN,
    ) -> None:
        self._endpoint, self._header, self._client_id, self._now = endpoint, header, client_id, now
        self._timeout = aiohttp.ClientTimeout(total=patience)
        self._grants: dict[str, Grant] = {}
        self._asking: dict[str, asyncio.Task[Grant | None]] = {}
        self._failed: dict[str, float] = {}

    async def get_token(self, *scopes: str, **_: Any) -> Grant:
        """Return a token for a scope such as https://storage.azure.com/.default. Raises Ambiguous."""
        resource = scopes[0].removesuffix("/.default")
        left = self._seconds_left(resource)
        if left > EARLY:
            return self._grants[resource]
        if left > TOO_LATE:
            self._renew_soon(resource)
            return self._grants[resource]
        # shielded: who gives up waiting does not take the token from the others
        grant = await asyncio.shield(self._ask_once(resource))
        if grant is None or self._seconds_left(resource) <= 0:
            raise Ambiguous("the platform gave no token")
        return grant

    def _seconds_left(self, resource: str) -> float:
        grant = self._grants.get(resource)
        return grant.expires_on - self._now().timestamp() if grant else 0.0

    def _renew_soon(self, resource: str) -> None:
        if asyncio.get_running_loop().time() - self._failed.get(resource, float("-inf")) >= AGAIN_AFTER:
            self._ask_once(resource)

    def _ask_once(self, resource: str) -> "asyncio.Task[Grant | None]":
        """Return the request that is under way, or a new one."""
        asking = self._asking.get(resource)
        if asking is None or asking.done():
            asking = self._asking[resource] = asyncio.create_task(self._ask(resource))
        return asking

    async def _ask(self, resource: str) -> Grant | None:
        try:
            grant = await self._fetch(resource)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError, TypeError, KeyError) as error:
            self._failed[resource] = asyncio.get_running_loop().time()
            log.error("the platform gave no token: %s", type(error).__name__)  # noqa: TRY400 - it may hold an address
            return None
        self._grants[resource] = grant
        return grant

    async def _fetch(self, resource: str) -> Grant:
        query = {"api-version": VERSION, "resource": resource}
        if self._client_id:
            query["client_id"] = self._client_id
        async with (
            aiohttp.ClientSession(timeout=self._timeout) as session,
            session.get(self._endpoint, params=query, headers={"X-IDENTITY-HEADER": self._header}) as answer,
        ):
            answer.raise_for_status()
            found = json.loads(await answer.text())
        return Grant(str(found["access_token"]), int(found["expires_on"]))

    async def close(self) -> None:
        """Give up what is still being asked."""
        for asking in self._asking.values():
            asking.cancel()
        await asyncio.gather(*self._asking.values(), return_exceptions=True)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None = None,
        value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        await self.close()
