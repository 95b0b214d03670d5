"""Staff cancel with a message that goes into the mail, or delete without a word."""

from datetime import timedelta
from typing import Any

import pytest

from shared.domain.calendar.policy import SchedulingPolicy
from shared.domain.errors import EditConflict
from shared.records.calendars import etag_of
from shared.records.keys import APPOINTMENT, CUSTOMER_APPOINTMENT, DAY, SEAT, SESSION, VISIT, WORK, appointment_key
from shared.storage.limits import MAXIMUM_OPERATIONS
from shared.use_cases.appointments.cancel_by_staff import cancel_by_staff
from shared.use_cases.appointments.withdraw_appointment import withdraw_appointment
from tests.support.builders import a_business, a_calendar, a_key
from tests.support.clinic import ANA, BOB, HALF, TEN, World, a_group, persisting, refusal_of
from tests.support.faulty_table import at_random
from tests.support.virtual_time import virtually
from tests.use_cases.appointments.desk import APP, DESK, a_party, cancel, change, delete, history, make, seats_of


MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
CLAIRE, DESK_MAIL = "claire@clinic.example", "desk@clinic.example"
SORRY = "The doctor is ill. Please call us."


@virtually
async def test_all_parties_hear_of_it_with_the_message_and_the_time_is_free() -> None:
    world = await World.opened()
    booked = await world.book()
    await world.tick()
    await cancel(world, booked.id, SORRY)
    assert world.claimed("claire") == 0
    await world.tick()
    for one in (ANA, CLAIRE, DESK_MAIL):
        letter = world.postman.to(one)[-1]
        assert (letter.kind, letter.text) == ("cancellation", SORRY)
    assert "cancelled" in history(world)
    assert await world.problems() == []
    assert await refusal_of(world.book()) == ""


@virtually
@pytest.mark.parametrize("ends", [cancel_by_staff, withdraw_appointment])
async def test_what_was_read_before_it_moved_is_outdated_and_frees_where_it_is_now(ends: Any) -> None:
    world = await World.opened()
    booked = await world.book()
    seen = world.appointment(booked.id)
    await change(world, booked.id, start=TEN + timedelta(days=42))
    message = (SORRY,) if ends is cancel_by_staff else ()
    await ends(booked.id, *message, editor=DESK, key=a_key(), seen=seen, **world.args())
    assert (world.claimed("claire"), world.claimed("claire", "202702")) == (0, 0)
    assert world.appointment(booked.id).status == "cancelled"
    assert await world.problems() == []


@virtually
async def test_a_second_time_changes_nothing_and_tells_nobody() -> None:
    world = await World.opened()
    booked = await world.book()
    for _ in range(2):
        await cancel(world, booked.id, SORRY)
    await world.tick()
    version = world.appointment(booked.id).version
    await cancel(world, booked.id, "Again.")
    await world.tick()
    assert (world.appointment(booked.id).version, world.postman.kinds(ANA)) == (version, ["cancellation"])
    assert await refusal_of(cancel(world, "nothing")) == "not-found"
    assert (await world.cancel(booked.token)).status == "cancelled"


@virtually
async def test_an_app_is_bound_by_the_lead_time_and_staff_are_not() -> None:
    policy = SchedulingPolicy(minimum_lead_time=24 * HOUR)
    world = await World.opened(a_calendar(business=a_business(policy=policy)))
    booked = await world.book(TEN + 24 * HOUR)
    await world.wait_until(TEN + timedelta(seconds=1))
    assert await refusal_of(cancel(world, booked.id, editor=APP)) == "changes-closed"
    assert await refusal_of(cancel(world, booked.id)) == ""


@pytest.mark.walk
@virtually
async def test_a_session_of_two_hundred_is_cancelled_at_once_and_each_seat_hears_why() -> None:
    world = await World.opened(a_group(200))
    for number in range(200):
        booked = await world.book(email=f"c{number}@x.org")
    await world.tick_for(MINUTE)
    world.postman.letters.clear()
    await cancel(world, booked.appointment, SORRY)
    assert world.claimed("claire") == 0
    assert (world.appointment(booked.appointment).filled, world.rows(SESSION)) == (0, {})
    assert await world.problems() == []
    assert await refusal_of(world.move(booked.token, TEN + HALF)) == "already-cancelled"
    await world.tick_for(MINUTE)
    assert await world.problems() == []
    told = [letter for letter in world.postman.letters if letter.role == "customer"]
    assert len({letter.to for letter in told}) == len(told) == 200
    assert {(letter.kind, letter.text) for letter in world.postman.letters} == {("cancellation", SORRY)}
    assert world.postman.kinds(CLAIRE) == world.postman.kinds(DESK_MAIL) == ["cancellation"]
    assert {seat.status for seat in seats_of(world, booked.appointment).values()} == {"cancelled"}
    assert {row.values["status"] for row in world.rows(CUSTOMER_APPOINTMENT).values()} == {"cancelled"}
    assert max(len(operations) for operations in world.table.sent) <= MAXIMUM_OPERATIONS
    assert world.rows(WORK) == {}


@virtually
async def test_who_leaves_a_session_that_was_just_cancelled_is_told_once() -> None:
    world = await World.opened(a_group(3))
    first, _ = await world.book(email=ANA), await world.book(email=BOB)
    await world.tick_for(MINUTE)
    world.postman.letters.clear()
    await cancel(world, first.appointment, SORRY)
    assert (await world.cancel(first.token)).status == "cancelled"
    await world.tick_for(MINUTE)
    assert world.postman.kinds(ANA) == world.postman.kinds(BOB) == ["cancellation"]
    assert await world.problems() == []


@virtually
async def test_what_is_deleted_leaves_nothing_but_the_audit_and_nobody_is_told() -> None:
    world = await World.opened()
    booked = await world.book()
    await world.move(booked.token, TEN + HALF)
    await delete(world, booked.id)
    for kind in (APPOINTMENT, DAY, CUSTOMER_APPOINTMENT, VISIT):
        assert world.rows(kind) == {}
    assert world.claimed("claire") == 0
    await world.tick_for(MINUTE)
    assert world.postman.letters == []
    assert world.rows(WORK) == {}
    assert "deleted" in history(world)
    assert await refusal_of(world.find(booked.token)) == "not-found"
    assert await refusal_of(delete(world, booked.id)) == "not-found"
    assert await refusal_of(world.book(TEN + HALF)) == ""


@virtually
async def test_a_deletion_under_the_same_key_is_one() -> None:
    world, key = await World.opened(), a_key()
    made = await make(world)
    for _ in range(2):
        await delete(world, made.id, key=key)
    assert world.rows(APPOINTMENT) == {}


@virtually
async def test_what_is_cancelled_can_be_deleted_and_releases_nothing_twice() -> None:
    world = await World.opened()
    booked = await world.book()
    await cancel(world, booked.id)
    other = await world.book(email=BOB)
    await delete(world, booked.id)
    assert (world.claimed("claire"), list(world.rows(APPOINTMENT))) == (6, [appointment_key(other.id)])


@virtually
async def test_an_older_state_is_not_deleted() -> None:
    world = await World.opened()
    booked = await world.book()
    etag = etag_of(world.appointment(booked.id))
    await world.move(booked.token, TEN + HALF)
    with pytest.raises(EditConflict):
        await delete(world, booked.id, etag=etag)
    await delete(world, booked.id, etag=etag_of(world.appointment(booked.id)))
    assert world.rows(APPOINTMENT) == {}


@virtually
async def test_a_session_that_is_deleted_takes_all_its_seats_with_it() -> None:
    world = await World.opened(a_group(120))
    for number in range(100):
        booked = await world.book(email=f"c{number}@x.org")
    other = await world.book(TEN + HALF, email="c0@x.org")
    await world.tick_for(MINUTE)
    world.postman.letters.clear()
    await delete(world, booked.appointment)
    assert world.claimed("claire") == 6
    await world.tick_for(MINUTE)
    assert list(world.rows(SEAT)) == [f"S|{other.id}|{other.id}"]
    assert len(world.rows(CUSTOMER_APPOINTMENT)) == 1
    assert world.postman.letters == []
    assert world.rows(WORK) == {}


@pytest.mark.walk
@virtually
@pytest.mark.parametrize("seed", range(6))
async def test_under_faults_cancelling_is_told_once_and_leaves_no_claim(seed: int) -> None:
    world = await World.opened(a_group(40))
    made = await make(world, parties=[a_party(f"c{number}@x.org") for number in range(30)])
    await world.tick_for(MINUTE)
    worker = world.beside()
    worker.table.plan = at_random(0.2, seed)
    await persisting(cancel, worker, made.id, SORRY, key=a_key())
    await worker.tick_for(5 * MINUTE)
    await worker.table.settled()
    await world.tick_for(10 * MINUTE)
    assert world.claimed("claire") == 0
    for number in range(30):
        told = world.postman.to(f"c{number}@x.org")
        assert [letter.kind for letter in told[:1]] == ["confirmation"]
        assert {letter.kind for letter in told[1:]} == {"cancellation"}
    assert await world.problems() == []
    assert world.rows(WORK) == {}
