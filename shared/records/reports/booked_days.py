"""The rows of what became of booked places: one for each day of UTC, counted from the index of starts.

`of` names the state of the day that was counted, by the versions of the queue's hours: every change of the index
gives its hour another one in the same transaction. So a row is exact just while these versions are still those.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from shared.domain.reports.cancellations import BookedDay, CancelledPlaces
from shared.domain.reports.demand import BookedAhead
from shared.records.keys import following, minute
from shared.records.queue_keys import columns_of_day
from shared.records.reports.parts import cut, part_names, whole
from shared.records.table import Range, Row, Values


BOOKED_DAYS = Range("C", "D")
KIND, STATE = "C|", "of"
COUNTS, AHEAD = "c", "a"
MOST_PARTS = 8
DAY = timedelta(days=1)


def booked_key(day: datetime) -> str:
    """Return the key of a day."""
    return f"{KIND}{minute(day)[:8]}"


def booked_between(first: datetime, last: datetime) -> Range:
    """Return the days that start in [first, last)."""
    return Range(booked_key(first), booked_key(last))


def booked_before(moment: datetime) -> Range:
    """Return the days before that of a moment."""
    return Range(KIND, booked_key(moment))


def versions_between(first: datetime, last: datetime) -> Range:
    """Return the rows with the versions of the days that start in [first, last)."""
    return Range(columns_of_day(first)[0][0], following(columns_of_day(last - DAY)[-1][0]))


def state_of(day: datetime, versions: Mapping[str, Values]) -> str:
    """Return what names the state of a day; empty if its index was never changed."""
    found = [str(versions.get(row, {}).get(column, "")) for row, column in columns_of_day(day)]
    return hashlib.sha256("|".join(found).encode()).hexdigest()[:24] if any(found) else ""


def by_key(rows: Iterable[Row]) -> dict[str, Values]:
    """Return rows by their keys."""
    return {row.key: row.values for row in rows}


def counts_columns() -> list[str]:
    """Return the columns to read for a day's places."""
    return [STATE, *part_names(COUNTS, MOST_PARTS)]


def ahead_columns() -> list[str]:
    """Return the columns to read for what was booked ahead on a day."""
    return [STATE, *part_names(AHEAD, MOST_PARTS)]


def dump_day(state: str, day: BookedDay, ahead: Mapping[str, BookedAhead]) -> Values | None:
    """Return a day as columns; None if they are more than a row can hold."""
    places = [
        {name: _numbers(one) for name, one in part.items()} for part in (day.services, day.people, day.quarters)
    ]
    booked = {name: [one.booked, one.cancelled, one.minutes] for name, one in ahead.items()}
    columns = cut({COUNTS: _packed([*places, day.reasons]), AHEAD: _packed(booked)})
    return {STATE: state, **columns} if columns else None


def load_day(values: Values) -> BookedDay:
    """Return the places of a row."""
    services, people, quarters, reasons = json.loads(whole(values, COUNTS))
    by_quarter = {int(name): CancelledPlaces(*one) for name, one in quarters.items()}
    return BookedDay(_places(services), _places(people), by_quarter, reasons)


def load_ahead(values: Values) -> dict[str, BookedAhead]:
    """Return what was booked of each service on the day of a row, and how far ahead."""
    return {name: BookedAhead(*one) for name, one in json.loads(whole(values, AHEAD)).items()}


def _places(found: Mapping[str, list[int]]) -> dict[str, CancelledPlaces]:
    return {name: CancelledPlaces(*one) for name, one in found.items()}


def _numbers(one: CancelledPlaces) -> list[int]:
    return [one.booked, one.cancelled, one.late, one.of_customers, one.unknown]


def _packed(found: object) -> bytes:
    return json.dumps(found, separators=(",", ":")).encode()
