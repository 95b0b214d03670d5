"""Finds the booked places of a period and what became of them: counted days, and the index of starts."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import count
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from shared.domain.appointments.cancellation import read_left
from shared.domain.reports.cancellations import (
    BookedPlaces,
    CancellationReport,
    PlacesIn,
    PlacesOf,
    cancellations_of,
    hour_at,
    local_hour,
)
from shared.domain.reports.no_shows import Hour
from shared.domain.reports.period import ReportPeriod
from shared.records.keys import days_between, start_of
from shared.records.reports.booked_days import counts_columns, load_day
from shared.records.table import Row
from shared.use_cases.ports import Store
from shared.use_cases.reports.find_booked_days import find_booked_days


COLUMNS = ("status", "service", "staff", "filled", "origin", "left")
AS_BOOKED = itemgetter("service", "staff", "status", "filled")
AN_HOUR, A_MINUTE = timedelta(hours=1), timedelta(minutes=1)
BOOKED = (None, "", "booking")  # the origins of what was booked: nobody gives up a place at the door


async def find_cancellations(
    period: ReportPeriod, *, business: str, store: Store, now: datetime
) -> CancellationReport:
    """Return what was cancelled of the appointments that start in the period."""
    columns = counts_columns()
    parts = await find_booked_days(period, columns, COLUMNS, business=business, store=store, now=now)
    report, clock = report_of(parts.rows, period.zone), ZoneInfo(period.zone)
    for start, values in parts.days:
        report.add_day(load_day(values), start, clock)
    return report


def booked_rows(rows: Iterable[Row]) -> list[Row]:
    """Return the rows of the index that were booked."""
    return [row for row in rows if row.values.get("origin") in BOOKED]


def places_of(row: Row) -> BookedPlaces:
    """Return the places of the appointment of a row."""
    service, staff, status, filled = AS_BOOKED(row.values)
    return _kind(service, staff, status, filled, row.values.get("left", "")).places


def report_of(rows: Iterable[Row], zone: str) -> CancellationReport:
    """Return the report of rows of the index, in the order of their keys.

    There may be very many, so those that are alike get one number, and these are counted.
    """
    booked = booked_rows(rows)
    found, number = [row.values for row in booked], count()
    numbers: defaultdict[tuple[Any, ...], int] = defaultdict(number.__next__)
    alike = list(map(numbers.__getitem__, map(AS_BOOKED, found)))
    for place, one in enumerate(found):
        if left := one.get("left"):
            alike[place] = numbers[*AS_BOOKED(one), left]
    kinds = [_kind(*one) for one in numbers]
    by_kind, by_hour = Counter[PlacesOf](), dict[PlacesIn, int]()  # statuses that are alike here fall together
    for one_kind, times in Counter(alike).items():
        by_kind[kinds[one_kind]] += times
    of_places = {one.places: place for place, one in enumerate(kinds)}
    same = [of_places[one.places] for one in kinds]  # the number of a kind with these places
    for hour, of_hour in _by_hour([row.key for row in booked], alike, ZoneInfo(zone)).items():
        times_of = Counter[int]()
        for one_kind, times in of_hour.items():
            times_of[same[one_kind]] += times
        by_hour |= {PlacesIn(hour, kinds[place].places): times for place, times in times_of.items()}
    return cancellations_of(by_kind, by_hour)


def _by_hour(keys: Sequence[str], alike: Sequence[int], clock: ZoneInfo) -> dict[Hour, Counter[int]]:
    """Return how many of each number start in each hour of the week: a stretch of the keys is an hour of UTC."""
    found, low = defaultdict[Hour, Counter[int]](Counter), 0
    while low < len(keys):
        start = start_of(keys[low])
        first = start.replace(minute=0)
        hour, end = local_hour(first, clock), first + AN_HOUR
        if hour is None:
            hour, end = hour_at(start, clock), start + A_MINUTE
        high = bisect_left(keys, days_between(start, end).high, low)
        found[hour].update(alike[low:high])
        low = high
    return found


def _kind(service: str, staff: str, status: str, filled: int, text: str = "") -> PlacesOf:
    left, is_cancelled = tuple(read_left(text)), status == "cancelled"
    places = BookedPlaces(0 if is_cancelled else int(filled), left, int(is_cancelled and not left))
    return PlacesOf(service, tuple(filter(None, staff.split(","))), places)
