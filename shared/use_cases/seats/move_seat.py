"""Moves one seat of a group session as staff; the session and its other seats stay as they are."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.domain.appointments.appointment import Appointment, Seat
from shared.domain.appointments.notices import NewEntry, notice, seat_left_notice
from shared.domain.appointments.recipients import LEFT, mailed, staff_recipients
from shared.domain.appointments.reminders import expected_due, reminders
from shared.domain.appointments.series import Together
from shared.domain.calendar.business import Calendar
from shared.domain.calendar.service import Service
from shared.domain.errors import (
    AlreadyCancelled,
    AlreadySeated,
    Forbidden,
    GroupFull,
    InvalidFields,
    NotOffered,
    Refusal,
    SlotTaken,
)
from shared.domain.links import new_id
from shared.records.appointments import Changes, appointment_rows
from shared.records.codec import load_row
from shared.records.keys import appointment_key, days_at, id_of, seats_at, sessions_at
from shared.records.ledgers import Ledgers
from shared.records.table import Range, Rows
from shared.records.work import work_rows
from shared.use_cases.appointments.staff_claims import Actor, TimeRequest
from shared.use_cases.appointments.staff_request import check_times
from shared.use_cases.booking.cancel_appointment import tells_business, without_seat
from shared.use_cases.booking.claims import candidate_ledgers, is_seated, open_sessions
from shared.use_cases.booking.find_appointment import find_seat
from shared.use_cases.booking.seat_moves import seat_in, seat_move_rows, session_like
from shared.use_cases.commands import name_command, require_current, run_command
from shared.use_cases.context import Context
from shared.use_cases.free_busy.at_booking import read_before_booking
from shared.use_cases.free_busy.read_calendar import ReadingRun
from shared.use_cases.ports import Writes
from shared.use_cases.seats.held import (
    due_of,
    entries_waiting,
    left_waiting,
    seat_for_change,
    session_known,
    session_told,
)
from shared.use_cases.seats.restore import Restored, restored
from shared.use_cases.seats.seat_command import SeatCommand, SeatRef
from shared.use_cases.telling.announce import Telling, Told, told_as


async def move_seat(
    held: SeatRef,
    start: datetime,
    *,
    editor: Actor,
    key: str,
    said: str = "",
    calendar: Calendar,
    context: Context,
    telling: Telling = "now",
    together: Together | None = None,
    reading: Callable[[], ReadingRun] | None = None,
) -> tuple[str, Told]:
    """Move a seat to the session at a start, which is opened if none has a free seat.

    Return that session's id, and when people are told: what is on its way tells who is not to be told.

    Raise NotFound, Forbidden, AlreadyCancelled, NotOffered, AlreadySeated, SlotTaken, GroupFull, InvalidFields for
    an impossible time, and what the policy refuses.
    """
    body = f"{telling} {said or start.isoformat()}"
    command = name_command(context.secret, calendar.business.id, f"move {held.seat}", editor.name, key, body)

    def plan_for(calendar: Calendar) -> MoveSeatCommand:
        due = due_of(telling, together, context.now)
        return MoveSeatCommand(held, editor, calendar, command, context, telling, due, start)

    if reading:
        await read_before_booking(calendar.staff, plan_for, calendar=calendar, reading=reading)
    decision = await run_command(command, plan_for, calendar=calendar, store=context.store)
    return str(decision.outcome["appointment"]), told_as(decision.outcome, telling)


@dataclass(frozen=True)
class MoveSeatCommand(SeatCommand):
    """What one move of a seat reads and decides. Pure."""

    start: datetime

    def reads(self, rows: Rows) -> Iterable[str | Range]:
        """Yield the seat's rows and its session's, the ledgers of the new time, and what is there."""
        yield from super().reads(rows)
        found = find_seat(rows, *self.held)
        like = self._like(rows, *found) if found else None
        service = self._service(like) if like else None
        if found is None or like is None or service is None or self._complaint(service):
            return
        wanted = self._wanted(like, service)
        yield from candidate_ledgers(wanted.ticks, wanted.candidates)
        yield sessions_at(self.start, service.id)
        yield days_at(self.start)
        yield seats_at(found[1].customer_id, self.start)
        yield from (appointment_key(id_of(row.key)) for row in rows.between(sessions_at(self.start, service.id)))

    def due(self) -> set[datetime]:
        """Return when outbox entries may be due: of all services, since the seat's is not read yet."""
        services = self.calendar.services.values()
        return {due for one in services for due in expected_due(one, self.start, self.now)}

    def _complaint(self, service: Service) -> InvalidFields | None:
        try:
            check_times(self.start, self.start + service.duration, self.now)
        except InvalidFields as complaint:
            return complaint
        return None

    def _like(self, rows: Rows, before: Appointment, seat: Seat) -> Appointment:
        """Return the session whose people and terms are kept: the one people know, or for its own staff theirs."""
        is_theirs = self.editor.own is not None
        return before if is_theirs else session_told(rows, seat, before, entries_waiting(rows, seat))

    def _wanted(self, like: Appointment, service: Service) -> TimeRequest:
        # Who may only book themselves keeps the people: of anyone it could be another.
        is_free = like.chosen_by == "anyone" and self.editor.own is None
        staff = () if is_free else like.staff
        asked = (self.calendar, service, self.start, self.start + service.duration, staff, self.editor)
        return TimeRequest(*asked, overbook=False, now=self.now, is_chosen=False)

    def decide(self, rows: Rows) -> Refusal | Writes:
        """Return the move or a refusal."""
        require_current(rows, self.calendar)
        found = seat_for_change(rows, *self.held, self.editor)
        if isinstance(found, Refusal):
            return found
        before, seat = found
        if not (before.is_live and seat.status == "booked"):
            return AlreadyCancelled()
        like = self._like(rows, before, seat)
        if (service := self._service(like)) is None:
            return NotOffered()
        if complaint := self._complaint(service):
            raise complaint
        if before.start == self.start:
            return Writes({}, {"appointment": before.id, "seat": seat.id})
        there = rows.between(seats_at(seat.customer_id, self.start))
        refusal = AlreadySeated() if is_seated(there, service, seat.id) else None
        return refusal or self._wanted(like, service).refusal() or self._moved(rows, service, before, seat)

    def _moved(self, rows: Rows, service: Service, before: Appointment, seat: Seat) -> Refusal | Writes:
        waiting = entries_waiting(rows, seat)
        known = session_known(rows, seat) if waiting else None
        if known and known.start == self.start:
            back = restored(rows, self.calendar, self.editor, known, before, seat, waiting)
            if isinstance(back, Restored):
                return self._done(back.changes, "never", seat, before, back.session)
        ledgers = Ledgers(rows)
        left = without_seat(ledgers, before)
        like = self._like(rows, before, seat)
        joined, after = self._found(rows, ledgers, service, like)
        if isinstance(after, Refusal):
            return after
        if not self.editor.may_book(after.staff, like.staff):
            return Forbidden()
        moved = self._pended(rows, seat_in(after, seat, before), seat, before)
        changes: Changes = {**ledgers.rows(), **appointment_rows(left, before), **appointment_rows(after, joined)}
        changes |= seat_move_rows(moved, after, before)
        was = session_told(rows, seat, before, waiting).known_at(self.now)
        left_notice = left_waiting(moved, waiting) or [seat_left_notice(service, left, moved)]
        changes |= self._told(rows, [self._notice(service, was, after, moved), *left_notice], seat, before)
        due = self._due(rows, seat)
        changes |= work_rows(reminders(service, after, moved, due.due if due else self.now))
        changes |= work_rows([] if joined else reminders(service, after, None, self.now))
        return self._done(changes, self._how(rows, seat, before), seat, before, after)

    def _done(self, changes: Changes, how: Told, seat: Seat, before: Appointment, after: Appointment) -> Writes:
        changes |= self._audited("moved", how, seat, before, after)
        outcome = {"appointment": after.id, "seat": seat.id, "staff": list(after.staff), "telling": how}
        return Writes(changes, outcome)

    def _found(
        self, rows: Rows, ledgers: Ledgers, service: Service, like: Appointment
    ) -> tuple[Appointment | None, Appointment | Refusal]:
        """Return the session to join as it is, if any, and as it is then, or the one that is opened.

        Whom the customer chose comes first, even in a session of their own; then who moves the seat.
        """
        chosen = {*like.staff[:1]} if like.chosen_by == "customer" else set()
        there = open_sessions(rows, service, self.start)
        there = [one for one in there if self.editor.may_book(one.staff, like.staff)]
        there.sort(key=lambda one: (chosen.issubset(one.staff), self.editor.may_change(one)), reverse=True)
        best = there[0] if there else None
        if best is None or not chosen.issubset(best.staff):
            opened = self._opened(rows, ledgers, service, like)
            if best is None or not isinstance(opened, Refusal):
                return None, opened
        return best, self._joined(best)

    @staticmethod
    def _joined(session: Appointment) -> Appointment:
        return session.model_copy(update={"filled": session.filled + 1, "version": session.version + 1})

    def _opened(self, rows: Rows, ledgers: Ledgers, service: Service, like: Appointment) -> Appointment | Refusal:
        """Return a new session, whose ticks are claimed after those that leaving the old one frees."""
        wanted = self._wanted(like, service)
        found = wanted.whom(ledgers, self.command.hash)
        if isinstance(found, Refusal):
            there = (load_row(Appointment, row) for row in rows.between(days_at(self.start)))
            is_full = any(one.service == service.id and one.is_live and one.is_full for one in there)
            return GroupFull() if isinstance(found, SlotTaken) and is_full else found
        ledgers.claim(wanted.ticks, found[0])
        name = new_id(self.context.secret, self.command.hash)
        opened = session_like(like, name, service, self.start, found[0])
        return opened.model_copy(update={"made_at": self.now})

    def _notice(self, service: Service, was: Appointment, after: Appointment, moved: Seat) -> NewEntry:
        """Return the entry for the customer and for who serves the new session, who knew of the one that `was`."""
        known = mailed(staff_recipients(was, after), self.calendar)
        about: dict[str, Any] = {
            "staff": [one for one in known if one.knows != LEFT],  # the old session goes on
            "to_business": tells_business(self.calendar, after),
            "before": was,
        }
        return notice(service, after, moved, **about)
