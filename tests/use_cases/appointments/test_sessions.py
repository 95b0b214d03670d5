"""What happens to a group session as a whole reaches every seat of it once, however many there are."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from shared.domain.appointments.messages import OutboxEntry
from shared.domain.calendar.service import Reminder
from shared.records.codec import load_row
from shared.records.keys import SEAT, WORK
from shared.storage.limits import MAXIMUM_OPERATIONS
from tests.support.clinic import ANA, BOB, HALF, IN_THREE_DAYS, World, a_group, refusal_of
from tests.support.faulty_table import Fault, times
from tests.support.virtual_time import virtually


DAY = timedelta(days=1)
CLAIRE, MARC = "claire@clinic.example", "marc@clinic.example"


async def a_full_session(seats: int, **service) -> tuple[World, str]:
    """A session of Claire's whose customers know of it."""
    world = await World.opened(a_group(seats, staff=("claire", "marc"), **service))
    for number in range(seats):
        booked = await world.book(IN_THREE_DAYS, email=f"c{number}@x.org", staff="claire")
    await world.tick_for(timedelta(minutes=1))
    world.postman.letters.clear()
    return world, booked.appointment


def told(world: World) -> Counter[str]:
    return Counter(letter.to for letter in world.postman.letters)


@pytest.mark.walk
@virtually
async def test_a_session_of_300_seats_is_reassigned_at_once_and_each_seat_told_once() -> None:
    world, session = await a_full_session(300)
    await world.reassign(session, "marc")
    assert world.appointment(session).staff == ("marc",)
    assert await world.problems() == []
    await world.tick_for(timedelta(minutes=1))
    assert told(world) == Counter([CLAIRE, MARC, *(f"c{number}@x.org" for number in range(300))])
    assert (world.postman.kinds(CLAIRE), world.postman.kinds(MARC)) == (["cancellation"], ["confirmation"])
    customers = [letter for letter in world.postman.letters if letter.role == "customer"]
    assert {(one.kind, one.sequence, one.appointment.staff) for one in customers} == {("change", 2, ("marc",))}
    assert max(len(operations) for operations in world.table.sent) <= MAXIMUM_OPERATIONS
    assert world.rows(WORK) == {}
    assert await world.problems() == []


@virtually
async def test_what_happens_twice_before_anybody_was_told_is_told_once_as_it_stands() -> None:
    world, session = await a_full_session(30)
    await world.reassign(session, "marc")
    await world.reassign(session, "marc", "claire")
    await world.tick_for(timedelta(minutes=1))
    assert set(told(world).values()) == {1}
    assert {letter.appointment.staff for letter in world.postman.letters} == {("marc", "claire")}
    assert (world.postman.kinds(CLAIRE), world.postman.kinds(MARC)) == (["change"], ["confirmation"])
    assert {load_row(OutboxEntry, row).kind for row in world.rows(WORK).values()} == set()


@virtually
async def test_who_joins_after_it_happened_is_not_told_of_what_they_knew() -> None:
    world = await World.opened(a_group(3, staff=("claire", "marc")))
    first = await world.book(email=ANA, staff="claire")
    await world.tick()
    await world.reassign(first.appointment, "marc")
    await world.book(email=BOB)
    await world.tick_for(timedelta(minutes=1))
    assert world.postman.kinds(BOB) == ["confirmation"]
    assert world.postman.kinds(ANA) == ["confirmation", "change"]
    assert await world.problems() == []


@virtually
async def test_who_leaves_before_they_were_told_hears_only_that_they_have_left() -> None:
    world, session = await a_full_session(2)
    moving = await world.book(IN_THREE_DAYS + HALF, email=ANA, staff="claire")
    leaving = await world.book(IN_THREE_DAYS + HALF, email=BOB, staff="claire")
    await world.tick_for(timedelta(minutes=1))
    world.postman.letters.clear()
    await world.reassign(moving.appointment, "marc")
    moved = await world.move(moving.token, IN_THREE_DAYS + 2 * HALF, "marc")
    await world.cancel(leaving.token)
    await world.tick_for(timedelta(minutes=1))
    assert world.postman.kinds(BOB) == ["cancellation"]
    (letter,) = world.postman.to(ANA)
    assert (letter.kind, letter.appointment.id) == ("change", moved.appointment)
    assert world.appointment(session).is_live
    assert world.rows(WORK) == {}
    assert await world.problems() == []


@virtually
async def test_a_worker_that_stops_anywhere_leaves_nobody_out_and_counts_no_seat_up_twice(
    *, is_full: bool
) -> None:
    for steps in range(3, 120, 9 if is_full else 18):
        world, session = await a_full_session(70)
        await world.reassign(session, "marc")
        await world.beside().tick_and_stop(steps)
        await world.tick_for(timedelta(minutes=5))
        versions = {world.seat(session, key.split("|")[2]).version for key in world.rows(f"S|{session}|")}
        assert versions == {2}, steps
        assert set(told(world)) == {CLAIRE, MARC, *(f"c{number}@x.org" for number in range(70))}, steps
        assert sum(told(world).values()) <= 72 + 2, steps
        assert await world.problems() == [], steps


@pytest.mark.walk
@virtually
@pytest.mark.parametrize("seed", range(6))
async def test_under_faults_every_seat_learns_of_it_and_nobody_hears_a_version_twice(seed: int) -> None:
    world, session = await a_full_session(40)
    workers = world.unreliable(2, 0.2, seed * 2)
    await world.reassign(session, "marc")
    await asyncio.gather(*(worker.tick_for(timedelta(minutes=2)) for worker in workers))
    await world.reassign(session, "claire")
    await asyncio.gather(*(worker.tick_for(timedelta(minutes=10)) for worker in workers))
    for worker in workers:
        await worker.table.settled()
        worker.table.plan = lambda _: None
    await world.tick_for(timedelta(minutes=10))
    for number in range(40):
        letters = world.postman.to(f"c{number}@x.org")
        assert letters[-1].appointment.staff == ("claire",)
        assert len({letter.sequence for letter in letters}) == len(letters)
    assert world.rows(WORK) == {}
    assert await world.problems() == []


@virtually
async def test_a_session_whose_seats_cannot_be_read_is_given_back_before_its_lease_ends() -> None:
    world, session = await a_full_session(2)
    await world.reassign(session, "marc")
    seats = times(10**6, Fault.BUSY, lambda call: call.verb == "range" and call.keys[0].startswith(SEAT))
    world.table.plan = seats
    before = asyncio.get_running_loop().time()
    assert (await world.tick()).postponed == 1
    assert 55 < asyncio.get_running_loop().time() - before < 70
    assert {load_row(OutboxEntry, row).leased_by for row in world.rows(WORK).values()} == {""}
    world.table.plan = lambda _: None
    await world.tick_for(timedelta(minutes=1))
    assert told(world) == Counter([CLAIRE, MARC, "c0@x.org", "c1@x.org"])


@virtually
async def test_the_people_of_a_session_are_reminded_once_and_each_seat_too() -> None:
    reminder = Reminder(offset=DAY, recipients="all")
    after = Reminder(offset=timedelta(hours=1), recipients="staff")
    world, session = await a_full_session(3, reminders=(reminder,), follow_up=after)
    await world.reassign(session, "marc")
    await world.tick_for(timedelta(minutes=1))
    world.postman.letters.clear()
    await world.tick_for(timedelta(days=5), every=600)
    assert told(world) == Counter({MARC: 2, "c0@x.org": 1, "c1@x.org": 1, "c2@x.org": 1})
    assert world.postman.kinds(MARC) == ["reminder", "follow_up"]
    assert world.rows(WORK) == {}


@virtually
async def test_nobody_is_reminded_of_a_session_that_everybody_has_left() -> None:
    world = await World.opened(a_group(3, reminders=(Reminder(offset=DAY, recipients="all"),)))
    booked = await world.book(IN_THREE_DAYS)
    await world.cancel(booked.token)
    await world.tick_for(timedelta(days=5), every=600)
    assert world.postman.kinds(ANA) == ["cancellation"]
    assert world.postman.kinds(CLAIRE) == []
    assert world.rows(WORK) == {}


@virtually
async def test_a_session_is_not_given_to_more_people_than_can_serve_together() -> None:
    names = tuple(f"p{number:02d}" for number in range(21))
    world = await World.opened(a_group(3, staff=names))
    booked = await world.book()
    assert await refusal_of(world.reassign(booked.appointment, *names)) == "staff-not-offered"
    assert await refusal_of(world.reassign(booked.appointment, *names[:20])) == ""
    assert await world.problems() == []


@virtually
async def test_a_seat_that_left_and_came_back_before_anybody_was_told_is_told_of_once() -> None:
    world = await World.opened(a_group(3))
    first = await world.book(IN_THREE_DAYS, email=ANA)
    booked = await world.book(IN_THREE_DAYS, email=BOB)
    await world.tick_for(timedelta(minutes=1))
    world.postman.letters.clear()
    await world.move(booked.token, IN_THREE_DAYS + HALF)
    await world.move(booked.token, IN_THREE_DAYS)
    await world.tick_for(timedelta(minutes=1))
    names = [(one.to, one.uid, one.sequence, one.kind, one.seat and one.seat.id) for one in world.postman.letters]
    assert len(names) == len(set(names))
    assert [one.uid for one in world.postman.to(CLAIRE)].count(first.appointment) == 1
    assert await world.problems() == []
