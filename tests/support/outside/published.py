"""A person's own calendar outside: published at an address on this machine, over real HTTP."""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from aiohttp import web

from shared.delivery.free_busy.own_calendars import OutsideCalendars
from shared.use_cases.free_busy.outside import CalendarPlace
from tests.support.builders import SECRET


if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime

    from tests.support.edge import World


@dataclass
class PublishedCalendar:
    """What it says, and how it answers; `asked` has the status of each answer."""

    events: list[str] = field(default_factory=list)
    status: int = 200
    delay: float = 0.0
    text: bytes | None = None
    asked: list[int] = field(default_factory=list)
    url: str = ""

    @property
    def origin(self) -> str:
        return self.url.rpartition("/")[0]

    @property
    def place(self) -> CalendarPlace:
        return CalendarPlace("feed", self.url)

    def add(self, start: datetime, end: datetime, *more: str, uid: str = "") -> None:
        """Add an event, at aware moments."""
        times = [f"{name}:{one:%Y%m%dT%H%M%S}Z" for name, one in (("DTSTART", start), ("DTEND", end))]
        self.events.append(
            "\n".join(["BEGIN:VEVENT", f"UID:{uid or len(self.events)}", *times, *more, "END:VEVENT"])
        )

    def body(self) -> bytes:
        return self.text or "\n".join(["BEGIN:VCALENDAR", *self.events, "END:VCALENDAR", ""]).encode()

    async def answer(self, request: web.Request) -> web.Response:
        await asyncio.sleep(self.delay)
        etag = f'"{hashlib.sha256(self.body()).hexdigest()[:16]}"'
        status = 304 if self.status == 200 and request.headers.get("If-None-Match") == etag else self.status
        self.asked.append(status)
        return web.Response(status=status, body=self.body() if status == 200 else b"", headers={"ETag": etag})


@asynccontextmanager
async def published() -> AsyncIterator[PublishedCalendar]:
    one = PublishedCalendar()
    app = web.Application()
    app.router.add_route("*", "/anna.ics", one.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    one.url = f"http://127.0.0.1:{runner.addresses[0][1]}/anna.ics"
    try:
        yield one
    finally:
        await runner.cleanup()


def reads(world: World, *origins: str) -> None:
    """Have an app read calendars at these origins."""
    outside = OutsideCalendars(SECRET, frozenset(origins))
    world.services = replace(world.services, outside=lambda: outside)
