"""A key that is repeated after its decision was purged is answered from what exists."""

from datetime import timedelta

import pytest

from shared.records.keys import CUSTOMER_APPOINTMENT, SEAT
from tests.support.builders import a_key
from tests.support.clinic import ANA, BOB, HALF, TEN, World, a_group, refusal_of
from tests.support.faulty_table import Fault, once
from tests.support.virtual_time import virtually


LATER = TEN + timedelta(days=10)


@virtually
async def test_a_seat_that_joined_and_moved_is_not_booked_again_by_its_key() -> None:
    world, key = await World.opened(a_group(3)), a_key()
    await world.book(LATER, email=BOB)
    joined = await world.book(LATER, email=ANA, key=key)
    for times in (1, 2):
        await world.move(joined.token, LATER + times * HALF)
    assert await world.problems() == []
    await world.purge()
    again = await world.book(LATER, email=ANA, key=key)
    assert (again.id, again.start, again.is_new) == (joined.id, LATER + 2 * HALF, False)
    assert len(world.rows(SEAT)) == 4  # Bob's, Ana's, and the two places where she was


@virtually
@pytest.mark.parametrize("seats", [1, 3])
async def test_one_whose_old_time_somebody_else_has_by_now_is_not_told_that_it_is_taken(seats: int) -> None:
    world, key = await World.opened(a_group(seats)), a_key()
    booked = await world.book(LATER, key=key)
    await world.move(booked.token, LATER + HALF)
    for number in range(seats):
        await world.book(LATER, email=f"c{number}@x.org")
    await world.purge()
    again = await world.book(LATER, key=key)
    assert (again.id, again.start, again.status) == (booked.id, LATER + HALF, "booked")
    await world.cancel(booked.token)
    await world.purge()
    again = await world.book(LATER, key=key)
    assert (again.id, again.status) == (booked.id, "cancelled")


@virtually
async def test_one_that_settings_would_now_refuse_is_still_answered() -> None:
    world, key = await World.opened(a_group(3)), a_key()
    await world.book(LATER, email=BOB)
    joined = await world.book(LATER, email=ANA, key=key)
    await world.purge()
    await world.change_service("yoga", is_hidden=True)
    again = await world.book(LATER, email=ANA, key=key)
    assert (again.id, again.appointment) == (joined.id, joined.appointment)


@virtually
async def test_a_seat_that_moved_back_to_where_it_was_is_found_there() -> None:
    world, key = await World.opened(a_group(3)), a_key()
    await world.book(LATER, email=BOB)
    joined = await world.book(LATER, email=ANA, key=key)
    await world.move(joined.token, LATER + HALF)
    await world.move(joined.token, LATER)
    assert await world.problems() == []
    await world.purge()
    again = await world.book(LATER, email=ANA, key=key)
    assert (again.id, again.appointment, again.start) == (joined.id, joined.appointment, LATER)


@virtually
async def test_what_was_booked_is_not_told_to_another_address_that_knows_the_key() -> None:
    world, key = await World.opened(), a_key()
    booked = await world.book(LATER, email=ANA, key=key)
    await world.move(booked.token, LATER + HALF)
    await world.purge()
    assert await refusal_of(world.book(LATER, email=BOB, key=key)) == "key-reused"
    again = await world.book(LATER, email=ANA, key=key)
    assert (again.id, again.start) == (booked.id, LATER + HALF)
    assert await world.problems() == []


@virtually
async def test_a_repetition_that_is_itself_unclear_is_still_answered() -> None:
    world, key = await World.opened(a_group(3)), a_key()
    await world.book(LATER, email=BOB)
    joined = await world.book(LATER, email=ANA, key=key)
    await world.move(joined.token, LATER + HALF)
    await world.purge()
    world.table.plan = once(
        Fault.DROPPED_BEFORE, lambda call: call.verb == "get" and call.keys[0].startswith(CUSTOMER_APPOINTMENT)
    )
    assert await refusal_of(world.book(LATER, email=ANA, key=key)) == ""
    assert (await world.find(joined.token)).appointment.filled == 1
