"""Finds what was booked in a period: the days that were counted, and the index of starts of all others."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from shared.domain.reports.period import DAY, ReportPeriod
from shared.records.keys import days_between
from shared.records.reports.booked_days import (
    STATE,
    booked_between,
    booked_key,
    by_key,
    state_of,
    versions_between,
)
from shared.records.table import Page, Row, Values
from shared.use_cases.ports import Store


MOST_RANGES = 24  # of a period, read side by side
HOUR = timedelta(hours=1)
A_PART = 3 * HOUR


class BookedSpan(NamedTuple):
    """The time from a moment to another."""

    first: datetime
    last: datetime


class BookedParts(NamedTuple):
    """What was booked in a period: counted days with their starts, and rows of the index in the order of keys."""

    days: list[tuple[datetime, Values]]
    rows: list[Row]


async def find_booked_days(
    period: ReportPeriod,
    counted: Sequence[str],
    columns: Sequence[str] = (),
    *,
    business: str,
    store: Store,
    now: datetime,
) -> BookedParts:
    """Return these columns of the days that were counted, and of the other rows; at most two round trips deep.

    A counted day is taken only while it is exact, so what is returned is never older than the first round trip.
    """
    whole = whole_days(period.start, min(period.end, now))
    ends = [
        one
        for one in (BookedSpan(period.start, whole.first), BookedSpan(whole.last, period.end))
        if one.first < one.last
    ]
    at_once = list(_parts(ends))
    rows, days = await asyncio.gather(
        _read(at_once, columns, business, store), _exact_days(whole, counted, business, store)
    )
    known = {day for day, _ in days}
    missing = [day for day in _days(whole) if day not in known]
    runs = list(_runs(missing))
    if len(runs) > MOST_RANGES:
        runs, days = [whole], []
    rows += await _read(list(_parts(runs)), columns, business, store)
    return BookedParts(days, sorted(rows, key=lambda row: row.key))


def whole_days(first: datetime, last: datetime) -> BookedSpan:
    """Return the whole days of UTC between two moments; both ends are the first moment's where there is none."""
    start = first.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    start += DAY * (start < first)
    end = last.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return BookedSpan(start, end) if start < end else BookedSpan(first, first)


async def _exact_days(
    span: BookedSpan, counted: Sequence[str], business: str, store: Store
) -> list[tuple[datetime, Values]]:
    if span.first == span.last:
        return []
    versions, page = await asyncio.gather(
        store.table.range("bookings", business, *versions_between(*span)),
        store.table.range("facts", business, *booked_between(*span), counted),
    )
    known, rows = by_key(versions.rows), by_key(page.rows)
    found = [(day, rows[booked_key(day)]) for day in _days(span) if booked_key(day) in rows]
    return [(day, values) for day, values in found if values.get(STATE) == state_of(day, known)]


async def _read(spans: Sequence[BookedSpan], columns: Sequence[str], business: str, store: Store) -> list[Row]:
    pages: list[Page] = await asyncio.gather(
        *(store.table.range("bookings", business, *days_between(*one), columns) for one in spans)
    )
    return [row for page in pages for row in page.rows]


def _days(span: BookedSpan) -> Iterator[datetime]:
    return (span.first + number * DAY for number in range((span.last - span.first) // DAY))


def _runs(days: Sequence[datetime]) -> Iterator[BookedSpan]:
    """Yield days in stretches without a gap."""
    low = 0
    for place in range(1, len(days) + 1):
        if place == len(days) or days[place] - days[place - 1] > DAY:
            yield BookedSpan(days[low], days[place - 1] + DAY)
            low = place


def _parts(spans: Sequence[BookedSpan]) -> Iterator[BookedSpan]:
    """Yield stretches in parts to read side by side: of some hours, so that one answer holds a part."""
    length = sum((one.last - one.first for one in spans), timedelta())
    step = max(A_PART, timedelta(hours=-(-length // (MOST_RANGES * HOUR))))
    for first, last in spans:
        at = first
        while at < last:
            yield BookedSpan(at, min(at + step, last))
            at += step
