"""The outbox: which messages are due about an appointment, to whom and when, and what one message holds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field

from shared.domain.appointments.appointment import Appointment, Seat, TimeOff
from shared.domain.calendar.business import Calendar, StaffMember
from shared.domain.calendar.service import Recipients, Service
from shared.domain.model import Model


MessageKind = Literal[
    "confirmation",
    "change",
    "cancellation",
    "reminder",
    "follow_up",
    "new_link",
    "time_off",
    "code",
    "invitation",
]
RecipientRole = Literal["customer", "staff", "business"]
SEATS = "seats"
MARKS = "+-~@"


class OutboxEntry(Model):
    """An entry of the outbox. shared/use_cases/messages/send_due.py has the steps that it goes through.

    `recipients` are those who are still to be served:

    recipient             who
    customer              the customer of the seat
    staff:ID              a person of the staff
    business              the business's own address
    seats                 every seat of a session, each by an entry of its own

    A mark before a recipient says what they know. With the state of the appointment it decides what they get:

    mark   the recipient                                  booked         cancelled
    none   knows the appointment                          change         cancellation
    +      does not know it yet                           confirmation   none; a customer gets a cancellation
    ~      as +, but an earlier try had no clear outcome  confirmation   cancellation
    -      knows it, but serves it no longer              cancellation   cancellation
    @      knows it, but their link is void               new link       cancellation

    kind                  purpose                                           carries
    notify                announces a version of a seat                     that version
    left                  informs a session's staff that a seat moved away  the seat's version
    session               announces a change of a whole session; no seat    the number of that change
    reminder, follow_up   as the service wants them                         the start; a reminder its offset
    time_off              informs a person of their time off
    visit                 checks whether a visit is over; no message
    fact                  files the result of a visit; no message
    meeting               has a meeting created; no message
    invitation            asks people to join the staff; no appointment     in `text`, what distinguishes it
    address               files new host links for a changed mail address; no message itself

    `refused` are recipients that cannot be served. `was` has, for each recipient marked with -, the start and end
    that they knew. `not_before` and `attempts` are set by failed tries. `leased_by` names the worker that serves
    the entry; an empty one means that no worker does.
    """

    kind: Literal[
        "notify",
        "left",
        "session",
        "reminder",
        "follow_up",
        "time_off",
        "visit",
        "fact",
        "meeting",
        "invitation",
        "address",
    ]
    appointment: str
    seat: str = ""
    version: int = 0
    start: datetime | None = None
    offset: timedelta | None = None
    text: str = ""
    recipients: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    was: dict[str, tuple[datetime, datetime]] = Field(default_factory=dict)
    attempts: int = 0
    not_before: datetime | None = None
    leased_by: str = ""


def merge_entries(works: Sequence[OutboxEntry]) -> OutboxEntry:
    """Return the last of these entries, the newest, with the unserved recipients of the older ones added.

    An entry that is still leased was left by a worker that died, so its first recipient may have had the message.
    """
    recipients: tuple[str, ...] = ()
    was: dict[str, tuple[datetime, datetime]] = {}
    for one in works:
        waiting = {
            _who(recipient) for recipient in recipients
        }  # the others have been served since, and know newer times
        was = one.was | {person: times for person, times in was.items() if f"staff:{person}" in waiting}
        newer = mark_uncertain(one.recipients) if one.leased_by else one.recipients
        recipients = merge_recipients(recipients, newer)
    return works[-1].model_copy(update={"recipients": recipients, "was": was})


def merge_recipients(older: Iterable[str], newer: Iterable[str]) -> tuple[str, ...]:
    """Return the recipients of a newer notice that replaces an older one with unserved recipients.

    older    newer    result    because
    +        -        dropped   they never knew of the appointment
    ~        -        -         they may know of it
    + or ~   other    as older  they still lack the confirmation
    -        + or ~   none      to them, removed and added again is a change
    any      @        as older  every message carries the new link
    other             as newer
    """
    unserved = {_who(one): one for one in older}
    for one in newer:
        before = unserved.pop(_who(one), "")
        if before.startswith("+") and one.startswith("-"):
            continue
        who = _who(one)
        if before.startswith("~") and one.startswith("-"):
            unserved[who] = one
        elif before.startswith(("+", "~")):
            unserved[who] = f"{before[0]}{who}"
        elif before.startswith("-") and one.startswith(("+", "~")):
            unserved[who] = who
        elif before and one.startswith("@"):
            unserved[who] = before
        else:
            unserved[who] = one
    return tuple(unserved.values())


def staff_recipients(before: Appointment, after: Appointment) -> list[str]:
    """Return the staff of an appointment as recipients: kept (no mark), added (+) and removed (-)."""
    kept = [f"{'' if one in before.staff else '+'}staff:{one}" for one in after.staff]
    return kept + [f"-staff:{one}" for one in before.staff if one not in after.staff]


def _known(people: Iterable[str], before: Appointment | None) -> dict[str, tuple[datetime, datetime]]:
    """Return the start and end that removed staff know, by person."""
    left = [one.removeprefix("-staff:") for one in people if one.startswith("-staff:")]
    return dict.fromkeys(left, (before.start, before.end)) if before else {}


def mark_uncertain(recipients: tuple[str, ...]) -> tuple[str, ...]:
    """Return the recipients after a try with an unclear outcome: it was for the first of them."""
    return tuple(f"~{_who(one)}" if one.startswith("+") else one for one in recipients[:1]) + recipients[1:]


def _who(recipient: str) -> str:
    return recipient.lstrip(MARKS)


def notice_kind(recipient: str, *, is_cancelled: bool) -> MessageKind | None:
    """Return the kind of message for a recipient of a notice; None if they never knew of the appointment."""
    if recipient.startswith("-"):
        return "cancellation"
    if is_cancelled:
        return None if recipient.startswith("+") and recipient != "+customer" else "cancellation"
    if recipient.startswith("@"):
        return "new_link"
    return "confirmation" if recipient.startswith(("+", "~")) else "change"


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one address, with all that its text may show and nothing else.

    `uid` and `sequence` are those of the calendar file: `uid` never changes, `sequence` grows with every change
    that is announced to the recipient. A message to the customer never holds internal notes; one to staff holds
    all that the customer gave. One with a code has no appointment; the code stays out of every log.
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
    membership_token: str = ""  # to accept or reject an invitation to the staff
    time_off: TimeOff | None = None
    code: str = field(default="", repr=False)


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
    staff: Iterable[str],
    to_business: bool,
    text: str = "",
    before: Appointment | None = None,
) -> NewEntry:
    """Return the entry that announces a seat's version; `staff` are recipients such as "+staff:ID".

    `before` is the previous state of the appointment, which removed staff know.
    """
    tells_customer = seat.customer.email and (service is None or service.confirm_customer)
    first = "+" if seat.version == 1 else ""
    recipients = [f"{first}customer"] if tells_customer else []
    people = list(staff) if service is None or service.confirm_staff else []
    if appointment.filled > 1:  # staff may know of the session by another seat
        people = [one.replace("+", "~", 1) for one in people]
    recipients += people
    recipients += [f"{first}business"] if to_business else []
    work = OutboxEntry(
        kind="notify",
        appointment=appointment.id,
        seat=seat.id,
        version=seat.version,
        text=text,
        recipients=tuple(recipients),
        was=_known(people, before),
    )
    return NewEntry(None, seat.id, f"{seat.version:08d}", work)


def session_notice(
    service: Service | None,
    session: Appointment,
    *,
    staff: Iterable[str],
    to_business: bool,
    is_first: bool = False,
    text: str = "",
    before: Appointment | None = None,
) -> NewEntry:
    """Return the one entry that announces a change of a whole session, whatever the number of its seats.

    New staff may know the session by one of its seats already, so they are marked with ~.
    """
    people = [one.replace("+", "~", 1) for one in staff] if service is None or service.confirm_staff else []
    work = OutboxEntry(
        kind="session",
        appointment=session.id,
        version=session.session_changes,
        text=text,
        recipients=(SEATS, *people, *([f"{'+' if is_first else ''}business"] if to_business else [])),
        was=_known(people, before),
    )
    return NewEntry(None, session.id, f"{session.session_changes:08d}session{session.version:08d}", work)


def new_link(appointment: Appointment, seat: Seat | None, recipients: Iterable[str]) -> NewEntry:
    """Return the entry that sends a new link to recipients such as "@customer"."""
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
    people = tuple(f"staff:{person}" for person in left.staff) if service.confirm_staff else ()
    work = OutboxEntry(kind="left", appointment=left.id, seat=seat.id, version=seat.version, recipients=people)
    return NewEntry(None, seat.id, f"{seat.version:08d}left", work)


def reminders(service: Service, appointment: Appointment, seat: Seat | None, now: datetime) -> list[NewEntry]:
    """Return the reminders and the follow-up of a seat, without those whose time has passed.

    The staff of a group session are reminded once, by entries of the session: `seat` is None for these.
    """
    found = []
    for index, reminder in enumerate(service.reminders):
        due, text, to = appointment.start - reminder.offset, reminder.message, reminder.recipients
        later = _later("reminder", f"r{index}", due, to, text, appointment, seat)
        found.append(replace(later, work=later.work.model_copy(update={"offset": reminder.offset})))
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
    people = [f"staff:{person}" for person in appointment.staff] if to in ("staff", "all") and is_their_row else []
    customer = ["customer"] if seat and to in ("customer", "all") and seat.customer.email else []
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
