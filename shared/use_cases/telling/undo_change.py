"""Undoes the changes that nobody has been told of yet, or has people told of them at once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.domain.appointments.appointment import Appointment, Seat
from shared.domain.appointments.messages import OutboxEntry
from shared.domain.appointments.reminders import reminders
from shared.domain.appointments.series import Together
from shared.domain.calendar.business import Calendar
from shared.domain.differences import differences
from shared.domain.errors import AlreadyTold, Forbidden, NothingToUndo, Refusal, SlotTaken, StaffNotOffered
from shared.records.appointments import Changes, appointment_rows, seat_rows, session_reads
from shared.records.audit import SCHEDULE, audit_row
from shared.records.codec import dump
from shared.records.keys import ledger_keys
from shared.records.ledgers import Ledgers
from shared.records.table import Range, Rows
from shared.records.work import work_rows
from shared.use_cases.appointments.cancel_by_staff import held_by, held_for_change, held_reads
from shared.use_cases.appointments.staff_claims import Actor
from shared.use_cases.commands import name_command, require_current, run_command
from shared.use_cases.context import Context
from shared.use_cases.free_busy.at_booking import read_before_booking
from shared.use_cases.free_busy.read_calendar import ReadingRun
from shared.use_cases.ports import Command, Writes
from shared.use_cases.telling.announce import pending_key, pending_reads, waiting_entry


async def undo_change(
    appointment: str,
    version: int,
    *,
    editor: Actor,
    key: str,
    calendar: Calendar,
    context: Context,
    reading: Callable[[], ReadingRun] | None = None,
) -> None:
    """Restore an appointment as people know it, without a word, if its pending notice is that of a version.

    With `reading`, own calendars of those who would serve again are read before.
    Either nobody is told and all is restored, or people are told and AlreadyTold is raised. Raise NotFound and
    Forbidden; NothingToUndo if the appointment has changed since; SlotTaken if its time is no longer free, and
    StaffNotOffered if somebody who served it has left.
    """
    command = name_command(
        context.secret, calendar.business.id, f"undo {appointment}", editor.name, key, str(version)
    )

    def plan_for(calendar: Calendar) -> UndoCommand:
        return UndoCommand(version, editor, calendar, command, context.now, appointment)

    if reading:
        await read_before_booking(calendar.staff, plan_for, calendar=calendar, reading=reading)
    await run_command(command, plan_for, calendar=calendar, store=context.store)


async def tell_now(
    appointment: str,
    version: int,
    *,
    editor: Actor,
    key: str,
    calendar: Calendar,
    context: Context,
    together: Together | None = None,
) -> None:
    """Have people told of a version at once instead of later; no refusal if they have been told already.

    Of several that are told `together` they are when that is due, by one message.

    Raise NotFound, Forbidden; NothingToUndo if the appointment has changed since.
    """
    command = name_command(
        context.secret, calendar.business.id, f"tell {appointment}", editor.name, key, str(version)
    )

    def plan_for(calendar: Calendar) -> TellCommand:
        return TellCommand(version, editor, calendar, command, context.now, appointment, together)

    await run_command(command, plan_for, calendar=calendar, store=context.store)


@dataclass(frozen=True)
class PendingCommand:
    """What undoing a change and telling of it at once know, of an appointment or of a group's seat: pure."""

    version: int
    editor: Actor
    calendar: Calendar
    command: Command
    now: datetime

    def _is_it(self, one: Appointment | Seat) -> bool:
        return one.has_pending_notice and one.version == self.version

    def _audited(self, what: str, subject: str, before: Appointment, after: Appointment) -> Changes:
        told = differences(before, after, only=(*SCHEDULE, "status"))
        return audit_row(self.now, self.command.hash[:12], self.editor.name, what, subject, told)


@dataclass(frozen=True)
class PendingAppointment(PendingCommand):
    """What both commands read of the appointment: pure."""

    appointment: str

    def reads(self, rows: Rows) -> Iterable[str | Range]:
        """Yield the appointment and the entry of its pending notice, then the ledgers of both times."""
        yield from held_reads(rows, self.appointment)
        if (before := held_by(rows, self.appointment)) and before.has_pending_notice:
            yield from pending_reads(rows, before)
            known = before.as_known()
            yield from ledger_keys(*known.claim, known.staff)
            yield from session_reads(before, known.start)

    def _held(self, rows: Rows) -> Appointment | Refusal:
        require_current(rows, self.calendar)
        before = held_for_change(rows, self.appointment, self.editor, None)
        return NothingToUndo() if isinstance(before, Appointment) and not self._is_it(before) else before


@dataclass(frozen=True)
class UndoCommand(PendingAppointment):
    """What undoing reads and decides. Pure."""

    def decide(self, rows: Rows) -> Refusal | Writes:
        """Return the appointment as people know it, or a refusal."""
        before = self._held(rows)
        if isinstance(before, Refusal):
            return before
        if waiting_entry(rows, before) is None:
            return AlreadyTold()
        after = before.as_known().model_copy(update={"version": before.version + 1})
        # Undoing books people at a time again, so it takes the right to do that, too.
        if not self.editor.may_book(after.staff, before.staff, is_over=after.is_overbooked):
            return Forbidden()
        if any(one not in self.calendar.staff for one in after.staff):
            return StaffNotOffered()
        ledgers = Ledgers(rows)
        # A cancelled appointment has freed its ticks already.
        if before.is_live:
            ledgers.release(before.ticks, before.staff)
        if any(ledgers.busy(after.ticks, after.staff).values()) and not after.is_overbooked:
            return SlotTaken()
        ledgers.claim(after.ticks, after.staff)
        changes: Changes = {**ledgers.rows(), **self._restored(before, after), pending_key(before): None}
        changes |= self._audited("undone", before.id, before, after)
        return Writes(changes, {"appointment": after.id, "staff": list(after.staff)})

    def _restored(self, before: Appointment, after: Appointment) -> Changes:
        """Return the rows of the appointment, with the reminders that were due, and not sent, meanwhile."""
        changes = appointment_rows(after, before)
        if after.seat is not None:
            changes |= seat_rows(after.seat, after, before.start)
        since = before.pending.since if before.pending else self.now
        return changes | reminders_again(self.calendar, after, [after.seat], since)


@dataclass(frozen=True)
class TellCommand(PendingAppointment):
    """What telling at once reads and decides. Pure."""

    together: Together | None = None

    def decide(self, rows: Rows) -> Refusal | Writes:
        """Return the notice without its delay; nothing to write if it is being sent already."""
        before = self._held(rows)
        if isinstance(before, Refusal):
            return before
        entry = waiting_entry(rows, before)
        if entry is None:
            return Writes({}, {"appointment": before.id})
        after = before.model_copy(update={"pending": None})
        changes = appointment_rows(after, before) | at_once({pending_key(before): entry}, self.together)
        changes |= self._audited("told at once", before.id, before, after)
        return Writes(changes, {"appointment": before.id})


def at_once(waiting: Mapping[str, OutboxEntry], together: Together | None) -> Changes:
    """Return the entries of a notice without their delay; of several told `together` when that is due."""
    due, name = (together.due, together.id) if together else (None, "")
    told = {"not_before": due, "together": name}
    return {key: dump(one.model_copy(update=told)) for key, one in waiting.items()}


def reminders_again(
    calendar: Calendar, one: Appointment, seats: Sequence[Seat | None], since: datetime
) -> Changes:
    """Return the reminders, of an appointment that is restored, that were due meanwhile and not sent."""
    service = one.service_of(calendar.services.get(one.service))
    return work_rows([due for seat in seats for due in reminders(service, one, seat, since)] if service else [])
