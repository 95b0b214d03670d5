"""Connects a person's own calendar once it could be read, and disconnects it."""

import asyncio
from contextlib import suppress
from urllib.parse import urlsplit

from shared.domain.calendar.business import Calendar
from shared.domain.errors import TryAgain
from shared.domain.free_busy.failures import CalendarUnreadable, Cause
from shared.domain.free_busy.own_calendar import OwnCalendar
from shared.records.calendars import CalendarEntry
from shared.records.free_busy.own_calendars import (
    PARTITION,
    BusyMonths,
    due_key,
    masks_of,
    own_key,
    own_of,
    own_row,
    person_of,
)
from shared.records.organisation import ORGANISATION
from shared.records.table import Ambiguous, Operation, Row, Stale, Values
from shared.use_cases.calendars.change_entity import SettingsChange
from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from shared.use_cases.free_busy.outside import PATIENCE, CalendarPlace
from shared.use_cases.free_busy.read_calendar import TRIES, ReadingRun, ask, read_calendar, reader_for
from shared.use_cases.free_busy.read_due import leave, save_or_free, save_reading
from shared.use_cases.free_busy.workplaces import StaffEntry, entries_of
from shared.use_cases.ports import Store


async def find_own(email: str, *, store: Store) -> Row | None:
    """Return the row of a person's own calendar; None if none is connected."""
    row = await _row_of(email, store) if email else None
    return row if row and not own_of(row).is_leaving else None


async def _row_of(email: str, store: Store) -> Row | None:
    return await store.table.get(ORGANISATION, PARTITION, own_key(person_of(email)))


async def connect(
    email: str, place: CalendarPlace, run: ReadingRun, author: Author, *, tentative_is_busy: bool = True
) -> Cause | None:
    """Connect a calendar instead of any before, in all calendars on whose staff the person is.

    Return why it cannot be read, and connect nothing then. Raise TryAgain.
    """
    try:
        host = urlsplit(place.url).hostname or ""
    except ValueError:  # such as an address in brackets that do not end
        return "refused_address"
    entries = await entries_of(email, store=run.store)
    before = await _row_of(email, run.store)
    fresh = OwnCalendar(
        person=person_of(email),
        email=email,
        kind=place.kind,
        sealed=run.outside.seal(place),
        host=host,
        tentative_is_busy=tentative_is_busy,
        connected_at=run.now,
        next_at=run.now,
        applied=dict.fromkeys(own_of(before).applied, "") if before else {},
    )
    try:
        await ask(fresh, reader_for(fresh, entries, run), run, PATIENCE)
    except CalendarUnreadable as error:
        return error.cause
    # It is kept before the ledgers hear of it: whatever fails from here on, the timer goes on with it.
    masks: BusyMonths = masks_of(before) if before else {}
    await _save(own_row(fresh, masks), fresh, run)
    await asyncio.gather(*(_mind(one, run, author) for one in entries))
    row = await find_own(email, store=run.store)
    if row:
        with suppress(Ambiguous, Stale):  # the timer has read it meanwhile
            row, own, masks, _ = await read_calendar(row, run)
            await save_or_free(row, own, masks, run, due_key(fresh.next_at, fresh.person))
    return None


async def read_now(email: str, run: ReadingRun) -> bool:
    """Read a person's own calendar at once; return whether it could be read."""
    row = await find_own(email, store=run.store)
    if row is None:
        return False
    try:
        row, own, masks, _ = await read_calendar(row, run)
    except Stale:  # others read it, or have disconnected it
        found = await find_own(email, store=run.store)
        return found is not None and not own_of(found).failures
    with suppress(Ambiguous, Stale):  # the timer has read it meanwhile
        await save_or_free(row, own, masks, run, due_key(own_of(row).next_at, own.person))
    return not own.failures


async def disconnect(email: str, run: ReadingRun) -> None:
    """Forget a person's own calendar, and free what it has blocked. Raise TryAgain.

    It is marked first: whatever fails from then on, the timer ends it.
    """
    for _ in range(TRIES):
        row = await find_own(email, store=run.store)
        if row is None:
            return
        own = own_of(row)
        try:
            await save_reading(row, own.left(run.now), {}, run, due_key(own.next_at, own.person))
        except Ambiguous:
            raise TryAgain from None
        except Stale:  # it was read meanwhile
            continue
        with suppress(Ambiguous, Stale):
            if marked := await _row_of(email, run.store):
                await leave(marked, run)
        return
    raise TryAgain


async def _save(values: Values, own: OwnCalendar, run: ReadingRun) -> None:
    due = Operation("upsert", due_key(own.next_at, own.person), {})
    try:
        await run.store.table.transact(
            ORGANISATION, PARTITION, [Operation("upsert", own_key(own.person), values), due]
        )
    except Ambiguous:
        raise TryAgain from None


async def _mind(entry: StaffEntry, run: ReadingRun, author: Author) -> None:
    """Have an entry's bookings mind the person's own calendar."""
    if entry.person.minds_personal_calendar:
        return
    change = SettingsChange(
        entry.calendar.business.id, author, "own calendar", Context(run.store, run.secret, run.now)
    )

    def minds(_: Calendar, person: CalendarEntry) -> CalendarEntry:
        return person.model_copy(update={"minds_personal_calendar": True})

    await change.change("staff", entry.person.id, minds, None)
