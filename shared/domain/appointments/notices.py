"""The entries of the outbox that announce a change: of a seat, of a whole session, of a series."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from shared.domain.appointments.appointment import Appointment, Seat
from shared.domain.appointments.messages import OutboxEntry
from shared.domain.appointments.recipients import (
    BUSINESS,
    CUSTOMER,
    KNOWS,
    NEW,
    PHONE,
    SEATS,
    UNCERTAIN,
    Recipient,
    staff_members,
    times_known,
)
from shared.domain.appointments.series import AppointmentSeries
from shared.domain.calendar.service import Service


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

    `before` is the previous state of the appointment, which they know, but for the customer whose `is_own` change
    it is: they know the present one.
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
    own = {one for one in recipients if is_own and one.is_customer}
    work = OutboxEntry(
        kind="notify",
        appointment=appointment.id,
        seat=seat.id,
        version=seat.version,
        text=text,
        recipients=tuple(recipients),
        was=times_known(recipients, before) | times_known(own, appointment),
        by_customer=is_own,
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
