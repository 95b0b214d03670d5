"""Finds the appointments of a customer, past and cancelled ones too: a page of them, the latest start first."""

import asyncio
from dataclasses import dataclass

from shared.domain.appointments.appointment import Appointment, Seat
from shared.domain.appointments.customer import CustomerRecord
from shared.records.codec import load_row
from shared.records.keys import appointment_key, appointments_of, customer_key, id_of, place_of, seat_key
from shared.records.table import Row
from shared.use_cases.appointments.find_appointments import AppointmentWithVisit, with_visit
from shared.use_cases.ports import Store


MOVED = "moved"


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
    wanted = rows[begin : begin + count]
    found = await asyncio.gather(*(_attended(row, business, store) for row in wanted))
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


async def _attended(row: Row, business: str, store: Store) -> CustomerAppointment | None:
    """Return the appointment of an index row; None if it was deleted or the seat was moved meanwhile."""
    name, seat_id = str(row.values["appointment"]), id_of(row.key)
    held, own = await asyncio.gather(
        store.table.get("bookings", business, appointment_key(name)),
        store.table.get("bookings", business, seat_key(name, seat_id)),
    )
    if held is None:
        return None
    appointment = load_row(Appointment, held)
    seat = appointment.seat or (load_row(Seat, own) if own else None)
    if seat is None or seat.id != seat_id or seat.status == MOVED:
        return None
    return CustomerAppointment(
        await with_visit(AppointmentWithVisit(appointment, held.written, (seat,)), business, store), seat
    )
