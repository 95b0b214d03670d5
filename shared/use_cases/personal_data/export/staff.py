"""What calendars keep about a member of their staff, also one who left, as one document for them."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from shared.domain.calendar.business import Calendar, StaffMember
from shared.domain.personal_data.fields import STAFF_MEMBER, TIME_OFF
from shared.domain.personal_data.personal_part import personal_part
from shared.domain.text.addresses import folded
from shared.use_cases.calendars.find_businesses import find_current, find_noted
from shared.use_cases.calendars.find_time_off import find_time_off
from shared.use_cases.calendars.find_upcoming import find_upcoming
from shared.use_cases.organisation.seal_audit import AuditPlace
from shared.use_cases.organisation.settings import find_organisation
from shared.use_cases.personal_data.export.waiting import find_waiting, waiting_for
from shared.use_cases.personal_data.staff_trail import find_connected, find_done, find_past, find_signed_in
from shared.use_cases.ports import Store


async def export_staff(person: StaffMember, *, calendar: Calendar, store: Store, now: datetime) -> dict[str, Any]:
    """Return what one calendar keeps about a person, and where they are connected and signed in.

    That is their entry with their hours, times off, appointments, messages that wait, and what they did;
    no customer is named in it.
    """
    business, email = calendar.business.id, person.email
    (times_off, coming, past, done, connected, sessions), organisation, waiting = await asyncio.gather(
        asyncio.gather(
            find_time_off(business=business, store=store, staff=person.id),
            find_upcoming(calendar, person.id, store=store, now=now),
            find_past(person.id, calendar=calendar, store=store, now=now),
            find_done(email, place=AuditPlace(business), store=store),
            find_connected(email, store=store),
            find_signed_in(email, store=store),
        ),
        find_organisation(store=store, within=0),
        find_waiting(business, store=store),
    )
    return {
        "calendar": calendar.business.name,
        "person": personal_part(person, STAFF_MEMBER),
        "timeOff": [personal_part(one, TIME_OFF) for one in times_off],
        "upcoming": [
            {"start": one.start.isoformat(), "end": one.end.isoformat(), "service": one.service} for one in coming
        ],
        "past": past,
        "reportByMail": calendar.business.report_mail.is_read_by(email),
        "organisationReportByMail": organisation.report_mail.is_read_by(email),
        "waiting": waiting_for(waiting, person.id),
        "activity": done,
        "ownCalendar": connected,
        "sessions": sessions,
    }


async def find_entries(email: str, *, store: Store) -> list[tuple[Calendar, StaffMember]]:
    """Return an address's entries on the staff of calendars, also those that left, by the calendars' names.

    Deleted calendars are among them as long as they are there: they may be restored.
    """
    noted = await find_noted(email, store=store)
    found = await find_current(noted, store=store, with_deleted=True)
    calendars = sorted(found, key=lambda one: one.business.name.casefold())
    return [
        (calendar, person)
        for calendar in calendars
        for person in (*calendar.staff.values(), *calendar.former.values())
        if folded(person.email) == folded(email)
    ]


async def export_entries(
    entries: Sequence[tuple[Calendar, StaffMember]], *, store: Store, now: datetime
) -> list[dict[str, Any]]:
    """Return what each of these calendars keeps about a person."""
    exported = (export_staff(person, calendar=calendar, store=store, now=now) for calendar, person in entries)
    return await asyncio.gather(*exported)
