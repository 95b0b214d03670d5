"""Deletes an appointment without messages: its rows go, its ticks are freed, and the audit records it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from shared.domain.appointments.appointment import Appointment
from shared.domain.appointments.messages import OutboxEntry
from shared.domain.appointments.notices import NewEntry
from shared.domain.appointments.recipients import SEATS
from shared.domain.calendar.business import Calendar
from shared.domain.errors import Refusal
from shared.records.appointments import Changes, is_long
from shared.records.audit import audit_row
from shared.records.keys import appointment_key, appointments_of, day_key, id_of, long_key, session_key, visit_key
from shared.records.ledgers import Ledgers
from shared.records.table import Range, Rows
from shared.records.work import work_rows
from shared.use_cases.appointments.cancel_by_staff import held_by, held_for_change, held_reads
from shared.use_cases.appointments.staff_claims import Actor
from shared.use_cases.commands import Etags, name_command, require_current, run_command
from shared.use_cases.context import Context
from shared.use_cases.personal_data.legal_hold import require_no_hold
from shared.use_cases.ports import Command, Writes


async def delete_appointment(
    appointment: str, *, editor: Actor, key: str, etags: Etags = None, calendar: Calendar, context: Context
) -> None:
    """Delete it.

    Raise NotFound, UnderLegalHold; Forbidden if it is not the editor's; EditConflict if the etags are outdated.
    """
    await require_no_hold(calendar.business.id, store=context.store)
    command = name_command(context.secret, calendar.business.id, f"delete {appointment}", editor.name, key, "")

    def plan_for(calendar: Calendar) -> DeleteCommand:
        return DeleteCommand(appointment, editor, etags, calendar, command, context.now)

    await run_command(command, plan_for, calendar=calendar, store=context.store)


@dataclass(frozen=True)
class DeleteCommand:
    """What one deletion reads and decides. Pure."""

    appointment: str
    editor: Actor
    etags: Etags
    calendar: Calendar
    command: Command
    now: datetime
    seen: Appointment | None = None

    def reads(self, rows: Rows) -> Iterable[str | Range]:
        """Yield the appointment with its ledgers and indexes, its visit, and its customer's index."""
        yield from held_reads(rows, self.appointment, self.seen)
        if before := held_by(rows, self.appointment) or self.seen:
            yield visit_key(before.start, before.id)
            if before.seat:
                yield appointments_of(before.seat.customer_id)

    def decide(self, rows: Rows) -> Refusal | Writes:
        """Return the deletion or a refusal."""
        require_current(rows, self.calendar)
        before = held_for_change(rows, self.appointment, self.editor, self.etags)
        if isinstance(before, Refusal):
            return before
        changes = self._gone(rows, before)
        changes |= audit_row(self.now, self.command.hash[:12], self.editor.name, "deleted", before.id)
        return Writes(changes, {"appointment": before.id})

    def _gone(self, rows: Rows, before: Appointment) -> Changes:
        ledgers = Ledgers(rows)
        if before.is_live:  # a cancelled one has freed its ticks already
            ledgers.release(before.ticks, before.staff)
        changes: Changes = {**ledgers.rows()}
        changes |= {appointment_key(before.id): None, day_key(before.start, before.id): None}
        changes |= {long_key(before.end, before.id): None} if is_long(before) else {}
        # To delete a row that does not exist would fail the whole transaction.
        also = [session_key(before.start, before.service, before.id), visit_key(before.start, before.id)]
        changes |= {key: None for key in also if rows.values(key) is not None}
        if before.seat is None:
            return changes | work_rows([_seats_go(before)])
        # A seat that was moved has a row for each start it has had.
        listed = rows.between(appointments_of(before.seat.customer_id))
        return changes | {row.key: None for row in listed if id_of(row.key) == before.seat.id}


def _seats_go(session: Appointment) -> NewEntry:
    """Return the outbox entry by which the seats of a deleted session are deleted, in batches."""
    work = OutboxEntry(
        kind="session", appointment=session.id, version=session.session_changes + 1, recipients=(SEATS,)
    )
    return NewEntry(None, session.id, f"{session.session_changes + 1:08d}session{session.version:08d}", work)
