"""The outbox: which messages are due about an appointment, to whom and when, and what one message holds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from shared.domain.appointments.appointment import Appointment, Seat, TimeOff
from shared.domain.appointments.recipients import (
    BUSINESS,
    CUSTOMER,
    KNOWS,
    LEFT,
    LINK_VOID,
    NEW,
    PHONE,
    SEATS,
    UNCERTAIN,
    UNTOLD,
    Channel,
    Recipient,
    StoredRecipient,
    mark_uncertain,
    merge_recipients,
    staff_members,
    times_known,
)
from shared.domain.appointments.series import AppointmentSeries
from shared.domain.calendar.business import Calendar, StaffMember
from shared.domain.calendar.service import Service
from shared.domain.model import Model


if TYPE_CHECKING:
    from shared.domain.reports.mailed_report import MailedReport

MessageKind = Literal[
    "confirmation",
    "change",
    "cancellation",
    "reminder",
    "follow_up",
    "new_link",
    "series",
    "time_off",
    "code",
    "invitation",
    "own_calendar",
    "connect_calendar",
    "reassign_asked",
    "reassign_declined",
    "unconfirmed",
    "report",
]
RecipientRole = Literal["customer", "staff", "business"]


TRIES = 20  # of an entry, before its recipients are given up


class OutboxEntry(Model):
    """An entry of the outbox. shared/use_cases/messages/send_due.py has the steps that it goes through.

    `recipients` are those who are still to be served. What they know of the appointment decides what they get:

    knows       booked         cancelled
    KNOWS       change         cancellation
    NEW         confirmation   none; a customer gets a cancellation
    UNCERTAIN   confirmation   cancellation
    LEFT        cancellation   cancellation
    LINK_VOID   new link       cancellation

    kind                  purpose                                           carries
    notify                announces a version of a seat                     that version
    left                  informs a session's staff that a seat moved away  the seat's version
    session               announces a change of a whole session; no seat    the number of that change
    series                announces the appointments of a series        the id of the series in `appointment`
    reminder, follow_up   as the service wants them                         the start; a reminder its offset
    time_off              informs a person of their time off
    visit                 checks whether a visit is over; no message
    fact                  files the result of a visit; no message
    meeting               has a meeting created; no message
    invitation            asks people to join the staff; no appointment     in `text`, what distinguishes it
    own_calendar          tells that an own calendar cannot be read         whose, and in `text` why and since when
    connect_calendar      has a person connect their own calendar, by a link
    reassign_asked        tells schedulers that somebody asks to be replaced, and in `text` why
    reassign_declined     tells who asked to be replaced that the appointment stays theirs
    unconfirmed           reminds staff of what is to be confirmed          in `start`, when it is due
    report                the report by mail; no appointment                in `text`, which report
    address               files new host links for a changed mail address; no message itself
    hold                  checks whether holds on people's time have their appointments; no message
    release               gives time back that an appointment held in other calendars; no message
    holdings              holds what people have to come where they work now; no message

    `refused` are recipients that cannot be served. `was` has the start and end that those who know the appointment
    knew before the change, which a cancellation names to them. `not_before` is set for a notice that may be undone
    until then, and with `attempts` by failed tries; `leased_by` names the worker that serves it. `why` has the
    reasons for which messages of it were not delivered. Of the notices with the same `together` a recipient gets
    one message. `resent` counts how often staff had it sent again, so that no mailbox takes it for a copy.
    A `silent` one brings a session's change to its seats, of which nobody is told.
    """

    kind: Literal[
        "notify",
        "left",
        "session",
        "series",
        "reminder",
        "follow_up",
        "time_off",
        "visit",
        "fact",
        "meeting",
        "invitation",
        "address",
        "own_calendar",
        "connect_calendar",
        "reassign_asked",
        "reassign_declined",
        "unconfirmed",
        "report",
        "hold",
        "release",
        "holdings",
    ]
    appointment: str
    seat: str = ""
    version: int = 0
    start: datetime | None = None
    offset: timedelta | None = None
    text: str = ""
    recipients: tuple[StoredRecipient, ...] = ()
    refused: tuple[StoredRecipient, ...] = ()
    was: dict[str, tuple[datetime, datetime]] = Field(default_factory=dict)
    attempts: int = 0
    not_before: datetime | None = None
    leased_by: str = ""
    why: str = ""
    together: str = ""
    resent: int = 0
    silent: bool = False


class SentMessage(Model):
    """What became of one message about an appointment, to one recipient, without what it said or to which address.

    `kind` is that of the message; of one that was given up after many tries, that of its entry. `sms` is the key
    of what is known of an SMS by its provider, and `why` the reason for which it was not delivered.

    Of a mail whose provider says what becomes of it, `report` is what it said, and `which` tells it from others
    that are noted in the same place. The rest shows it among the undelivered: the `entry` that it was sent for,
    its key `work`, and the keys of the notes of `also`, which tell of other appointments in the same mail.
    """

    at: datetime
    kind: str
    recipient: StoredRecipient
    seat: str = ""
    is_failed: bool = False
    sms: str = ""
    why: str = ""
    report: Literal["", "delivered", "failed"] = ""
    which: str = ""
    entry: OutboxEntry | None = None
    work: str = ""
    also: tuple[str, ...] = ()


def merge_entries(works: Sequence[OutboxEntry]) -> OutboxEntry:
    """Return the last of these entries, the newest, with the unserved recipients of the older ones added.

    An entry that is still leased was left by a worker that died, so its first recipient may have had the message.
    """
    recipients: tuple[Recipient, ...] = ()
    was: dict[str, tuple[datetime, datetime]] = {}
    for one in works:
        waiting = {each.called for each in recipients}  # the others have been served, and know newer times
        was = one.was | {called: times for called, times in was.items() if called in waiting}
        newer = mark_uncertain(one.recipients) if one.leased_by else one.recipients
        recipients = merge_recipients(recipients, newer)
    silent = all(one.silent for one in works if SEATS in one.recipients)
    return works[-1].model_copy(update={"recipients": recipients, "was": was, "silent": silent})


def notice_kind(recipient: Recipient, *, is_cancelled: bool) -> MessageKind | None:
    """Return the kind of message for a recipient of a notice; None if they never knew of the appointment."""
    if recipient.knows == LEFT:
        return "cancellation"
    if is_cancelled:
        return None if recipient.knows == NEW and recipient.kind not in ("customer", "phone") else "cancellation"
    if recipient.knows == LINK_VOID:
        return "new_link"
    return "confirmation" if recipient.knows in UNTOLD else "change"


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one address, with all that its text may show and nothing else.

    `uid` and `sequence` are those of the calendar file: `uid` never changes, `sequence` grows with every change
    that is announced to the recipient. A message to the customer never holds internal notes; one to staff holds
    all that the customer gave. One with a code has no appointment; the code stays out of every log. One about a
    series holds the message about each of its appointments, and of itself what the first of them has; an SMS
    may remind of several in the same way. By SMS, `to` is a number in E.164, empty if the customer's is none.
    """

    kind: MessageKind
    role: RecipientRole
    to: str
    name: str
    language: str
    time_zone: str
    calendar: Calendar
    service: Service | None
    appointment: Appointment | None
    seat: Seat | None
    staff: Sequence[StaffMember]
    uid: str
    sequence: int
    text: str = ""
    manage_token: str = ""
    visit_token: str = ""  # to join, or to hold, an online appointment
    staff_token: str = ""  # by which a person of the staff changes it, where the calendar allows that
    membership_token: str = ""  # to accept or reject an invitation to the staff
    calendar_token: str = ""  # by which a person connects their own calendar
    time_off: TimeOff | None = None
    report: "MailedReport | None" = None
    leave_token: str = ""  # by which a reader takes themselves off the report
    series: "tuple[Message, ...]" = ()
    channel: Channel = "mail"
    code: str = field(default="", repr=False)
    before: timedelta | None = None  # of a reminder: how long before the start it is sent
    is_test: bool = False  # about an appointment that there is not, so that no calendar gains an event by it
    reference: str = ""  # by which a provider says what became of a mail
    resent: int = 0  # how often staff had it sent again

    @property
    def in_its_language(self) -> "Message":
        """Return the message with the calendar's texts in its own language, if a customer reads it."""
        if self.role != "customer":
            return self
        own, service = self.calendar.business.language, self.service
        return replace(
            self,
            calendar=self.calendar.in_language(self.language),
            service=service.in_language(self.language, own) if service else None,
            text=service.message_in(self.text, self.language, own) if service else self.text,
        )


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An outbox entry to write, due `at` (None: as soon as possible); `subject` and `number` make its key."""

    at: datetime | None
    subject: str
    number: str
    work: OutboxEntry


def notice(
    service: Service | None,
    appointment: Appointment,
    seat: Seat,
    *,
    staff: Iterable[Recipient],
    to_business: bool,
    text: str = "",
    before: Appointment | None = None,
    is_own: bool = False,
) -> NewEntry:
    """Return the entry that announces a seat's version; `staff` are people of it as recipients.

    `before` is the previous state of the appointment, which they know, but for the customer who changes it.
    """
    confirms = service is None or service.confirm_customer
    knows = NEW if seat.version == 1 else KNOWS
    recipients = [CUSTOMER.knowing(knows)] if seat.customer.email and confirms else []
    recipients += [PHONE.knowing(knows)] if confirms and is_texted(service, seat) else []
    people = list(staff) if service is None or service.confirm_staff or appointment.is_to_confirm else []
    if appointment.filled > 1:  # staff may know of the session by another seat
        people = _possibly_told(people)
    recipients += people
    recipients += [BUSINESS.knowing(knows)] if to_business else []
    if appointment.is_group and seat.status == "cancelled":  # the session may move before this is read
        before = before or appointment
    told = [one for one in recipients if not (is_own and one.kind in ("customer", "phone"))]
    work = OutboxEntry(
        kind="notify",
        appointment=appointment.id,
        seat=seat.id,
        version=seat.version,
        text=text,
        recipients=tuple(recipients),
        was=times_known(told, before),
    )
    return NewEntry(None, seat.id, f"{seat.version:08d}", work)


def session_notice(
    service: Service | None,
    session: Appointment,
    *,
    staff: Iterable[Recipient],
    to_business: bool,
    is_first: bool = False,
    text: str = "",
    before: Appointment | None = None,
) -> NewEntry:
    """Return the one entry that announces a change of a whole session, whatever the number of its seats.

    New staff may know the session by one of its seats already.
    """
    people = _possibly_told(staff) if service is None or service.confirm_staff else []
    recipients = (SEATS, *people, *([BUSINESS.knowing(NEW if is_first else KNOWS)] if to_business else []))
    work = OutboxEntry(
        kind="session",
        appointment=session.id,
        version=session.session_changes,
        text=text,
        recipients=recipients,
        was=times_known(recipients, before),
    )
    return NewEntry(None, session.id, f"{session.session_changes:08d}session{session.version:08d}", work)


def unannounced(told: NewEntry) -> NewEntry:
    """Return the entry that brings a session's change to its seats in place of the one that announces it."""
    work = told.work.model_copy(update={"recipients": (SEATS,), "was": {}, "text": "", "silent": True})
    return replace(told, work=work)


def series_notice(series: AppointmentSeries, recipients: Iterable[Recipient]) -> NewEntry:
    """Return the one entry that announces all appointments of a series."""
    work = OutboxEntry(kind="series", appointment=series.id, recipients=tuple(recipients))
    return NewEntry(series.due, series.id, "series", work)


def is_texted(service: Service | None, seat: Seat) -> bool:
    """Return whether a customer gets messages by SMS: they agreed, and the service sends any."""
    return service is not None and service.send_sms and seat.wants_sms and bool(seat.customer.phone)


def _possibly_told(staff: Iterable[Recipient]) -> list[Recipient]:
    """Return the staff, of whom those who are new may know the session by another seat."""
    return [one.knowing(UNCERTAIN) if one.knows == NEW else one for one in staff]


def new_link(appointment: Appointment, seat: Seat | None, recipients: Iterable[Recipient]) -> NewEntry:
    """Return the entry that sends recipients a new link."""
    subject, kind, version = appointment.id, "session", appointment.session_changes
    number = f"{version:08d}session{appointment.version:08d}"
    if seat is not None:
        subject, kind, version = seat.id, "notify", seat.version
        number = f"{version:08d}link{appointment.version:08d}"
    work = OutboxEntry(
        kind=kind,
        appointment=appointment.id,
        seat=seat.id if seat else "",
        version=version,
        recipients=tuple(recipients),
    )
    return NewEntry(None, subject, number, work)


def seat_left_notice(service: Service, left: Appointment, seat: Seat) -> NewEntry:
    """Return the entry that informs a session's staff that a seat moved away: their calendars still hold it."""
    people = tuple(staff_members(left.staff)) if service.confirm_staff else ()
    work = OutboxEntry(kind="left", appointment=left.id, seat=seat.id, version=seat.version, recipients=people)
    return NewEntry(None, seat.id, f"{seat.version:08d}left", work)
