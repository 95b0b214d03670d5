"""Finds the figures of a calendar's last days."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from shared.domain.appointments.figures import Figures, figures_of
from shared.domain.calendar.business import Calendar
from shared.records.keys import CUSTOMER, days_between, every, parts_of
from shared.records.queue import COLUMNS, listed_rows
from shared.records.table import Range
from shared.use_cases.ports import Store
from shared.use_cases.visits.find_queue import day_of


if TYPE_CHECKING:
    from shared.use_cases.timed_cache import TimedCache

DAYS = 30  # with today
A_PERSONS_DAY, ONE_ANSWER = 12, 800  # appointments of a full day; rows that one answer surely holds
MOST_CUSTOMERS = 1000  # of one of sixteen parts; with more of them, new ones are not counted
LASTS = 60.0  # seconds that figures may be old
KEPT, MOST_CALENDARS = "figures", 50


@dataclass(frozen=True, slots=True)
class LastDays:
    """The figures of the days up to `last`; `new_customers` is None where there are too many to count."""

    first: date
    last: date
    figures: Figures
    new_customers: int | None


async def find_last_days(calendar: Calendar, today: date, *, store: Store) -> LastDays:
    """Return the figures of the last 30 days with today, by when appointments start.

    One round trip deep, side by side; nothing is read while the figures are known from a moment ago.
    """
    business = calendar.business
    kept: TimedCache[tuple[str, str, date], LastDays] = store.kept(KEPT, MOST_CALENDARS)
    return await kept.get((business.id, business.version, today), LASTS, lambda: _read(calendar, today, store))


async def _read(calendar: Calendar, today: date, store: Store) -> LastDays:
    since = today - timedelta(days=DAYS - 1)
    business = calendar.business.id
    spans = _spans(calendar, since, today)
    pages, new = await asyncio.gather(
        asyncio.gather(*(store.table.range("bookings", business, *span, COLUMNS) for span in spans)),
        _count_new(business, day_of(calendar, since)[0], store),
    )
    entries = listed_rows((row for page in pages for row in page.rows), (), calendar)
    return LastDays(since, today, figures_of((one.planned for one in entries), calendar.services), new)


def _spans(calendar: Calendar, first: date, last: date) -> Iterator[Range]:
    """Yield the days in parts that one answer each holds."""
    people = sum(person.can_be_booked for person in calendar.staff.values())
    step = timedelta(days=max(ONE_ANSWER // (A_PERSONS_DAY * max(people, 1)), 1))
    while first <= last:
        until = min(first + step - timedelta(days=1), last)
        yield days_between(day_of(calendar, first)[0], day_of(calendar, until)[1])
        first += step


async def _count_new(business: str, since: datetime, store: Store) -> int | None:
    """Return how many customers booked for the first time since then; None if there are too many to count."""
    parts = parts_of(every(CUSTOMER), "123456789abcdef")
    pages = await asyncio.gather(
        *(store.table.range("bookings", business, *part, ("firstSeen",), MOST_CUSTOMERS) for part in parts)
    )
    if any(len(page.rows) == MOST_CUSTOMERS for page in pages):
        return None
    firsts = (str(row.values.get("firstSeen") or "") for page in pages for row in page.rows)
    return sum(bool(first) and datetime.fromisoformat(first) >= since for first in firsts)
