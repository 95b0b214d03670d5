"""Finds the booked places of a period and what became of them, by the index of starts."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta

from shared.domain.appointments.cancellation import read_left
from shared.domain.reports.cancellations import (
    BookedPlaces,
    CancellationReport,
    PlacesAt,
    PlacesOf,
    cancellations_of,
)
from shared.domain.reports.period import ReportPeriod
from shared.records.keys import days_between, start_of, up_to_minute
from shared.records.table import Range, Row
from shared.use_cases.ports import Store


COLUMNS = ("status", "service", "staff", "filled", "origin", "left")
MOST_RANGES = 24  # of a period, read side by side
Raw = tuple[str, int, str]  # status, places that are taken, and the column of those given up


async def find_cancellations(period: ReportPeriod, *, business: str, store: Store) -> CancellationReport:
    """Return what was cancelled of the appointments that start in the period, at once where they are few."""
    pages = await asyncio.gather(
        *(store.table.range("bookings", business, *span, COLUMNS) for span in _spans(period))
    )
    return report_of([row for page in pages for row in page.rows], period.zone)


def report_of(rows: Sequence[Row], zone: str) -> CancellationReport:
    """Return the report of rows of the index. Those that are alike are counted first: there may be very many."""
    booked = [row for row in rows if row.values.get("origin") in (None, "", "booking")]
    raw: list[Raw] = [(row.values["status"], row.values["filled"], row.values.get("left") or "") for row in booked]
    of = ((row.values["service"], row.values["staff"]) for row in booked)
    keys = (up_to_minute(row.key) for row in booked)
    kinds, starts = Counter(zip(of, raw, strict=True)), Counter(zip(keys, raw, strict=True))
    places = {one: _places(one) for one in set(raw)}
    by_kind, by_start = Counter[PlacesOf](), Counter[PlacesAt]()  # statuses that are alike here fall together
    for ((service, staff), one), times in kinds.items():
        by_kind[PlacesOf(str(service), tuple(filter(None, str(staff).split(","))), places[one])] += times
    for (key, one), times in starts.items():
        by_start[PlacesAt(start_of(key), places[one])] += times
    return cancellations_of(by_kind, by_start, zone)


def _places(raw: Raw) -> BookedPlaces:
    status, filled, text = raw
    left, is_cancelled = tuple(read_left(str(text))), status == "cancelled"
    return BookedPlaces(0 if is_cancelled else int(filled), left, int(is_cancelled and not left))


def _spans(period: ReportPeriod) -> Iterator[Range]:
    """Yield the period in parts of whole days."""
    step, first = timedelta(days=-(-period.length // MOST_RANGES)), period.start
    while first < period.end:
        until = min(first + step, period.end)
        yield days_between(first, until)
        first = until
