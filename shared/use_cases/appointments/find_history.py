"""Finds what the audit has of one appointment: the latest entries, and how it was made."""

import asyncio
from collections.abc import Collection, Iterable
from datetime import timedelta

from shared.domain.appointments.appointment import Appointment, Seat
from shared.records.keys import AUDIT, audit_key, every
from shared.records.table import Row
from shared.use_cases.organisation.find_audit import AuditEntry, as_entry
from shared.use_cases.ports import Store


LOOKED_THROUGH = 1000  # entries: one answer
AROUND = timedelta(seconds=30)  # an entry has the moment at which its command began


async def find_history(
    appointment: Appointment, seats: Iterable[Seat] = (), *, business: str, store: Store
) -> tuple[list[AuditEntry], bool]:
    """Return the entries, the newest first, and whether they are complete; one round trip.

    Of a group they are also those of the given `seats`, which it has or had.

    The audit is ordered by time, not by appointment. On a busy calendar only the last thousand entries are
    searched, and those around the time at which the appointment was made.
    """
    # A customer's commands are recorded for the seat, those of staff for the appointment or one seat of a group.
    names = {appointment.id, *([appointment.seat.id] if appointment.seat else []), *(one.id for one in seats)}
    whole = every(AUDIT)
    made = appointment.made_at or (appointment.seat.made_at if appointment.seat else None)
    begin, end = (audit_key(made + AROUND, ""), audit_key(made - AROUND, "")) if made else (whole.low, whole.low)
    latest, first = await asyncio.gather(
        store.table.range("bookings", business, whole.low, end if made else whole.high, limit=LOOKED_THROUGH),
        store.table.range("bookings", business, begin, end, limit=LOOKED_THROUGH),
    )
    rows = {row.key: row for row in (*latest.rows, *first.rows)}
    found = _about(names, [rows[key] for key in sorted(rows)])
    return found, len(latest.rows) < LOOKED_THROUGH


def _about(names: Collection[str], rows: list[Row]) -> list[AuditEntry]:
    return [one for one in map(as_entry, rows) if one.subject in names]
