"""The rows of visits that took place: the usage report reads them."""

from datetime import datetime, timedelta

from shared.records.keys import minute
from shared.records.table import Range


BEFORE, AFTER = timedelta(days=9), timedelta(days=31)  # hosts may come in as early as they like


def fact_key(start: datetime, appointment: str) -> str:
    """Return the key of the fact of an appointment that starts then."""
    return f"{minute(start)}|{appointment}"


def facts_between(first: datetime, last: datetime) -> Range:
    """Return the facts of which visits began in [first, last), and some around them.

    A visit may begin at any time of an appointment, which lasts up to a week, and some time before and after it.
    """
    return Range(minute(first - BEFORE), minute(last + AFTER))


ALL_FACTS = Range("0", "~")
