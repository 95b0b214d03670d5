"""Finds where in the organisation a person works, and removes them from every calendar in one step."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.domain.calendar.business import Calendar, StaffMember
from shared.domain.errors import NotFound
from shared.domain.text.addresses import folded
from shared.use_cases.calendars.change_entity import SettingsChange
from shared.use_cases.calendars.find_businesses import find_of_person
from shared.use_cases.calendars.find_upcoming import UpcomingAppointment, find_upcoming
from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from shared.use_cases.ports import Store
from shared.use_cases.reports.forget_reader import remove_reader_everywhere


@dataclass(frozen=True, slots=True)
class StaffPlace:
    """A person's entry on a calendar's staff, with their coming appointments there."""

    calendar: Calendar
    person: StaffMember
    coming: Sequence[UpcomingAppointment]


async def find_places(email: str, *, store: Store, now: datetime, with_left: bool = False) -> list[StaffPlace]:
    """Return the entries that have an address, by the names of their calendars.

    `with_left`: also those that were removed and whose coming appointments nobody has taken over yet.
    """
    calendars = sorted(await find_of_person(email, store=store), key=lambda one: one.business.name.casefold())
    entries = [
        (calendar, person)
        for calendar in calendars
        for person in (*calendar.staff.values(), *(calendar.former.values() if with_left else ()))
        if folded(person.email) == folded(email)
    ]
    found = await asyncio.gather(
        *(find_upcoming(calendar, person.id, store=store, now=now) for calendar, person in entries)
    )
    places = [StaffPlace(*entry, coming) for entry, coming in zip(entries, found, strict=True)]
    return [one for one in places if one.coming or not one.person.removed_at]


async def remove_person(email: str, *, author: Author, context: Context) -> list[StaffPlace]:
    """Remove an address from every calendar's staff; return where it was, with the appointments to be taken over.

    It is no reader of any report any more. Appointments stay. Raise NotFound if the address is on no staff. After
    a failure half-way, the same request continues with the calendars that are left.
    """
    places = await find_places(email, store=context.store, now=context.now)
    if not places:
        raise NotFound
    there = {place.calendar.business.id for place in places}  # removing them from a staff does so there
    await remove_reader_everywhere(email, author=author, context=context, apart=there)
    for place in places:
        business = place.calendar.business.id
        settings = SettingsChange(
            business,
            author,
            "",  # the route names them, by an id
            context,
            may_remove_last_administrator=True,
        )
        try:
            await settings.remove("staff", place.person.id, None)
        except NotFound:  # removed by another request
            continue
    return places
