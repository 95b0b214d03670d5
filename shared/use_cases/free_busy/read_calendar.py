"""Reads one person's own calendar once, and has their ledgers know what it says."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.domain.free_busy.failures import CalendarUnreadable
from shared.domain.free_busy.own_calendar import OwnCalendar, ReadNote
from shared.domain.free_busy.reading import BusyReader
from shared.domain.timeline.ledger import month_window, months_in
from shared.domain.timeline.ticks import TICK, Window, ones
from shared.records.free_busy.own_calendars import PARTITION, BusyMonths, masks_of, own_of
from shared.records.organisation import ORGANISATION
from shared.records.table import Row, Stale
from shared.use_cases.context import Context
from shared.use_cases.free_busy.outside import PATIENCE, KnownText, OwnCalendars, ReadCalendar
from shared.use_cases.free_busy.workplaces import (
    StaffEntry,
    apply_masks,
    days_ahead,
    given_entries,
    is_as_known,
    months_ahead,
    taken_in,
    was_freed,
)
from shared.use_cases.ports import Store


EVERY, FAR_EVERY = timedelta(minutes=5), timedelta(minutes=30)
NEAR = timedelta(days=14) // TICK
TRIES = 3  # readings of others that may come in between
LEAST = 4  # a quarter of the patience, for another try


@dataclass(frozen=True, slots=True)
class ReadingRun:
    """What reading works with. `run` is a name that no other run has; `own_host` ends our appointments' UIDs."""

    store: Store
    outside: OwnCalendars
    secret: str
    now: datetime
    run: str
    own_host: str = ""
    every: timedelta = EVERY


class Reading(NamedTuple):
    """What is known after a reading, and the row that it began with; `is_news` if ledgers were changed by it."""

    row: Row
    own: OwnCalendar
    masks: BusyMonths
    is_news: bool


async def read_calendar(
    row: Row, run: ReadingRun, patience: float = PATIENCE, *, is_whole: bool = True, is_counted: bool = True
) -> Reading:
    """Return what is known after a reading, once the ledgers have it. What cannot be read changes no busy time.

    A failure that is not `is_counted`, since nobody saves it, changes nothing at all: the rules for unread
    calendars follow those that are.

    Unless it `is_whole`, of a calendar that is asked by days only the next two weeks are, most of the time. Where
    another reading was faster, it is read again, within the same patience. Raise Stale if it is gone, or others
    read it all the time.
    """
    clock = asyncio.get_running_loop().time
    until = clock() + patience
    for number in range(TRIES):
        try:
            return await _read(
                row, run, max(until - clock(), 0), f"{run.run}-{number}", is_whole=is_whole, is_counted=is_counted
            )
        except Stale:
            found = await run.store.table.get(ORGANISATION, PARTITION, row.key)
            is_late = until - clock() < patience / LEAST  # what is not answered by then counts as failed
            if found is None or own_of(found).is_leaving or is_late:
                raise
            row = found
    raise Stale(row.key)


async def _read(
    row: Row, run: ReadingRun, patience: float, name: str, *, is_whole: bool, is_counted: bool
) -> Reading:
    own, known = own_of(row), masks_of(row)
    entries, given = await given_entries(own, store=run.store)
    if was_freed(own, given) and not await _is_same(row, run.store):
        raise Stale(row.key)
    reader = reader_for(own, entries, run)
    if own.kind == "graph":
        if not is_whole and own.far_at and run.now - own.far_at < FAR_EVERY and is_as_known(own, given):
            reader = replace(reader, window=Window(reader.window.first, reader.window.first + NEAR))
        reader = replace(reader, ours=await taken_in(reader.window, entries, store=run.store))
    # Months without busy times are not stored, and are to be freed like any other.
    masks = {month: known.get(month, 0) for month in months_in(months_ahead(run.now))}
    try:
        found = await ask(own, reader, run, patience)
    except CalendarUnreadable as error:
        own = own.failed(error.cause, run.now, run.every)
        if not is_counted:
            return Reading(row, own, masks, is_news=False)
    else:
        if found.times:
            masks = _merged(masks, reader.window, found.times.mask)
        own = _succeeded(own, found, reader, run)
    context = Context(run.store, run.secret, run.now)
    own = await apply_masks(own, masks, entries, given, context=context, run=name)
    is_news = any(given[one].digest != digest for one, digest in own.applied.items())
    return Reading(row, own, masks, is_news)


async def _is_same(row: Row, store: Store) -> bool:
    found = await store.table.get(ORGANISATION, PARTITION, row.key)
    return found is not None and found.etag == row.etag


def reader_for(own: OwnCalendar, entries: Sequence[StaffEntry], run: ReadingRun) -> BusyReader:
    """Return how a calendar is read: whole days are those of the person's time zone."""
    zone = entries[0].zone if entries else "UTC"
    window = days_ahead(entries, run.now) if own.kind == "graph" else months_ahead(run.now)
    return BusyReader(window, zone, own.email, run.own_host, own.tentative_is_busy, now=run.now)


async def ask(own: OwnCalendar, reader: BusyReader, run: ReadingRun, patience: float) -> ReadCalendar:
    """Return what a calendar says, or that nothing changed. Raise CalendarUnreadable."""
    await run.store.prove()  # another server is asked next
    # Else months are missing that nobody has asked for yet, or the same text means something else.
    is_same = own.asked == _asked(reader)
    known = KnownText(own.etag, own.modified, own.digest) if is_same else KnownText()
    return await run.outside.read(own.sealed, reader, known, patience)


def _asked(reader: BusyReader) -> str:
    return f"{reader.window.first}-{reader.window.last} {reader.zone} {reader.tentative_is_busy}"


def _succeeded(own: OwnCalendar, found: ReadCalendar, reader: BusyReader, run: ReadingRun) -> OwnCalendar:
    update: dict[str, object] = {
        "read_at": run.now,
        "tried_at": run.now,
        "next_at": run.now + run.every,
        "failures": 0,
        "failing_since": None,
        "cause": None,
        "told": (),
        "asked": _asked(reader),
        **found.known._asdict(),
    }
    if len(reader.window) > NEAR:
        update["far_at"] = run.now
    if times := found.times:
        notes = tuple(ReadNote(kind=one.kind, detail=one.detail) for one in times.notes)
        update |= {"notes": notes, "passed_over": times.passed_over, "events": times.events}
    return own.model_copy(update=update)


def _merged(known: BusyMonths, window: Window, mask: int) -> dict[str, int]:
    """Return the busy months with what was read of a window in place of what was known of it."""
    merged = dict(known)
    for month in months_in(window):
        whole = month_window(month)
        asked, found = (whole.place(one, window.first) for one in (ones(len(window)), mask))
        merged[month] = known.get(month, 0) & ~asked | found
    return merged
