"""The rows of visits that took place, and the packed days made of them: the usage report reads both.

A fact is the source. Filing one marks its day in the same transaction; the hourly sweep packs the facts of a
marked day into one row and takes the mark away in one transaction, unless the day was marked again. So a packed
day is exact just when it has no mark. The row `R` says up to where days from before there were marks got theirs.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from shared.records.keys import following, minute
from shared.records.table import Operation, Range


BEFORE, AFTER = timedelta(days=9), timedelta(days=31)  # hosts may come in as early as they like
PACKING = "R"
FACTS = Range("0", "A")
PACKED_DAYS, MARKS_OF_DAYS = Range("P", "Q"), Range(PACKING, "S")
MARKED = "R|"


def fact_key(start: datetime, appointment: str) -> str:
    """Return the key of the fact of an appointment that starts then."""
    return f"{minute(start)}|{appointment}"


def facts_between(first: datetime, last: datetime) -> Range:
    """Return the facts of which visits began in [first, last), and some around them.

    A visit may begin at any time of an appointment, which lasts up to a week, and some time before and after it.
    """
    return Range(minute(first - BEFORE), minute(last + AFTER))


def days_between_facts(first: datetime, last: datetime) -> tuple[str, str]:
    """Return the first and the last day of those facts, as their keys begin."""
    return minute(first - BEFORE)[:8], minute(last + AFTER)[:8]


def day_of_fact(key: str) -> str:
    """Return the day "yyyymmdd" of a fact, as its key begins."""
    return key[:8]


def facts_of_days(first: str, last: str) -> Range:
    """Return the facts of the days from one to another, both included."""
    return Range(first, f"{last}~")


def spans_before(moment: datetime) -> list[Range]:
    """Return the packed days, the marks and the facts of the days before that of a moment."""
    day = minute(moment)[:8]
    return [Range(PACKED_DAYS.low, packed_key(day)), Range(MARKED, mark_key(day)), Range(FACTS.low, day)]


def packed_key(day: str) -> str:
    """Return the key of a packed day."""
    return f"P|{day}"


def packed_days(first: str, last: str) -> Range:
    """Return the packed days from one to another, both included."""
    return Range(packed_key(first), following(packed_key(last)))


def mark_key(day: str) -> str:
    """Return the key of the mark of a day of which the facts changed since it was packed."""
    return f"{MARKED}{day}"


def marks_of(days: Iterable[str]) -> list[Operation]:
    """Return the writes that mark days."""
    return [Operation("upsert", mark_key(day)) for day in days]
