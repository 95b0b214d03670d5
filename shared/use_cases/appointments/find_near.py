"""Finds what a customer has already around a time, so that staff are warned before they book it twice."""

import asyncio
from datetime import datetime, timedelta

from shared.domain.appointments.appointment import Appointment
from shared.domain.appointments.customer import customers_named
from shared.domain.calendar.business import Calendar
from shared.domain.timeline.hours import local_date
from shared.records.codec import load_row
from shared.records.keys import appointment_key, appointments_near
from shared.records.table import Row
from shared.use_cases.appointments.staff_request import CustomerInput
from shared.use_cases.ports import Store


NEAR = timedelta(days=7)
MOST = 20
GONE = ("cancelled", "moved")


async def find_near(
    customer: CustomerInput, service: str, start: datetime, *, calendar: Calendar, store: Store, secret: str
) -> list[Appointment]:
    """Return a customer's live appointments on the day of `start`, and those of the service within a week of it.

    The earliest first. A customer with neither id, address nor number is not known, and has none.
    """
    business, named = calendar.business.id, customer.email or customer.phone
    ids = (customer.customer_id,) if customer.customer_id else customers_named(secret, business, named)
    if not (customer.customer_id or named):
        return []
    around = (appointments_near(one, start - NEAR, start + NEAR) for one in ids)
    pages = await asyncio.gather(*(store.table.range("bookings", business, *one) for one in around))
    rows = [row for page in pages for row in page.rows if row.values.get("status") not in GONE]
    found = await asyncio.gather(*(_appointment(row, business, store) for row in rows[:MOST]))
    zone = calendar.business.time_zone
    day = local_date(start, zone)
    near = [one for one in found if one and (one.service == service or local_date(one.start, zone) == day)]
    return sorted(near, key=lambda one: (one.start, one.id))


async def _appointment(row: Row, business: str, store: Store) -> Appointment | None:
    held = await store.table.get("bookings", business, appointment_key(str(row.values["appointment"])))
    found = load_row(Appointment, held) if held else None
    return found if found and found.is_live else None
