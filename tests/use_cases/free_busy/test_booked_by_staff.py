"""Before staff book, move or reassign, and before a program does, the person's own calendar is read once more."""

from datetime import timedelta

import pytest

from shared.domain.errors import SlotTaken
from shared.records.appointments import appointment_rows
from shared.records.table import Operation
from shared.use_cases.appointments.change_by_staff import change_by_staff
from shared.use_cases.appointments.create_by_staff import create_by_staff
from shared.use_cases.appointments.hand_over import ANYONE, STAYS, hand_over
from shared.use_cases.appointments.reassign_appointment import reassign_appointment
from shared.use_cases.appointments.rebalance import rebalance
from shared.use_cases.appointments.staff_claims import Actor
from shared.use_cases.appointments.staff_request import AppointmentChange, CustomerInput, StaffBooking
from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from shared.use_cases.telling.undo_change import undo_change
from tests.support.builders import SECRET, a_key
from tests.use_cases.free_busy.test_own_calendars import HOUR, TEN, connected, own, pass_on


__all__ = ["own"]  # the fixture
PARTIES = (CustomerInput(name="Di"),)


async def about(own) -> dict:
    """What commands of staff are given."""
    world = own.world
    return {
        "editor": Actor("desk"),
        "key": a_key(),
        "calendar": await world.store.calendars.find("clinic"),
        "context": Context(world.store, SECRET, world.now),
        "reading": world.services.reading,
    }


async def create(own, start=TEN, **more):
    booking = StaffBooking(service="solo", start=start, parties=PARTIES, **more)
    return (await create_by_staff(booking, **await about(own))).id


async def just_busy(own, start=TEN):
    """Connect the calendar, and have something in it that the timer has not read."""
    await connected(own)
    own.world.now += timedelta(minutes=1)
    own.add(start, start + HOUR)


async def test_staff_do_not_book_what_is_busy_outside_since_a_moment_ago(own):
    await just_busy(own)
    with pytest.raises(SlotTaken):
        await create(own)
    made = await create(own, staff=("claire",), overbook=True)  # who says so may
    assert (await own.world.stored(made)).is_overbooked


async def test_nor_do_they_move_or_reassign_there(own):
    await connected(own)
    mine = await create(own, TEN + 3 * HOUR)
    others = await own.world.book(TEN, staff="omar")
    own.world.now += timedelta(minutes=1)
    own.add(TEN, TEN + HOUR)
    with pytest.raises(SlotTaken):
        await change_by_staff(mine, AppointmentChange(start=TEN), **await about(own))
    with pytest.raises(SlotTaken):
        await reassign_appointment(others.json()["id"], ["claire"], **await about(own))
    assert (await own.world.stored(mine)).start == TEN + 3 * HOUR


async def test_a_change_of_words_alone_asks_nobody(own):
    await connected(own)
    mine = await create(own)
    own.world.now += timedelta(minutes=1)
    before = len(own.asked)
    await change_by_staff(mine, AppointmentChange(seats=1), **await about(own))
    assert len(own.asked) == before


async def test_a_calendar_that_stays_silent_stops_no_one(own):
    await connected(own)
    own.world.now += timedelta(minutes=1)
    own.status = 503
    assert await create(own)


async def omars(own, *starts):
    """Appointments of a service that Claire could take over; her own calendar is busy at the first since a moment."""
    await connected(own)
    made = [(await own.world.book(start, staff="omar")).json()["id"] for start in starts]
    own.world.now += timedelta(minutes=1)
    own.add(TEN, TEN + HOUR)
    return made


@pytest.mark.parametrize("choice", ["claire", ANYONE])
async def test_what_is_handed_over_goes_to_nobody_who_is_busy_outside_by_now(own, choice):
    busy, free = await omars(own, TEN, TEN + 2 * HOUR)
    before = len(own.asked)
    calendar = await own.world.store.calendars.find("clinic")
    done = await hand_over(
        "omar", {busy: choice, free: choice}, STAYS, **await about(own) | {"calendar": calendar}
    )
    taken = {one.id: taker for one, taker in done.moved}
    assert taken == ({free: "claire"} if choice == "claire" else {busy: "vera", free: taken[free]})
    assert [(one.id, why) for one, why in done.left] == ([(busy, "taken")] if choice == "claire" else [])
    assert len(own.asked) == before + 1, "each calendar is read once, however many appointments there are"


async def test_nor_is_it_when_loads_are_evened_out_and_who_is_left_is_named(own):
    made = await omars(own, TEN, TEN + 2 * HOUR, TEN + 4 * HOUR)
    for name in made:
        one = (await own.world.stored(name)).model_copy(update={"chosen_by": "anyone"})
        rows = [Operation("upsert", key, row) for key, row in appointment_rows(one).items() if row]
        await own.world.table.transact("bookings", "biz0clinic", rows)
    given = await about(own)
    given["author"] = Author(given.pop("editor").name, given.pop("key"))
    calendar = given["calendar"]
    done = await rebalance(calendar.services["consultation"], TEN + timedelta(days=2), **given)
    moved, left = ([(one.appointment.id, one.after) for one in some] for some in done)
    assert (made[0], "claire") not in moved
    assert (made[1], "claire") in moved
    assert left[0] == (made[0], "claire")


async def test_a_change_is_not_undone_into_what_is_busy_outside_by_now(own):
    await connected(own)
    mine = await create(own)
    await change_by_staff(mine, AppointmentChange(start=TEN + 3 * HOUR), **await about(own), telling="later")
    changed = await own.world.stored(mine)
    own.world.now += timedelta(minutes=1)
    own.add(TEN, TEN + HOUR)
    with pytest.raises(SlotTaken):
        await undo_change(mine, changed.version, **await about(own))
    assert (await own.world.stored(mine)).start == TEN + 3 * HOUR
    own.events.clear()
    await pass_on(own)
    await own.world.drain()  # what the second calendar held of the time before is released by the timer
    await undo_change(mine, changed.version, **await about(own))
    assert (await own.world.stored(mine)).start == TEN


async def test_a_program_is_refused_too(own):
    await just_busy(own)
    authorization = own.world.tokens.of_application("Bookings.Manage.All")
    times = {
        name: {"dateTime": f"{one:%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"}
        for name, one in (("startDateTime", TEN), ("endDateTime", TEN + HOUR / 2))
    }
    sent = {"serviceId": "solo", "customers": [{"name": "Di", "emailAddress": "di@x.example"}], **times}
    answer = await own.world.call(
        "POST",
        "/v1.0/solutions/bookingBusinesses/biz0clinic/appointments",
        sent,
        authorization=authorization,
        idempotency_key=a_key(),
    )
    assert answer.status == 409, answer.body
