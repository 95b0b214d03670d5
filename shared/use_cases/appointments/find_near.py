"""Finds what a customer has already around a time, so that staff are warned before they book it twice."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from shared.domain.appointments.appointment import Appointment
from shared.domain.appointments.customer import CustomerRecord, customers_named
from shared.domain.calendar.business import Calendar
from shared.domain.timeline.hours import local_date
from shared.records.codec import load_row
from shared.records.keys import appointment_key, appointments_near, customer_key
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

    The earliest first, by all ids of customers who were merged. One with neither id, address nor number is not
    known, and has none. One round trip and another for what is found; one or two more for merged customers.
    """
    business = calendar.business.id
    rows = await _listed(customer, start - NEAR, start + NEAR, business=business, store=store, secret=secret)
    found = await asyncio.gather(*(_appointment(row, business, store) for row in rows[:MOST]))
    zone = calendar.business.time_zone
    day = local_date(start, zone)
    near = [one for one in found if one and (one.service == service or local_date(one.start, zone) == day)]
    return sorted(near, key=lambda one: (one.start, one.id))


async def find_seated(
    customer: CustomerInput, starts: Sequence[datetime], *, business: str, store: Store, secret: str
) -> set[str]:
    """Return the ids of the appointments from the first of these starts to the last that a customer has.

    As deep as `find_near` without what is found.
    """
    last = max(starts) + timedelta(minutes=1)
    rows = await _listed(customer, min(starts), last, business=business, store=store, secret=secret)
    return {str(row.values["appointment"]) for row in rows}


async def _listed(
    customer: CustomerInput, first: datetime, last: datetime, *, business: str, store: Store, secret: str
) -> list[Row]:
    """Return a customer's index from `first` to `last`, without what is cancelled."""
    named = customer.email or customer.phone
    ids = (customer.customer_id,) if customer.customer_id else customers_named(secret, business, named)
    if not (customer.customer_id or named):
        return []

    async def listed(names: Iterable[str]) -> list[Row]:
        around = (appointments_near(one, first, last) for one in names)
        pages = await asyncio.gather(*(store.table.range("bookings", business, *one) for one in around))
        return [row for page in pages for row in page.rows if row.values.get("status") not in GONE]

    rows, others = await asyncio.gather(listed(ids), _other_ids(ids, business, store))
    return rows + (await listed(others) if others else [])


async def _other_ids(ids: Sequence[str], business: str, store: Store) -> list[str]:
    """Return the ids beside these of whom they name: of who was merged into them, or into whom they were."""
    known = await _records(ids, business, store)
    kept = await _records(tuple({one.merged_into for one in known} - {""}), business, store)
    names = [name for one in (*known, *kept) for name in (one.merged_into, *one.also) if name]
    return [one for one in dict.fromkeys(names) if one not in ids]


async def _records(ids: Sequence[str], business: str, store: Store) -> list[CustomerRecord]:
    rows = await asyncio.gather(*(store.table.get("bookings", business, customer_key(one)) for one in ids))
    return [load_row(CustomerRecord, one) for one in rows if one]


async def _appointment(row: Row, business: str, store: Store) -> Appointment | None:
    held = await store.table.get("bookings", business, appointment_key(str(row.values["appointment"])))
    found = load_row(Appointment, held) if held else None
    return found if found and found.is_live else None
