"""Finds the appointments of a customer, past and cancelled ones too: a page of them, the latest start first."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.domain.appointments.appointment import Appointment, Seat
from shared.domain.appointments.customer import CustomerRecord
from shared.records.codec import load_row
from shared.records.keys import (
    appointment_key,
    appointments_of,
    customer_key,
    id_of,
    place_of,
    seat_key,
    visit_key,
)
from shared.records.table import Row
from shared.records.visits import load_visit
from shared.use_cases.appointments.find_appointments import AppointmentWithVisit
from shared.use_cases.ports import Store
from shared.use_cases.read_many import read_many


MOVED = "moved"
FoundSeat = tuple[Appointment, datetime, str]
"""An appointment, when its row was written, and the id of the seat in it."""


@dataclass(frozen=True, slots=True)
class CustomerAppointment:
    """An appointment with the customer's own seat, which may be cancelled although the session is not."""

    listed: AppointmentWithVisit
    seat: Seat

    @property
    def is_cancelled(self) -> bool:
        """Return whether the customer's seat or the whole appointment is cancelled."""
        return self.seat.status == "cancelled" or not self.listed.appointment.is_live


async def find_customer_appointments(
    customer: str, begin: int, count: int, *, business: str, store: Store
) -> tuple[list[CustomerAppointment], bool]:
    """Return up to `count` of a customer's appointments from position `begin` on, and whether there are more.

    Three round trips: the customer's index, which has where each seat is now, the appointments, and their visits;
    and one more for a customer into whom others were merged.
    """
    listed = await _listed(customer, business, store)
    rows = [row for row in listed if row.values.get("status") != MOVED]
    wanted = [(str(row.values["appointment"]), id_of(row.key)) for row in rows[begin : begin + count]]
    held = await read_many((appointment_key(name) for name, _ in wanted), business=business, store=store)
    appointments = {id_of(key): (load_row(Appointment, row), row.written) for key, row in held.items()}
    there = [(*appointments[name], seat) for name, seat in wanted if name in appointments]
    beside = await read_many(_beside(there), business=business, store=store)
    found = (_attended(*one, beside) for one in there)
    return [one for one in found if one], begin + count < len(rows)


async def _listed(customer: str, business: str, store: Store) -> list[Row]:
    """Return the index of a customer by all their ids, the latest start first."""
    row, page = await asyncio.gather(
        store.table.get("bookings", business, customer_key(customer)),
        store.table.range("bookings", business, *appointments_of(customer)),
    )
    known = load_row(CustomerRecord, row) if row else CustomerRecord(name="")
    if known.merged_into:
        return await _listed(known.merged_into, business, store)
    more = (store.table.range("bookings", business, *appointments_of(one)) for one in known.also)
    pages = [page, *await asyncio.gather(*more)]
    return sorted((row for one in pages for row in one.rows), key=lambda row: place_of(row.key), reverse=True)


def _beside(found: Sequence[FoundSeat]) -> Iterator[str]:
    """Yield the keys of the seats of groups, and of the visits."""
    for appointment, _, seat in found:
        if appointment.is_group:
            yield seat_key(appointment.id, seat)
        if appointment.is_live:
            yield visit_key(appointment.start, appointment.id)


def _attended(
    appointment: Appointment, written: datetime, seat_id: str, beside: Mapping[str, Row]
) -> CustomerAppointment | None:
    """Return the appointment with a seat; None if the seat was moved meanwhile, or is not there."""
    own = beside.get(seat_key(appointment.id, seat_id))
    seat = appointment.seat or (load_row(Seat, own) if own else None)
    if seat is None or seat.id != seat_id or seat.status == MOVED:
        return None
    row = beside.get(visit_key(appointment.start, appointment.id))
    visit = load_visit(row.values) if row else None
    return CustomerAppointment(AppointmentWithVisit(appointment, written, (seat,), visit), seat)
