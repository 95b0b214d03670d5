"""Cancels one seat of a group session as staff; the session and its other seats stay as they are."""

from dataclasses import dataclass

from shared.domain.appointments.appointment import Appointment, Seat
from shared.domain.appointments.cancellation import cancelled_seat, is_late
from shared.domain.appointments.notices import notice
from shared.domain.appointments.recipients import mailed, staff_members
from shared.domain.appointments.series import Together
from shared.domain.calendar.business import Calendar
from shared.domain.errors import ChangesClosed, Refusal
from shared.records.appointments import Changes, appointment_rows
from shared.records.table import Rows
from shared.use_cases.appointments.staff_claims import Actor
from shared.use_cases.booking.cancel_appointment import given_up, leave, leave_session, tells_business
from shared.use_cases.booking.find_appointment import ManagedBooking
from shared.use_cases.booking.seat_moves import seat_move_rows
from shared.use_cases.commands import name_command, require_current, run_command
from shared.use_cases.context import Context
from shared.use_cases.ports import Writes
from shared.use_cases.seats.held import due_of, entries_waiting, left_waiting, seat_for_change, session_known
from shared.use_cases.seats.seat_command import SeatCommand, SeatRef
from shared.use_cases.telling.announce import Telling, Told, told_as


async def cancel_seat(
    held: SeatRef,
    message: str,
    *,
    editor: Actor,
    key: str,
    calendar: Calendar,
    context: Context,
    telling: Telling = "now",
    together: Together | None = None,
) -> Told:
    """Cancel a seat, and send the message to its customer and staff, when `telling` says; twice has no effect.

    Return when they are told: one who is not to be told hears of it by what is on its way to them.

    Raise NotFound, Forbidden; ChangesClosed if the editor is bound by the policy and it is too late.
    """
    body = f"{telling} {message}"
    command = name_command(context.secret, calendar.business.id, f"cancel {held.seat}", editor.name, key, body)

    def plan_for(calendar: Calendar) -> CancelSeatCommand:
        due = due_of(telling, together, context.now)
        return CancelSeatCommand(held, editor, calendar, command, context, telling, due, message)

    decision = await run_command(command, plan_for, calendar=calendar, store=context.store)
    return told_as(decision.outcome, telling)


@dataclass(frozen=True)
class CancelSeatCommand(SeatCommand):
    """What one cancellation of a seat decides. Pure."""

    message: str = ""

    def decide(self, rows: Rows) -> Refusal | Writes:
        """Return the cancellation or a refusal. A seat that is cancelled already is no refusal."""
        require_current(rows, self.calendar)
        found = seat_for_change(rows, *self.held, self.editor)
        if isinstance(found, Refusal):
            return found
        before, seat = found
        service = before.service_of(self.calendar.services.get(before.service))
        booking = ManagedBooking(self.calendar, service, before, seat)
        outcome = {"appointment": before.id, "seat": seat.id}
        if not booking.is_live:
            return Writes({}, outcome)
        if self.editor.is_bound and self.now >= booking.changes_close_at():
            return ChangesClosed()
        waiting = entries_waiting(rows, seat)
        known = session_known(rows, seat) if waiting else None
        place = known or before
        gone = cancelled_seat(seat, self.now, "staff", is_late=is_late(self.calendar, place, self.now))
        gone = self._pended(rows, gone, seat, before)
        changes, left = _leave_known(rows, known, before, gone) if known else leave(rows, before, gone)
        people, business = mailed(staff_members(place.staff), self.calendar), tells_business(self.calendar, place)
        told_at, told_by = left.known_at(self.now), self.message
        told = [notice(service, left, gone, staff=people, to_business=business, text=told_by, before=told_at)]
        how = self._how(rows, seat, before)
        told += [] if known else left_waiting(gone, waiting)
        changes |= self._told(rows, told, seat, before) | self._audited("cancelled", how, seat, before, before)
        return Writes(changes, {"appointment": left.id, "seat": seat.id, "telling": how})


def _leave_known(rows: Rows, known: Appointment, before: Appointment, gone: Seat) -> tuple[Changes, Appointment]:
    """Return the changes that cancel a moved seat in the session where people know it, and that session.

    They have not been told of the move, nor of the time to which it was.
    """
    left, changes = leave_session(rows, before)
    after = given_up(known, gone).model_copy(update={"version": known.version + 1})
    there = {"session_changes": known.session_changes, "was_in": (*gone.was_in, before.id)}
    changes |= appointment_rows(left, before) | appointment_rows(after, known)
    return changes | seat_move_rows(gone.model_copy(update=there), after, before), after
