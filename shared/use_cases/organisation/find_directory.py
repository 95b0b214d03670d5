"""Finds the organisation's calendars with everybody on their staff, a page at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from shared.domain.access.organisation import NAMING, reader_of
from shared.domain.calendar.administrators import has_administrator
from shared.domain.calendar.business import Calendar, StaffMember
from shared.domain.text.addresses import folded
from shared.use_cases.calendars.find_businesses import CalendarSummary, find_all, find_current
from shared.use_cases.organisation.settings import find_organisation
from shared.use_cases.ports import Store


LASTS = 60.0  # seconds that settings may be old here: a list of a thousand calendars asks about none of them
DirectoryState = Literal["", "published", "unpublished", "unled", "deleted"]
"""Which calendars: all, or those of one state; "unled" have no administrator left."""


@dataclass(frozen=True, slots=True)
class DirectoryLine:
    """A calendar of the organisation; a deleted one is without its settings."""

    summary: CalendarSummary
    calendar: Calendar | None = None

    @property
    def is_unled(self) -> bool:
        """Return whether it is there and nobody administers it; a template is nobody's."""
        return self.calendar is not None and not self.summary.is_template and not has_administrator(self.calendar)


@dataclass(frozen=True, slots=True)
class Directory:
    """The lines of a page, and the number of all that were found."""

    lines: list[DirectoryLine]
    total: int


async def find_directory(
    text: str, state: DirectoryState, *, store: Store, first: int = 0, count: int | None = None
) -> Directory:
    """Return the calendars of a state whose name or people have a text in them, by name, from the `first` on.

    Settings are at most LASTS seconds old. Those of all calendars are needed only to search people; otherwise it
    is one round trip, and the settings of the page's calendars.
    """
    listed = [one for one in await find_all(store=store) if _is_in(one, state)]
    listed.sort(key=lambda one: (one.name.casefold(), one.id))
    last = None if count is None else first + count
    if not text and state != "unled":
        return Directory(await _with_settings(listed[first:last], store), len(listed))
    lines = [line for line in await _with_settings(listed, store) if _is_wanted(line, text.casefold(), state)]
    return Directory(lines[first:last], len(lines))


def _is_in(one: CalendarSummary, state: DirectoryState) -> bool:
    if not state or (one.deleted_at is not None):
        return state in ("", "deleted")
    is_published = one.serves not in ("nobody", None)
    return {"published": is_published, "unpublished": not is_published, "deleted": False}.get(state, True)


async def _with_settings(listed: list[CalendarSummary], store: Store) -> list[DirectoryLine]:
    there = [one.id for one in listed if one.deleted_at is None]
    found = {one.business.id: one for one in await find_current(there, store=store, within=LASTS)}
    return [DirectoryLine(one, found.get(one.id)) for one in listed]


def _is_wanted(line: DirectoryLine, text: str, state: DirectoryState) -> bool:
    if state == "unled" and not line.is_unled:
        return False
    people = line.calendar.staff.values() if line.calendar else ()
    is_named = text in line.summary.name.casefold() or text in line.summary.slug
    return is_named or any(has_text(one, text) for one in people)


def has_text(person: StaffMember, text: str) -> bool:
    """Return whether a person's name or address has a text, given in lower case, in it."""
    return text in person.name.casefold() or text in folded(person.email)


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """A person on the staff of calendars; `is_suspended` if the identity provider has disabled their account."""

    email: str
    name: str
    calendars: int
    is_suspended: bool


async def find_people(text: str, *, store: Store) -> list[FoundPerson]:
    """Return the people with an address whose name or address has a text in it, by name."""
    lines = await _with_settings([one for one in await find_all(store=store) if one.deleted_at is None], store)
    by_address: dict[str, list[StaffMember]] = {}
    for person in _people(lines):
        if person.email and has_text(person, text.casefold()):
            by_address.setdefault(folded(person.email), []).append(person)
    found = [
        FoundPerson(each[0].email, each[0].name, len(each), any(one.is_suspended for one in each))
        for each in by_address.values()
    ]
    return sorted(found, key=lambda one: (one.name.casefold(), one.email))


async def find_others(text: str, *, store: Store) -> list[str]:
    """Return the addresses with a text in them that the organisation's lists name, and that are on no staff."""
    organisation = await find_organisation(store=store, within=0)
    named = {folded(reader_of(one)[0]) for name in NAMING for one in getattr(organisation, name)}
    addresses = {one for one in named | {*map(folded, organisation.report_mail.readers)} if "@" in one[1:]}
    people = {folded(one.email) for one in await find_people("", store=store)}
    return sorted(one for one in addresses - people if text.casefold() in one)


def _people(lines: list[DirectoryLine]) -> Iterator[StaffMember]:
    for line in lines:
        if line.calendar:
            yield from line.calendar.staff.values()
