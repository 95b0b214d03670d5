"""Cancels a seat: frees its ticks (a group's with the last seat) and files messages to customer and staff."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from shared.domain.appointments.appointment import Appointment, Seat
from shared.domain.appointments.cancellation import CancelReason, cancelled_seat, is_late, with_left
from shared.domain.appointments.notices import notice
from shared.domain.appointments.recipients import mailed, staff_members
from shared.domain.calendar.business import Calendar
from shared.domain.errors import ChangesClosed, Refusal
from shared.domain.links import SignedLink
from shared.records.appointments import Changes, appointment_rows, seat_rows, session_reads
from shared.records.audit import audit_row
from shared.records.codec import load
from shared.records.keys import APPOINTMENT, BUSINESS, ledger_keys
from shared.records.ledgers import Ledgers
from shared.records.table import Range, Rows
from shared.records.work import work_rows
from shared.use_cases.booking.find_appointment import ManagedBooking, held_seat, read_manage_token, seat_reads
from shared.use_cases.booking.result import Booked, booked, outcome_of
from shared.use_cases.commands import name_command, require_current, run_command
from shared.use_cases.context import Context
from shared.use_cases.ports import Writes


async def cancel_appointment(
    token: str, *, calendar: Calendar, context: Context, key: str = "", reason: CancelReason = ""
) -> Booked:
    """Cancel the seat of a manage link; a second time gives the same answer. Raise ChangesClosed, NotFound.

    Without a key each call is a command of its own, so a refusal of today does not bind tomorrow's call.
    """
    link = read_manage_token(token, calendar, context.secret, context.now)
    key = key or f"cancel-{link.seat}-{context.now.timestamp():.6f}".replace(".", "_")  # keys have no dots
    command = name_command(context.secret, link.business, "cancel", link.seat, key, "")

    def plan_for(calendar: Calendar) -> CancelCommand:
        return CancelCommand(link, calendar, command.hash, context.now, reason)

    decision = await run_command(command, plan_for, calendar=calendar, store=context.store)
    return booked(decision.outcome, context.secret, link.business, is_new=decision.is_new)


def held_reads(rows: Rows, link: SignedLink) -> Iterable[str | Range]:
    """Yield the rows of the seat, then the ledgers and the index of the appointment that holds it."""
    yield BUSINESS
    yield from seat_reads(rows, link.appointment, link.seat)
    current = _last_appointment(rows, link)
    if current is not None:
        yield from ledger_keys(*current.claim, current.staff)
        yield from session_reads(current)


def _last_appointment(rows: Rows, link: SignedLink) -> Appointment | None:
    reads = seat_reads(rows, link.appointment, link.seat)
    keys = [key for key in reads if key.startswith(APPOINTMENT)]
    values = rows.values(keys[-1])
    return load(Appointment, values) if values else None


@dataclass(frozen=True)
class CancelCommand:
    """What one cancellation reads and decides. Pure."""

    link: SignedLink
    calendar: Calendar
    number: str
    now: datetime
    reason: CancelReason = ""

    def reads(self, rows: Rows) -> Iterable[str | Range]:
        """Yield the rows of the seat, then the ledgers and the index of the appointment that holds it."""
        return held_reads(rows, self.link)

    def decide(self, rows: Rows) -> Refusal | Writes:
        """Return the cancellation, or ChangesClosed. A seat that is cancelled already is no refusal."""
        require_current(rows, self.calendar)
        appointment, seat = held_seat(rows, self.link, self.now)
        service = appointment.service_of(self.calendar.services.get(appointment.service))
        held = ManagedBooking(self.calendar, service, appointment, seat)
        if not held.is_live:
            return Writes({}, outcome_of(appointment, seat.model_copy(update={"status": "cancelled"})))
        if not held.may_change(self.now):
            return ChangesClosed()
        late = is_late(self.calendar, appointment, self.now)
        reason: CancelReason = self.reason if self.calendar.business.asks_why else ""
        gone = cancelled_seat(seat, self.now, "customer", is_late=late, reason=reason)
        changes, left = leave(rows, appointment, gone)
        told = notice(
            service,
            left,
            gone,
            staff=mailed(staff_members(appointment.staff), self.calendar),
            to_business=tells_business(self.calendar, appointment),
            is_own=True,
        )
        changes |= work_rows([told]) | audit_row(self.now, self.number[:12], "customer", "cancelled", seat.id)
        return Writes(changes, outcome_of(left, gone))


def tells_business(calendar: Calendar, appointment: Appointment) -> bool:
    """Return whether the business gets a copy of messages about this appointment."""
    service = calendar.services.get(appointment.service)
    policy = calendar.policy_of(service) if service else calendar.business.policy
    return policy.send_confirmations_to_owner and bool(calendar.business.email)


def leave(rows: Rows, appointment: Appointment, gone: Seat) -> tuple[Changes, Appointment]:
    """Return the changes that cancel a seat as it is once `gone`, with the appointment as it is then."""
    after, changes = leave_session(rows, appointment)
    after = given_up(after, gone)
    return changes | appointment_rows(after, appointment) | seat_rows(gone, after), after


def given_up(appointment: Appointment, gone: Seat) -> Appointment:
    """Return the appointment as it says who gave up which place: itself of its only one, else by a count."""
    if appointment.seat is not None:
        return appointment.model_copy(update={"seat": gone})
    late, reason = gone.is_cancelled_late, gone.cancel_reason
    left = with_left(appointment.left, gone.cancelled_by, is_late=late, reason=reason)
    return appointment.model_copy(update={"left": left})


def leave_session(rows: Rows, appointment: Appointment) -> tuple[Appointment, Changes]:
    """Return the appointment with one customer fewer; the last one to leave frees its ticks."""
    ledgers = Ledgers(rows)
    return without_seat(ledgers, appointment), dict(ledgers.rows())


def without_seat(ledgers: Ledgers, appointment: Appointment) -> Appointment:
    """Return the appointment with one customer fewer, and release its ticks if that is the last one."""
    version = appointment.version + 1
    if appointment.filled > 1:
        return appointment.model_copy(update={"filled": appointment.filled - 1, "version": version})
    ledgers.release(appointment.ticks, appointment.staff)
    return appointment.model_copy(update={"status": "cancelled", "filled": 0, "version": version})
