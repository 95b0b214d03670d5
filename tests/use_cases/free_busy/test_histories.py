"""Bookings beside a calendar outside that changes, fails and is read late, by seed; and two ways to get it wrong."""

import asyncio
import random
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from shared.domain.errors import Refusal
from shared.domain.free_busy.failures import CalendarUnreadable
from shared.domain.free_busy.reading import BusyTimes
from shared.domain.timeline.ledger import Ledger
from shared.domain.timeline.ticks import floor_tick
from shared.records.keys import ledger_key
from shared.use_cases.booking.create_appointment import create_appointment
from shared.use_cases.booking.move_appointment import MoveRequest, move_appointment
from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from shared.use_cases.free_busy.connect import connect
from shared.use_cases.free_busy.outside import CalendarPlace, KnownText, ReadCalendar
from shared.use_cases.free_busy.read_calendar import ReadingRun
from shared.use_cases.free_busy.read_due import read_due
from tests.support.builders import MONDAY, SECRET, a_business, a_calendar, a_key, a_person, a_request
from tests.support.edge import World, clinic
from tests.support.virtual_time import virtually


DAY, HALF = MONDAY + timedelta(days=1, hours=1), timedelta(minutes=30)  # Tuesday, 9:00 in Paris
SLOTS = 12
HOST = "book.example"


@dataclass
class Outside:
    """Claire's own calendar: events of others by slot, and copies of our appointments, which have our UIDs."""

    busy: set[int] = field(default_factory=set)
    ours: set[int] = field(default_factory=set)
    last: set[int] = field(default_factory=set)  # the events of others when it was last read
    is_down: bool = False
    pause: float = 0.0
    erases: bool = False  # the mutant: what cannot be read is as an empty calendar

    def seal(self, place):
        return "sealed"

    async def read(self, sealed, reader, known, patience):
        await asyncio.sleep(self.pause)
        if self.is_down and not self.erases:
            raise CalendarUnreadable("no_answer")
        seen = set() if self.is_down else self.busy if reader.own_host else self.busy | self.ours
        mask = 0
        for one in seen:
            first = floor_tick(DAY + one * HALF)
            mask |= reader.window.cut(first, first + 6)
        self.last = set(self.busy) if not self.is_down else self.last
        digest = f"{sorted(seen)}"
        return ReadCalendar(None if digest == known.digest else BusyTimes(mask), KnownText(digest=digest))


class Life:
    """One history. `own_host` empty is the mutant that counts our own appointments."""

    def __init__(self, seed: int, own_host: str = HOST, *, erases: bool = False) -> None:
        self.dice, self.host = random.Random(seed), own_host
        self.outside, self.world = Outside(erases=erases), World()
        self.booked: dict[int, str] = {}
        self.wrong: list[str] = []

    @property
    def known(self) -> set[int]:
        return self.outside.last

    def run(self) -> ReadingRun:
        return ReadingRun(self.world.store, self.outside, SECRET, self.world.now, a_key(), self.host)

    async def given(self):
        calendar = await self.world.store.calendars.find("clinic")
        return {"calendar": calendar, "context": Context(self.world.store, SECRET, self.world.now)}

    async def live(self, steps: int = 40) -> list[str]:
        await self.world.save(clinic())
        second = a_business(id="biz0second", slug="second")
        await self.world.save(a_calendar(second, None, [a_person()]))
        place = CalendarPlace("feed", "https://x.example/a.ics")
        await connect("claire@clinic.example", place, self.run(), Author("claire", a_key()))
        for _ in range(steps):
            self.world.now += timedelta(minutes=self.dice.choice((1, 1, 5, 20)))
            await self.dice.choice(
                (self.change, self.fail, self.pass_on, self.pass_on, self.book, self.book, self.move)
            )()
            await self.world.drain()  # what holds the same times in the other calendar is released by the timer
            await self.check()
        return self.wrong

    async def change(self) -> None:
        self.outside.busy ^= {self.dice.randrange(SLOTS)}

    async def fail(self) -> None:
        self.outside.is_down = self.dice.random() < 0.5
        self.outside.pause = self.dice.choice((0.0, 0.5))

    async def pass_on(self) -> None:
        """The timer, of two workers at once."""
        await asyncio.gather(*(read_due(self.run()) for _ in range(2)))

    async def book(self) -> None:
        slot = self.dice.randrange(SLOTS)
        request = a_request(
            DAY + slot * HALF, service="solo", customer={"name": "A", "email": f"{a_key()}@x.example"}
        )
        try:
            made = await create_appointment(request, key=a_key(), reading=self.run, **await self.given())
        except Refusal as refusal:
            if slot not in self.known | self.booked.keys():
                self.wrong.append(f"refused though free: {slot} {refusal!r}")
            return
        if slot in self.known | self.booked.keys():
            self.wrong.append(f"booked though busy: {slot}")
        self.booked[slot] = made.token
        self.outside.ours.add(slot)

    async def move(self) -> None:
        """A customer moves to a time that is free but for an old copy of an appointment of ours, perhaps."""
        if not self.booked:
            return
        slot = self.dice.choice(sorted(self.booked))
        free = [
            one for one in range(SLOTS) if one not in self.booked and one not in self.outside.busy | self.known
        ]
        if self.outside.is_down or not free:
            return
        target = self.dice.choice(free)
        try:
            moved = await move_appointment(
                self.booked[slot],
                MoveRequest(start=DAY + target * HALF),
                key=a_key(),
                reading=self.run,
                **await self.given(),
            )
        except Refusal as refusal:
            self.wrong.append(f"not moved though free: {slot} to {target} {refusal!r}")
            return
        self.booked[target] = moved.token
        del self.booked[slot]
        self.outside.ours.add(target)  # the old copy stays for a while, as in real calendars

    async def check(self) -> None:
        """Both calendars block what was read last, and only that."""
        for business in ("biz0clinic", "biz0second"):
            row = await self.world.table.get("bookings", business, ledger_key("202701", "claire"))
            external = Ledger.from_row(row.values if row else None).external
            first = floor_tick(DAY.replace(day=1, hour=0))
            seen = {one for one in range(SLOTS) if external >> (floor_tick(DAY + one * HALF) - first) & 1}
            if self.known - seen:
                self.wrong.append(f"{business} frees {sorted(self.known - seen)}")


@pytest.mark.walk
@virtually
@pytest.mark.parametrize("seed", range(12))
async def test_what_was_read_last_blocks_and_a_failure_frees_nothing(seed):
    assert await Life(seed).live() == []


async def found(**mutation) -> bool:
    for seed in range(12):
        if await Life(seed, **mutation).live():
            return True
    return False


@virtually
async def test_own_appointments_that_count_as_busy_are_found():
    assert await found(own_host="")


@virtually
async def test_a_copy_that_a_failed_reading_erases_is_found():
    assert await found(erases=True)
