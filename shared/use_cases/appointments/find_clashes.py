"""Finds the appointments over which staff would book, for the confirmation that names them."""

from collections.abc import Sequence
from datetime import datetime

from shared.domain.appointments.appointment import LONGEST_VISIT, Appointment
from shared.domain.availability.presence import claim_of
from shared.domain.calendar.service import Service
from shared.records.codec import load_row
from shared.records.keys import days_between
from shared.use_cases.appointments.staff_claims import clashes
from shared.use_cases.ports import Store


async def find_clashes(
    service: Service, start: datetime, staff: Sequence[str], *, business: str, store: Store
) -> list[Appointment]:
    """Return the live appointments of these people that a visit at `start` would overlap, buffers included."""
    around = days_between(start - LONGEST_VISIT, start + service.duration)
    page = await store.table.range("bookings", business, *around)
    names = clashes(page.rows, claim_of(service, start), staff)
    found = (load_row(Appointment, row) for row in page.rows)
    return [one for one in found if one.id in names]
