"""Finds when staff are free, busy or away: ledgers and open sessions, in one wave of reads."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from shared.domain.appointments.appointment import LONGEST_VISIT, Appointment
from shared.domain.availability.staff import StaffInterval, staff_intervals
from shared.domain.calendar.business import Calendar
from shared.domain.errors import InvalidFields, NotFound
from shared.domain.timeline.ledger import Ledger, months_in
from shared.domain.timeline.ticks import Window
from shared.records.codec import load_row
from shared.records.keys import ledger_key, sessions_between
from shared.records.table import Range, Row
from shared.use_cases.ports import Store


LONGEST = timedelta(days=100)
FEW, AT_ONCE = 24, 500  # up to so many ledgers are read one by one; people in one range
WEEKS = timedelta(days=14)
COLUMNS = ("p0", "p1", "off", "external", "h0")


async def find_staff_availability(
    people: Sequence[str], start: datetime, end: datetime, *, calendar: Calendar, store: Store
) -> dict[str, list[StaffInterval]]:
    """Return the intervals of each person in [start, end), in the order in which the people are named.

    Raise NotFound for people who are not on the staff, and InvalidFields as `check_stretch`.
    """
    check_stretch(start, end)
    if any(one not in calendar.staff for one in people):
        raise NotFound("Somebody who is asked about is not on the staff.")
    months = months_in(Window.around(start, end))
    ledgers, sessions = await asyncio.gather(
        find_ledgers(people, months, calendar, store), _sessions(start, end, calendar, store)
    )
    return {
        one: staff_intervals(
            calendar.staff[one],
            calendar.business,
            start,
            end,
            ledgers={month: ledgers[key] for month in months if (key := ledger_key(month, one)) in ledgers},
            sessions=sessions,
        )
        for one in people
    }


def check_stretch(start: datetime, end: datetime) -> None:
    """Raise InvalidFields if the end is not after the start, or more than 100 days after it."""
    if not start < end <= start + LONGEST:
        raise InvalidFields([("/end", f"after the start, and at most {LONGEST.days} days later")])


async def find_ledgers(
    people: Sequence[str], months: Sequence[str], calendar: Calendar, store: Store
) -> dict[str, Ledger]:
    """Return the ledgers of people in months by their keys, those that exist; one round trip."""
    business, keys = calendar.business.id, [ledger_key(month, one) for month in months for one in people]
    if len(keys) <= FEW:
        found = await asyncio.gather(*(store.table.get("bookings", business, key, COLUMNS) for key in keys))
        rows = [row for row in found if row]
    else:
        wanted = _parts(set(people), months, calendar)
        pages = await asyncio.gather(*(store.table.range("bookings", business, *one, COLUMNS) for one in wanted))
        rows = [row for page in pages for row in page.rows]
    return {row.key: Ledger.from_row(row.values) for row in rows}


def _parts(people: set[str], months: Iterable[str], calendar: Calendar) -> list[Range]:
    """Return ranges that hold the ledgers of these people, none with more rows than one answer holds."""
    everybody = sorted({*calendar.staff, *calendar.former})
    groups = [everybody[first : first + AT_ONCE] for first in range(0, len(everybody), AT_ONCE)]
    return [
        Range(ledger_key(month, group[0]), f"{ledger_key(month, group[-1])}-")
        for month in months
        for group in groups
        if people.intersection(group)
    ]


async def _sessions(start: datetime, end: datetime, calendar: Calendar, store: Store) -> list[Appointment]:
    """Return the open sessions that may overlap with [start, end)."""
    # From earlier on: a session that began before `start` may last into it.
    parts, first = [], start - LONGEST_VISIT
    while first < end:
        parts.append(sessions_between(first, min(first + WEEKS, end + timedelta(minutes=1))))
        first += WEEKS
    business = calendar.business.id
    pages = await asyncio.gather(*(store.table.range("bookings", business, *part) for part in parts))
    rows: list[Row] = [row for page in pages for row in page.rows]
    return [load_row(Appointment, row) for row in rows]
