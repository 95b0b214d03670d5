"""The rows of how often a booking page was seen, a time chosen, and booked: one a day of the calendar's clock."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from shared.domain.reports.page_steps import PageSteps
from shared.records.keys import following
from shared.records.table import Range


PAGE_DAYS = Range("W", "X")
KIND = "W|"


def page_key(day: date) -> str:
    """Return the key of a day."""
    return f"{KIND}{day:%Y%m%d}"


def pages_between(first: date, last: date) -> Range:
    """Return the days from one to another, both included."""
    return Range(page_key(first), following(page_key(last)))


def pages_before(moment: datetime) -> Range:
    """Return the days before that of a moment."""
    return Range(KIND, page_key(moment.date()))


def day_of_page(key: str) -> date:
    """Return the day of a row."""
    text = key.removeprefix(KIND)
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))


def dump_steps(steps: PageSteps) -> dict[str, Any]:
    """Return counts as columns."""
    return steps._asdict()


def load_steps(values: Mapping[str, Any]) -> PageSteps:
    """Return the counts of a row."""
    return PageSteps(*(int(values.get(name, 0)) for name in PageSteps._fields))
