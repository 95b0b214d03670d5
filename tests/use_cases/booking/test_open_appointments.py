"""A customer holds as many appointments to come as the calendar lets one customer hold."""

import asyncio
from datetime import timedelta

import pytest

from shared.domain.calendar.policy import SchedulingPolicy
from shared.domain.errors import Refusal
from shared.records.keys import APPOINTMENT
from tests.support.builders import a_business, a_calendar, a_key, a_service
from tests.support.clinic import ANA, BOB, HALF, TEN, World, a_group, persisting, refusal_of, settled
from tests.support.virtual_time import virtually
from tests.use_cases.appointments.desk import a_party, cancel, make


DAY = timedelta(days=1)
FULL = "too-many-open"


def limited(most: int = 2, **service) -> object:
    business = a_business(most_open=most, policy=SchedulingPolicy(minimum_lead_time=timedelta()))
    return a_calendar(business, services=[a_service(**service)])


@virtually
async def test_one_more_is_refused_to_that_customer_alone_and_by_any_spelling_of_the_address() -> None:
    world = await World.opened(limited())
    await world.book(TEN)
    await world.book(TEN + HALF, email="ANA@Example.com")
    key = a_key()
    for _ in range(2):
        assert await refusal_of(world.book(TEN + 2 * HALF, email="Ana@example.com", key=key)) == FULL
    assert await refusal_of(world.book(TEN + 2 * HALF, email=BOB)) == ""


@virtually
@pytest.mark.parametrize("how", ["cancelled", "by staff", "moved", "over"])
async def test_what_is_cancelled_or_over_makes_room_and_what_is_moved_does_not(how: str) -> None:
    world = await World.opened(limited())
    first = await world.book(TEN)
    await world.book(TEN + DAY)
    if how == "cancelled":
        await world.cancel(first.token)
    elif how == "by staff":
        await cancel(world, first.id)
    elif how == "moved":
        await world.move(first.token, TEN + 2 * DAY)
    else:
        await world.wait_until(first.end)
    assert await refusal_of(world.book(TEN + 3 * DAY)) == (FULL if how == "moved" else "")


@virtually
async def test_places_in_groups_count_each_and_a_session_called_off_makes_room() -> None:
    world = await World.opened(a_group(seats=5))
    await world.change_business(most_open=2)
    world = world.beside(await world.store.calendars.reload(world.business))
    first = await world.book()
    await world.book(another_seat=True)
    assert await refusal_of(world.book(another_seat=True)) == FULL
    await cancel(world, first.appointment)
    await world.tick()
    await world.tick()
    assert await refusal_of(world.book(TEN + DAY)) == ""


@virtually
async def test_staff_book_for_a_customer_as_often_as_they_like() -> None:
    world = await World.opened(limited(1))
    for number in range(3):
        await make(world, TEN + number * DAY, parties=[a_party(ANA)])
    assert await refusal_of(world.book(TEN + 4 * DAY)) == FULL


@virtually
async def test_without_a_limit_there_is_none() -> None:
    world = await World.opened(limited(0))
    for number in range(25):
        await world.book(TEN + (number % 10) * HALF + (number // 10) * DAY)


@pytest.mark.walk
@virtually
@pytest.mark.parametrize("seed", range(8))
async def test_of_many_at_once_no_more_are_made_however_bad_the_network(seed: int) -> None:
    world = await World.opened(limited(3))
    processes = world.unreliable(8, 0.25, seed)
    starts = [TEN + (number % 8) * HALF + (number // 8) * DAY for number in range(24)]

    async def book(number: int) -> str:
        try:
            await persisting(processes[number % 8].book, starts[number], key=a_key())
        except Refusal as refusal:
            return refusal.code
        return ""

    answers = await asyncio.gather(*(book(number) for number in range(24)))
    await settled(processes)
    assert sorted(set(answers)) == ["", FULL]
    assert len(world.rows(APPOINTMENT)) == answers.count("") == 3
    assert await world.problems() == []
