"""The rows of people's own calendars, in the organisation's table: what is known of each, when it is read next.

`S|person` has the document and a column for each month of busy times; `P|minute|person` says when it is due;
`F|person` is the feed of their appointments. All are in one partition, so that they change together. In each
calendar `x|staff` says what the ledgers have of it, and changes with them.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.domain.free_busy.own_calendar import OwnCalendar
from shared.domain.text.addresses import folded
from shared.domain.timeline.ledger import from_bytes, to_bytes
from shared.records.codec import dump, load_row
from shared.records.keys import minute
from shared.records.table import Range, Row


PARTITION = "own-calendars"
GIVEN = "x|"  # in the partitions of calendars
MONTH = "busy"
BusyMonths = Mapping[str, int]
"""The busy ticks of months "yyyymm", each from the month's first tick."""


def person_of(email: str) -> str:
    """Return the name under which a person's own calendar is kept: it follows from their address."""
    return hashlib.sha256(folded(email).encode()).hexdigest()[:32]


def own_key(person: str) -> str:
    """Return the key of a person's own calendar."""
    return f"S|{person}"


def feed_key(person: str) -> str:
    """Return the key of the feed of a person's appointments."""
    return f"F|{person}"


def given_key(staff: str) -> str:
    """Return the key of what a person's ledgers in a calendar were given last of their own one."""
    return f"{GIVEN}{staff}"


def due_key(at: datetime, person: str) -> str:
    """Return the key by which a reading that is due is found."""
    return f"P|{minute(at)}|{person}"


def due_person(key: str) -> str:
    """Return whose calendar is due, by its key."""
    return key.rpartition("|")[2]


def due_until(now: datetime) -> Range:
    """Return the readings that are due by this moment's minute."""
    return Range("P|", f"P|{minute(now)}~")


def own_row(own: OwnCalendar, masks: BusyMonths) -> dict[str, Any]:
    """Return the columns of a person's own calendar."""
    return {**dump(own), **{f"{MONTH}{month}": to_bytes(mask) for month, mask in masks.items() if mask}}


def own_of(row: Row) -> OwnCalendar:
    """Return the document of a row."""
    return load_row(OwnCalendar, row)


def masks_of(row: Row) -> dict[str, int]:
    """Return the busy months of a row."""
    found = row.values.items()
    return {name.removeprefix(MONTH): from_bytes(value) for name, value in found if name.startswith(MONTH)}
