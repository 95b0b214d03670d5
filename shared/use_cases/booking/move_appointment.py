"""Moves a seat to another time: release, claim, indexes and messages in one transaction."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from pydantic import Field

from shared.domain.appointments.appointment import Appointment, AwaitedConfirmation, Seat
from shared.domain.appointments.notices import notice, seat_left_notice
from shared.domain.appointments.recipients import LEFT, asked_or_mailed, staff_recipients
from shared.domain.appointments.reminders import expected_due, reminders
from shared.domain.availability.slots import GRACE, BookingRules, single_start_window
from shared.domain.calendar.business import Calendar
from shared.domain.calendar.service import Service
from shared.domain.errors import (
    AlreadyCancelled,
    AlreadySeated,
    ChangesClosed,
    GroupFull,
    NotOffered,
    OutsideLeadTime,
    Refusal,
    SlotTaken,
    StaffNotOffered,
)
from shared.domain.links import SignedLink, new_id
from shared.domain.model import Instant, Request
from shared.domain.timeline.ticks import Window
from shared.records.appointments import Changes, appointment_rows, seat_rows
from shared.records.audit import audit_row, schedule_changes
from shared.records.codec import load
from shared.records.keys import APPOINTMENT, appointment_key, id_of, seats_at, sessions_at
from shared.records.ledgers import Ledgers
from shared.records.table import Range, Rows
from shared.records.work import work_rows
from shared.use_cases.booking.cancel_appointment import held_reads, leave_session, tells_business
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
from shared.use_cases.booking.find_appointment import (
    ManagedBooking,
    find_seat,
    held_seat,
    read_manage_token,
    seat_reads,
)
from shared.use_cases.booking.result import Booked, booked, outcome_of
from shared.use_cases.booking.seat_moves import seat_in, seat_move_rows, session_like
from shared.use_cases.commands import name_command, require_current, run_command
from shared.use_cases.context import Context
from shared.use_cases.free_busy.at_booking import read_before_booking
from shared.use_cases.free_busy.read_calendar import ReadingRun
from shared.use_cases.ports import Command, Writes


class MoveRequest(Request):
    """The new time. `staff` is a person's id.

    If it is null the same person serves, or anyone who is free if the appointment was booked with anyone.
    """

    start: Instant
    staff: str | None = Field(default=None, max_length=60)
    another_seat: bool = False  # in a session in which the customer has one already


async def move_appointment(
    token: str,
    request: MoveRequest,
    *,
    key: str,
    calendar: Calendar,
    context: Context,
    reading: Callable[[], ReadingRun] | None = None,
) -> Booked:
    """Move the seat of a manage link; for its own time and staff nothing changes.

    Raise NotFound, AlreadyCancelled, ChangesClosed, NotOffered, StaffNotOffered, OutsideLeadTime, SlotTaken,
    GroupFull or AlreadySeated.
    """
    link = read_manage_token(token, calendar, context.secret, context.now)
    if abs((request.start - context.now).days) > 4000:
        raise OutsideLeadTime
    command = name_command(context.secret, link.business, "move", link.seat, key, request.model_dump_json())

    def plan_for(calendar: Calendar) -> MoveCommand:
        return MoveCommand(request, link, calendar, command, context.secret, context.now)

    if reading:
        await read_before_booking(calendar.staff, plan_for, calendar=calendar, reading=reading)
    decision = await run_command(command, plan_for, calendar=calendar, store=context.store)
    return booked(decision.outcome, context.secret, link.business, is_new=decision.is_new)


@dataclass(frozen=True)
class MoveCommand:
    """What one move reads and decides. Pure."""

    request: MoveRequest
    link: SignedLink
    calendar: Calendar
    command: Command
    secret: str
    now: datetime

    def reads(self, rows: Rows) -> Iterable[str | Range]:
        """Yield the seat's rows, the ledgers of the old and the new time, and open sessions at the new one."""
        yield from held_reads(rows, self.link)
        service = self._service_known(rows)
        if service is None:
            return
        staff = [person.id for person in self.calendar.staff_of(service)]
        yield from candidate_ledgers(claim_window(service, self.request.start), staff)
        if service.is_group:
            there = sessions_at(self.request.start, service.id)
            yield there
            if seat := self._seat_known(rows):
                yield seats_at(seat.customer_id, self.request.start)
            yield from (appointment_key(id_of(row.key)) for row in rows.between(there))

    def _seat_known(self, rows: Rows) -> Seat | None:
        found = find_seat(rows, self.link.appointment, self.link.seat)
        return found[1] if found else None

    def due(self) -> set[datetime]:
        """Return when outbox entries may be due: of all services, since the seat's is not read yet."""
        services = self.calendar.services.values()
        return {due for one in services for due in expected_due(one, self.request.start, self.now)}

    def _service_known(self, rows: Rows) -> Service | None:
        """Return the service, by the first appointment found that had the seat: others may be deleted."""
        keys = [
            key for key in seat_reads(rows, self.link.appointment, self.link.seat) if key.startswith(APPOINTMENT)
        ]
        found = next((values for key in keys if (values := rows.values(key))), None)
        return self._service_booked(load(Appointment, found)) if found else None

    def _service_booked(self, appointment: Appointment) -> Service | None:
        """Return the service as it was booked; None for a removed one, which takes no moves."""
        service = self.calendar.services.get(appointment.service)
        return appointment.service_of(service) if service else None

    def decide(self, rows: Rows) -> Refusal | Writes:
        """Return the move or a refusal."""
        require_current(rows, self.calendar)
        appointment, seat = held_seat(rows, self.link, self.now)
        service = self._service_booked(appointment)
        if refusal := self._refusal(rows, ManagedBooking(self.calendar, service, appointment, seat)):
            return refusal
        assert service is not None
        if appointment.start == self.request.start and self.request.staff in (None, *appointment.staff):
            return Writes({}, outcome_of(appointment, seat))
        if appointment.is_group:
            start, has_said = self.request.start, self.request.another_seat
            if not has_said and is_seated(rows.between(seats_at(seat.customer_id, start)), service, seat.id):
                return AlreadySeated()
            return self._move_seat(rows, service, appointment, seat)
        return self._move_alone(rows, service, appointment)

    def _refusal(self, rows: Rows, held: ManagedBooking) -> Refusal | None:
        if not held.is_live:
            return AlreadyCancelled()
        if not held.may_change(self.now):
            return ChangesClosed()
        if held.service is None:
            return NotOffered()
        wanted = self.request.staff
        if wanted is not None and wanted not in selectable_staff(self.calendar, held.service):
            return StaffNotOffered()
        judge = self._judge(held.service)
        session = open_session(rows, held.service, self.request.start, self.request.staff)
        return refusal_to_join(judge, session) if session else refusal_by_settings(judge, self.request.start)

    def _judge(self, service: Service) -> BookingRules:
        return BookingRules(self.calendar, service, single_start_window(self.request.start), self.now, GRACE)

    def _whom(self, ledgers: Ledgers, service: Service, before: Appointment) -> tuple[str, ...]:
        """Return who serves at the new time, the same person if possible; empty if the time is taken."""
        candidates = [person.id for person in self.calendar.staff_of(service)]
        wishes: list[str | None] = [self.request.staff]
        if self.request.staff is None:
            same: list[str | None] = [one for one in before.staff if one in candidates]
            wishes = [*same, None] if before.chosen_by == "anyone" or not same else same
        for wish in wishes:
            offer = offer_at(self._judge(service), ledgers, candidates, wish)
            if offer.has(self.request.start):
                return chosen_staff(offer, self.request.start, wish, ledgers, self.command.hash)
        return ()

    def _move_alone(self, rows: Rows, service: Service, before: Appointment) -> Refusal | Writes:
        ledgers = Ledgers(rows)
        ledgers.release(before.ticks, before.staff)
        staff = self._whom(ledgers, service, before)
        if not staff:
            return SlotTaken()
        ticks = claim_window(service, self.request.start)
        ledgers.claim(ticks, staff)
        served = before.served_by(staff)
        assert before.seat is not None
        seat = before.seat.model_copy(update={"version": before.seat.version + 1})
        after = before.model_copy(
            update={
                "start": self.request.start,
                "end": self.request.start + service.duration,
                **served,
                "claim": (ticks.first, ticks.last),
                "version": before.version + 1,
                "is_overbooked": False,
                "seat": seat,
                "awaited": _awaited(ledgers, ticks, staff, self.now, int(str(served["link_version"]))),
            }
        )
        changes: Changes = {**ledgers.rows(), **appointment_rows(after, before)}
        return self._told(changes, service, before, after, seat)

    def _move_seat(self, rows: Rows, service: Service, before: Appointment, seat: Seat) -> Refusal | Writes:
        """Leave one group session and join or open another; the seat's old row points to the new one."""
        wanted = self.request.staff or (before.staff[0] if before.chosen_by == "customer" else None)
        left, changes = leave_session(rows, before)
        changes |= appointment_rows(left, before)
        joined = open_session(rows, service, self.request.start, wanted)
        if joined is not None and joined.id != before.id:
            after = joined.model_copy(update={"filled": joined.filled + 1, "version": joined.version + 1})
            changes |= appointment_rows(after, joined)
        elif opened := self._open(rows, changes, service, before):
            after = opened
        else:
            return GroupFull()
        moved = seat_in(after, seat, before)
        changes |= seat_move_rows(moved, after, before)
        changes |= work_rows([seat_left_notice(service, left, moved)])
        return self._told(changes, service, before, after, moved)

    def _open(self, rows: Rows, changes: Changes, service: Service, before: Appointment) -> Appointment | None:
        """Return a new session at the new time, claimed after the ticks that leaving the old one frees."""
        ledgers = Ledgers(rows)
        if before.filled == 1:
            ledgers.release(before.ticks, before.staff)
        staff = self._whom(ledgers, service, before)
        if not staff:
            return None
        ticks = claim_window(service, self.request.start)
        ledgers.claim(ticks, staff)
        opened = session_like(before, new_id(self.secret, self.command.hash), service, self.request.start, staff)
        awaited = _awaited(ledgers, ticks, staff, self.now, 1)
        opened = opened.model_copy(update={"made_at": self.now, "awaited": awaited})
        changes |= ledgers.rows() | appointment_rows(opened)
        changes |= work_rows(reminders(service, opened, None, self.now))
        return opened

    def _told(
        self, changes: Changes, service: Service, before: Appointment, after: Appointment, seat: Seat
    ) -> Writes:
        staff = asked_or_mailed(staff_recipients(before, after), after, self.calendar)
        if after.id != before.id:  # the old session goes on, so its staff get no cancellation
            staff = [one for one in staff if one.knows != LEFT]
        to_business = tells_business(self.calendar, after)
        told = notice(service, after, seat, staff=staff, to_business=to_business, before=before, is_own=True)
        changes |= work_rows([told, *reminders(service, after, seat, self.now)])
        if after.id == before.id:
            changes |= seat_rows(seat, after, before.start)
        what, number = schedule_changes(before, after), self.command.hash[:12]
        changes |= audit_row(self.now, number, "customer", "moved", seat.id, what)
        return Writes(changes, outcome_of(after, seat))


def _awaited(
    ledgers: Ledgers, ticks: Window, staff: tuple[str, ...], now: datetime, links: int
) -> AwaitedConfirmation | None:
    """Return that the new time is to be confirmed, by those who have these links; None if it is not."""
    return AwaitedConfirmation(of_links=links, since=now) if ledgers.are_unread(ticks, staff) else None
