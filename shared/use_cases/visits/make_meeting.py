"""Creates the meeting of a visit at another provider: done by the timer, so that a booking never waits."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.domain.appointments.appointment import Appointment
from shared.domain.appointments.messages import OutboxEntry
from shared.records.codec import load_row
from shared.records.keys import appointment_key
from shared.records.meetings import meeting_key
from shared.records.table import Operation
from shared.use_cases.ports import MailUnavailable, NotAccepted, Store


@dataclass(frozen=True, slots=True)
class MeetingRequest:
    """A meeting to create; `name` is the same at each try. It names no customer."""

    name: str
    organiser: str
    subject: str
    start: datetime
    end: datetime


class MeetingRefused(NotAccepted):
    """A definite refusal: this visit gets no meeting."""


class MeetingUnavailable(MailUnavailable):
    """No answer, or one that may change: worth another try later."""


class Meetings(Protocol):
    """A provider of meetings."""

    async def create(self, wanted: MeetingRequest, now: datetime) -> str:
        """Return the address to join, the same for the same name. Raise MeetingRefused, MeetingUnavailable."""
        ...


class NoMeetings:
    """The provider of an app that has no account with any."""

    async def create(self, wanted: MeetingRequest, now: datetime) -> str:  # noqa: ARG002 - the protocol's
        """Raise MeetingRefused."""
        raise MeetingRefused("the settings name nobody who makes meetings")


async def make_meeting(
    work: OutboxEntry, business: str, *, store: Store, meetings: Meetings, now: datetime
) -> None:
    """Create the meeting and store its address. Raise as `Meetings.create`; after Ambiguous it is retried."""
    known = await store.calendars.find_by_id(business)
    row, made, calendar = await asyncio.gather(
        store.table.get("bookings", business, appointment_key(work.appointment)),
        store.table.get("bookings", business, meeting_key(work.appointment)),
        store.calendars.current(known),
    )
    appointment = load_row(Appointment, row) if row else None
    if appointment is None or not appointment.is_live or made:
        return
    service = appointment.service_of(calendar.services.get(appointment.service))
    room = calendar.meeting_of(service, appointment.hosts)
    if not room.needs_creation:
        return
    subject = " – ".join(part for part in (service.name if service else "", calendar.business.name) if part)
    wanted = MeetingRequest(appointment.id, room.organiser, subject, appointment.start, appointment.end)
    url = await meetings.create(wanted, now)
    key = meeting_key(work.appointment)
    await store.table.transact("bookings", business, [Operation("upsert", key, {"url": url})])
