"""What is to be said about an appointment, to whom and when: work rows, and the letters they become."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.domain.appointment import Appointment, Seat, TimeOff
from shared.domain.business import Calendar, StaffMember
from shared.domain.model import Model
from shared.domain.service import Recipients, Service


Kind = Literal["confirmation", "change", "cancellation", "reminder", "follow_up", "time_off"]
Role = Literal["customer", "staff", "business"]


class Work(Model):
    """A work row: `recipients` are those still to serve, and shrink as they are served.

    recipient     who
    customer      whoever holds the seat
    staff:ID      a person who knew of the appointment before
    new:ID        a person who is told for the first time
    gone:ID       a person whom the appointment has left
    business      the business's own address

    notify carries the version it was made for; reminder and follow_up carry the start they were made for.
    """

    kind: Literal["notify", "reminder", "follow_up", "time_off"]
    appointment: str
    seat: str = ""
    version: int = 0
    start: datetime | None = None
    text: str = ""
    recipients: tuple[str, ...] = ()
    attempts: int = 0
    not_before: datetime | None = None
    leased_by: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to one address; everything its text may need, and nothing it may not show.

    `sequence` grows with every change of what the recipient was told; `uid` never changes. A letter to the
    customer never holds internal notes; one to staff holds all that the customer gave.
    """

    kind: Kind
    role: Role
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
    time_off: TimeOff | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A work row to be: when (None: as soon as possible), about which seat, its number, and what."""

    at: datetime | None
    subject: str
    number: str
    work: Work


def notice(
    service: Service | None, appointment: Appointment, seat: Seat, *, staff: Iterable[str], to_business: bool
) -> Due:
    """Return the work row that tells the parties of a version; `staff` are recipients such as "new:ID"."""
    tells_customer = seat.customer.email and (service is None or service.confirm_customer)
    recipients = (["customer"] if tells_customer else []) + (
        list(staff) if service is None or service.confirm_staff else []
    )
    if to_business:
        recipients.append("business")
    work = Work(
        kind="notify",
        appointment=appointment.id,
        seat=seat.id,
        version=seat.version,
        recipients=tuple(recipients),
    )
    return Due(None, seat.id, f"{seat.version:08d}", work)


def reminders(service: Service, appointment: Appointment, seat: Seat, now: datetime) -> list[Due]:
    """Return the reminders and the follow-up of a seat; a time that has passed already is not remembered."""
    found = []
    for index, reminder in enumerate(service.reminders):
        due = appointment.start - reminder.offset
        if due > now:
            found.append(
                _later("reminder", f"r{index}", due, reminder.recipients, reminder.message, appointment, seat)
            )
    if service.follow_up:
        due = appointment.end + service.follow_up.offset
        text, to = service.follow_up.message, service.follow_up.recipients
        found.append(_later("follow_up", "f", due, to, text, appointment, seat))
    return found


def _later(
    kind: Literal["reminder", "follow_up"],
    number: str,
    due: datetime,
    to: Recipients,
    text: str,
    appointment: Appointment,
    seat: Seat,
) -> Due:
    people = [f"staff:{person}" for person in appointment.staff] if to in ("staff", "all") else []
    customer = ["customer"] if to in ("customer", "all") and seat.customer.email else []
    work = Work(
        kind=kind,
        appointment=appointment.id,
        seat=seat.id,
        start=appointment.start,
        text=text,
        recipients=(*customer, *people),
    )
    return Due(due, seat.id, number, work)


def expected_due(service: Service, start: datetime, now: datetime) -> list[datetime]:
    """Return when the work rows of a booking at `start` will be due, but for the one that is due now."""
    times = [start - reminder.offset for reminder in service.reminders]
    if service.follow_up:
        times.append(start + service.duration + service.follow_up.offset)
    return [time for time in times if time > now]
