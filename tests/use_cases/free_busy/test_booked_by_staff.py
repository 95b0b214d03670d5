"""Before staff book, move or reassign, and before a program does, the person's own calendar is read once more."""

from datetime import timedelta

import pytest

from shared.domain.errors import SlotTaken
from shared.use_cases.appointments.change_by_staff import change_by_staff
from shared.use_cases.appointments.create_by_staff import create_by_staff
from shared.use_cases.appointments.reassign_appointment import reassign_appointment
from shared.use_cases.appointments.staff_claims import Actor
from shared.use_cases.appointments.staff_request import AppointmentChange, CustomerInput, StaffBooking
from tests.support.builders import SECRET, a_key
from tests.use_cases.free_busy.test_own_calendars import HOUR, TEN, connected, own


__all__ = ["own"]  # the fixture
PARTIES = (CustomerInput(name="Di"),)


async def about(own) -> dict:
    """What commands of staff are given."""
    world = own.world
    return {
        "editor": Actor("desk"),
        "key": a_key(),
        "calendar": await world.store.calendars.find("clinic"),
        "store": world.store,
        "secret": SECRET,
        "now": world.now,
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
