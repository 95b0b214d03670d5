"""Withdraws an appointment: a coming one is cancelled, with messages; any other is deleted without."""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.domain.appointments.appointment import Appointment
from shared.domain.appointments.messages import OutboxEntry
from shared.domain.calendar.business import Calendar
from shared.domain.errors import Refusal
from shared.records.codec import load_row
from shared.records.keys import WORK_AT_ONCE
from shared.records.table import Range, Rows
from shared.use_cases.appointments.cancel_by_staff import StaffCancelCommand, held_by
from shared.use_cases.appointments.delete_appointment import DeleteCommand
from shared.use_cases.appointments.staff_claims import Actor
from shared.use_cases.commands import Etags, name_command, run_command
from shared.use_cases.context import Context
from shared.use_cases.ports import Writes


NOTICES = ("notify", "session")


async def withdraw_appointment(
    appointment: str,
    *,
    editor: Actor,
    key: str,
    etags: Etags = None,
    seen: Appointment | None = None,
    calendar: Calendar,
    context: Context,
) -> None:
    """Cancel a coming appointment; delete one that is over, or was cancelled and all messages about that are sent.

    Raise NotFound; Forbidden if it is not the editor's; EditConflict if the etags are outdated; ChangesClosed if
    the editor is bound by the policy and it is too late. `seen` is the appointment as it was just read, if it was:
    it saves a round trip.
    """
    command = name_command(context.secret, calendar.business.id, f"delete {appointment}", editor.name, key, "")

    def plan_for(calendar: Calendar) -> WithdrawCommand:
        return WithdrawCommand(
            StaffCancelCommand(appointment, "", editor, calendar, command, context.now, etags),
            DeleteCommand(appointment, editor, etags, calendar, command, context.now, seen),
        )

    await run_command(command, plan_for, calendar=calendar, store=context.store)


@dataclass(frozen=True)
class WithdrawCommand:
    """What one withdrawal reads, and whether it cancels or deletes. Pure."""

    cancelling: StaffCancelCommand
    deleting: DeleteCommand

    def reads(self, rows: Rows) -> Iterable[str | Range]:
        """Yield what a deletion reads; for a cancelled one also the entries due at once."""
        yield from self.deleting.reads(rows)
        before = held_by(rows, self.deleting.appointment) or self.deleting.seen
        if before and not before.is_live:
            yield WORK_AT_ONCE

    def decide(self, rows: Rows) -> Refusal | Writes:
        """Return the cancellation, the deletion or a refusal."""
        before = held_by(rows, self.deleting.appointment)
        if before and (self._is_coming(before) or _is_owed(before, rows)):
            return self.cancelling.decide(rows)
        return self.deleting.decide(rows)

    def _is_coming(self, before: Appointment) -> bool:
        is_open = before.status == "booked" and before.origin == "booking"
        return is_open and self.deleting.now < before.end


def _is_owed(before: Appointment, rows: Rows) -> bool:
    """Return whether a message about its cancellation still waits: that is composed from the rows."""
    if before.is_live:
        return False
    waiting = (load_row(OutboxEntry, row) for row in rows.between(WORK_AT_ONCE))
    return any(one.appointment == before.id and one.kind in NOTICES for one in waiting)
