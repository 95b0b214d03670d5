"""The keys of markers, by which timers find the calendars that have outbox entries."""

import hashlib
from datetime import datetime

from shared.records.keys import ASAP, minute
from shared.records.table import Range


SHARDS = ("s0", "s1", "s2", "s3")


def shard_of(business: str) -> str:
    """Return the partition of a calendar's markers: timers read the shards in parallel."""
    return SHARDS[hashlib.sha256(business.encode()).digest()[0] % len(SHARDS)]


def marker_key(due: datetime | None, business: str) -> str:
    """Return the key of the marker for one minute; None means as soon as possible."""
    return f"{minute(due) if due else ASAP}|{business}"


def markers_until(moment: datetime) -> Range:
    """Return the markers that are due by this moment's minute."""
    return Range("0", f"{minute(moment)}~")


def marked_minute(marker: str) -> str:
    """Return the minute of a marker, in the form that keys of outbox entries have."""
    return marker.partition("|")[0]


def marked_business(marker: str) -> str:
    """Return the calendar of a marker."""
    return marker.partition("|")[2]


def may_need(marker: str, work: str) -> bool:
    """Return whether an outbox entry is found by a marker: it is due at the marker's minute or earlier."""
    return work.split("|")[1] <= marked_minute(marker)


def is_before(marker: str, moment: datetime) -> bool:
    """Return whether a marker is for this moment's minute or an earlier one."""
    return marked_minute(marker) <= minute(moment)
