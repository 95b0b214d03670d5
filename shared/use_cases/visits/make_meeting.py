"""Have a meeting made for a visit that is to be held with others' means: work of the timer, never of a booking."""

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
    """A meeting to be made; `name` is the same however often it is asked for. It names no customer."""

    name: str
    organiser: str
    subject: str
    start: datetime
    end: datetime


class MeetingRefused(NotAccepted):
    """A definite no: no meeting is made for this visit."""


class MeetingUnavailable(MailUnavailable):
    """No answer, or one that may be another later: it is asked for again."""


class Meetings(Protocol):
    """Whoever makes meetings."""

    async def create(self, wanted: MeetingRequest, now: datetime) -> str:
        """Return where to join: the same for the same name. Raises MeetingRefused, MeetingUnavailable."""
        ...


class NoMeetings:
    """Of an app that has no account anywhere."""

    async def create(self, wanted: MeetingRequest, now: datetime) -> str:  # noqa: ARG002 - the protocol's
        raise MeetingRefused("the settings name nobody who makes meetings")


async def make_meeting(
    work: OutboxEntry, business: str, *, store: Store, meetings: Meetings, now: datetime
) -> None:
    """Have it made, and note where it is. Raises as `Meetings.create`, and Ambiguous: it is tried again."""
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
    room = calendar.meeting_of(service)
    if not room.needs_creation:
        return
    subject = " – ".join(part for part in (service.name if service else "", calendar.business.name) if part)
    wanted = MeetingRequest(appointment.id, room.organiser, subject, appointment.start, appointment.end)
    url = await meetings.create(wanted, now)
    key = meeting_key(work.appointment)
    await store.table.transact("bookings", business, [Operation("upsert", key, {"url": url})])
