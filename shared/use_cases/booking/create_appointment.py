"""Creates an appointment: one command, one transaction, and of several for the same time exactly one succeeds."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from pydantic import ConfigDict, Field

from shared.domain.appointments.appointment import Appointment, AwaitedConfirmation, Customer, Seat
from shared.domain.appointments.customer import customer_named
from shared.domain.appointments.notices import notice
from shared.domain.appointments.recipients import NEW, asked_or_mailed, staff_members
from shared.domain.appointments.reminders import expected_due, reminders
from shared.domain.appointments.terms import terms_of
from shared.domain.availability.slots import GRACE, AvailableSlots, BookingRules, single_start_window
from shared.domain.calendar.business import Calendar
from shared.domain.calendar.service import Service
from shared.domain.errors import (
    AlreadySeated,
    GroupFull,
    NotFound,
    OutsideLeadTime,
    Refusal,
    SlotTaken,
    StaffNotOffered,
)
from shared.domain.links import new_id
from shared.domain.model import Instant, Request
from shared.domain.text.pasted import PastedAddress, PastedLine, PastedPhone, PastedText, SentId
from shared.domain.timeline.ticks import Window
from shared.records.appointments import appointment_rows, customer_row, seat_rows
from shared.records.audit import audit_row
from shared.records.keys import (
    BUSINESS,
    appointment_key,
    coming_of,
    customer_appointment_key,
    customer_key,
    id_of,
    seats_at,
    sessions_at,
)
from shared.records.ledgers import Ledgers
from shared.records.table import Range, Rows, Values
from shared.records.work import work_rows
from shared.use_cases.booking.booked_before import already_there, homes_of
from shared.use_cases.booking.check_code import codes_of, require_code, use_code
from shared.use_cases.booking.check_form import check_form
from shared.use_cases.booking.claims import (
    candidate_ledgers,
    chosen_staff,
    claim_window,
    is_seated,
    offer_at,
    open_session,
    refusal_by_settings,
    refusal_to_join,
    selectable_staff,
)
from shared.use_cases.booking.find_appointment import seat_reads
from shared.use_cases.booking.find_calendar import require_open
from shared.use_cases.booking.find_slots import service_of
from shared.use_cases.booking.form_seat import form_seat
from shared.use_cases.booking.open_appointments import refusal_of_blocked, refusal_to_hold
from shared.use_cases.booking.result import Booked, booked, outcome_of
from shared.use_cases.commands import name_command, require_current, run_command
from shared.use_cases.context import Context
from shared.use_cases.customers.known_customer import known_customer
from shared.use_cases.free_busy.at_booking import read_before_booking
from shared.use_cases.free_busy.read_calendar import ReadingRun
from shared.use_cases.ports import Command, Writes


LANGUAGE_TAG = r"^([A-Za-z]{2,8}([_-][A-Za-z0-9]{1,8})*)?$"


class CustomerDetails(Customer):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: PastedLine
    email: PastedAddress = ""
    phone: PastedPhone = ""
    address: PastedText = ""
    notes: PastedText = ""


class AppointmentRequest(Request):
    """A booking to make. `start` has an offset; `staff` is a person's id, or null for anyone who is free."""

    # The docstring is published: the API's description has it.

    service: str = Field(max_length=60)
    start: Instant
    staff: str | None = Field(default=None, max_length=60)
    customer: CustomerDetails
    answers: dict[SentId, PastedText] = Field(default_factory=dict, max_length=100)
    consent: bool = False
    time_zone: str = Field(default="", max_length=60)
    language: str = Field(default="", max_length=20, pattern=LANGUAGE_TAG)
    ref_id: str = Field(default="", max_length=100, pattern=r"^[A-Za-z0-9_-]*$")
    another_seat: bool = False  # in a session in which the customer has one already
    sms_consent: PastedText = Field(default="", max_length=1000)  # the words by which they agreed to SMS
    read_in: str = Field(default="", max_length=20, pattern=LANGUAGE_TAG)  # the calendar's texts; empty: its own
    code: str = Field(default="", max_length=20)  # proves that the address is theirs; no part of the command


async def create_appointment(
    request: AppointmentRequest,
    *,
    key: str,
    calendar: Calendar,
    context: Context,
    is_member: bool = False,
    actor: str = "public",
    reading: Callable[[], ReadingRun] | None = None,
) -> Booked:
    """Book a service for one customer. Raise InvalidFields or another refusal; SlotTaken and GroupFull are final.

    Without contention this takes two round trips in depth and one transaction (three for joining a group). The
    keys of one `actor` (a program, the booking page) are independent of another's. With `reading`, the calendars
    outside of those who would serve are read once more before.
    """
    business = calendar.business.id
    body = request.model_dump_json(exclude={"code"})
    command = name_command(context.secret, business, "create", actor, key, body, proof=request.code)

    known = await known_customer(request.customer, business=business, store=context.store, secret=context.secret)

    def plan_for(calendar: Calendar) -> BookCommand:
        return BookCommand(request, calendar, command, context.secret, context.now, is_member, known)

    service = calendar.services.get(request.service)
    if reading and service:
        staff = [request.staff] if request.staff else service.staff
        await read_before_booking(staff, plan_for, calendar=calendar, reading=reading)
    decision = await run_command(command, plan_for, calendar=calendar, store=context.store)
    return booked(decision.outcome, context.secret, business, is_new=decision.is_new)


@dataclass(frozen=True)
class BookCommand:
    """What one booking reads and decides. Pure."""

    request: AppointmentRequest
    calendar: Calendar
    command: Command
    secret: str
    now: datetime
    is_member: bool = False
    known: str = ""  # the customer's id, if it is not the one that follows from their address

    @cached_property
    def service(self) -> Service:
        """Return the requested service. Raise NotFound."""
        return service_of(self.calendar, self.request.service)

    @cached_property
    def refusal(self) -> Refusal | None:
        """Return why form and settings alone refuse the booking; None if they do not.

        It counts only if no earlier try of the command has booked, and if the settings are still the calendar's.
        """
        try:
            self._check()
        except Refusal as refusal:
            return refusal
        return None

    @cached_property
    def seat_id(self) -> str:
        """Return the id of the seat, the same for each try of the command."""
        return new_id(self.secret, self.command.hash)

    @cached_property
    def customer_id(self) -> str:
        """Return the id of the customer, which follows from address or telephone number."""
        who = self.request.customer
        name = who.email or who.phone or self.seat_id
        return self.known or customer_named(self.secret, self.calendar.business.id, name)

    def _check(self) -> None:
        if self.service.is_hidden:
            raise NotFound
        require_open(self.calendar, is_member=self.is_member)
        check_form(self.request, self.calendar, self.service)
        wanted = self.request.staff
        if wanted is not None and wanted not in selectable_staff(self.calendar, self.service):
            raise StaffNotOffered
        if abs((self.request.start - self.now).days) > 4000:
            raise OutsideLeadTime
        require_code(self.request, self.calendar, self.service)

    @cached_property
    def candidates(self) -> list[str]:
        """Return the ids of those who could serve: the requested person, else all of the service."""
        return [person.id for person in self._judge.people()]

    @cached_property
    def ticks(self) -> Window:
        """Return the ticks that the booking claims, buffers included."""
        return claim_window(self.service, self.request.start)

    def due(self) -> list[datetime]:
        """Return when its reminders and its follow-up would be due."""
        return [] if self.refusal else expected_due(self.service, self.request.start, self.now)

    def reads(self, rows: Rows) -> Iterable[str | Range]:
        """Yield settings, ledgers of all candidates and the customer; for a group also its open sessions."""
        yield BUSINESS
        coming = coming_of(self.customer_id, self.now)
        is_among = coming.low <= self._index_key < coming.high and not self.refusal
        # The range contains the row; a refused form needs no more than the row.
        yield coming if is_among else self._index_key
        for home in homes_of(rows, self.seat_id, self._index_key):
            yield from seat_reads(rows, home, self.seat_id)
        if self.refusal:
            return
        yield from codes_of(self.secret, self.calendar, self.service, self.request.customer.email)
        yield customer_key(self.customer_id)
        yield coming
        yield from candidate_ledgers(self.ticks, self.candidates)
        if self.service.is_group:
            open_sessions = sessions_at(self.request.start, self.service.id)
            yield open_sessions
            yield from (appointment_key(id_of(row.key)) for row in rows.between(open_sessions))

    def decide(self, rows: Rows) -> Refusal | Writes:
        """Return the booking or a refusal; the outcome of an earlier try of the same command comes first."""
        require_current(rows, self.calendar)
        if answer := self._already_there(rows) or self.refusal:
            return answer
        code = use_code(
            rows, self.request, self.calendar, self.service, self.secret, self.now
        )  # before the limit, whose refusal tells how much an address has booked
        if blocked := refusal_of_blocked(rows, self.customer_id):
            return blocked
        if full := refusal_to_hold(rows, self.customer_id, self.calendar.business, self.now):
            return full
        if self._is_seated(rows):
            return AlreadySeated()
        verdict = self._place(rows)
        return verdict if isinstance(verdict, Refusal) else Writes({**verdict.rows, **code}, verdict.outcome)

    def _place(self, rows: Rows) -> Refusal | Writes:
        ledgers = Ledgers(rows)
        if session := open_session(rows, self.service, self.request.start, self.request.staff):
            return refusal_to_join(self._judge, session) or self._join(session)
        offer = offer_at(self._judge, ledgers, self.candidates, self.request.staff)
        if not offer.has(self.request.start):
            return self._refusal()
        return self._claim(ledgers, offer)

    @cached_property
    def _index_key(self) -> str:
        return customer_appointment_key(self.customer_id, self.request.start, self.seat_id)

    def _already_there(self, rows: Rows) -> Refusal | Writes | None:
        request = self.request
        return already_there(rows, self.seat_id, self._index_key, request.customer, request.service)

    def _is_seated(self, rows: Rows) -> bool:
        there = seats_at(self.customer_id, self.request.start)
        index = rows.between(coming_of(self.customer_id, self.now))
        found = [row for row in index if there.low <= row.key < there.high]
        return not self.request.another_seat and is_seated(found, self.service, self.seat_id)

    @cached_property
    def _judge(self) -> BookingRules:
        """Return the rules at the one start, for the requested person alone if one serves."""
        one = self.request.staff if self.service.assignment == "one" else None
        window = single_start_window(self.request.start)
        return BookingRules(self.calendar, self.service, window, self.now, GRACE, one)

    def _refusal(self) -> Refusal:
        return refusal_by_settings(self._judge, self.request.start, self.request.staff) or (
            GroupFull() if self.service.is_group else SlotTaken()
        )

    def _claim(self, ledgers: Ledgers, offer: AvailableSlots) -> Writes:
        staff = chosen_staff(offer, self.request.start, self.request.staff, ledgers, self.command.hash)
        ledgers.claim(self.ticks, staff)
        is_unread = ledgers.are_unread(self.ticks, staff)
        seat = self._seat()
        is_group = self.service.is_group
        appointment = Appointment(
            id=self.seat_id,
            service=self.service.id,
            staff=staff,
            start=self.request.start,
            end=self.request.start + self.service.duration,
            claim=(self.ticks.first, self.ticks.last),
            chosen_by=_chosen_by(self.service, self.request.staff),
            capacity=self.service.maximum_attendees,
            seat=None if is_group else seat,
            terms=terms_of(self.service),
            made_at=self.now,
            awaited=AwaitedConfirmation(of_links=1, since=self.now) if is_unread else None,
        )
        rows = ledgers.rows() | appointment_rows(appointment)
        if is_group:
            rows |= work_rows(reminders(self.service, appointment, None, self.now))
        return self._writes(rows, appointment, seat)

    def _join(self, session: Appointment) -> Writes:
        joined = session.model_copy(update={"filled": session.filled + 1, "version": session.version + 1})
        seat = self._seat().model_copy(update={"session_changes": session.session_changes})
        return self._writes(appointment_rows(joined, session), joined, seat)

    def _writes(self, rows: dict[str, Values | None], appointment: Appointment, seat: Seat) -> Writes:
        business = self.calendar.policy_of(self.service).send_confirmations_to_owner
        told = notice(
            self.service,
            appointment,
            seat,
            staff=asked_or_mailed(staff_members(appointment.staff, NEW), appointment, self.calendar),
            to_business=business and bool(self.calendar.business.email),
        )
        due = [told, *reminders(self.service, appointment, seat, self.now)]
        rows = rows | seat_rows(seat, appointment) | work_rows(due)
        rows |= customer_row(seat, self.now, appointment.start)
        rows |= audit_row(self.now, self.command.hash[:12], "customer", "booked", seat.id)
        return Writes(rows, outcome_of(appointment, seat))

    def _seat(self) -> Seat:
        who = {"name": self.seat_id, "customer": self.customer_id}
        return form_seat(self.request, self.calendar, self.service, **who, now=self.now)


def _chosen_by(service: Service, staff: str | None) -> str:
    return "all" if service.assignment == "all" else "customer" if staff else "anyone"
