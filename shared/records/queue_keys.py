"""The hours of the queue: each is a column of its week's row, with the version of what starts in that hour."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from shared.records.keys import QUEUE, minute
from shared.records.table import Operation


FIRST_WEEK, WEEK, HOUR = datetime(1970, 1, 4, 12, tzinfo=UTC), timedelta(days=7), timedelta(hours=1)


def queue_key(start: datetime) -> str:
    """Return the hour of the queue that contains a start: "Q|week|hour", a column of the week's row.

    Weeks begin on Sunday at noon UTC, so that one row holds Monday to Saturday of nearly all zones.
    """
    week, hour = divmod((start - FIRST_WEEK) // HOUR, WEEK // HOUR)
    return f"{QUEUE}{minute(FIRST_WEEK + week * WEEK)[:8]}|{hour:03d}"


def queue_column(key: str) -> tuple[str, str]:
    """Return the row and the column of an hour of the queue."""
    row, _, hour = key.rpartition("|")
    return row, f"h{hour}"


def version_bumps(hours: Iterable[str], mark: str) -> list[Operation]:
    """Return the writes that mark the queue of these hours as changed: one for each week's row."""
    columns: dict[str, dict[str, str]] = {}
    for row, column in map(queue_column, hours):
        columns.setdefault(row, {})[column] = mark
    return [Operation("touch", row, values) for row, values in columns.items()]


def queue_hours(first: datetime, last: datetime) -> list[str]:
    """Return the hours of the queue that hold what starts in [first, last)."""
    whole = first.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    # // rounds down, so the negative of it rounds up: the hour that `last` lies in counts too.
    return [queue_key(whole + step * HOUR) for step in range(-((whole - last) // HOUR))]


def columns_of_day(day: datetime) -> list[tuple[str, str]]:
    """Return the rows and columns of the 24 hours from a moment on: as `queue_hours`, for many days."""
    first = (day - FIRST_WEEK) // HOUR
    hours, length = range(first, first + 24), WEEK // HOUR
    weeks = {one // length for one in (hours[0], hours[-1])}
    rows = {week: f"{QUEUE}{minute(FIRST_WEEK + week * WEEK)[:8]}" for week in weeks}
    return [(rows[one // length], f"h{one % length:03d}") for one in hours]
