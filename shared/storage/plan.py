"""Turns the difference between what was read and what a command wants into the operations of a transaction."""

from collections.abc import Sequence
from datetime import UTC, datetime

from shared.records.free_busy.own_calendars import GIVEN
from shared.records.keys import (
    APPOINTMENT,
    CODES,
    CUSTOMER,
    CUSTOMER_APPOINTMENT,
    DAY,
    FAILED,
    HOLDINGS,
    LEDGER,
    OWN_ANSWER,
    OWN_SHEET,
    SEAT,
    SERIES,
    SESSION,
    SETTINGS,
    TIME_OFF,
    VISIT,
    WORK,
    due_of,
    start_of,
)
from shared.records.queue_keys import queue_key, version_bumps
from shared.records.table import Operation, Range, Row, Rows, Stale, Values
from shared.use_cases.ports import Writes


CONDITIONAL = (
    LEDGER,
    APPOINTMENT,
    SEAT,
    SESSION,
    TIME_OFF,
    VISIT,
    CODES,
    SERIES,
    SETTINGS,
    HOLDINGS,
    OWN_ANSWER,
    OWN_SHEET,
    FAILED,
    GIVEN,
)
"""Rows whose value decides; the others are projections and outbox entries."""
SHOWN = (DAY, VISIT)  # rows that queues show
NEVER = datetime.max.replace(tzinfo=UTC)
INSERTED = (APPOINTMENT, SEAT, TIME_OFF, CUSTOMER, HOLDINGS)  # new ids: an insert need not be preceded by a read


def is_conditional(key: str, row: Row | None) -> bool:
    """Return whether a refusal may rest on this row.

    Settings have a version that is checked separately. An absent appointment can only be created by the command
    that its id comes from, which has its own decision row; a seat also by any command that moves it there.
    """
    if row is None and key.startswith(APPOINTMENT):
        return False
    return key.startswith(CONDITIONAL) and not key.startswith(SETTINGS)


def own_rows(rows: Rows) -> Rows:
    """Return the reads that no other command changes: they stay valid when another row has changed."""
    keys = {key: row for key, row in rows.by_key.items() if not is_conditional(key, row)}
    return Rows(keys, {one: page for one, page in rows.ranges.items() if is_own(one)})


def is_own(wanted: Range) -> bool:
    """Return whether a range is a customer's index: their row, which each booking writes, guards it."""
    return wanted.low.startswith(CUSTOMER_APPOINTMENT)


def guarded_keys(writes: Writes) -> list[str]:
    """Return the ledgers and appointments that a plan changes, sorted."""
    return sorted(key for key in writes.rows if key.startswith((LEDGER, APPOINTMENT)))


def unread_keys(rows: Rows, writes: Writes) -> list[str]:
    """Return the rows that a plan writes on a condition and that are not read yet."""
    return [key for key in writes.rows if _needs_reading(key) and not rows.find(key)[0]]


def _needs_reading(key: str) -> bool:
    return key.startswith(CONDITIONAL) and not key.startswith(INSERTED)


def minutes_of(writes: Writes) -> set[datetime | None]:
    """Return the minutes at which the plan's outbox entries are due."""
    return {due_of(key) for key, values in writes.rows.items() if key.startswith(WORK) and values}


def as_operations(rows: Rows, writes: Writes, mark: str) -> list[Operation]:
    """Return the transaction; queues that it changes get `mark` as their version, unique to the command."""
    shown = (key for key in writes.rows if key.startswith(SHOWN))
    hours = dict.fromkeys(queue_key(start_of(key)) for key in shown)
    changes = [_operation(rows, key, values) for key, values in writes.rows.items()]
    return [*changes, *version_bumps(hours, mark)]


def rows_left(operations: Sequence[Operation], etags: Sequence[str]) -> list[Row]:
    """Return the ledgers as a transaction left them, with the versions that it was answered."""
    written = zip(operations, etags, strict=False)
    return [Row(one.key, one.values, etag, NEVER) for one, etag in written if one.key.startswith(LEDGER)]


def _operation(rows: Rows, key: str, values: Values | None) -> Operation:
    was_read, row = rows.find(key)
    if key.startswith(CUSTOMER):
        return _customer(row, key, values)
    if key.startswith(WORK) and (waiting := rows.by_key.get(key)):
        # A command that reads an entry by itself depends on it: no worker may have taken it since.
        return Operation("replace" if values else "delete", key, values or {}, waiting.etag)
    if not key.startswith(CONDITIONAL):
        return Operation("delete", key) if values is None else Operation("upsert", key, values)
    if not was_read and _needs_reading(key):
        raise ValueError(f"{key} decides, so it is read before it is written")
    if row is None:
        if values is None:
            raise Stale(f"{key} has gone, so what was read is of two moments")
        return Operation("insert", key, values)
    if values is None and key.startswith(LEDGER):
        raise ValueError(f"{key} is a ledger, which is never deleted: a late request could make it anew")
    if values is None:
        return Operation("delete", key, etag=row.etag)
    return Operation("replace", key, values, row.etag)


def _customer(row: Row | None, key: str, values: Values | None) -> Operation:
    """Return the write of a customer: a booking inserts the row, or merges when they were last seen.

    Both are conditional, so that each booking of a customer has counted the previous ones. A change by staff is
    marked as edited, and replaces the row that was read.
    """
    if values is None:
        return Operation("delete", key, etag=row.etag if row else "")
    if row is None:
        return Operation("insert", key, values)
    if values.get("edited"):
        return Operation("replace", key, values, row.etag)
    seen = {name: values[name] for name in ("lastSeen", "lastSeat") if name in values}
    return Operation("merge", key, seen, row.etag)


def is_same_cut(before: Rows, again: Rows) -> bool:
    """Return whether two reads saw the same versions, so that all of it existed at one moment between them."""
    keys = all(_etag(row) == _etag(before.by_key[key]) for key, row in again.by_key.items())
    return keys and all(
        [_etag(row) for row in page.rows] == [_etag(row) for row in before.ranges[one].rows]
        for one, page in again.ranges.items()
    )


def _etag(row: Row | None) -> str:
    return row.etag if row else ""
