"""Writes what a person's own calendar says into their ledgers, in every calendar on whose staff they are."""

import asyncio
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.domain.calendar.business import Calendar, StaffMember
from shared.domain.errors import NotFound
from shared.domain.free_busy.own_calendar import OwnCalendar
from shared.domain.text.addresses import folded
from shared.domain.timeline.ledger import Ledger, at_least_once, busy_in, month_of, month_window, months_in
from shared.domain.timeline.ticks import TICK, Window, floor_tick, ones
from shared.records.free_busy.own_calendars import PARTITION, BusyMonths, given_key, own_key, own_of, person_of
from shared.records.keys import ledger_key
from shared.records.organisation import ORGANISATION
from shared.records.table import Range, Rows, Stale, Values
from shared.use_cases.calendars.find_businesses import find_noted
from shared.use_cases.commands import name_command
from shared.use_cases.context import Context
from shared.use_cases.ports import Store, Writes


AHEAD = timedelta(days=395)  # a year, and a month more
MORE, A_CALL = timedelta(days=31), timedelta(days=61)


def months_ahead(now: datetime) -> Window:
    """Return the whole UTC months that are read: this one, and those in which somebody can book."""
    first, last = (month_window(month_of(floor_tick(one))) for one in (now, now + AHEAD))
    return Window(first.first, last.last)


def days_ahead(entries: Iterable["StaffEntry"], now: datetime) -> Window:
    """Return the days that are read of a calendar that is asked by days: those in which somebody can book.

    They are as many as some whole calls cover, so that people with other rules are asked for together.
    """
    advances = [one.furthest for one in entries]
    days = max(advances, default=timedelta()) + MORE
    calls = min(-(-days // A_CALL), -(-AHEAD // A_CALL))
    first = floor_tick(now)
    return Window(first, first + calls * (A_CALL // TICK))


@dataclass(frozen=True, slots=True)
class StaffEntry:
    """A person on the staff of one calendar."""

    calendar: Calendar
    person: StaffMember

    @property
    def name(self) -> str:
        """Return a name for the entry, among those of the person."""
        return f"{self.calendar.business.id}/{self.person.id}"

    @property
    def furthest(self) -> timedelta:
        """Return how far ahead customers can book here."""
        calendar = self.calendar
        policies = [calendar.business.policy, *(calendar.policy_of(one) for one in calendar.services.values())]
        return max(one.maximum_advance for one in policies)

    @property
    def zone(self) -> str:
        """Return the person's time zone here."""
        return self.person.time_zone or self.calendar.business.time_zone


async def entries_of(email: str, *, store: Store) -> list[StaffEntry]:
    """Return all entries of an address on the staff of calendars, as they are now."""

    async def in_one(business: str) -> list[StaffEntry]:
        try:
            calendar = await store.calendars.current(await store.calendars.find_by_id(business))
        except NotFound:
            return []
        people = calendar.staff.values()
        return [StaffEntry(calendar, one) for one in people if one.email and folded(one.email) == folded(email)]

    found = await asyncio.gather(*(in_one(one) for one in await find_noted(email, store=store)))
    return sorted((one for each in found for one in each), key=lambda one: one.name)


async def taken_in(window: Window, entries: Iterable[StaffEntry], *, store: Store) -> int:
    """Return the ticks of a window that our appointments take of a person; any of their entries knows all."""
    entry = next(iter(entries), None)
    if entry is None:
        return 0
    months, business = months_in(window), entry.calendar.business.id
    keys = [ledger_key(month, entry.person.id) for month in months]
    rows = await asyncio.gather(*(store.table.get("bookings", business, key) for key in keys))
    ledgers = (Ledger.from_row(row.values if row else None) for row in rows)
    taken = [at_least_once(one.claimed) | at_least_once(one.held) for one in ledgers]
    return busy_in(window, dict(zip(months, taken, strict=True)))


class GivenMasks(NamedTuple):
    """What the ledgers of an entry were given last: a digest of it, and the name of the reading that gave it."""

    digest: str = ""
    reading: str = ""


NEVER_GIVEN = GivenMasks()


async def given_entries(own: OwnCalendar, *, store: Store) -> tuple[list[StaffEntry], dict[str, GivenMasks]]:
    """Return the entries of a person, and by their names what the ledgers of each were given last.

    One round trip where the row of the calendar knows all entries; another for those that are new.
    """

    async def given(names: Iterable[str]) -> dict[str, GivenMasks]:
        asked = [(name, *name.split("/", 1)) for name in names]
        found = await asyncio.gather(*(_given_at(business, person, store) for _, business, person in asked))
        return {name: one for (name, *_), one in zip(asked, found, strict=True)}

    entries, known = await asyncio.gather(entries_of(own.email, store=store), given(own.applied))
    new = await given(entry.name for entry in entries if entry.name not in known)
    return entries, {entry.name: (known | new)[entry.name] for entry in entries}


async def _given_at(business: str, person: str, store: Store) -> GivenMasks:
    row = await store.table.get("bookings", business, given_key(person))
    return _given(row.values if row else None)


def _given(values: Values | None) -> GivenMasks:
    return GivenMasks(str(values["digest"]), str(values["reading"])) if values else NEVER_GIVEN


def was_freed(own: OwnCalendar, given: Mapping[str, GivenMasks]) -> bool:
    """Return whether ledgers were freed of what the row says they have: it may be disconnected by now."""
    return any(one.reading and not one.digest and own.applied.get(name) for name, one in given.items())


def is_as_known(own: OwnCalendar, given: Mapping[str, GivenMasks]) -> bool:
    """Return whether the ledgers have what the row of the calendar says, and nothing that was read since."""
    return all(one.digest in ("", own.applied.get(name)) for name, one in given.items())


async def apply_masks(
    own: OwnCalendar,
    masks: BusyMonths,
    entries: Iterable[StaffEntry],
    given: Mapping[str, GivenMasks],
    *,
    context: Context,
    run: str,
) -> OwnCalendar:
    """Give the ledgers of these entries the masks, unless they have them; return what is known now.

    `given` is what they had before the calendar was read: where another reading was faster, Stale is raised, since
    that one may know more. For the same reason a reading that failed leaves what its row does not know of, unless
    a rule says what is blocked. `run` is a name that no other run has: the same masks may come again after others.
    """
    applied = {}

    async def one(entry: StaffEntry) -> None:
        before, known = given[entry.name], own.applied.get(entry.name)
        wanted, is_unread = _wanted(entry, own, masks, context.now), _is_to_confirm(entry, own, context.now)
        is_by_rule = is_unread or wanted != masks
        if own.failures and before.digest not in ("", known) and not is_by_rule:
            applied.update({entry.name: known} if known else {})
            return
        digest = _digest(wanted, is_unread=is_unread)
        if not before.digest == known == digest:  # who connects again writes, so that no late end frees it
            after = GivenMasks(digest, run)
            await write_external(entry, wanted, before, after, context=context, is_unread=is_unread)
        applied[entry.name] = digest

    here = list(entries)
    left = [name for name in own.applied if name not in {entry.name for entry in here}]
    await asyncio.gather(*(one(entry) for entry in here), *(_leave(name, own, run, context) for name in left))
    return own.model_copy(update={"applied": applied})


def _digest(wanted: BusyMonths, *, is_unread: bool) -> str:
    text = ",".join(f"{month}:{mask:x}" for month, mask in sorted(wanted.items())) + "?" * is_unread
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _wanted(entry: StaffEntry, own: OwnCalendar, masks: BusyMonths, now: datetime) -> BusyMonths:
    """Return what an entry's ledgers are to hold: all of it, where unread calendars block after so many days."""
    if not entry.person.minds_personal_calendar:
        return dict.fromkeys(masks, 0)
    if is_long_unread(own, entry.calendar, now) and entry.calendar.business.when_unread == "closed":
        return {month: ones(len(month_window(month))) for month in months_in(months_ahead(now))}
    return masks


def is_long_unread(own: OwnCalendar, calendar: Calendar, now: datetime) -> bool:
    """Return whether a calendar's rules say that an own calendar was not readable for too long."""
    days = calendar.business.most_unread
    return bool(days and own.failing_since and now - own.failing_since >= timedelta(days=days))


def _is_to_confirm(entry: StaffEntry, own: OwnCalendar, now: datetime) -> bool:
    minds, business = entry.person.minds_personal_calendar, entry.calendar.business
    return minds and business.when_unread == "confirm" and is_long_unread(own, entry.calendar, now)


async def free_everything(own: OwnCalendar, run: str, *, context: Context) -> None:
    """Free what a person's own calendar blocks, wherever they work. Raise Stale if it is connected."""
    # Where a reading died before it was saved, the row does not say that ledgers have it.
    names = sorted({*own.applied, *(one.name for one in await entries_of(own.email, store=context.store))})
    await asyncio.gather(*(_leave(name, own, run, context, is_gone=True) for name in names))


async def _leave(name: str, own: OwnCalendar, run: str, context: Context, *, is_gone: bool = False) -> None:
    """Free an entry's ledgers, unless it is of somebody now who has a calendar of their own.

    Raise Stale if they were given anything meanwhile, or the calendar, which `is_gone`, is connected again.
    """
    store = context.store
    business, _, person = name.partition("/")
    before = await _given_at(business, person, store)
    row = await store.table.get(ORGANISATION, PARTITION, own_key(own.person)) if is_gone else None
    if row and not own_of(row).is_leaving:
        raise Stale(row.key)
    try:
        calendar = await store.calendars.reload(business, include_deleted=True)  # it may be restored
    except NotFound:
        return
    found = calendar.person(person)
    if found is None:
        return
    other = person_of(found.email)
    if other != own.person and await store.table.get(ORGANISATION, PARTITION, own_key(other)):
        return
    # A reading that was never saved may have blocked later months than the row knows of.
    first, last = months_ahead(own.tried_at or own.connected_at), months_ahead(context.now)
    months = months_in(Window(min(first.first, last.first), max(first.last, last.last)))
    after = GivenMasks("", f"{run}-left")
    await write_external(StaffEntry(calendar, found), dict.fromkeys(months, 0), before, after, context=context)


async def write_external(
    entry: StaffEntry,
    masks: BusyMonths,
    before: GivenMasks,
    after: GivenMasks,
    *,
    context: Context,
    is_unread: bool = False,
) -> None:
    """Replace the external ticks of these months in a person's ledgers; all else in them stays.

    If it `is_unread`, what is booked in these months is to be confirmed. Raise Stale if the ledgers were given
    anything else since `before`.
    """
    business, person = entry.calendar.business.id, entry.person.id
    body = repr(sorted(masks.items())) + "?" * is_unread
    command = name_command(context.secret, business, "external", person, f"external-reading-{after.reading}", body)
    keys = {ledger_key(month, person): mask for month, mask in masks.items()}
    note = given_key(person)

    def reads(_: Rows) -> Iterable[str | Range]:
        return (note, *keys)

    def decide(rows: Rows) -> Writes:
        if _given(rows.values(note)) != before:
            return Writes({}, {"isOvertaken": True})
        changed: dict[str, Values | None] = {note: after._asdict()}
        for name, mask in keys.items():
            ledger = Ledger.from_row(rows.values(name))
            if (ledger.external, ledger.is_unread) != (mask, is_unread):
                changed[name] = ledger._replace(external=mask, is_unread=is_unread).to_row()
        return Writes(changed, {"person": person})

    decision = await context.store.decide(command._replace(may_repeat=True), reads, decide)
    if decision.outcome.get("isOvertaken"):
        raise Stale(note)
