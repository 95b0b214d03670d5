"""Somebody who has a calendar of their own, disconnects it now and then, and connects it again."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from random import Random
from typing import Any

from shared.domain.errors import Refusal
from shared.domain.free_busy.failures import CalendarUnreadable
from shared.records.table import Ambiguous
from shared.use_cases.commands import Author
from shared.use_cases.free_busy.connect import connect, disconnect
from shared.use_cases.free_busy.outside import CalendarPlace
from shared.use_cases.free_busy.read_calendar import ReadingRun
from tests.simulation.world.instance import Instance, Lost


AGAIN = 2.0  # seconds until somebody tries again
MOST_TRIES = 20


def place_of(person: str) -> CalendarPlace:
    return CalendarPlace("feed", f"https://{person}.example/calendar.ics", user=person)


class Owner:
    """Does it at any of the processes, again and again where one dies or does not answer."""

    def __init__(self, person: str, instances: Sequence[Instance], dice: Random) -> None:
        self.person, self.email = person, f"{person}@clinic.example"
        self.instances, self.dice = instances, dice
        self._numbers = 0

    async def live(self, until: Callable[[], bool], pause: float) -> None:
        while not until():
            await asyncio.sleep(self.dice.expovariate(1 / pause))
            await self._persist(self._disconnect)
            await asyncio.sleep(self.dice.choice((0, pause / 4)))
            await self._persist(self._connect)

    async def _persist(self, act: Callable[[ReadingRun], Awaitable[bool]]) -> None:
        for _ in range(MOST_TRIES):
            instance = self.dice.choice(self.instances)
            reading: Any = instance.reading_for("connect")
            with suppress(Lost, Ambiguous, Refusal, CalendarUnreadable):
                if await instance.call(act(reading())):  # type: ignore[arg-type]
                    return
            await asyncio.sleep(AGAIN)

    async def _disconnect(self, run: ReadingRun) -> bool:
        await disconnect(self.email, run)
        return True

    async def _connect(self, run: ReadingRun) -> bool:
        self._numbers += 1
        author = Author(self.person, f"connects-{self.person}-{self._numbers:08d}")
        return await connect(self.email, place_of(self.person), run, author) is None
