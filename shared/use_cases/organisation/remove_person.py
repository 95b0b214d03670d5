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
from shared.use_cases.ports import Store


@dataclass(frozen=True, slots=True)
class StaffPlace:
    """A person's entry on a calendar's staff, with their coming appointments there."""

    calendar: Calendar
    person: StaffMember
    coming: Sequence[UpcomingAppointment]


async def find_places(email: str, *, store: Store, now: datetime) -> list[StaffPlace]:
    """Return the entries that have an address, by the names of their calendars."""
    calendars = sorted(await find_of_person(email, store=store), key=lambda one: one.business.name.casefold())
    entries = [
        (calendar, person)
        for calendar in calendars
        for person in calendar.staff.values()
        if folded(person.email) == folded(email)
    ]
    found = await asyncio.gather(
        *(find_upcoming(calendar, person.id, store=store, now=now) for calendar, person in entries)
    )
    return [StaffPlace(*entry, coming) for entry, coming in zip(entries, found, strict=True)]


async def remove_person(
    email: str, *, author: Author, store: Store, secret: str, now: datetime
) -> list[StaffPlace]:
    """Remove an address from every calendar's staff; return where it was, with the appointments to be taken over.

    Appointments stay. Raise NotFound if the address is on no staff. After a failure half-way, the same request
    continues with the calendars that are left.
    """
    places = await find_places(email, store=store, now=now)
    if not places:
        raise NotFound
    for place in places:
        business = place.calendar.business.id
        settings = SettingsChange(
            business, author, folded(email), store, secret, now, may_remove_last_administrator=True
        )
        try:
            await settings.remove("staff", place.person.id, None)
        except NotFound:  # removed by another request
            continue
    return places
