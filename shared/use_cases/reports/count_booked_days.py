"""Counts what was booked on days that are over, so that reports of many appointments add up a row for each day.

It is counted by the sweep, never by a booking, and anew whenever the day was changed: by staff who enter or cancel
something late, or by retention.
"""

import asyncio
from datetime import datetime, timedelta

from shared.domain.appointments.appointment import Appointment
from shared.domain.reports.cancellations import QUARTER, BookedDay, CancelledPlaces
from shared.domain.reports.demand import booked_ahead
from shared.domain.reports.period import DAY
from shared.records.keys import days_between, start_of
from shared.records.reports.booked_days import (
    STATE,
    booked_between,
    booked_key,
    by_key,
    dump_day,
    state_of,
    versions_between,
)
from shared.records.table import Operation, Row
from shared.use_cases.ports import Store
from shared.use_cases.readable import guarded, readable
from shared.use_cases.reports.find_booked_days import whole_days
from shared.use_cases.reports.find_cancellations import booked_rows, places_of, report_of


LOOKED_AT = timedelta(days=100)
MOST_COUNTED = 24  # days of a calendar in one sweep


async def count_booked_days(business: str, *, store: Store, now: datetime) -> int:
    """Count days of the last months that changed since they were counted, the latest first; return how many."""
    span = whole_days(now - LOOKED_AT, now)
    versions, page = await asyncio.gather(
        store.table.range("bookings", business, *versions_between(*span)),
        store.table.range("facts", business, *booked_between(*span), (STATE,)),
    )
    known, counted = by_key(versions.rows), by_key(page.rows)
    days = [span.last - (number + 1) * DAY for number in range((span.last - span.first) // DAY)]
    states = {day: state for day in days if (state := state_of(day, known))}
    stale = [day for day, state in states.items() if counted.get(booked_key(day), {}).get(STATE) != state]
    count = 0
    for day in stale:
        work = _count_day(business, day, states[day], store)
        count += await guarded(f"calendar {business}, {day:%Y-%m-%d},", work, 0)
        if count >= MOST_COUNTED:
            break
    return count


async def _count_day(business: str, day: datetime, state: str, store: Store) -> int:
    """Count a day, unless it is changed meanwhile; return how many days were."""
    page = await store.table.range("bookings", business, *days_between(day, day + DAY))
    versions = await store.table.range("bookings", business, *versions_between(day, day + DAY))
    if state_of(day, by_key(versions.rows)) != state:
        return 0  # what was read is of two states
    held = readable(Appointment, page.rows)
    if len(held) < len(page.rows):
        return 0  # another version can read all of them; readers take its rows until then
    ahead = booked_ahead(one for _, one in held)
    values = dump_day(state, booked_day(page.rows), ahead)
    if values is None:
        return 0  # readers take its rows
    await store.table.transact("facts", business, [Operation("upsert", booked_key(day), values)])
    return 1


def booked_day(rows: list[Row]) -> BookedDay:
    """Return the places of the rows of one day of UTC."""
    found, quarters = report_of(rows, "Etc/UTC"), dict[int, CancelledPlaces]()
    for row in booked_rows(rows):
        start = start_of(row.key)
        quarter = timedelta(hours=start.hour, minutes=start.minute) // QUARTER
        quarters.setdefault(quarter, CancelledPlaces()).add(places_of(row), 1)
    return BookedDay(found.services, found.people, quarters, found.reasons)
