"""Group sessions: the first seat claims, others join, the last one releases; seats wander and keep their name."""

import asyncio
from datetime import timedelta

import pytest

from shared.domain.appointments.messages import OutboxEntry
from shared.domain.errors import GroupFull
from shared.records.codec import load_row
from shared.records.keys import APPOINTMENT, SESSION, WORK
from tests.support.builders import a_key, a_service
from tests.support.clinic import ANA, BOB, HALF, TEN, World, a_group, persisting, refusal_of, settled
from tests.support.virtual_time import virtually


def seats(world: World, appointment: str) -> dict[str, str]:
    return {
        key.split("|")[2]: world.seat(appointment, key.split("|")[2]).status
        for key in world.rows(f"S|{appointment}|")
    }


@virtually
async def test_the_first_seat_claims_and_the_next_ones_join() -> None:
    world = await World.opened(a_group(3))
    first, second = await world.book(email=ANA), await world.book(email=BOB)
    assert first.appointment == second.appointment == first.id != second.id
    assert world.claimed("claire") == 6
    one = world.appointment(first.id)
    assert (one.filled, one.capacity, one.seat) == (2, 3, None)
    assert set(seats(world, first.id)) == {first.id, second.id}
    assert list(world.rows(SESSION)) == [f"G|202701120900|yoga|{first.id}"]
    assert await world.problems() == []


@virtually
async def test_a_full_session_is_no_longer_open_and_refuses() -> None:
    world = await World.opened(a_group(2))
    await world.book(email=ANA)
    await world.book(email=BOB)
    assert world.rows(SESSION) == {}
    assert await refusal_of(world.book(email="c@x.org")) == "group-full"
    assert TEN not in await world.offered()
    assert await world.problems() == []


@virtually
async def test_a_seat_that_was_given_back_can_be_had_again() -> None:
    world = await World.opened(a_group(2))
    await world.book(email=ANA)
    second = await world.book(email=BOB)
    await world.cancel(second.token)
    assert TEN in await world.offered()
    assert await refusal_of(world.book(email="c@x.org")) == ""
    assert await refusal_of(world.book(email="d@x.org")) == "group-full"
    assert await world.problems() == []


@virtually
async def test_the_ticks_are_free_again_when_the_last_one_has_left() -> None:
    world = await World.opened(a_group(3))
    first, second = await world.book(email=ANA), await world.book(email=BOB)
    await world.cancel(first.token)
    assert world.claimed("claire") == 6
    await world.cancel(second.token)
    assert world.claimed("claire") == 0
    assert world.rows(SESSION) == {}
    assert world.appointment(first.id).status == "cancelled"
    assert await world.problems() == []
    third = await world.book(email=ANA)
    assert third.appointment == third.id != first.id
    assert await world.problems() == []


@virtually
async def test_several_sessions_at_one_time_fill_one_after_the_other() -> None:
    world = await World.opened(a_group(2, staff=("claire", "marc")))
    answers = await asyncio.gather(*(world.book(email=f"c{n}@x.org") for n in range(6)), return_exceptions=True)
    assert sum(isinstance(one, GroupFull) for one in answers) == 2
    assert sorted(world.appointment(key[2:]).filled for key in world.rows(APPOINTMENT)) == [2, 2]
    assert await world.problems() == []


@virtually
async def test_a_wanted_person_means_their_session() -> None:
    world = await World.opened(a_group(2, staff=("claire", "marc")))
    first = await world.book(email=ANA, staff="claire")
    second = await world.book(email=BOB, staff="marc")
    third = await world.book(email="c@x.org", staff="marc")
    assert first.appointment != second.appointment == third.appointment
    assert await refusal_of(world.book(email="d@x.org", staff="marc")) == "group-full"
    assert (await world.book(email="d@x.org")).staff == ("claire",)
    assert await world.problems() == []


@virtually
async def test_a_seat_moves_into_a_session_that_is_open_there() -> None:
    world = await World.opened(a_group(3))
    here, there = await world.book(TEN, email=ANA), await world.book(TEN + HALF, email=BOB)
    moved = await world.move(here.token, TEN + HALF)
    assert (moved.id, moved.appointment, moved.start) == (here.id, there.id, there.start)
    assert world.appointment(here.id).status == "cancelled"
    assert world.appointment(there.id).filled == 2
    assert world.claimed("claire") == 6
    assert seats(world, here.id) == {here.id: "moved"}
    assert await world.problems() == []


@virtually
async def test_a_seat_that_moved_twice_is_held_by_each_of_its_links_and_cancelled_by_the_first() -> None:
    world = await World.opened(a_group(3))
    await world.book(TEN, email=BOB)
    booked = await world.book(TEN, email=ANA)
    once = await world.move(booked.token, TEN + HALF)
    twice = await world.move(booked.token, TEN + 2 * HALF)
    assert once.id == twice.id == booked.id
    for link in (booked, once, twice):
        held = await world.find(link.token)
        assert (held.appointment.start, held.seat.version, held.is_live) == (TEN + 2 * HALF, 3, True)
    assert await world.problems() == []
    assert (await world.cancel(booked.token)).status == "cancelled"
    for link in (booked, once, twice):
        assert not (await world.find(link.token)).is_live
        assert (await world.cancel(link.token)).status == "cancelled"
    assert world.claimed("claire") == 6
    assert await world.problems() == []


@virtually
async def test_a_seat_may_come_back_to_where_it_was() -> None:
    world = await World.opened(a_group(3))
    other, booked = await world.book(TEN, email=BOB), await world.book(TEN, email=ANA)
    there = await world.move(booked.token, TEN + HALF)
    back = await world.move(there.token, TEN)
    assert (back.appointment, world.appointment(other.id).filled) == (other.id, 2)
    assert await world.problems() == []
    assert (await world.cancel(there.token)).status == "cancelled"
    assert world.appointment(other.id).filled == 1
    assert await world.problems() == []


@virtually
async def test_a_seat_does_not_move_where_there_is_no_room() -> None:
    world = await World.opened(a_group(2))
    for email in (ANA, BOB):
        await world.book(TEN, email=email)
    mine = await world.book(TEN + HALF, email="c@x.org")
    assert await refusal_of(world.move(mine.token, TEN)) == "group-full"
    assert (await world.find(mine.token)).appointment.start == TEN + HALF
    assert await world.problems() == []


@virtually
async def test_the_last_seat_of_a_session_may_move_to_a_time_that_overlaps_its_own() -> None:
    world = await World.opened(a_group(3, duration=timedelta(minutes=60)))
    mine = await world.book(TEN, email=ANA)
    assert (await world.move(mine.token, TEN + HALF)).start == TEN + HALF
    assert world.claimed("claire") == 12
    assert await world.problems() == []


@virtually
async def test_a_session_is_still_joined_by_one_who_found_it_when_hours_have_changed_since() -> None:
    world = await World.opened(a_group(3))
    await world.book(TEN, email=ANA)
    await world.change_business(hours=(((13 * 60, 17 * 60),),) * 7)
    assert TEN in await world.offered()
    assert await refusal_of(world.book(TEN, email=BOB)) == ""
    assert await world.problems() == []


@virtually
async def test_a_lone_booking_of_a_service_that_became_a_group_moves_as_what_it_is() -> None:
    world = await World.opened()
    booked = await world.book(TEN)
    await world.change_service(maximum_attendees=5)
    moved = await world.move(booked.token, TEN + HALF)
    assert (moved.id, moved.appointment) == (booked.id, booked.id)
    joined = await world.book(TEN + 2 * HALF, email=BOB)
    assert world.appointment(joined.id).capacity == 5
    assert (await world.find(booked.token)).is_live
    assert await world.problems() == []


@virtually
async def test_a_seat_of_a_service_that_became_single_moves_into_a_visit_of_its_own() -> None:
    world = await World.opened(a_group(3))
    first, second = await world.book(TEN, email=ANA), await world.book(TEN, email=BOB)
    await world.change_service("yoga", maximum_attendees=1)
    moved = await world.move(second.token, TEN + HALF)
    assert world.appointment(moved.appointment).capacity == 1
    assert world.appointment(first.id).filled == 1
    assert await world.problems() == []
    await world.cancel(second.token)
    assert await world.problems() == []


@virtually
async def test_each_seat_has_its_own_messages() -> None:
    world = await World.opened(a_group(3))
    first, second = await world.book(email=ANA), await world.book(email=BOB)
    works = [load_row(OutboxEntry, row) for row in world.rows(WORK).values()]
    assert {(one.appointment, one.seat) for one in works} == {(first.id, first.id), (first.id, second.id)}


@pytest.mark.walk
@virtually
@pytest.mark.parametrize("seed", range(8))
async def test_under_faults_a_group_has_exactly_as_many_winners_as_seats(seed: int) -> None:
    world = await World.opened(a_group(10))
    processes = world.unreliable(2, 0.15, seed * 3)
    keys = [a_key() for _ in range(16)]
    answers = await asyncio.gather(
        *(
            persisting(processes[number % 2].book, key=key, email=f"c{number}@x.org")
            for number, key in enumerate(keys)
        ),
        return_exceptions=True,
    )
    await settled(processes)
    assert [type(one) for one in answers if isinstance(one, Exception)] == [GroupFull] * 6
    assert await world.problems() == []


@virtually
async def test_a_group_of_everybody_together_claims_them_all_once() -> None:
    world = await World.opened(a_group(3, staff=("claire", "marc"), assignment="all"))
    await world.book(email=ANA)
    await world.book(email=BOB)
    assert (world.claimed("claire"), world.claimed("marc")) == (6, 6)
    assert a_service().is_group is False
    assert await world.problems() == []
