"""What is due reaches whom it concerns, once, and never when stale."""

import asyncio
from datetime import timedelta

from shared.records.keys import WORK
from tests.support.builders import a_calendar, a_person, a_service
from tests.support.clinic import ANA, HALF, TEN, World, a_group, three_people
from tests.support.virtual_time import virtually
from tests.use_cases.appointments.desk import change


CLAIRE, MARC, DESK = "claire@clinic.example", "marc@clinic.example", "desk@clinic.example"


@virtually
async def test_a_booking_is_confirmed_to_customer_staff_and_desk_by_the_next_run() -> None:
    world = await World.opened()
    booked = await world.book()
    tally = await world.tick()
    assert (tally.sent, tally.postponed, world.rows(WORK)) == (3, 0, {})
    assert [world.postman.kinds(one) for one in (ANA, CLAIRE, DESK)] == [["confirmation"]] * 3
    (letter,) = world.postman.to(ANA)
    assert (letter.uid, letter.sequence, letter.role) == (booked.id, 1, "customer")
    assert (await world.find(letter.manage_token)).appointment.id == booked.id
    assert {one.manage_token for one in world.postman.letters if one.role != "customer"} == {""}
    assert await world.tick() == type(tally)()


@virtually
async def test_a_move_and_a_cancellation_are_told_with_growing_sequence() -> None:
    world = await World.opened()
    booked = await world.book()
    await world.tick()
    await world.move(booked.token, TEN + HALF)
    await world.tick()
    await world.cancel(booked.token)
    await world.tick()
    for one in (ANA, CLAIRE, DESK):
        assert world.postman.kinds(one) == ["confirmation", "change", "cancellation"]
        assert [letter.sequence for letter in world.postman.to(one)] == [1, 2, 3]
        assert len({letter.uid for letter in world.postman.to(one)}) == 1


@virtually
async def test_a_move_before_the_confirmation_was_sent_is_one_confirmation_of_the_new_time() -> None:
    world = await World.opened()
    booked = await world.book()
    await world.move(booked.token, TEN + HALF)
    await world.tick()
    for one in (ANA, CLAIRE, DESK):
        (letter,) = world.postman.to(one)
        assert (letter.kind, letter.sequence) == ("confirmation", 2)
        assert letter.appointment is not None
        assert letter.appointment.start == TEN + HALF
    assert world.rows(WORK) == {}


@virtually
async def test_a_cancellation_before_the_confirmation_was_sent_is_told_to_the_customer_alone() -> None:
    world = await World.opened()
    booked = await world.book()
    await world.cancel(booked.token)
    await world.tick()
    assert world.postman.kinds(ANA) == ["cancellation"]
    assert world.postman.kinds(CLAIRE) == world.postman.kinds(DESK) == []


@virtually
async def test_a_change_that_happens_while_the_first_is_being_sent_takes_over_who_was_not_served() -> None:
    world = await World.opened()
    booked = await world.book()
    world.postman.takes = 2.0
    run = asyncio.create_task(world.tick())
    await asyncio.sleep(1)
    await world.move(booked.token, TEN + HALF)
    await run
    assert world.postman.kinds(ANA) == ["confirmation"]
    await world.tick_for(timedelta(minutes=1))
    assert world.postman.kinds(ANA) == ["confirmation", "change"]
    assert world.postman.kinds(CLAIRE) == world.postman.kinds(DESK) == ["confirmation"]
    assert {letter.sequence for letter in world.postman.to(CLAIRE)} == {2}


@virtually
async def test_a_seat_that_moves_while_its_confirmation_is_being_sent_is_still_confirmed_to_everybody() -> None:
    world = await World.opened(a_group(3))
    booked = await world.book()
    world.postman.takes = 2.0
    run = asyncio.create_task(world.tick())
    await asyncio.sleep(1)
    await world.move(booked.token, TEN + HALF)
    await run
    await world.tick_for(timedelta(minutes=1))
    assert world.postman.kinds(ANA) == ["confirmation", "change"]
    assert world.postman.kinds(DESK) == ["confirmation"]
    assert world.postman.kinds(CLAIRE) == ["confirmation", "cancellation"]  # of the session that the seat has left
    kept, gone = world.postman.to(CLAIRE)
    assert kept.uid != gone.uid == booked.appointment


@virtually
async def test_whom_an_appointment_leaves_is_told_that_it_is_gone_and_whom_it_comes_to_that_it_has_come() -> None:
    world = await World.opened(three_people())
    booked = await world.book(staff="marc")
    await world.tick()
    await world.reassign(booked.id, "claire")
    await world.tick()
    assert world.postman.kinds(MARC) == ["confirmation", "cancellation"]
    assert world.postman.kinds(CLAIRE) == ["confirmation"]
    assert world.postman.kinds(ANA) == ["confirmation", "change"]


@virtually
async def test_whom_a_move_leaves_is_told_of_the_time_that_they_knew_whatever_came_since() -> None:
    world = await World.opened(three_people())
    booked = await world.book(staff="marc")
    await world.tick()
    world.postman.is_away = True
    moved = await world.move(booked.token, TEN + HALF, staff="claire")
    await world.tick()
    again = await world.move(moved.token, TEN + 4 * HALF, staff="zoe")
    world.postman.is_away = False
    await world.tick_for(timedelta(minutes=10))
    _, gone = world.postman.to(MARC)
    assert gone.appointment is not None
    assert (gone.kind, gone.appointment.start, gone.appointment.end) == ("cancellation", TEN, TEN + HALF)
    assert world.postman.kinds(CLAIRE) == []  # who never heard of it
    (come,) = world.postman.to("zoe@clinic.example")
    assert come.appointment is not None
    assert (come.kind, come.appointment.start) == ("confirmation", again.start)


@virtually
async def test_whom_a_session_leaves_as_it_moves_is_told_of_the_time_that_they_knew() -> None:
    world = await World.opened(a_group(staff=("claire", "marc")))
    booked = await world.book(staff="claire")
    await world.tick()
    await change(world, booked.appointment, start=TEN + HALF, staff=("marc",))
    await world.tick()
    _, gone = world.postman.to(CLAIRE)
    assert gone.appointment is not None
    assert (gone.kind, gone.appointment.start) == ("cancellation", TEN)
    assert world.postman.kinds(MARC) == ["confirmation"]


@virtually
async def test_who_never_heard_of_an_appointment_does_not_hear_that_it_is_gone() -> None:
    world = await World.opened(three_people())
    booked = await world.book(staff="marc")
    await world.reassign(booked.id, "claire")
    await world.tick()
    assert world.postman.kinds(MARC) == []
    assert world.postman.kinds(CLAIRE) == ["confirmation"]


@virtually
async def test_a_version_that_tells_nobody_does_not_keep_an_earlier_one_from_being_told() -> None:
    calendar = a_calendar(
        services=[a_service(confirm_staff=False, staff=("claire", "marc"))],
        staff=[a_person("claire"), a_person("marc")],
    )
    world = await World.opened(calendar)
    world.postman.is_away = True
    booked = await world.book(staff="marc")
    await world.tick()
    await world.change_service(confirm_customer=False, confirm_staff=False)
    await world.change_business(email="")
    world.calendar = await world.store.calendars.reload(world.business)
    await world.change_service(confirm_customer=False, confirm_staff=False)
    await world.cancel(booked.token)
    world.postman.is_away = False
    await world.tick_for(timedelta(minutes=30))
    assert world.postman.kinds(ANA) == ["cancellation"]
    assert world.rows(WORK) == {}
