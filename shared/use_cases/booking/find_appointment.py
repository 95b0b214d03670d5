"""Finds the appointment and seat of a signed manage link, and what its holder may still do."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from shared.domain.appointments.appointment import Appointment, Seat
from shared.domain.calendar.business import Calendar
from shared.domain.calendar.service import Service
from shared.domain.errors import NotFound
from shared.domain.links import SignedLink, read_link
from shared.records.codec import load, load_row
from shared.records.keys import appointment_key, seat_key
from shared.records.table import Rows
from shared.use_cases.context import Context


LONGEST_TRAIL = 50  # how often a group seat may have moved from session to session


@dataclass(frozen=True, slots=True)
class ManagedBooking:
    """A seat as its holder sees it. `service` is None once the calendar no longer has it."""

    calendar: Calendar
    service: Service | None
    appointment: Appointment
    seat: Seat

    @property
    def is_live(self) -> bool:
        """Return whether neither the seat nor the appointment is cancelled."""
        return self.appointment.is_live and self.seat.status == "booked"

    def changes_close_at(self) -> datetime:
        """Return until when the holder may move or cancel."""
        business = self.calendar.business
        policy = self.calendar.policy_of(self.service) if self.service else business.policy
        return self.appointment.start - policy.minimum_lead_time

    def may_change(self, now: datetime) -> bool:
        """Return whether the holder may move or cancel now; staff can reserve that to themselves."""
        by_staff = self.seat.made_by == "staff" and self.service and not self.service.customers_may_manage
        return self.is_live and not by_staff and now < self.changes_close_at()


def read_manage_token(token: str, calendar: Calendar, secret: str, now: datetime) -> SignedLink:
    """Return what a manage token of this calendar says. Raise NotFound for any other text."""
    link = read_link(secret, token, "manage", now)
    if link is None or link.business != calendar.business.id:
        raise NotFound
    return link


def seat_reads(rows: Rows, appointment: str, name: str) -> Iterable[str]:
    """Yield the keys of a seat's rows, following it if it was moved to another group session."""
    current = appointment
    for _ in range(LONGEST_TRAIL):
        yield appointment_key(current)
        if name == appointment and _is_alone(rows, current):
            return
        yield seat_key(current, name)
        seat = rows.values(seat_key(current, name))
        if seat is None or (moved := load(Seat, seat).moved_to) == "":
            return
        current = moved


def _is_alone(rows: Rows, appointment: str) -> bool:
    """Return whether an appointment's only seat is in its own row; true until the appointment is read.

    A group's first seat has the session's id; only the rows distinguish the two. An appointment that does not
    exist may have been a group's, deleted after the seat was moved.
    """
    was_read, row = rows.find(appointment_key(appointment))
    return not was_read or (row is not None and not load_row(Appointment, row).is_group)


def find_seat(rows: Rows, appointment: str, name: str) -> tuple[Appointment, Seat] | None:
    """Return a seat where it is now, with its appointment; None if these were not read or do not exist."""
    current = appointment
    for _ in range(LONGEST_TRAIL):
        values, row = rows.values(appointment_key(current)), rows.values(seat_key(current, name))
        found, seat = load(Appointment, values) if values else None, load(Seat, row) if row else None
        if seat is not None and seat.moved_to:
            current = seat.moved_to
            continue
        seat = found.seat if found and found.seat else seat
        return (found, seat) if found and seat and seat.id == name else None
    return None


def held_seat(rows: Rows, link: SignedLink, now: datetime) -> tuple[Appointment, Seat]:
    """Return the appointment and seat of a link as they are now. Raise NotFound if it is void or expired."""
    found = find_seat(rows, link.appointment, link.seat)
    if found is None or found[1].link_version > link.link_version or found[0].links_are_over(now):
        raise NotFound
    return found


async def find_appointment(token: str, *, calendar: Calendar, context: Context) -> ManagedBooking:
    """Return the booking of a manage link. Raise NotFound.

    One round trip deep, and one more for each move of a group seat.
    """
    link = read_manage_token(token, calendar, context.secret, context.now)
    rows = Rows()

    async def read(key: str) -> None:
        rows.by_key[key] = await context.store.table.get("bookings", link.business, key)

    current = asyncio.ensure_future(context.store.calendars.current(calendar))
    while wanted := [key for key in seat_reads(rows, link.appointment, link.seat) if not rows.has(key)]:
        await asyncio.gather(*(read(key) for key in wanted))
    fresh = await current
    appointment, seat = held_seat(rows, link, context.now)
    return ManagedBooking(
        fresh, appointment.service_of(fresh.services.get(appointment.service)), appointment, seat
    )
