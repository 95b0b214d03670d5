"""Composes the message for one recipient of an outbox entry, by the appointment as it stands."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NotRequired, TypedDict, Unpack

from shared.domain.appointments.appointment import Appointment, Seat, TimeOff
from shared.domain.appointments.messages import (
    Message,
    MessageKind,
    OutboxEntry,
    RecipientRole,
    notice_kind,
)
from shared.domain.appointments.recipients import LEFT, NEW, UNCERTAIN, Recipient
from shared.domain.appointments.visit_links import host_token, join_token, manage_token
from shared.domain.calendar.business import Calendar
from shared.domain.calendar.service import Service
from shared.domain.text.unlinked import unlinked_seat
from shared.records.codec import load_row
from shared.records.keys import appointment_key, seat_key
from shared.records.table import Row
from shared.use_cases.calendars.answer_invitation import invitation_message
from shared.use_cases.organisation.settings import with_sender
from shared.use_cases.ports import Store


@dataclass(frozen=True, slots=True)
class Subject:
    """What an outbox entry is about, as it stands: a seat or a whole session. Parts that do not exist are None."""

    calendar: Calendar
    appointment: Appointment | None = None
    seat: Seat | None = None
    time_off: TimeOff | None = None
    is_session: bool = False

    @property
    def is_there(self) -> bool:
        """Return whether a message can be about it: a seat that was moved has notices at its new place."""
        is_here = self.seat is not None and self.seat.status != "moved"
        return self.appointment is not None and (self.is_session or is_here)

    @property
    def is_cancelled(self) -> bool:
        """Return whether the recipients must read that nothing takes place: seat or session is cancelled."""
        is_taken = self.is_session or (self.seat is not None and self.seat.status == "booked")
        return not (is_taken and self.appointment and self.appointment.is_live)

    def has_left(self, work: OutboxEntry) -> bool:
        """Return whether this entry's move is the seat's last one from here; later ones have their own entries."""
        return self.seat is not None and self.seat.status == "moved" and self.seat.version == work.version

    def is_superseded(self, work: OutboxEntry) -> bool:
        """Return whether a newer version has a notice of its own, which takes over the recipients not yet served.

        A seat that lacks changes of its session gets such a notice as soon as these reach it.
        """
        if self.appointment is None or work.kind not in ("notify", "session"):
            return False
        if self.is_session:
            return self.appointment.session_changes > work.version
        return self.seat is not None and (
            self.seat.version > work.version or self.appointment.has_unseen_changes(self.seat)
        )


async def read_subject(work: OutboxEntry, business: str, store: Store) -> Subject:
    """Read what an entry is about; one round trip deep, the settings' point read included."""
    calendar = await store.calendars.find_by_id(business)
    if work.kind in ("invitation", "address"):
        return Subject(await _current(calendar, store))
    if work.kind == "time_off":
        fresh, row = await asyncio.gather(
            _current(calendar, store), store.table.get("bookings", business, work.appointment)
        )
        return Subject(fresh, time_off=load_row(TimeOff, row) if row else None)
    fresh, row, seat_row = await asyncio.gather(
        _current(calendar, store),
        store.table.get("bookings", business, appointment_key(work.appointment)),
        _seat_row(work, business, store),
    )
    appointment = load_row(Appointment, row) if row else None
    seat = appointment.seat if appointment else None
    if appointment and seat is None and seat_row:
        seat = load_row(Seat, seat_row)
    return Subject(fresh, appointment, seat, is_session=not work.seat)


async def _current(calendar: Calendar, store: Store) -> Calendar:
    return await with_sender(await store.calendars.current(calendar), store=store)


async def _seat_row(work: OutboxEntry, business: str, store: Store) -> Row | None:
    """Return the row of a group's seat; None if the entry is about a whole session."""
    if not work.seat:
        return None
    return await store.table.get("bookings", business, seat_key(work.appointment, work.seat))


def message_for(
    subject: Subject, work: OutboxEntry, recipient: Recipient, secret: str, now: datetime
) -> Message | None:
    """Return the message for one recipient; None if it would be out of date or has no address."""
    if work.kind == "time_off":
        return _time_off_message(subject, work, recipient)
    if work.kind == "invitation":
        person = subject.calendar.staff.get(recipient.person)
        is_asked = person is not None and person.membership == "pending" and person.email
        return invitation_message(subject.calendar, person, work, secret, now) if person and is_asked else None
    kind = _kind(subject, work, recipient, now)
    if kind is None:
        return None
    if recipient.kind == "customer":
        return _customer_message(subject, kind, work, secret)
    if recipient.kind == "business":
        return _business_message(subject, kind, work)
    return _staff_message(subject, kind, work, recipient.person, secret)


def _kind(subject: Subject, work: OutboxEntry, recipient: Recipient, now: datetime) -> MessageKind | None:
    """Return the kind of message; None if none is wanted.

    A notice is about whatever stands now. A reminder or follow-up is only about the start that it was made for,
    and a reminder is not sent once that has passed.
    """
    if work.kind == "left":
        return "cancellation" if subject.has_left(work) else None
    appointment = subject.appointment
    if appointment is None or not subject.is_there:
        return None
    if work.kind in ("notify", "session"):
        return _notice_kind(subject, appointment, recipient)
    is_wanted = appointment.start == work.start and _is_still_wanted(appointment, work)
    if subject.is_cancelled or not is_wanted:
        return None
    if work.kind == "reminder":
        last = (
            appointment.end if work.offset is None else appointment.start
        )  # sent by hand: also after the start, to customers who are late
        return "reminder" if now < last else None
    return "follow_up"


def _notice_kind(subject: Subject, appointment: Appointment, recipient: Recipient) -> MessageKind | None:
    """Return the kind of a notice, with what the recipient knows corrected by who serves the appointment now."""
    person = recipient.person
    if person and recipient.knows != LEFT and person not in appointment.staff:
        if appointment.is_group and not subject.is_session:
            return None  # the session's own entry tells staff who no longer serve it
        recipient = recipient.knowing(LEFT)
    elif person and recipient.knows == NEW and _may_be_known(appointment):
        recipient = recipient.knowing(UNCERTAIN)
    return notice_kind(recipient, is_cancelled=subject.is_cancelled)


def _may_be_known(appointment: Appointment) -> bool:
    """Return whether staff may know a group session by another seat than the one that opened it."""
    return appointment.is_group and appointment.version > 2


def _is_still_wanted(appointment: Appointment, work: OutboxEntry) -> bool:
    """Return whether an appointment with reminders of its own still has this one."""
    if appointment.terms is None or work.offset is None:
        return True
    return work.offset in {reminder.offset for reminder in appointment.terms.reminders}


def _customer_message(subject: Subject, kind: MessageKind, work: OutboxEntry, secret: str) -> Message | None:
    appointment, seat, business = subject.appointment, subject.seat, subject.calendar.business
    assert appointment is not None
    assert seat is not None
    token = manage_token(secret, business.id, appointment.id, seat.id, seat.link_version, appointment.start)
    # A stranger could book with another's address, and so have us send a link in the name or the notes.
    plain = unlinked_seat(seat)
    return _message_to(
        replace(subject, seat=plain),
        kind,
        work,
        role="customer",
        to=seat.customer.email,
        name=plain.customer.name,
        language=seat.language or business.customer_language,
        time_zone=seat.time_zone or business.time_zone,
        uid=seat.id,
        sequence=seat.version,
        manage_token=token,
        visit_token=join_token(secret, business.id, appointment, seat),
    )


def _business_message(subject: Subject, kind: MessageKind, work: OutboxEntry) -> Message | None:
    business, appointment = subject.calendar.business, subject.appointment
    assert appointment is not None
    uid, sequence = appointment.id, appointment.version
    if subject.seat is not None:
        uid, sequence = subject.seat.id, subject.seat.version
    return _message_to(
        subject,
        kind,
        work,
        role="business",
        to=business.email,
        name=business.name,
        language=business.language,
        time_zone=business.time_zone,
        uid=uid,
        sequence=sequence,
    )


def _staff_message(
    subject: Subject, kind: MessageKind, work: OutboxEntry, person_id: str, secret: str
) -> Message | None:
    """Return the message for a person of the staff.

    Their calendar holds the session, however many seats it has, so the session's id and version name the file.
    """
    business, person = subject.calendar.business, subject.calendar.staff.get(person_id)
    appointment = subject.appointment
    if person is None or appointment is None or not person.is_told_by_mail:
        return None
    # One seat of a session was cancelled, but the person still serves the others.
    if kind == "cancellation" and appointment.is_live and person_id in appointment.staff:
        kind = "change"
    elif person_id in work.was and person_id not in appointment.staff:
        # The cancellation names the times that they know, which may have changed since.
        start, end = work.was[person_id]
        subject = replace(subject, appointment=appointment.model_copy(update={"start": start, "end": end}))
    return _message_to(
        subject,
        kind,
        work,
        role="staff",
        to=person.email,
        name=person.name,
        language=person.language or business.language,
        time_zone=person.time_zone or business.time_zone,
        uid=appointment.id,
        sequence=appointment.version,
        visit_token=host_token(secret, business.id, appointment, person.id, person.link_version),
    )


def _has_visit(service: Service | None, role: RecipientRole) -> bool:
    return service is not None and (service.is_joinable if role == "customer" else service.is_online)


class Reader(TypedDict):
    """To whom a message goes, in which language and at whose time, and the calendar event that it is about."""

    role: RecipientRole
    to: str
    name: str
    language: str
    time_zone: str
    uid: str
    sequence: int
    manage_token: NotRequired[str]
    visit_token: NotRequired[str]


def _message_to(
    subject: Subject, kind: MessageKind, work: OutboxEntry, **reader: Unpack[Reader]
) -> Message | None:
    """Return the message to a reader; None where they have no address, or the appointment has gone."""
    appointment, calendar = subject.appointment, subject.calendar
    if not reader["to"] or appointment is None:
        return None
    service = appointment.service_of(calendar.services.get(appointment.service))
    if not _has_visit(service, reader["role"]):
        reader["visit_token"] = ""
    return Message(
        kind=kind,
        calendar=calendar,
        service=service,
        appointment=appointment,
        seat=subject.seat,
        staff=calendar.people(appointment.staff),
        text=work.text,
        **reader,
    )


def _time_off_message(subject: Subject, work: OutboxEntry, recipient: Recipient) -> Message | None:
    business, off = subject.calendar.business, subject.time_off
    person = subject.calendar.staff.get(recipient.person)
    if off is None or off.version > work.version or person is None or not person.email:
        return None
    return Message(
        kind="time_off",
        role="staff",
        to=person.email,
        name=person.name,
        language=person.language or business.language,
        time_zone=person.time_zone or business.time_zone,
        calendar=subject.calendar,
        service=None,
        appointment=None,
        seat=None,
        staff=[person],
        uid=off.id,
        sequence=off.version,
        time_off=off,
        text=work.text,
    )
