"""Puts a seat back where people know it to be, without a word: by undoing its change, or by a move back."""

from typing import NamedTuple

from shared.domain.appointments.appointment import Appointment, Seat
from shared.domain.appointments.cancellation import with_left
from shared.domain.calendar.business import Calendar
from shared.domain.errors import Forbidden, GroupFull, Refusal, SlotTaken, StaffNotOffered
from shared.records.appointments import Changes, appointment_rows, seat_rows
from shared.records.ledgers import Ledgers
from shared.records.table import Rows
from shared.use_cases.appointments.staff_claims import Actor
from shared.use_cases.booking.cancel_appointment import without_seat
from shared.use_cases.booking.seat_moves import seat_move_rows
from shared.use_cases.seats.held import Unsent
from shared.use_cases.telling.undo_change import reminders_again


class Restored(NamedTuple):
    """The rows to write, and the session that the seat is in again."""

    changes: Changes
    session: Appointment


def restored(
    rows: Rows,
    calendar: Calendar,
    editor: Actor,
    known: Appointment,
    now_in: Appointment,
    seat: Seat,
    waiting: Unsent,
) -> Restored | Refusal:
    """Return a seat as people know it, in the session `known`, its notice deleted; or why that cannot be."""
    ledgers, is_moved = Ledgers(rows), seat.status == "booked"
    left = without_seat(ledgers, now_in) if is_moved else None
    after = _with_seat(ledgers, calendar, editor, known, now_in, seat)
    if isinstance(after, Refusal):
        return after
    changes: Changes = {**ledgers.rows(), **appointment_rows(after, known), **dict.fromkeys(waiting)}
    changes |= appointment_rows(left, now_in) if left else {}
    return Restored(changes | _seated(calendar, seat, after, now_in), after)


def _with_seat(
    ledgers: Ledgers, calendar: Calendar, editor: Actor, session: Appointment, now_in: Appointment, seat: Seat
) -> Appointment | Refusal:
    """Return the session with the seat; one that ended with it claims its time again."""
    if not editor.may_book(session.staff, now_in.staff):
        return Forbidden()
    left = session.left
    if seat.status == "cancelled":
        left = with_left(left, "staff", is_late=seat.is_cancelled_late, number=-1)
    more = {"filled": session.filled + 1, "version": session.version + 1, "left": left}
    if session.is_live:
        return GroupFull() if session.is_full else session.model_copy(update=more)
    if any(one not in calendar.staff for one in session.staff):
        return StaffNotOffered()
    if any(ledgers.busy(session.ticks, session.staff).values()):
        return SlotTaken()
    ledgers.claim(session.ticks, session.staff)
    return session.model_copy(update={**more, "status": "booked"})


def _seated(calendar: Calendar, seat: Seat, after: Appointment, now_in: Appointment) -> Changes:
    """Return the rows of the seat, with the reminders that were due, and not sent, meanwhile."""
    assert seat.pending is not None
    back = seat.as_known()
    seats = [back, None] if after.filled == 1 else [back]
    due = reminders_again(calendar, after, seats, seat.pending.since)
    if now_in.id == after.id:
        return seat_rows(back, after) | due
    back = back.model_copy(update={"was_in": tuple(dict.fromkeys((*seat.was_in, now_in.id)))})
    return seat_move_rows(back, after, now_in) | due
