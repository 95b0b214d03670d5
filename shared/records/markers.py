"""The keys of markers, by which timers find the calendars that have work."""

import hashlib
from datetime import datetime

from shared.records.keys import ASAP, minute
from shared.records.table import Range


SHARDS = ("s0", "s1", "s2", "s3")


def shard_of(business: str) -> str:
    return SHARDS[hashlib.sha256(business.encode()).digest()[0] % len(SHARDS)]


def marker_key(due: datetime | None, business: str) -> str:
    return f"{minute(due) if due else ASAP}|{business}"


def markers_until(moment: datetime) -> Range:
    """Return the markers of what is due by this moment's minute."""
    return Range("0", f"{minute(moment)}~")


def marked_minute(marker: str) -> str:
    """Return the minute that a marker is for, as work rows have it in their keys."""
    return marker.partition("|")[0]


def marked_business(marker: str) -> str:
    return marker.partition("|")[2]


def may_need(marker: str, work: str) -> bool:
    """Return whether a work row is found by a marker: it was due by then."""
    return work.split("|")[1] <= marked_minute(marker)


def is_before(marker: str, moment: datetime) -> bool:
    return marked_minute(marker) <= minute(moment)
