"""Reads the people's own calendars that are due: the work of a timer, shared between the workers that run it."""

import asyncio
import logging
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.domain.free_busy.own_calendar import OwnCalendar
from shared.records.free_busy.own_calendars import (
    PARTITION,
    BusyMonths,
    due_key,
    due_person,
    due_until,
    own_key,
    own_of,
    own_row,
)
from shared.records.organisation import ORGANISATION
from shared.records.table import Ambiguous, Operation, Row, Stale
from shared.use_cases.context import Context
from shared.use_cases.fault_log import log_fault
from shared.use_cases.free_busy.read_calendar import ReadingRun, read_calendar
from shared.use_cases.free_busy.tell_failure import tell_failure
from shared.use_cases.free_busy.workplaces import entries_of, free_everything


AT_ONCE = 20  # as many as one call to Graph asks for
LEASE = timedelta(seconds=90)
RUN_LASTS = 50.0  # seconds after which nothing more is begun
log = logging.getLogger("openslot")


class ReadCounts(NamedTuple):
    """The counts of one run."""

    read: int = 0
    failed: int = 0


async def read_due(run: ReadingRun) -> ReadCounts:
    """Read all that is due; one round trip where nothing is."""
    low, high = due_until(run.now)
    page = await run.store.table.range(ORGANISATION, PARTITION, low, high)
    slots, clock = asyncio.Semaphore(AT_ONCE), asyncio.get_running_loop().time
    until = clock() + RUN_LASTS

    async def one(row: Row) -> bool | None:
        async with slots:
            return await _read_one(row, run) if clock() < until else None

    found = await asyncio.gather(*(one(row) for row in page.rows))
    return ReadCounts(found.count(True), found.count(False))


async def _read_one(due: Row, run: ReadingRun) -> bool | None:
    """Return whether a calendar could be read; None if another worker reads it, or it is not due."""
    try:
        leased = await _lease(due, run)
        row = await run.store.table.get(ORGANISATION, PARTITION, own_key(due_person(due.key))) if leased else None
        if not leased or not row:
            return None
        if own_of(row).is_leaving:
            await leave(row, run)
            return None
        row, own, masks, _ = await read_calendar(row, run, is_whole=False)
        if own.is_failing:
            own = await tell_failure(own, await entries_of(own.email, store=run.store), run)
        await save_or_free(row, own, masks, run, due.key)
    except (Ambiguous, Stale):
        return None  # the next run, or whoever has changed it, goes on
    except Exception as error:  # noqa: BLE001 - the calendars of others must not wait for it
        log_fault(log, "a person's own calendar could not be read", error)
        return False
    if own.is_failing:
        log.warning("a person's own calendar at %s cannot be read: %s", own.host, own.cause)
    return not own.failures


async def _lease(due: Row, run: ReadingRun) -> bool:
    """Return whether this run may read; what is due of a calendar that is gone, or at another time, is deleted."""
    if (until := due.values.get("until")) and datetime.fromisoformat(str(until)) > run.now:
        return False
    person, table = due_person(due.key), run.store.table
    row = await table.get(ORGANISATION, PARTITION, own_key(person))
    if row is None or due_key(own_of(row).next_at, person) != due.key:
        await table.transact(ORGANISATION, PARTITION, [Operation("delete", due.key, etag=due.etag)])
        return False
    lease = {"until": (run.now + LEASE).isoformat()}
    await table.transact(ORGANISATION, PARTITION, [Operation("replace", due.key, lease, due.etag)])
    return True


async def save_or_free(row: Row, own: OwnCalendar, masks: BusyMonths, run: ReadingRun, due: str = "") -> None:
    """Save a reading. If the calendar was disconnected meanwhile, free what this run has just blocked."""
    try:
        await save_reading(row, own, masks, run, due)
    except Stale:
        found = await run.store.table.get(ORGANISATION, PARTITION, row.key)
        if found is None or own_of(found).is_leaving:
            await free_everything(own, f"{run.run}-gone", context=Context(run.store, run.secret, run.now))
        raise


async def leave(row: Row, run: ReadingRun) -> None:
    """Free what a calendar blocks that was disconnected, then forget it. Raise Stale if it is connected again."""
    own = own_of(row)
    await free_everything(own, run.run, context=Context(run.store, run.secret, run.now))
    gone = [Operation("delete", row.key, etag=row.etag), Operation("delete", due_key(own.next_at, own.person))]
    await run.store.repeatable.transact(ORGANISATION, PARTITION, gone)


async def save_reading(before: Row, own: OwnCalendar, masks: BusyMonths, run: ReadingRun, due: str = "") -> None:
    """Write what is known after a reading, and when the next one is due. Raise Stale, Ambiguous."""
    after = due_key(own.next_at, own.person)
    operations = [
        Operation("replace", before.key, own_row(own, masks), before.etag),
        Operation("upsert", after, {}),
    ]
    if due and due != after:
        operations.append(Operation("delete", due))
    await run.store.repeatable.transact(ORGANISATION, PARTITION, operations)
