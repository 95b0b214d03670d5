"""The rows of an appointment and its seats, which a command writes together with the ledgers."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from shared.domain.appointments.appointment import Appointment, Seat
from shared.domain.appointments.cancellation import places_left, written_left
from shared.domain.appointments.customer import CustomerRecord
from shared.records.codec import dump
from shared.records.keys import (
    appointment_key,
    customer_appointment_key,
    customer_key,
    day_key,
    long_key,
    seat_key,
    seat_place,
    session_key,
)
from shared.records.table import Rows, Values


Changes = dict[str, Values | None]
LONG = timedelta(hours=3)
"""A search for the appointments at a moment looks back this far; longer ones are also indexed by their ends."""


def appointment_rows(new: Appointment, old: Appointment | None = None) -> Changes:
    """Return the appointment with its projections; those of the `old` version that no longer apply are deleted.

    The engine adds the versions of the queues that show these rows.
    """
    rows: Changes = {}
    if old and old.start != new.start:
        rows[day_key(old.start, old.id)] = None
    document = dump(new)
    shown = projection(new, document)
    rows[appointment_key(new.id)] = document
    rows[day_key(new.start, new.id)] = shown
    if old and is_long(old):
        rows[long_key(old.end, old.id)] = None
    if is_long(new):
        rows[long_key(new.end, new.id)] = shown
    if new.is_group:
        rows |= _session_rows(new, old)
    return rows


def session_reads(appointment: Appointment, start: datetime | None = None) -> Iterable[str]:
    """Yield the key in the index of open sessions that a change may write, at `start` or the present one."""
    if appointment.is_group:
        yield session_key(start or appointment.start, appointment.service, appointment.id)


def is_long(appointment: Appointment) -> bool:
    """Return whether it is indexed by its end too: see LONG."""
    return appointment.end - appointment.start > LONG


def _session_rows(new: Appointment, old: Appointment | None) -> Changes:
    """Return the changes of the index of open sessions: it has a row while a live session has free seats."""
    # The start is part of the key, so a session that moves gets a new row.
    was_open = old is not None and old.is_live and old.filled < old.capacity
    is_open = new.is_live and new.filled < new.capacity
    rows: Changes = {}
    if old and was_open and (not is_open or old.start != new.start):
        rows[session_key(old.start, old.service, old.id)] = None
    if is_open:
        rows[session_key(new.start, new.service, new.id)] = dump(new)
    return rows


def projection(appointment: Appointment, document: Values | None = None) -> dict[str, Any]:
    """Return the row of the day index: columns to filter and list by, and the whole appointment.

    `document` is the latter as columns, where it was made already.
    """
    name = appointment.seat.customer.name if appointment.seat else ""
    return {
        "end": appointment.end.isoformat(),
        "status": appointment.status,
        "service": appointment.service,
        "staff": ",".join(appointment.staff),
        "name": name,
        "filled": appointment.filled,
        "origin": appointment.origin,
        "online": _flag(appointment.terms.is_online if appointment.terms else None),
        "by": appointment.seat.made_by if appointment.seat else "",
        "ref": appointment.seat.ref_id if appointment.seat else "",
        "wish": "1" if appointment.open_wish else "",
        "left": written_left(places_left(appointment)),
        "confirm": "1" if appointment.is_to_confirm else "",
        "joins": _flag(appointment.terms.allow_anonymous_join if appointment.terms else None),
        **(document or dump(appointment)),
    }


def _flag(value: bool | None) -> str:
    return "" if value is None else str(int(value))


def seat_rows(seat: Seat, appointment: Appointment, was_at: datetime | None = None) -> Changes:
    """Return the seat's row, if it is a group's (else it is within its appointment), and the customer's index.

    A row of the index at an earlier start stays, marked as moved: a repeated booking finds its seat by it.
    """
    place = {"appointment": appointment.id, "service": appointment.service}
    rows: Changes = {}
    if appointment.is_group:
        rows[seat_key(appointment.id, seat.id)] = dump(seat.model_copy(update={"listed": appointment.start}))
    if not seat.customer_id:  # they were erased
        return rows
    before = seat.listed or was_at
    if before and before != appointment.start:
        rows[customer_appointment_key(seat.customer_id, before, seat.id)] = {**place, "status": "moved"}
    status = "cancelled" if seat.status == "cancelled" else appointment.status
    key = customer_appointment_key(seat.customer_id, appointment.start, seat.id)
    rows[key] = {**place, "status": status}
    return rows


def known_among(rows: Rows, customers: Sequence[str]) -> str:
    """Return the first of the ids of a customer that has a row; where none has, the first."""
    return next((one for one in customers if rows.values(customer_key(one)) is not None), customers[0])


def edited_row(record: CustomerRecord, values: Values, now: datetime) -> Values:
    """Return a customer's row after a change by staff, which replaces the one that was read."""
    seen = {name: values[name] for name in ("firstSeen", "lastSeen", "lastSeat") if name in values}
    return {"firstSeen": now.isoformat(), "lastSeen": "", **seen, **dump(record), "edited": True}


def customer_row(seat: Seat, now: datetime, listed: datetime | None = None) -> Changes:
    """Return the customer's row: inserted once; afterwards only `lastSeen` and `lastSeat` are merged into it.

    `lastSeat` is the seat that the same transaction adds to their index, with the start that it is `listed` at.
    """
    seen = {"firstSeen": now.isoformat(), "lastSeen": now.isoformat()}
    last = {"lastSeat": seat_place(listed, seat.id)} if listed else {}
    return {customer_key(seat.customer_id): {**dump(seat.customer), **seen, **last}}
