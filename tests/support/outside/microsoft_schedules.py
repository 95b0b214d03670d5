"""Microsoft's side of getSchedule, as its documents describe it, over real HTTP: tokens, limits, items and errors.

https://learn.microsoft.com/graph/api/calendar-getschedule
https://learn.microsoft.com/graph/api/resources/scheduleitem
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from aiohttp import web

from shared.delivery.microsoft.account import GraphAccount, ScheduleAccount


if TYPE_CHECKING:
    from collections.abc import AsyncIterator

TENANT, CLIENT, SECRET, MAILBOX = (
    "0f0f0f0f-0000-4000-8000-000000000001",
    "the-app",
    "its-secret",
    "desk@clinic.example",
)


@dataclass
class MicrosoftSchedules:
    """Entra and Graph at one address. `events` are (start, end, status) by address; others are unknown to it.

    `asked` has the people and the length of each call; `trouble` is answered to the next ones.
    """

    events: dict[str, list[tuple[datetime, datetime, str]]] = field(default_factory=dict)
    asked: list[tuple[int, timedelta]] = field(default_factory=list)
    trouble: list[int] = field(default_factory=list)
    tokens: int = 0
    url: str = ""

    @property
    def account(self) -> ScheduleAccount:
        return ScheduleAccount(GraphAccount(TENANT, CLIENT, SECRET, self.url, self.url), MAILBOX)

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/{tenant}/oauth2/v2.0/token", self._token)
        app.router.add_post("/v1.0/users/{user}/calendar/getSchedule", self._schedules)
        return app

    async def _token(self, request: web.Request) -> web.Response:
        form = await request.post()
        if (request.match_info["tenant"], form.get("client_secret")) != (TENANT, SECRET):
            return web.json_response({"error": "invalid_client"}, status=401)
        self.tokens += 1
        return web.json_response(
            {"token_type": "Bearer", "expires_in": 3599, "access_token": f"token-{self.tokens}"}
        )

    async def _schedules(self, request: web.Request) -> web.Response:
        await asyncio.sleep(0)
        if self.trouble:
            return _error(self.trouble.pop(0), "TooManyRequests")
        if request.headers.get("Authorization") != f"Bearer token-{self.tokens}":
            return _error(401, "InvalidAuthenticationToken")
        if request.match_info["user"] != MAILBOX:
            return _error(404, "ErrorInvalidUser")
        asked = await request.json()
        assert request.headers["Prefer"] == 'outlook.timezone="UTC"'
        assert 5 <= asked["availabilityViewInterval"] <= 1440
        first, last = (
            datetime.fromisoformat(asked[one]["dateTime"]).replace(tzinfo=UTC) for one in ("startTime", "endTime")
        )
        if len(asked["schedules"]) > 20 or last - first >= timedelta(days=62):
            return _error(400, "ErrorInvalidRequest")
        self.asked.append((len(asked["schedules"]), last - first))
        found = [self._schedule(one, first, last) for one in asked["schedules"]]
        return web.json_response({"@odata.context": "…", "value": found})

    def _schedule(self, address: str, first: datetime, last: datetime) -> dict:
        if address not in self.events:
            said = {"message": "Unable to resolve e-mail address", "responseCode": "ErrorMailRecipientNotFound"}
            return {"scheduleId": address, "error": said}
        items = [
            {"status": status, "start": _time(start), "end": _time(end)}
            for start, end, status in self.events[address]
            if start < last and first < end
        ]
        return {"scheduleId": address, "availabilityView": "0", "scheduleItems": items, "workingHours": {}}


def _time(one: datetime) -> dict[str, str]:
    return {"dateTime": f"{one.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.0000000", "timeZone": "UTC"}


def _error(status: int, code: str) -> web.Response:
    return web.json_response({"error": {"code": code, "message": "…"}}, status=status)


@asynccontextmanager
async def microsoft_schedules() -> AsyncIterator[MicrosoftSchedules]:
    one = MicrosoftSchedules()
    runner = web.AppRunner(one.app(), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    one.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield one
    finally:
        await runner.cleanup()
