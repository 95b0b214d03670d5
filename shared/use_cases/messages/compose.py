"""Composes the message for one recipient of an outbox entry, by the appointment as it stands."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NotRequired, TypedDict, Unpack

from shared.domain.access.permissions import SCHEDULERS
from shared.domain.appointments.appointment import Appointment
from shared.domain.appointments.messages import (
    Message,
    MessageKind,
    OutboxEntry,
    RecipientRole,
)
from shared.domain.appointments.recipients import Recipient
from shared.domain.appointments.unconfirmed import is_reminded
from shared.domain.appointments.visit_links import host_token, join_token, manage_token
from shared.domain.calendar.business import Business
from shared.domain.calendar.service import Service
from shared.domain.text.phones import e164, region_of
from shared.domain.text.unlinked import unlinked_seat
from shared.use_cases.calendars.answer_invitation import invitation_message
from shared.use_cases.messages.own_times import own_calendar_message, time_off_message
from shared.use_cases.messages.subject import Subject
from shared.use_cases.messages.wanted_kind import wanted_kind
from shared.use_cases.reports.report_mail import report_message
from shared.use_cases.series.find_series import SeriesPart


JOINED = ("confirmation", "change", "cancellation")
"""The kinds of message that can tell of several appointments."""


def message_for(
    subject: Subject, work: OutboxEntry, recipient: Recipient, secret: str, now: datetime
) -> Message | None:
    """Return the message for one recipient; None if it would be out of date or has no address."""
    if work.kind in (
        "time_off",
        "own_calendar",
        "connect_calendar",
        "reassign_asked",
        "reassign_declined",
        "unconfirmed",
        "invitation",
    ):
        return _message_to_staff(subject, work, recipient, secret, now)
    if work.kind == "report":
        return report_message(subject.calendar, work, recipient, subject.report, secret, now)
    if work.kind == "series":
        confirmations = (_confirmation(subject, one, work, recipient, secret, now) for one in subject.series)
        told = [one for one in confirmations if one]
        return joined_message(work.appointment, told) if told else None
    kind = wanted_kind(subject, work, recipient, now)
    if kind is None:
        return None
    return _message_of(subject, kind, work, recipient, secret)


def _message_to_staff(
    subject: Subject, work: OutboxEntry, recipient: Recipient, secret: str, now: datetime
) -> Message | None:
    """Return a message of a kind that only staff get."""
    if work.kind == "time_off":
        return time_off_message(subject, work, recipient)
    if work.kind == "unconfirmed":
        return _unconfirmed_message(subject, work, recipient.person, secret)
    if work.kind in ("own_calendar", "connect_calendar"):
        return own_calendar_message(subject, work, recipient, secret, now)
    if work.kind == "invitation":
        person = subject.calendar.staff.get(recipient.person)
        is_asked = person is not None and person.membership == "pending" and person.email
        return invitation_message(subject.calendar, person, work, secret, now) if person and is_asked else None
    return _wish_message(subject, work, recipient, secret)


def _confirmation(
    subject: Subject, part: SeriesPart, work: OutboxEntry, recipient: Recipient, secret: str, now: datetime
) -> Message | None:
    """Return the confirmation of one appointment of a series; None if it is not, or no longer, the recipient's.

    A change that can still be undone has a notice of its own: until then it is as it was.
    """
    one = part.appointment
    if one.pending and one.has_pending_notice and now < one.pending.due:
        one = one.as_known().model_copy(update={"version": one.version - 1})
        part = SeriesPart(one, part.seat if one.is_group else one.seat)
    seat = part.seat
    if one.is_group and seat and seat.pending and seat.has_pending_notice and now < seat.pending.due:
        ended = not one.is_live and one.session_changes == seat.pending.session_changes  # its last seat left
        one = one.model_copy(update={"status": "booked"}) if ended else one
        part = SeriesPart(one, seat.as_known())
    is_theirs = recipient.kind != "staff" or recipient.person in one.staff
    if not (part.is_live and is_theirs):
        return None
    return _message_of(replace(subject, appointment=one, seat=part.seat), "confirmation", work, recipient, secret)


def joined_message(uid: str, messages: Sequence[Message]) -> Message:
    """Return one message of all these, which have one recipient and kind; a single one is itself."""
    if len(messages) < 2:
        return messages[0]
    ordered = sorted(
        messages, key=lambda one: (one.appointment.start.timestamp() if one.appointment else 0, one.uid)
    )
    people = {person.id: person for one in ordered for person in one.staff}
    return replace(
        ordered[0],
        kind="series" if ordered[0].kind == "confirmation" else ordered[0].kind,
        staff=list(people.values()),
        uid=uid,
        sequence=sum(1 + one.sequence for one in ordered),  # grows with each that joins or changes
        series=tuple(ordered),
    )


def _message_of(
    subject: Subject, kind: MessageKind, work: OutboxEntry, recipient: Recipient, secret: str
) -> Message | None:
    if kind == "cancellation" and recipient.kind != "staff" and recipient.called in work.was:
        subject = _at(subject, work.was[recipient.called])
    if recipient.kind in ("customer", "phone"):
        written = _customer_message(subject, kind, work, secret, recipient)
        return by_sms(written) if written and recipient.kind == "phone" else written
    if recipient.kind == "business":
        return _business_message(subject, kind, work)
    return _staff_message(subject, kind, work, recipient.person, secret)


def _at(subject: Subject, times: tuple[datetime, datetime]) -> Subject:
    """Return what a cancellation is about at the times that its reader knows, which may have changed since."""
    assert subject.appointment is not None
    start, end = times
    return replace(subject, appointment=subject.appointment.model_copy(update={"start": start, "end": end}))


def by_sms(message: Message) -> Message:
    """Return a message to a customer as it goes by SMS: to their number, which is empty if it is none."""
    business, seat = message.calendar.business, message.seat
    number = e164(seat.customer.phone, region_of(business.phone, business.time_zone)) if seat else ""
    return replace(message, channel="sms", to=number)


def _customer_message(
    subject: Subject, kind: MessageKind, work: OutboxEntry, secret: str, recipient: Recipient
) -> Message | None:
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
        to=seat.customer.phone if recipient.kind == "phone" else seat.customer.email,
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
    if person is None or appointment is None or not (person.is_told_by_mail or appointment.is_to_confirm):
        return None
    # One seat of a session was cancelled, but the person still serves the others.
    if kind == "cancellation" and appointment.is_live and person_id in appointment.staff:
        kind = "change"
    elif kind == "cancellation" and person_id in work.was:
        subject = _at(subject, work.was[person_id])
    token = host_token(secret, business.id, appointment, person.id, person.link_version)
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
        visit_token=token,
        staff_token=token if _may_act(business, appointment) else "",
    )


def _may_act(business: Business, one: Appointment) -> bool:
    return one.origin == "booking" and (business.has_staff_links or one.is_asked)


def _wish_message(subject: Subject, work: OutboxEntry, recipient: Recipient, secret: str) -> Message | None:
    """Return what schedulers, or who asked to be replaced, are told; None once it was decided otherwise."""
    appointment = subject.appointment
    if appointment is None or not appointment.is_live:
        return None
    wish = appointment.open_wish
    if work.kind == "reassign_declined":
        is_theirs = wish is None and recipient.person in appointment.staff
        return _staff_message(subject, "reassign_declined", work, recipient.person, secret) if is_theirs else None
    message = _staff_message(subject, "reassign_asked", work, recipient.person, secret) if wish else None
    # who decides is no host: their message has no link to the visit, and names who asks
    asks = subject.calendar.people([wish.person] if wish else [])
    return replace(message, staff=asks, visit_token="", staff_token="") if message else None


def _unconfirmed_message(subject: Subject, work: OutboxEntry, person: str, secret: str) -> Message | None:
    """Return one message of all that a person is to confirm; what others serve is confirmed at the console.

    Once the rules of the calendar ask for no confirmation any more, nobody is reminded.
    """
    reader, due = subject.calendar.staff.get(person), work.start
    if reader is None or due is None or subject.calendar.business.when_unread != "confirm":
        return None
    told, decides = [], reader.role in SCHEDULERS and subject.calendar.mails(person)
    for part in subject.series:
        one = part.appointment
        if is_reminded(one, person, due, decides=decides):
            about = replace(subject, appointment=one, seat=part.seat)
            message = _staff_message(about, "unconfirmed", work, person, secret)
            is_theirs = person in one.staff
            told += [message if is_theirs else replace(message, visit_token="", staff_token="")] if message else []
    return replace(joined_message("", told), uid=f"unconfirmed-{due:%Y%m%d}-{person}") if told else None


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
    staff_token: NotRequired[str]


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
    message = Message(
        kind=kind,
        calendar=calendar,
        service=service,
        appointment=appointment,
        seat=subject.seat,
        staff=calendar.people(appointment.staff),
        text=work.text,
        before=work.offset,
        **reader,
    )
    return message.in_its_language
