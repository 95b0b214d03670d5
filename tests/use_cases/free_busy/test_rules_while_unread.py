"""While a person's own calendar cannot be read, the rules for that say what is blocked, whoever asked it last."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.domain.free_busy.reading import BusyTimes
from shared.domain.timeline.ledger import Ledger
from shared.use_cases.free_busy.connect import disconnect, find_own
from shared.use_cases.free_busy.outside import AT_BOOKING, KnownText, ReadCalendar
from shared.use_cases.free_busy.read_calendar import read_calendar
from tests.support.virtual_time import virtually
from tests.use_cases.free_busy.test_readings_at_once import CLAIRE, PLACES, Claire, both


ALL_DAY = both(*range(24))


async def minding(claire: Claire, days: int) -> None:
    """Have both calendars closed for whom they could not read for some days."""
    for business in sorted(PLACES):
        calendar = await claire.world.store.calendars.reload(business)
        rule = calendar.business.model_copy(update={"most_unread": days, "when_unread": "closed"})
        await claire.world.save(replace(calendar, business=rule))


async def at_booking(claire: Claire) -> None:
    """Ask as who books does, which saves only what could be read."""
    claire.world.now += timedelta(minutes=1)
    row = await find_own(CLAIRE, store=claire.world.store)
    assert row is not None
    await read_calendar(row, claire.run(), AT_BOOKING, is_counted=False)


async def unreadable() -> Claire:
    """Return whose calendar was read at nine, and cannot be since."""
    claire = await Claire.connected()
    await minding(claire, days=3)
    claire.outside.hours = {9}
    assert await claire.read()
    claire.outside.is_broken = True
    assert not await claire.read()
    return claire


@virtually
async def test_who_books_closes_nobody():
    claire = await unreadable()
    claire.world.now += timedelta(days=4)
    await at_booking(claire)
    assert await claire.blocked() == both(9)
    await claire.read()
    assert await claire.blocked() == ALL_DAY


@virtually
async def test_a_rule_that_is_taken_back_reopens_whoever_asked_last():
    claire = await unreadable()
    claire.world.now += timedelta(days=4)
    await at_booking(claire)
    await claire.read()
    await at_booking(claire)
    await minding(claire, days=10)
    await claire.read()
    assert await claire.blocked() == both(9)


@virtually
async def test_in_a_new_month_that_a_booking_asked_of_first_the_rule_closes_all_the_same():
    claire = await unreadable()
    claire.world.now += timedelta(days=25)
    await at_booking(claire)
    claire.world.now += timedelta(days=10)
    await claire.read()
    for business in sorted(PLACES):
        page = await claire.world.table.range("bookings", business, "L|202702", "L|202702~")
        assert [Ledger.from_row(row.values).external.bit_count() for row in page.rows] == [28 * 288]


@virtually
async def test_who_no_longer_minds_it_is_free_although_it_cannot_be_read():
    claire = await unreadable()
    claire.world.now += timedelta(days=4)
    await claire.read()
    for business in sorted(PLACES):
        calendar = await claire.world.store.calendars.reload(business)
        careless = calendar.staff["claire"].model_copy(update={"minds_personal_calendar": False})
        await claire.world.save(replace(calendar, staff={**calendar.staff, "claire": careless}))
    await at_booking(claire)
    await claire.read()
    assert await claire.blocked() == both()


@virtually
async def test_what_died_before_it_was_saved_keeps_no_rule_from_closing():
    claire = await Claire.connected()
    await minding(claire, days=3)
    claire.outside.hours = {9}
    await claire.stops_before_it_is_saved()
    claire.outside.is_broken = True
    await claire.read()
    assert await claire.blocked() == both(9), "what the row does not know of stays"
    claire.world.now += timedelta(days=4)
    await claire.read()
    assert await claire.blocked() == ALL_DAY


class Full:
    """A calendar that is busy all the time."""

    async def read(self, sealed, reader, known, patience):
        return ReadCalendar(BusyTimes((1 << len(reader.window)) - 1), KnownText(digest="full"))


@virtually
async def test_disconnecting_frees_the_months_that_a_dead_reading_blocked():
    claire = await Claire.connected()
    await claire.read()
    claire.world.now += timedelta(days=31)
    await read_calendar(await find_own(CLAIRE, store=claire.world.store), claire.run(Full()))
    claire.world.now += timedelta(minutes=1)
    await disconnect(CLAIRE, claire.run())
    for business in sorted(PLACES):
        page = await claire.world.table.range("bookings", business, "L|", "L|~")
        assert [row.key for row in page.rows if Ledger.from_row(row.values).external] == []


@pytest.mark.parametrize("ends", [read_calendar, disconnect])
@virtually
async def test_what_ledgers_were_given_names_nobody(ends):
    claire = await Claire.connected()
    claire.outside.hours = {9}
    assert await claire.read()
    row = await find_own(CLAIRE, store=claire.world.store)
    person = row.key.partition("|")[2]
    if ends is disconnect:
        await disconnect(CLAIRE, claire.run())
    for business in sorted(PLACES):
        page = await claire.world.table.range("bookings", business, "x|", "x|~")
        assert [person in str(one.values) for one in page.rows] == [False]
