"""Appointments are found by page and by stretch of time: long ones too, whatever happened to them since."""

from datetime import timedelta

import pytest

from shared.domain.errors import NotFound
from shared.records.appointments import LONG
from shared.records.keys import LONG_ONE
from shared.use_cases.appointments.find_appointments import Span, find_appointments, read_appointment, with_seats
from tests.support.clinic import HALF, TEN, World, a_group
from tests.support.virtual_time import virtually
from tests.use_cases.appointments.desk import a_party, cancel, change, delete, make


HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
EVERYTHING = 1000


async def find(
    world: World, span: Span | None = None, after: str = "", count: int = EVERYTHING, wish=lambda _: True
):
    found = await find_appointments(span, after, count, wish, calendar=world.calendar, store=world.store)
    return [one.appointment.id for one in found]


@virtually
async def test_a_stretch_of_time_holds_what_touches_it_and_neither_end() -> None:
    world = await World.opened()
    short = (await make(world, TEN)).id
    long = (await make(world, TEN + HOUR, end=TEN + HOUR + LONG + HOUR)).id
    for first, last, expected in (
        (TEN, TEN + MINUTE, [short]),
        (TEN + HALF - MINUTE, TEN + HALF, [short]),
        (TEN + HALF, TEN + HOUR, []),
        (TEN + HALF, TEN + HOUR + MINUTE, [long]),
        (TEN + LONG + HOUR + HALF, TEN + LONG + 2 * HOUR, [long]),
        (TEN + LONG + 2 * HOUR, TEN + 12 * HOUR, []),
        (TEN - HOUR, TEN + 24 * HOUR, [short, long]),
    ):
        assert await find(world, Span(first, last)) == expected


@virtually
async def test_what_lasts_as_long_as_anything_may_is_found_on_its_last_day() -> None:
    world = await World.opened()
    made = (await make(world, TEN, end=TEN + timedelta(days=7))).id
    last = TEN + timedelta(days=7)
    assert await find(world, Span(last - MINUTE, last + HOUR)) == [made]
    assert await find(world, Span(last, last + HOUR)) == []


@virtually
@pytest.mark.parametrize("length", [LONG - 5 * MINUTE, LONG, LONG + MINUTE, LONG + 5 * MINUTE])
async def test_it_makes_no_difference_on_which_side_of_long_something_is(length: timedelta) -> None:
    world = await World.opened()
    made = (await make(world, TEN, end=TEN + length)).id
    assert await find(world, Span(TEN + length - MINUTE, TEN + length + HOUR)) == [made]
    assert await find(world, Span(TEN + length, TEN + length + HOUR)) == []


@virtually
async def test_the_index_by_ends_follows_every_change() -> None:
    world = await World.opened()
    made = (await make(world, TEN, end=TEN + 5 * HOUR)).id
    late = Span(TEN + 4 * HOUR, TEN + 4 * HOUR + MINUTE)
    for changes, is_there in (
        ({"terms": {"notes": "x"}}, True),
        ({"end": TEN + HOUR}, False),
        ({"end": TEN + 6 * HOUR}, True),
        ({"start": TEN + 24 * HOUR}, False),
    ):
        await change(world, made, **changes)
        assert await find(world, late) == ([made] if is_there else [])
        assert await world.problems() == []
    await cancel(world, made)
    assert await find(world) == []
    assert await world.problems() == []
    await delete(world, made)
    assert world.rows(LONG_ONE) == {}


@virtually
async def test_pages_go_on_where_the_last_one_ended_and_pass_over_the_cancelled() -> None:
    world = await World.opened()
    starts = [TEN + number * 5 * MINUTE for number in range(80)]
    made = [(await make(world, start, end=start + 5 * MINUTE)).id for start in starts]
    for one in made[5:70]:
        await cancel(world, one)
    kept = made[:5] + made[70:]
    pages, after = [], ""
    while page := await find_appointments(
        None, after, 4, lambda _: True, calendar=world.calendar, store=world.store
    ):
        pages.append([one.appointment.id for one in page])
        after = page[-1].place
    assert [len(page) for page in pages] == [4, 4, 4, 3]
    assert [one for page in pages for one in page] == kept
    assert await find(world, count=2, wish=lambda one: one.appointment.id in made[72:]) == made[72:74]


@virtually
async def test_a_group_is_read_with_those_who_have_seats() -> None:
    world = await World.opened(a_group())
    made = await make(world, parties=[a_party("ana@example.com"), a_party("bob@example.com")])
    await change(world, made.id, parties=[a_party("bob@example.com"), a_party("eva@example.com")])
    one = await read_appointment(made.id, business=world.business, store=world.store)
    assert sorted(seat.customer.email for seat in one.parties) == ["bob@example.com", "eva@example.com"]
    (listed,) = await find_appointments(None, "", 5, lambda _: True, calendar=world.calendar, store=world.store)
    assert listed.parties == ()
    (filled,) = await with_seats([listed], business=world.business, store=world.store)
    assert filled.parties == one.parties
    for nothing in ("none", "a|b", ""):
        with pytest.raises(NotFound):
            await read_appointment(nothing, business=world.business, store=world.store)
