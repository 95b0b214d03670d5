"""A person's own calendar that is read by several processes at once, or by one that dies: the newest copy stays."""

import asyncio
from datetime import timedelta

import pytest

from shared.domain.free_busy.failures import CalendarUnreadable
from shared.domain.free_busy.reading import BusyTimes
from shared.domain.timeline.ledger import Ledger, month_of, month_window
from shared.domain.timeline.ticks import floor_tick
from shared.records.free_busy.own_calendars import PARTITION, own_of
from shared.records.keys import ledger_key
from shared.records.organisation import ORGANISATION
from shared.use_cases.calendars.change_business import BusinessChange
from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from shared.use_cases.free_busy.connect import connect, disconnect, find_own, read_now
from shared.use_cases.free_busy.outside import CalendarPlace, KnownText, ReadCalendar
from shared.use_cases.free_busy.read_calendar import ReadingRun, read_calendar
from shared.use_cases.free_busy.read_due import read_due, save_reading
from tests.support.builders import MONDAY, SECRET, a_business, a_calendar, a_key, a_person
from tests.support.edge import World, clinic
from tests.support.virtual_time import virtually


CLAIRE = "claire@clinic.example"
DAY = MONDAY + timedelta(days=1)
PLACES = {"biz0clinic", "biz0second"}


class Outside:
    """Claire's calendar, busy at some hours; it says what it was when it was asked, `pause` seconds later."""

    def __init__(self) -> None:
        self.hours: set[int] = set()
        self.pause, self.is_broken, self.asked = 0.0, False, 0

    def seal(self, place):
        return "sealed"

    async def read(self, sealed, reader, known, patience):
        hours, is_broken, self.asked = sorted(self.hours), self.is_broken, self.asked + 1
        await asyncio.sleep(self.pause)
        if is_broken:
            raise CalendarUnreadable("server_error")
        first, mask = floor_tick(DAY), 0
        for hour in hours:
            mask |= reader.window.cut(first + 12 * hour, first + 12 * hour + 12)
        digest = f"{hours}"
        return ReadCalendar(None if digest == known.digest else BusyTimes(mask), KnownText(digest=digest))


class Claire:
    """Works in two calendars, and has one of her own."""

    def __init__(self) -> None:
        self.outside, self.world = Outside(), World()

    @classmethod
    async def connected(cls) -> "Claire":
        claire = cls()
        await claire.world.save(clinic())
        second = a_business(id="biz0second", slug="second")
        await claire.world.save(a_calendar(second, None, [a_person()]))
        place = CalendarPlace("feed", "https://x.example/a.ics")
        assert await connect(CLAIRE, place, claire.run(), Author("claire", a_key())) is None
        return claire

    def run(self, outside=None) -> ReadingRun:
        world = self.world
        return ReadingRun(world.store, outside or self.outside, SECRET, world.now, a_key(), "book.example")

    async def read(self) -> bool:
        self.world.now += timedelta(seconds=10)
        return await read_now(CLAIRE, self.run())

    async def blocked(self) -> dict[str, set[int]]:
        """Return the hours at which each calendar has her busy outside."""
        month, found = month_of(floor_tick(DAY)), {}
        for business in PLACES:
            row = await self.world.table.get("bookings", business, ledger_key(month, "claire"))
            mask = Ledger.from_row(row.values if row else None).external
            first = floor_tick(DAY) - month_window(month).first
            found[business] = {hour for hour in range(24) if mask >> (first + 12 * hour) & 1}
        return found

    async def stops_before_it_is_saved(self) -> None:
        """Read as a process does that dies once the ledgers have it."""
        self.world.now += timedelta(seconds=10)
        await read_calendar(await find_own(CLAIRE, store=self.world.store), self.run())


def both(*hours: int) -> dict[str, set[int]]:
    return {one: set(hours) for one in PLACES}


@virtually
async def test_a_reading_that_is_late_leaves_what_was_read_since():
    claire = await Claire.connected()
    claire.outside.hours, claire.outside.pause = {9}, 5.0
    late = asyncio.create_task(claire.read())
    await asyncio.sleep(1)
    claire.outside.hours, claire.outside.pause = {14}, 0.0
    assert await claire.read()
    assert await claire.blocked() == both(14)
    assert await late
    assert await claire.blocked() == both(14)
    assert await claire.read()
    assert await claire.blocked() == both(14)


@virtually
async def test_what_a_reading_has_left_that_nobody_saved_is_mended_by_the_next():
    claire = await Claire.connected()
    claire.outside.hours = {9}
    await claire.stops_before_it_is_saved()
    assert await claire.blocked() == both(9)
    claire.outside.hours.clear()  # as it was when it was last saved: nothing has changed, says its server
    assert await claire.read()
    assert await claire.blocked() == both()


@virtually
async def test_a_reading_that_fails_leaves_what_was_read_and_not_saved():
    claire = await Claire.connected()
    claire.outside.hours = {9}
    await claire.stops_before_it_is_saved()
    claire.outside.is_broken = True
    for _ in range(3):
        assert not await claire.read()
        assert await claire.blocked() == both(9)
    claire.outside.is_broken = False
    assert await claire.read()
    assert await claire.blocked() == both(9)


@virtually
async def test_a_reading_that_others_overtake_all_the_time_gives_up_and_says_what_they_have_found():
    claire, other = await Claire.connected(), Outside()

    class Overtaken(Outside):
        async def read(self, *given):
            other.hours = {len(other.hours) + self.asked + 1}
            await read_now(CLAIRE, claire.run(other))
            return await super().read(*given)

    slow = Overtaken()
    slow.hours = {20}
    claire.world.now += timedelta(seconds=10)
    assert await read_now(CLAIRE, claire.run(slow))
    assert slow.asked == 3
    assert await claire.blocked() == both(*other.hours)


@virtually
async def test_a_reading_that_is_overtaken_late_is_not_begun_again_and_is_no_failure():
    claire = await Claire.connected()
    claire.outside.hours, claire.outside.pause = {9}, 9.0  # of ten seconds
    claire.world.now += timedelta(minutes=6)
    late = asyncio.create_task(read_due(claire.run()))
    await asyncio.sleep(1)
    claire.outside.hours, claire.outside.pause = {14}, 0.0
    assert await claire.read()
    asked = claire.outside.asked
    assert await late == (0, 0)
    assert claire.outside.asked == asked
    assert await claire.blocked() == both(14)
    assert own_of(await find_own(CLAIRE, store=claire.world.store)).failures == 0


@virtually
@pytest.mark.parametrize("by", ["timer", "page"])
async def test_a_reading_that_meets_its_disconnecting_blocks_nothing(by):
    claire = await Claire.connected()
    claire.outside.hours, claire.outside.pause = {9}, 1.0
    claire.world.now += timedelta(minutes=6)
    reads = read_due(claire.run()) if by == "timer" else read_now(CLAIRE, claire.run())
    late = asyncio.create_task(reads)
    await asyncio.sleep(0.5)
    await disconnect(CLAIRE, claire.run())
    await late
    assert await claire.blocked() == both()


@virtually
async def test_a_disconnecting_that_a_crash_ended_is_ended_by_the_timer():
    claire = await Claire.connected()
    claire.outside.hours = {9}
    assert await claire.read()
    leaving = asyncio.create_task(disconnect(CLAIRE, claire.run()))
    for _ in range(1000):
        if await find_own(CLAIRE, store=claire.world.store) is None:
            break
        await asyncio.sleep(0)
    leaving.cancel()
    await asyncio.gather(leaving, return_exceptions=True)
    assert await claire.blocked() == both(9)
    claire.world.now += timedelta(minutes=1)
    asked = claire.outside.asked
    assert await read_due(claire.run()) == (0, 0)
    assert await claire.blocked() == both()
    assert (await claire.world.table.range(ORGANISATION, PARTITION, "A", "~")).rows == []
    assert claire.outside.asked == asked


@virtually
async def test_what_was_connected_and_not_saved_is_freed_when_it_is_disconnected():
    claire = await Claire.connected()
    row = await find_own(CLAIRE, store=claire.world.store)
    known = own_of(row).model_copy(update={"applied": {}, "digest": ""})  # as when it was just connected
    await save_reading(row, known, {}, claire.run())
    claire.outside.hours = {9}
    await claire.stops_before_it_is_saved()
    assert await claire.blocked() == both(9)
    await disconnect(CLAIRE, claire.run())
    assert await claire.blocked() == both()


@virtually
async def test_what_is_disconnected_blocks_nothing_in_a_calendar_that_was_deleted_by_then():
    claire = await Claire.connected()
    claire.outside.hours = {9}
    assert await claire.read()
    world = claire.world
    change = BusinessChange("biz0second", Author("desk", a_key()), "", Context(world.store, SECRET, world.now))
    await change.delete(None)
    await disconnect(CLAIRE, claire.run())
    assert await claire.blocked() == both()


@virtually
async def test_who_connects_again_before_the_end_of_the_disconnecting_is_connected():
    claire = await Claire.connected()
    row = await find_own(CLAIRE, store=claire.world.store)
    await save_reading(row, own_of(row).left(claire.world.now), {}, claire.run())
    claire.outside.hours = {14}
    place = CalendarPlace("feed", "https://x.example/b.ics")
    assert await connect(CLAIRE, place, claire.run(), Author("claire", a_key())) is None
    claire.world.now += timedelta(minutes=6)
    await read_due(claire.run())
    assert await claire.blocked() == both(14)
    assert await find_own(CLAIRE, store=claire.world.store)
