"""What is to be said about an appointment, to whom and when: work rows, and the letters they become."""

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
    """A work row: `recipients` are those still to serve, and shrink as they are served.

    recipient             who
    customer              whoever holds the seat
    staff:ID              a person
    business              the business's own address
    +customer, +staff:ID  the same, told for the first time
    -staff:ID             a person whom the appointment has left
    ~customer, ~staff:ID  to be told for the first time, and perhaps told already: nobody knows
    @customer, @staff:ID  to be sent a new link; the one before is void
    seats                 every seat of a session, each by a notice of its own

    `refused` are those who will never be served: an administrator is shown them. `was` has, for each person whom
    the appointment has left, the start and end that they knew it by.
    notify carries the version it was made for; reminder and follow_up carry the start they were made for, and a
    reminder its offset; left tells the people of a group session that a seat has moved away from it; session tells
    what happened to a whole session, and carries which of its changes that is. What is about a session has no
    seat. visit asks to look whether a visit is over, fact to file what it came to, meeting to have its meeting
    made: they tell nobody. invitation asks people to join the staff; it is about no appointment, and `text` tells
    it from other ones.
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
    """Return the newest row, the last, with whom older ones have not served; whose worker was lost may be told."""
    recipients: tuple[str, ...] = ()
    was: dict[str, tuple[datetime, datetime]] = {}
    for one in works:
        waiting = {_who(recipient) for recipient in recipients}  # whoever was told since knows the newer times
        was = one.was | {person: times for person, times in was.items() if f"staff:{person}" in waiting}
        newer = mark_uncertain(one.recipients) if one.leased_by else one.recipients
        recipients = merge_recipients(recipients, newer)
    return works[-1].model_copy(update={"recipients": recipients, "was": was})


def merge_recipients(older: Iterable[str], newer: Iterable[str]) -> tuple[str, ...]:
    """Return whom a newer notice serves where an older one was not served: who was never told is new."""
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
            unserved[who] = before  # whatever is told brings the new link
        else:
            unserved[who] = one
    return tuple(unserved.values())


def staff_recipients(before: Appointment, after: Appointment) -> list[str]:
    """Return as recipients who has an appointment now: those who are new to it, and those whom it has left."""
    kept = [f"{'' if one in before.staff else '+'}staff:{one}" for one in after.staff]
    return kept + [f"-staff:{one}" for one in before.staff if one not in after.staff]


def _known(people: Iterable[str], before: Appointment | None) -> dict[str, tuple[datetime, datetime]]:
    left = [one.removeprefix("-staff:") for one in people if one.startswith("-staff:")]
    return dict.fromkeys(left, (before.start, before.end)) if before else {}


def mark_uncertain(recipients: tuple[str, ...]) -> tuple[str, ...]:
    """Return the recipients of a row after a try that nobody knows the end of: it was about the first of them."""
    return tuple(f"~{_who(one)}" if one.startswith("+") else one for one in recipients[:1]) + recipients[1:]


def _who(recipient: str) -> str:
    return recipient.lstrip(MARKS)


def notice_kind(recipient: str, *, is_cancelled: bool) -> MessageKind | None:
    """Return what a recipient of a notice is to be told, as things stand; nothing if it never concerned them."""
    if recipient.startswith("-"):
        return "cancellation"
    if is_cancelled:
        return None if recipient.startswith("+") and recipient != "+customer" else "cancellation"
    if recipient.startswith("@"):
        return "new_link"
    return "confirmation" if recipient.startswith(("+", "~")) else "change"


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one address; everything its text may need, and nothing it may not show.

    `sequence` grows with every change of what the recipient was told; `uid` never changes. A letter to the
    customer never holds internal notes; one to staff holds all that the customer gave. One that brings a code is
    about no appointment yet; the code is kept out of every log.
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
    """A work row to be: when (None: as soon as possible), about which seat, its number, and what."""

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
    """Return the work row that tells the parties of a version; `staff` are recipients such as "+staff:ID".

    `before` is the appointment as those know it whom it has left.
    """
    tells_customer = seat.customer.email and (service is None or service.confirm_customer)
    first = "+" if seat.version == 1 else ""
    recipients = [f"{first}customer"] if tells_customer else []
    people = list(staff) if service is None or service.confirm_staff else []
    if appointment.filled > 1:  # they may know of the session by another seat of it
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
    """Return the one work row that tells what happened to a whole session, however many sit in it.

    Who is new to it may hear of it before by a seat that comes or goes, so they count as perhaps told already.
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
    """Return the work row by which recipients such as "@customer" are sent a link of this version."""
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
    """Return the work row that tells a session's people that a seat has moved away; their calendars hold it."""
    people = tuple(f"staff:{person}" for person in left.staff) if service.confirm_staff else ()
    work = OutboxEntry(kind="left", appointment=left.id, seat=seat.id, version=seat.version, recipients=people)
    return NewEntry(None, seat.id, f"{seat.version:08d}left", work)


def reminders(service: Service, appointment: Appointment, seat: Seat | None, now: datetime) -> list[NewEntry]:
    """Return the reminders and the follow-up of a seat; a time that has passed already is not remembered.

    The people of a group session are reminded once, by rows of the session's own: those made without a seat.
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
    """Return when the work rows of a booking at `start` will be due, but for the one that is due now."""
    times = [start - reminder.offset for reminder in service.reminders]
    if service.follow_up:
        times.append(start + service.duration + service.follow_up.offset)
    return [time for time in times if time > now]
