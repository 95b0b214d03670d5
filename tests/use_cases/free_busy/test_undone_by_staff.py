"""Before a change is undone, the person's own calendar is read once more: of a seat, and of a series."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.domain.appointments.appointment import Seat
from shared.domain.errors import SlotTaken
from shared.records.codec import load_row
from shared.use_cases.appointments.change_by_staff import change_by_staff
from shared.use_cases.appointments.create_by_staff import create_by_staff
from shared.use_cases.appointments.staff_request import AppointmentChange, StaffBooking
from shared.use_cases.seats.move_seat import move_seat
from shared.use_cases.seats.seat_command import SeatRef
from shared.use_cases.seats.undo_seat import undo_seat
from shared.use_cases.series.change_series import SeriesChange
from tests.support.builders import a_service
from tests.use_cases.free_busy.test_booked_by_staff import PARTIES, about, create
from tests.use_cases.free_busy.test_own_calendars import HOUR, TEN, connected, own


__all__ = ["own"]  # the fixture


async def busy_since_a_moment(own) -> None:
    own.world.now += timedelta(minutes=1)
    own.add(TEN, TEN + HOUR)


async def seat_of(own, session: str) -> Seat:
    (row,) = (await own.world.table.range("bookings", "biz0clinic", f"S|{session}|", f"S|{session}|~")).rows
    return load_row(Seat, row)


async def test_a_seat_does_not_come_back_to_a_session_that_is_busy_outside_by_now(own):
    calendar = await own.world.store.calendars.reload("biz0clinic")
    group = a_service("talk", staff=("claire",), maximum_attendees=3)
    await own.world.save(replace(calendar, services={**calendar.services, "talk": group}))
    await connected(own)
    booking = StaffBooking(service="talk", start=TEN, parties=PARTIES)
    made = (await create_by_staff(booking, **await about(own))).id
    held = SeatRef(made, (await seat_of(own, made)).id)
    there, _ = await move_seat(held, TEN + 3 * HOUR, **await about(own), telling="later")
    version = (await seat_of(own, there)).version
    await busy_since_a_moment(own)
    with pytest.raises(SlotTaken):
        await undo_seat(held, version, **await about(own))


async def test_nor_does_an_appointment_of_a_series(own):
    await connected(own)
    mine = await create(own)
    await change_by_staff(mine, AppointmentChange(start=TEN + 3 * HOUR), **await about(own), telling="later")
    changed = await own.world.stored(mine)
    await busy_since_a_moment(own)
    (done,) = await SeriesChange(**await about(own), telling="later").undo([changed], changed.version)
    assert isinstance(done.refusal, SlotTaken)
    assert (await own.world.stored(mine)).start == TEN + 3 * HOUR
