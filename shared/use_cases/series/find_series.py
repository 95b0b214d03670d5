"""Finds the appointments of a series, as they stand."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import NamedTuple

from shared.domain.appointments.appointment import Appointment, PendingSeat, Seat
from shared.domain.appointments.series import AppointmentSeries
from shared.records.codec import load_row
from shared.records.keys import appointment_key, appointments_of, id_of, listed_at, seat_key, series_key
from shared.records.table import Row
from shared.use_cases.booking.find_appointment import LONGEST_TRAIL, ManagedBooking
from shared.use_cases.ports import Store


class SeriesPart(NamedTuple):
    """An appointment of a series with its customer's seat: of a group, that of this series; None if it is gone."""

    appointment: Appointment
    seat: Seat | None

    @property
    def is_live(self) -> bool:
        """Return whether neither the appointment is cancelled nor, of a group, the seat given up."""
        has_seat = not self.appointment.is_group or (self.seat is not None and self.seat.status == "booked")
        return self.appointment.is_live and has_seat


class SeatPlace(NamedTuple):
    """A seat of a series in its customer's index: when and in which session, and whether it was given up."""

    start: datetime
    appointment: str
    seat: str
    is_cancelled: bool


@dataclass(frozen=True, slots=True)
class SeatPart:
    """A seat of a series with the session that it is in now."""

    session: Appointment
    seat: Seat

    @property
    def id(self) -> str:
        """Return the seat's id."""
        return self.seat.id

    @property
    def version(self) -> int:
        """Return the seat's version."""
        return self.seat.version

    @property
    def start(self) -> datetime:
        """Return when its session begins."""
        return self.session.start

    @property
    def is_live(self) -> bool:
        """Return whether neither session nor seat is cancelled."""
        return self.session.is_live and self.seat.status == "booked"

    @property
    def pending(self) -> PendingSeat | None:
        """Return what people know of it while they are not told of its last change."""
        return self.seat.pending if self.seat.has_pending_notice else None


async def find_seat_parts(seat: Seat, *, business: str, store: Store) -> list[SeatPart]:
    """Return the seats of a seat's series where they are, the earliest first; two round trips deep."""

    async def part(place: SeatPlace) -> SeatPart | None:
        keys = appointment_key(place.appointment), seat_key(place.appointment, place.seat)
        one, own = await asyncio.gather(*(store.table.get("bookings", business, key) for key in keys))
        return SeatPart(load_row(Appointment, one), load_row(Seat, own)) if one and own else None

    places = await find_places(seat, business=business, store=store)
    return [one for one in await asyncio.gather(*map(part, places)) if one]


async def find_places(seat: Seat, *, business: str, store: Store) -> list[SeatPlace]:
    """Return where the seats of a seat's series are, the earliest first; one round trip deep.

    The customer's index has them all: of a course of twenty, the sessions of each are not read one by one.
    """
    if not (seat.series and seat.customer_id):
        return []
    row, page = await asyncio.gather(
        store.table.get("bookings", business, series_key(seat.series)),
        store.table.range("bookings", business, *appointments_of(seat.customer_id)),
    )
    own = set(load_row(AppointmentSeries, row).seats) if row else set()
    rows = [one for one in page.rows if id_of(one.key) in own and one.values["status"] != "moved"]
    return [_place(one) for one in rows]


def _place(row: Row) -> SeatPlace:
    is_cancelled = row.values["status"] == "cancelled"
    return SeatPlace(listed_at(row.key), row.values["appointment"], id_of(row.key), is_cancelled)


async def find_series(series: str, *, business: str, store: Store) -> list[Appointment]:
    """Return the appointments of a series, the earliest first, cancelled ones too; two round trips deep."""
    return [one.appointment for one in await find_parts(series, business=business, store=store)]


async def find_dates(held: ManagedBooking, *, store: Store) -> list[SeriesPart]:
    """Return all dates of a booking's series as its holder may see them; none if it is of no series.

    A date that another customer has taken over, or whose link was replaced, is theirs alone.
    """
    series = held.seat.series if held.appointment.is_group else held.appointment.series
    if not series:
        return []
    mine = (held.seat.customer.identity, held.seat.link_version)
    business = held.calendar.business.id
    listed = await find_parts(series, business=business, store=store)
    found = await asyncio.gather(*(_followed(one, business, store) for one in listed))
    return sorted(
        (
            one
            for one in found
            if one.is_live and one.seat and (one.seat.customer.identity, one.seat.link_version) == mine
        ),
        key=lambda one: (one.appointment.start, one.appointment.id),
    )


async def _followed(part: SeriesPart, business: str, store: Store) -> SeriesPart:
    """Return where the seat is now that was moved from a session to another."""
    for _ in range(LONGEST_TRAIL):
        if part.seat is None or not part.seat.moved_to:
            break
        keys = appointment_key(part.seat.moved_to), seat_key(part.seat.moved_to, part.seat.id)
        one, own = await asyncio.gather(*(store.table.get("bookings", business, key) for key in keys))
        if one is None or own is None:
            break
        part = SeriesPart(load_row(Appointment, one), load_row(Seat, own))
    return part


async def find_parts(series: str, *, business: str, store: Store) -> list[SeriesPart]:
    """Return the same with the customer's seats."""
    row = await store.table.get("bookings", business, series_key(series))
    if row is None:
        return []
    held = load_row(AppointmentSeries, row)

    async def part(name: str, seat: str) -> SeriesPart | None:
        keys = [appointment_key(name), *([seat_key(name, seat)] if seat else [])]
        one, *own = await asyncio.gather(*(store.table.get("bookings", business, key) for key in keys))
        if one is None:
            return None
        appointment = load_row(Appointment, one)
        return SeriesPart(appointment, load_row(Seat, own[0]) if own and own[0] else appointment.seat)

    pairs = zip_longest(held.appointments, held.seats, fillvalue="")
    found = [one for one in await asyncio.gather(*(part(*pair) for pair in pairs)) if one]
    return sorted(found, key=lambda one: (one.appointment.start, one.appointment.id))
