"""The rows of how much of people's time was booked: one a day of the calendar's clock, written once it is over."""

from datetime import date, datetime

from shared.records.keys import following
from shared.records.table import Range


USED_DAYS = Range("U", "V")
KIND = "U|"


def used_key(day: date) -> str:
    """Return the key of a day."""
    return f"{KIND}{day:%Y%m%d}"


def used_between(first: date, last: date) -> Range:
    """Return the days from one to another, both included."""
    return Range(used_key(first), following(used_key(last)))


def used_before(moment: datetime) -> Range:
    """Return the days before that of a moment."""
    return Range(KIND, used_key(moment.date()))


def day_of_used(key: str) -> date:
    """Return the day of a row."""
    text = key.removeprefix(KIND)
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))
