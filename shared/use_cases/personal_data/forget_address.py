"""Forgets what is kept of an address beside the calendars' staff, once it is on none."""

from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from shared.domain.access.organisation import NAMING, Organisation, lists_naming, without_named
from shared.domain.calendar.business import Calendar
from shared.domain.errors import TryAgain
from shared.domain.text.addresses import folded
from shared.records.free_busy.own_calendars import PARTITION, feed_key, own_key, person_of
from shared.records.keys import member_partitions
from shared.records.organisation import ORGANISATION
from shared.records.personal_data.sessions import address_hash
from shared.records.table import Operation, Stale
from shared.use_cases.calendars.change_calendar import change_calendar
from shared.use_cases.calendars.find_businesses import find_all, find_current, works_here
from shared.use_cases.commands import Author, name_change
from shared.use_cases.context import Context
from shared.use_cases.organisation.open_sessions import end_all, end_hashed
from shared.use_cases.organisation.settings import change_organisation, find_organisation
from shared.use_cases.personal_data.export.jobs import forget_exported
from shared.use_cases.ports import Store
from shared.use_cases.reports.forget_reader import remove_reader_everywhere
from shared.use_cases.single_write import write_alone


NOBODY = ("@erased.invalid",)
Disconnect = Callable[[str], Awaitable[None]]
"""Forgets the own calendar of an address."""


async def forget_address(email: str, disconnect: Disconnect | None, *, author: Author, context: Context) -> None:
    """Forget an address's own calendar, feed, sessions, which end, exports, and reports by mail.

    Raise TryAgain while what the calendar blocks is not freed yet: until then its row names them.
    """
    if disconnect:
        await disconnect(email)
        if await context.store.table.get(ORGANISATION, PARTITION, own_key(person_of(email))):
            raise TryAgain
    await remove_reader_everywhere(email, author=author, context=context, is_erased=True)
    await end_all(email, store=context.store, now=context.now)
    await forget_exported(lambda job: folded(email) in map(folded, (job.said, job.actor)), store=context.store)
    await _delete([(ORGANISATION, PARTITION, feed_key(person_of(email)))], context.store)


async def forget_places(noted: Iterable[tuple[str, str]], *, store: Store) -> None:
    """Forget that addresses, by their partitions, were once on the staff of calendars."""
    await _delete([("members", *one) for one in noted], store)


async def forget_all_places(email: str, *, store: Store) -> None:
    """Forget on the staff of which calendars an address was."""
    partitions = member_partitions(email)
    pages = [await store.table.range("members", one, "!", "~") for one in partitions]
    noted = [(one, row.key) for one, page in zip(partitions, pages, strict=True) for row in page.rows]
    await forget_places(noted, store=store)


async def _delete(places: Iterable[tuple[str, str, str]], store: Store) -> None:
    for name, partition, key in places:
        with suppress(Stale):  # there is none
            await write_alone(store.table, name, partition, Operation("delete", key))


async def is_here(email: str, *, store: Store) -> bool:
    """Return whether an address is on a staff, also a deleted calendar's, or in a list of the organisation."""
    organisation = await find_organisation(store=store, within=0)
    return bool(lists_naming(organisation, email)) or await works_here(email, store=store, with_deleted=True)


async def forget_hashed(hashed: str, also: Iterable[str], since: datetime, *, context: Context) -> None:
    """Forget what there is of an address by its hash alone, but for sessions that began later than `since`.

    `also` are the partitions by other spellings of it. Whom a calendar has on its staff, or had, keeps all.
    """
    store = context.store
    partitions = (hashed, *also)
    pages = [await store.table.range("members", one, "!", "~") for one in partitions]
    noted = [(one, row.key) for one, page in zip(partitions, pages, strict=True) for row in page.rows]
    calendars = await find_current({business for _, business in noted}, store=store, with_deleted=True)
    people = (one for calendar in calendars for one in (*calendar.staff.values(), *calendar.former.values()))
    if any(address_hash(one.email) == hashed for one in people):
        return
    await end_hashed(hashed, store=store, now=context.now, since=since)
    await forget_places(noted, store=store)
    mine = [(ORGANISATION, PARTITION, key) for key in (own_key(hashed), feed_key(hashed))]
    await _delete(mine, store)


async def forget_named(email: str, *, author: Author, context: Context) -> None:
    """Take an address off the lists of the organisation, and of who may book in calendars; no audit says which."""

    def edit(organisation: Organisation) -> Organisation:
        lists = {name: without_named(getattr(organisation, name), email) for name in NAMING}
        return organisation.model_copy(update=lists)

    number = name_change(context.secret, "", "person erased", author, "").hash[:12]
    await change_organisation(
        edit, actor=author.actor, number=number, store=context.store, now=context.now, tells_values=False
    )
    there = [one.id for one in await find_all(store=context.store)]
    for calendar in await find_current(there, store=context.store, with_deleted=True):
        if _without(calendar, email) != calendar:
            await _forget_in(calendar, email, author, context)


async def _forget_in(calendar: Calendar, email: str, author: Author, context: Context) -> None:
    business, action = calendar.business, "calendar changed"
    await change_calendar(
        name_change(context.secret, business.id, f"{action} {business.version} without", author, ""),
        lambda current: _without(current, email),
        action=action,
        subject="",
        author=author,
        store=context.store,
        now=context.now,
        tells_values=False,
        reaches_deleted=True,
    )


def _without(calendar: Calendar, email: str) -> Calendar:
    page = calendar.business.page
    kept = tuple(one for one in page.audience if folded(one) != folded(email))
    if kept == page.audience:
        return calendar
    # An empty list would let every member in.
    after = calendar.business.model_copy(update={"page": page.model_copy(update={"audience": kept or NOBODY})})
    return replace(calendar, business=after)
