"""The outbox: which messages are due about an appointment, to whom and when, and what one message holds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from shared.domain.appointments.appointment import Appointment, Seat, TimeOff
from shared.domain.appointments.recipients import (
    LEFT,
    LINK_VOID,
    NEW,
    SEATS,
    UNTOLD,
    Channel,
    Recipient,
    StoredRecipient,
    mark_uncertain,
    merge_recipients,
)
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
REFUSED, NOT_TAKEN = "refused", "not_taken"  # why a provider that says no more did not take a message


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
    until then, and with `attempts` by failed tries; `leased_by` names the worker that serves it. `reasons` says of
    each whom it did not reach why, by what they are `called`. Of the notices with the same `together` a recipient
    gets one message. `resent` counts how often staff had it sent again, so that no mailbox takes it for a copy.
    A `silent` one brings a session's change to its seats, of which nobody is told. One `by_customer` has what they
    did themselves: they know the times that it names, and by their pages that older ones no longer hold.
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
    reasons: dict[str, str] = Field(default_factory=dict)
    together: str = ""
    resent: int = 0
    silent: bool = False
    by_customer: bool = False


NONE_FAILED: dict[str, object] = {"refused": (), "reasons": {}}


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
        # The others have been served, or have changed it themselves, and know newer times.
        waiting = {each.called for each in recipients if not (one.by_customer and each.is_customer)}
        was = one.was | {called: times for called, times in was.items() if called in waiting}
        newer = mark_uncertain(one.recipients) if one.leased_by else one.recipients
        recipients = merge_recipients(recipients, newer)
    spread = [one.silent for one in works if SEATS in one.recipients]
    known = {"was": was, "by_customer": any(one.by_customer for one in works)}
    return works[-1].model_copy(update={"recipients": recipients, "silent": bool(spread) and all(spread), **known})


def merge_failed(there: OutboxEntry, failed: OutboxEntry) -> OutboxEntry:
    """Return an entry that failed just now, with whom it did not reach before, each with their reason."""
    new = {one.who for one in failed.recipients}
    before = tuple(one for one in there.recipients if one.who not in new)
    changes = {
        "recipients": (*before, *failed.recipients),
        "reasons": reasons_of(there, before) | failed.reasons,
        "attempts": max(there.attempts, failed.attempts),
    }
    return failed.model_copy(update=changes)


def sent_entry(entry: OutboxEntry, recipient: Recipient) -> OutboxEntry:
    """Return an entry as it is kept beside a message to one recipient, who may turn out not to be reached."""
    was = {name: times for name, times in entry.was.items() if name == recipient.called}
    kept = {"recipients": (recipient,), "was": was, "leased_by": "", "not_before": None, **NONE_FAILED}
    return entry.model_copy(update=kept)


def reasons_of(entry: OutboxEntry, recipients: Iterable[Recipient]) -> dict[str, str]:
    """Return the reasons for which an entry did not reach some recipients."""
    return {one.called: entry.reasons[one.called] for one in recipients if one.called in entry.reasons}


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
