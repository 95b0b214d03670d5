"""Undoes the move or cancellation of a seat that nobody has been told of yet, or has people told of it at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from shared.domain.appointments.appointment import Appointment, PendingSeat, Seat
from shared.domain.appointments.cancellation import with_left
from shared.domain.appointments.reminders import reminders
from shared.domain.appointments.series import Together
from shared.domain.calendar.business import Calendar
from shared.domain.errors import (
    AlreadyTold,
    Forbidden,
    GroupFull,
    NothingToUndo,
    Refusal,
    SlotTaken,
    StaffNotOffered,
)
from shared.records.appointments import Changes, appointment_rows, seat_rows, session_reads
from shared.records.audit import audit_row, schedule_changes
from shared.records.codec import dump, load
from shared.records.keys import appointment_key, ledger_keys
from shared.records.ledgers import Ledgers
from shared.records.table import Range, Rows
from shared.records.work import work_rows
from shared.use_cases.appointments.staff_claims import Actor
from shared.use_cases.booking.cancel_appointment import without_seat
from shared.use_cases.booking.find_appointment import find_seat
from shared.use_cases.booking.seat_moves import seat_move_rows
from shared.use_cases.commands import name_command, require_current, run_command
from shared.use_cases.context import Context
from shared.use_cases.ports import Command, Writes
from shared.use_cases.seats.change_seat import SeatRef
from shared.use_cases.seats.held import entries_waiting, seat_for_change, seat_held_reads


async def undo_seat(
    held: SeatRef, version: int, *, editor: Actor, key: str, calendar: Calendar, context: Context
) -> str:
    """Restore a seat as people know it, without a word, if its pending notice is that of a version.

    Return its session. Raise NotFound, Forbidden, AlreadyTold; NothingToUndo if seat or session changed since;
    GroupFull or SlotTaken if its place is no longer free; StaffNotOffered if who served the session has left.
    """
    command = name_command(
        context.secret, calendar.business.id, f"undo {held.seat}", editor.name, key, str(version)
    )

    def plan_for(calendar: Calendar) -> UndoSeatCommand:
        return UndoSeatCommand(held, version, editor, calendar, command, context.now)

    decision = await run_command(command, plan_for, calendar=calendar, store=context.store)
    return str(decision.outcome["appointment"])


async def tell_seat(
    held: SeatRef,
    version: int,
    *,
    editor: Actor,
    key: str,
    calendar: Calendar,
    context: Context,
    together: Together | None = None,
) -> None:
    """Have people told of a seat at once instead of later; no refusal if they have been told already.

    Raise NotFound, Forbidden; NothingToUndo if the seat has changed since.
    """
    command = name_command(
        context.secret, calendar.business.id, f"tell {held.seat}", editor.name, key, str(version)
    )

    def plan_for(calendar: Calendar) -> TellSeatCommand:
        return TellSeatCommand(held, version, editor, calendar, command, context.now, together)

    await run_command(command, plan_for, calendar=calendar, store=context.store)


@dataclass(frozen=True)
class PendingSeatCommand:
    """What both commands know, and read of the seat: pure."""

    held: SeatRef
    version: int
    editor: Actor
    calendar: Calendar
    command: Command
    now: datetime

    def reads(self, rows: Rows) -> Iterable[str | Range]:
        """Yield the seat's rows, its session's, and those of the session in which people know it."""
        yield from seat_held_reads(rows, *self.held)
        found = find_seat(rows, *self.held)
        if found and found[1].has_pending_notice and found[1].pending:
            yield appointment_key(found[1].pending.session)
            if known := _known_session(rows, found[1].pending):
                yield from ledger_keys(*known.claim, known.staff)
                yield from session_reads(known)

    def _pending(self, rows: Rows) -> tuple[Appointment, Seat] | Refusal:
        require_current(rows, self.calendar)
        found = seat_for_change(rows, *self.held, self.editor)
        if isinstance(found, Refusal):
            return found
        is_it = found[1].has_pending_notice and found[1].version == self.version
        return found if is_it else NothingToUndo()

    def _audited(self, what: str, seat: Seat, before: Appointment, after: Appointment) -> Changes:
        told = schedule_changes(before, after)
        return audit_row(self.now, self.command.hash[:12], self.editor.name, what, seat.id, told)


def _known_session(rows: Rows, pending: PendingSeat) -> Appointment | None:
    values = rows.values(appointment_key(pending.session))
    return load(Appointment, values) if values else None


@dataclass(frozen=True)
class UndoSeatCommand(PendingSeatCommand):
    """What undoing decides. Pure."""

    def decide(self, rows: Rows) -> Refusal | Writes:
        """Return the seat as people know it, or a refusal."""
        found = self._pending(rows)
        if isinstance(found, Refusal):
            return found
        now_in, seat = found
        assert seat.pending is not None
        known = _known_session(rows, seat.pending)
        # A session that was changed as a whole has told its seats of that, and not this one.
        if (
            known is None
            or known.session_changes != seat.pending.session_changes
            or known.start != seat.pending.start
        ):
            return NothingToUndo()
        waiting = entries_waiting(rows, seat)
        if not waiting:
            return AlreadyTold()
        ledgers, is_moved = Ledgers(rows), seat.status == "booked"
        left = without_seat(ledgers, now_in) if is_moved else None
        after = self._restored(ledgers, known, now_in, seat)
        if isinstance(after, Refusal):
            return after
        changes: Changes = {**ledgers.rows(), **appointment_rows(after, known), **dict.fromkeys(waiting)}
        changes |= appointment_rows(left, now_in) if left else {}
        changes |= self._seated(seat, after, now_in) | self._audited("undone", seat, now_in, after)
        return Writes(changes, {"appointment": after.id, "seat": seat.id, "staff": list(after.staff)})

    def _restored(
        self, ledgers: Ledgers, session: Appointment, now_in: Appointment, seat: Seat
    ) -> Appointment | Refusal:
        """Return the session with the seat; one that ended with it claims its time again."""
        if not self.editor.may_book(session.staff, now_in.staff):
            return Forbidden()
        left = session.left
        if seat.status == "cancelled":
            left = with_left(left, "staff", is_late=seat.is_cancelled_late, number=-1)
        more = {"filled": session.filled + 1, "version": session.version + 1, "left": left}
        if session.is_live:
            return GroupFull() if session.is_full else session.model_copy(update=more)
        if any(one not in self.calendar.staff for one in session.staff):
            return StaffNotOffered()
        if any(ledgers.busy(session.ticks, session.staff).values()):
            return SlotTaken()
        ledgers.claim(session.ticks, session.staff)
        return session.model_copy(update={**more, "status": "booked"})

    def _seated(self, seat: Seat, after: Appointment, now_in: Appointment) -> Changes:
        """Return the rows of the seat, with the reminders that were due, and not sent, meanwhile."""
        assert seat.pending is not None
        back = seat.as_known()
        service = after.service_of(self.calendar.services.get(after.service))
        due = reminders(service, after, back, seat.pending.since) if service else []
        due += reminders(service, after, None, seat.pending.since) if service and after.filled == 1 else []
        if now_in.id == after.id:
            return seat_rows(back, after) | work_rows(due)
        back = back.model_copy(update={"was_in": tuple(dict.fromkeys((*seat.was_in, now_in.id)))})
        return seat_move_rows(back, after, now_in) | work_rows(due)


@dataclass(frozen=True)
class TellSeatCommand(PendingSeatCommand):
    """What telling at once decides. Pure."""

    together: Together | None = None

    def decide(self, rows: Rows) -> Refusal | Writes:
        """Return the notice without its delay; nothing to write if it is being sent already."""
        found = self._pending(rows)
        if isinstance(found, Refusal):
            return found
        session, seat = found
        outcome = {"appointment": session.id, "seat": seat.id}
        if not (waiting := entries_waiting(rows, seat)):
            return Writes({}, outcome)
        due, name = (self.together.due, self.together.id) if self.together else (None, "")
        at_once = {"not_before": due, "together": name}
        changes: Changes = {key: dump(one.model_copy(update=at_once)) for key, one in waiting.items()}
        changes |= seat_rows(seat.model_copy(update={"pending": None}), session)
        changes |= self._audited("told at once", seat, session, session)
        return Writes(changes, outcome)
