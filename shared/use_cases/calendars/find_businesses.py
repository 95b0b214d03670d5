"""Finds calendars: all of an organisation, or those on whose staff a person is."""

import asyncio
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, cast

from pydantic import ValidationError

from shared.domain.calendar.business import Calendar, Served
from shared.domain.calendar.words import name_in, said
from shared.domain.errors import NotFound
from shared.domain.text.addresses import folded
from shared.records.keys import member_partitions
from shared.records.organisation import CALENDARS, ORGANISATION
from shared.records.table import Ambiguous
from shared.use_cases.ports import Store


if TYPE_CHECKING:
    from shared.use_cases.timed_cache import TimedCache


AT_ONCE = 32
REMEMBERED = 10_000
KEPT, LISTED = "calendars of people", "calendars on the front page"
LISTED_FOR = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class CalendarSummary:
    """A calendar's line in the organisation's list. An older line lacks `serves`, `language` or `names`.

    `names` are what it is called in other languages than its own.
    """

    id: str
    name: str
    slug: str
    deleted_at: datetime | None = None
    serves: Served | None = None
    language: str = ""
    is_template: bool = False
    is_listed: bool = False
    names: Mapping[str, str] = field(default_factory=dict)

    def name_in(self, language: str) -> str:
        """Return the name as a reader of a language gets it."""
        return said(self.name, name_in(self.names, language, self.language))


class UnreadCalendar(NamedTuple):
    """A calendar that exists, and cannot be read; `is_newer` if a newer version of the product has written it."""

    id: str
    is_newer: bool


class FoundCalendars(NamedTuple):
    """A person's calendars: those that were read, and those that cannot be read at present."""

    read: list[Calendar]
    unread: list[UnreadCalendar]


async def find_all(*, store: Store) -> list[CalendarSummary]:
    """Return the organisation's calendars, deleted ones too; one round trip."""
    columns = ("name", "slug", "deleted", "serves", "language", "template", "listed", "names")
    page = await store.table.range(ORGANISATION, CALENDARS, "!", "~", columns)
    return [
        CalendarSummary(
            row.key,
            str(row.values.get("name") or row.values.get("slug", "")),
            str(row.values.get("slug", "")),
            datetime.fromisoformat(text) if (text := str(row.values.get("deleted", ""))) else None,
            cast("Served | None", row.values.get("serves") or None),
            str(row.values.get("language", "")),
            bool(row.values.get("template")),
            bool(row.values.get("listed")),
            json.loads(str(row.values.get("names") or "{}")),
        )
        for row in page.rows
    ]


async def find_listed(*, store: Store) -> list[CalendarSummary]:
    """Return the calendars on the front page, by name; at most a minute old, as everybody may ask for it."""

    async def read() -> list[CalendarSummary]:
        found = [one for one in await find_all(store=store) if one.is_listed and not one.deleted_at]
        return sorted(found, key=lambda one: one.name.casefold())

    kept: TimedCache[str, list[CalendarSummary]] = store.kept(LISTED)
    return await kept.get(LISTED, LISTED_FOR, read)


async def find_templates(*, store: Store) -> list[CalendarSummary]:
    """Return the organisation's own templates by name; one round trip."""
    found = [one for one in await find_all(store=store) if one.is_template and not one.deleted_at]
    return sorted(found, key=lambda one: one.name.casefold())


async def find_of_person(email: str, *, store: Store, within: float = 0.0) -> list[Calendar]:
    """Return the calendars on whose staff an address was recorded; it may have left since.

    They are as they are now, or at most `within` seconds old, for pages that poll.
    """
    if not email:
        return []
    return await find_current(await find_noted(email, store=store, within=within), store=store, within=within)


async def works_here(email: str, *, store: Store, with_deleted: bool = False) -> bool:
    """Return whether an address is on the staff of any calendar; of those in the bin too, if they are to count."""
    found = await find_current(await find_noted(email, store=store), store=store, with_deleted=with_deleted)
    return any(folded(one.email) == folded(email) for calendar in found for one in calendar.staff.values())


async def find_readable(email: str, *, store: Store, within: float = 0.0) -> FoundCalendars:
    """Return a person's calendars as `find_of_person` does, and beside them those that cannot be read."""
    found = FoundCalendars([], [])
    if not email:
        return found
    tried = _each(await find_noted(email, store=store, within=within), store=store, within=within)
    for business, one in (await tried).items():
        if isinstance(one, Calendar):
            found.read.append(one)
        elif one is not None:
            found.unread.append(UnreadCalendar(business, not isinstance(one, Ambiguous)))
    return found


async def find_noted(email: str, *, store: Store, within: float = 0.0) -> tuple[str, ...]:
    """Return the ids of the calendars on whose staff an address was recorded, deleted ones too."""
    if not email:
        return ()
    partitions = member_partitions(email)

    async def read() -> tuple[str, ...]:
        pages = await asyncio.gather(*(store.table.range("members", one, "!", "~") for one in partitions))
        return tuple(dict.fromkeys(row.key for page in pages for row in page.rows))

    kept: TimedCache[str, tuple[str, ...]] = store.kept(KEPT, REMEMBERED)
    return await store.lately(kept, partitions[0], within, read, f"{KEPT} {partitions[0]}")


async def find_current(
    businesses: Iterable[str], *, store: Store, within: float = 0.0, with_deleted: bool = False
) -> list[Calendar]:
    """Return those of these calendars that exist, a few at a time; one point read each once they are known.

    Deleted ones, which may be restored, are among them only `with_deleted`.
    """
    found = (await _each(businesses, store=store, within=within, with_deleted=with_deleted)).values()
    for one in found:
        if isinstance(one, Exception):
            raise one
    return [one for one in found if isinstance(one, Calendar)]


async def _each(
    businesses: Iterable[str], *, store: Store, within: float, with_deleted: bool = False
) -> dict[str, Calendar | Ambiguous | ValidationError | KeyError | None]:
    """Return each of these calendars, None if it does not exist, or why it cannot be read."""
    limit, calendars = asyncio.Semaphore(AT_ONCE), store.calendars

    async def one(business: str) -> Calendar | Ambiguous | ValidationError | KeyError | None:
        async with limit:
            try:
                if with_deleted:
                    return await calendars.reload(business, include_deleted=True)
                known = await calendars.find_by_id(business)
                return await (calendars.current(known, within) if within else calendars.current(known))
            except NotFound:
                return None
            except (Ambiguous, ValidationError, KeyError) as unreadable:
                return unreadable

    names = list(businesses)
    return dict(zip(names, await asyncio.gather(*(one(name) for name in names)), strict=True))
