"""Undoes the move or cancellation of a seat that nobody has been told of yet, or has people told of it at once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from shared.domain.appointments.appointment import Appointment, Seat
from shared.domain.appointments.series import Together
from shared.domain.calendar.business import Calendar
from shared.domain.errors import AlreadyTold, NothingToUndo, Refusal
from shared.records.appointments import seat_rows
from shared.records.table import Range, Rows
from shared.use_cases.appointments.staff_claims import Actor
from shared.use_cases.commands import name_command, require_current, run_command
from shared.use_cases.context import Context
from shared.use_cases.free_busy.at_booking import read_before_booking
from shared.use_cases.free_busy.read_calendar import ReadingRun
from shared.use_cases.ports import Writes
from shared.use_cases.seats.held import entries_waiting, seat_for_change, seat_held_reads, session_known
from shared.use_cases.seats.restore import restored
from shared.use_cases.seats.seat_command import SeatRef
from shared.use_cases.telling.undo_change import PendingCommand, at_once


async def undo_seat(
    held: SeatRef,
    version: int,
    *,
    editor: Actor,
    key: str,
    calendar: Calendar,
    context: Context,
    reading: Callable[[], ReadingRun] | None = None,
) -> str:
    """Restore a seat as people know it, without a word, if its pending notice is that of a version.

    With `reading`, own calendars of those who would serve again are read before.
    Return its session. Raise NotFound, Forbidden, AlreadyTold; NothingToUndo if seat or session changed since;
    GroupFull or SlotTaken if its place is no longer free; StaffNotOffered if who served the session has left.
    """
    command = name_command(
        context.secret, calendar.business.id, f"undo {held.seat}", editor.name, key, str(version)
    )

    def plan_for(calendar: Calendar) -> UndoSeatCommand:
        return UndoSeatCommand(version, editor, calendar, command, context.now, held)

    if reading:
        await read_before_booking(calendar.staff, plan_for, calendar=calendar, reading=reading)
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
        return TellSeatCommand(version, editor, calendar, command, context.now, held, together)

    await run_command(command, plan_for, calendar=calendar, store=context.store)


@dataclass(frozen=True)
class PendingSeatCommand(PendingCommand):
    """What both commands read of the seat: pure."""

    held: SeatRef

    def reads(self, rows: Rows) -> Iterable[str | Range]:
        """Return the seat's rows, its session's, and those of the session in which people know it."""
        return seat_held_reads(rows, *self.held)

    def _pending(self, rows: Rows) -> tuple[Appointment, Seat] | Refusal:
        require_current(rows, self.calendar)
        found = seat_for_change(rows, *self.held, self.editor)
        if isinstance(found, Refusal):
            return found
        return found if self._is_it(found[1]) else NothingToUndo()


@dataclass(frozen=True)
class UndoSeatCommand(PendingSeatCommand):
    """What undoing decides. Pure."""

    def decide(self, rows: Rows) -> Refusal | Writes:
        """Return the seat as people know it, or a refusal."""
        found = self._pending(rows)
        if isinstance(found, Refusal):
            return found
        now_in, seat = found
        if (known := session_known(rows, seat)) is None:
            return NothingToUndo()
        if not (waiting := entries_waiting(rows, seat)):
            return AlreadyTold()
        done = restored(rows, self.calendar, self.editor, known, now_in, seat, waiting)
        if isinstance(done, Refusal):
            return done
        changes, after = done
        changes |= self._audited("undone", seat.id, now_in, after)
        return Writes(changes, {"appointment": after.id, "seat": seat.id, "staff": list(after.staff)})


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
        changes = at_once(waiting, self.together)
        changes |= seat_rows(seat.model_copy(update={"pending": None}), session)
        changes |= self._audited("told at once", seat.id, session, session)
        return Writes(changes, outcome)
