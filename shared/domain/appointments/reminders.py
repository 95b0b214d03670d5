"""The reminders and follow-ups of an appointment: when each is due, and for whom."""

from dataclasses import replace
from datetime import datetime
from typing import Literal

from shared.domain.appointments.appointment import Appointment, Seat
from shared.domain.appointments.messages import OutboxEntry
from shared.domain.appointments.notices import NewEntry, is_texted
from shared.domain.appointments.recipients import CUSTOMER, PHONE, staff_members
from shared.domain.calendar.service import Recipients, Service


def reminders(service: Service, appointment: Appointment, seat: Seat | None, now: datetime) -> list[NewEntry]:
    """Return the reminders and the follow-up of a seat, without those whose time has passed.

    The staff of a group session are reminded once, by entries of the session: `seat` is None for these.
    """
    found = []
    for index, reminder in enumerate(service.reminders):
        due, text, to = appointment.start - reminder.offset, reminder.message, reminder.recipients
        later = _later("reminder", f"r{index}", due, to, text, appointment, seat)
        by_sms = [PHONE] if seat and to in ("customer", "all") and is_texted(service, seat) else []
        more = {"offset": reminder.offset, "recipients": (*later.work.recipients, *by_sms)}
        found.append(replace(later, work=later.work.model_copy(update=more)))
    if service.follow_up:
        due = appointment.end + service.follow_up.offset
        text, to = service.follow_up.message, service.follow_up.recipients
        found.append(_later("follow_up", "f", due, to, text, appointment, seat))
    return [one for one in found if one.at and one.at > now]


def _later(
    kind: Literal["reminder", "follow_up"],
    number: str,
    due: datetime,
    to: Recipients,
    text: str,
    appointment: Appointment,
    seat: Seat | None,
) -> NewEntry:
    is_their_row = seat is None or not appointment.is_group
    people = staff_members(appointment.staff) if to in ("staff", "all") and is_their_row else []
    customer = [CUSTOMER] if seat and to in ("customer", "all") and seat.customer.email else []
    work = OutboxEntry(
        kind=kind,
        appointment=appointment.id,
        seat=seat.id if seat else "",
        start=appointment.start,
        text=text,
        recipients=(*customer, *people),
    )
    return NewEntry(due, seat.id if seat else appointment.id, number if seat else f"s{number}", work)


def expected_due(service: Service, start: datetime, now: datetime) -> list[datetime]:
    """Return when the later entries of a booking at `start` will be due, as far as that is after now."""
    times = [start - reminder.offset for reminder in service.reminders]
    if service.follow_up:
        times.append(start + service.duration + service.follow_up.offset)
    return [time for time in times if time > now]
