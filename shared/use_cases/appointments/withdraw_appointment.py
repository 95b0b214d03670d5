"""Take an appointment out of a calendar: one to come is cancelled, and both sides hear of it; others just go."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

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
from shared.use_cases.ports import Store, Writes


NOTICES = ("notify", "session")


async def withdraw_appointment(
    appointment: str,
    *,
    editor: Actor,
    key: str,
    etags: Etags = None,
    calendar: Calendar,
    store: Store,
    secret: str,
    now: datetime,
) -> None:
    """Cancel what is to come; remove what is over or was cancelled before, once all have been told of that.

    Raises NotFound; Forbidden for what is not theirs; EditConflict where the etags are older; ChangesClosed for
    whoever is bound by the policy.
    """
    command = name_command(secret, calendar.business.id, f"delete {appointment}", editor.name, key, "")

    def plan_for(calendar: Calendar) -> WithdrawCommand:
        return WithdrawCommand(
            StaffCancelCommand(appointment, "", editor, calendar, command, now, etags),
            DeleteCommand(appointment, editor, etags, calendar, command, now),
        )

    await run_command(command, plan_for, calendar=calendar, store=store)


@dataclass(frozen=True)
class WithdrawCommand:
    """What one withdrawal reads, and which of the two it then is: pure."""

    cancelling: StaffCancelCommand
    deleting: DeleteCommand

    def reads(self, rows: Rows) -> Iterable[str | Range]:
        yield from self.deleting.reads(rows)
        before = held_by(rows, self.deleting.appointment)
        if before and not before.is_live:
            yield WORK_AT_ONCE

    def decide(self, rows: Rows) -> Refusal | Writes:
        before = held_by(rows, self.deleting.appointment)
        if before and (self._is_coming(before) or _is_owed(before, rows)):
            return self.cancelling.decide(rows)
        return self.deleting.decide(rows)

    def _is_coming(self, before: Appointment) -> bool:
        is_open = before.status == "booked" and before.origin == "booking"
        return is_open and self.deleting.now < before.end


def _is_owed(before: Appointment, rows: Rows) -> bool:
    """Return whether somebody is still to be told that it was cancelled: its rows are what the mail is made of."""
    if before.is_live:
        return False
    waiting = (load_row(OutboxEntry, row) for row in rows.between(WORK_AT_ONCE))
    return any(one.appointment == before.id and one.kind in NOTICES for one in waiting)
