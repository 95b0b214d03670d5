"""Visits without a booking: an appointment that begins now, claims no time, and has an attendee in the lobby."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from shared.domain.appointments.appointment import Appointment, Seat
from shared.domain.appointments.notices import notice
from shared.domain.appointments.terms import terms_of
from shared.domain.calendar.business import Calendar
from shared.domain.errors import NotFound, NotOffered, Refusal
from shared.domain.links import new_id
from shared.domain.timeline.ticks import floor_tick
from shared.domain.visits.on_demand import is_attended, on_demand_service
from shared.domain.visits.rules import LOOK_EVERY
from shared.domain.visits.visit import Event, Visit, apply
from shared.records.appointments import Changes, appointment_rows, customer_row, seat_rows
from shared.records.audit import audit_row
from shared.records.keys import BUSINESS, appointment_key, customer_key, visit_key
from shared.records.table import Range, Rows
from shared.records.visits import visit_rows
from shared.records.work import work_rows
from shared.use_cases.booking.check_form import check_form
from shared.use_cases.booking.create_appointment import AppointmentRequest, BookCommand, CustomerDetails
from shared.use_cases.booking.find_appointment import seat_reads
from shared.use_cases.booking.find_calendar import require_open
from shared.use_cases.booking.open_appointments import refusal_of_blocked
from shared.use_cases.booking.result import Booked, booked, outcome_of
from shared.use_cases.commands import name_command, require_current, run_command
from shared.use_cases.context import Context
from shared.use_cases.customers.known_customer import known_customer
from shared.use_cases.ports import Writes


Origin = Literal["on_demand", "trial"]
TRIAL_LASTS = timedelta(minutes=15)


async def walk_in(
    request: AppointmentRequest, *, key: str, calendar: Calendar, context: Context, is_member: bool = False
) -> Booked:
    """Put a customer into the lobby, for the first of the staff who has time; `start` and `staff` are ignored.

    Raise InvalidFields; NotFound if the calendar takes nobody without a booking, NotOffered while it is closed.
    """
    request = request.model_copy(update={"start": _minute(context.now), "staff": None})
    # `start` is the present minute: a repetition in the next one must be the same command.
    body = request.model_dump_json(exclude={"code", "start"})
    command = name_command(context.secret, calendar.business.id, "walk-in", "public", key, body)

    known = await known_customer(
        request.customer, business=calendar.business.id, store=context.store, secret=context.secret
    )

    def plan_for(calendar: Calendar) -> WalkInCommand:
        return WalkInCommand(request, calendar, command, context.secret, context.now, is_member, known)

    decision = await run_command(command, plan_for, calendar=calendar, store=context.store)
    return booked(decision.outcome, context.secret, calendar.business.id, is_new=decision.is_new)


async def try_visit(
    service: str, person: str, name: str, *, key: str, calendar: Calendar, context: Context
) -> Booked:
    """Start a trial: a short visit in which one person of the staff is on both sides. No report counts it.

    `name` is shown for the customer's side.
    """
    customer = CustomerDetails(name=name)
    request = AppointmentRequest(service=service, start=_minute(context.now), staff=person, customer=customer)
    command = name_command(context.secret, calendar.business.id, "trial", person, key, "")

    def plan_for(calendar: Calendar) -> TrialCommand:
        return TrialCommand(request, calendar, command, context.secret, context.now)

    decision = await run_command(command, plan_for, calendar=calendar, store=context.store)
    return booked(decision.outcome, context.secret, calendar.business.id, is_new=decision.is_new)


@dataclass(frozen=True)
class WalkInCommand(BookCommand):
    """What one visit without a booking reads and decides. Pure."""

    def _check(self) -> None:
        require_open(self.calendar, is_member=self.is_member)
        wanted = on_demand_service(self.calendar)
        if wanted is None or wanted.id != self.request.service:
            raise NotFound
        check_form(self.request, self.calendar, self.service)
        if not is_attended(self.calendar, self.now):
            raise NotOffered

    def due(self) -> list[datetime]:
        """Return when the timer first checks the visit."""
        return [self.now + LOOK_EVERY]

    def reads(self, rows: Rows) -> Iterable[str | Range]:
        """Yield the settings and the rows of the appointment; there is no ledger to claim."""
        yield BUSINESS
        yield visit_key(self.request.start, self.seat_id)
        yield appointment_key(self.seat_id)
        yield customer_key(self.customer_id)
        if rows.values(appointment_key(self.seat_id)):
            yield from seat_reads(rows, self.seat_id, self.seat_id)

    def decide(self, rows: Rows) -> Refusal | Writes:
        """Return the appointment with its attendee in the lobby, or a refusal."""
        require_current(rows, self.calendar)
        if existing := self._already_there(rows) or self.refusal:
            return existing
        if blocked := refusal_of_blocked(rows, self.customer_id):
            return blocked
        seat, appointment = self._seat(), self._appointment()
        told = notice(self.service, appointment, seat, staff=(), to_business=False)
        more = customer_row(seat, self.now) | work_rows([told])
        more |= audit_row(self.now, self.command.hash[:12], "customer", "came without a booking", seat.id)
        return Writes(self._waiting(appointment, seat) | more, outcome_of(appointment, seat))

    def _appointment(self) -> Appointment:
        people = tuple(person.id for person in self.calendar.staff_of(self.service))
        return self._beginning_now(people, self.service.duration, "on_demand")

    def _beginning_now(self, staff: tuple[str, ...], lasts: timedelta, origin: Origin) -> Appointment:
        start = self.request.start
        first = floor_tick(start)
        return Appointment(
            id=self.seat_id,
            service=self.service.id,
            staff=staff,
            start=start,
            end=start + lasts,
            claim=(first, first),  # empty: nobody's time is taken
            chosen_by="anyone",
            seat=self._seat(),
            terms=terms_of(self.service),
            made_at=self.now,
            origin=origin,
        )

    def _waiting(self, appointment: Appointment, seat: Seat) -> Changes:
        """Return the rows of the appointment and of its visit, in which the attendee has come."""
        came = Event("come", self.now, f"a.{seat.id}", text=seat.customer.name)
        visit = apply(Visit(), [came])
        needs = self.calendar.meeting_of(self.service).needs_creation
        rows = visit_rows(appointment, Visit(), visit, self.now, is_online=True, needs_meeting=needs)
        return appointment_rows(appointment) | seat_rows(seat, appointment) | rows


@dataclass(frozen=True)
class TrialCommand(WalkInCommand):
    """The same for a trial, without messages and without a customer."""

    def _check(self) -> None:
        if not self.service.is_online or self.request.staff not in self.calendar.staff:
            raise NotFound

    def decide(self, rows: Rows) -> Refusal | Writes:
        """Return the trial's appointment with its attendee in the lobby, or a refusal."""
        require_current(rows, self.calendar)
        if existing := self._already_there(rows) or self.refusal:
            return existing
        seat, appointment = self._seat(), self._appointment()
        return Writes(self._waiting(appointment, seat), outcome_of(appointment, seat))

    def _appointment(self) -> Appointment:
        made = self._beginning_now((str(self.request.staff),), TRIAL_LASTS, "trial")
        terms = terms_of(self.service).model_copy(update={"allow_anonymous_join": True})
        return made.model_copy(update={"terms": terms})


def trial_of(secret: str, business: str, person: str, key: str) -> str:
    """Return the id of the appointment that `try_visit` creates with a key."""
    return new_id(secret, name_command(secret, business, "trial", person, key, "").hash)


def _minute(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0)
