"""Somebody who serves an appointment, or a scheduler, confirms what was booked while a calendar was not read."""

from dataclasses import dataclass, replace

from shared.domain.appointments.appointment import Appointment
from shared.domain.appointments.notices import NewEntry, notice, session_notice
from shared.domain.appointments.recipients import NEW
from shared.domain.calendar.business import Calendar
from shared.domain.errors import AlreadyCancelled, ChangesClosed, Forbidden, NotFound, Refusal
from shared.records.appointments import Changes, appointment_rows, seat_rows
from shared.records.audit import audit_row
from shared.records.table import Rows
from shared.records.work import work_rows
from shared.use_cases.appointments.cancel_by_staff import held_by
from shared.use_cases.appointments.staff_claims import Actor
from shared.use_cases.commands import name_command, require_current, run_command
from shared.use_cases.context import Context
from shared.use_cases.ports import Writes
from shared.use_cases.staff_links.ask_reassignment import WishCommand


async def confirm_appointment(
    appointment: str, *, editor: Actor, key: str, calendar: Calendar, context: Context
) -> None:
    """Confirm an appointment, and tell its customers. Nothing if it does not wait for that, or no longer.

    Raise NotFound, AlreadyCancelled, ChangesClosed; Forbidden for who may change only their own appointments.
    """
    command = name_command(context.secret, calendar.business.id, f"confirm {appointment}", editor.name, key, "")

    def plan_for(calendar: Calendar) -> ConfirmCommand:
        return ConfirmCommand(appointment, editor, calendar, command, context.now)

    await run_command(command, plan_for, calendar=calendar, store=context.store)


@dataclass(frozen=True)
class ConfirmCommand(WishCommand):
    """What confirming reads and decides. Pure."""

    def decide(self, rows: Rows) -> Refusal | Writes:
        """Return the confirmed appointment with a notice to its customers, or a refusal."""
        require_current(rows, self.calendar)
        before = held_by(rows, self.appointment)
        if before is None:
            return NotFound()
        if self.editor.own is not None and self.editor.own.isdisjoint(before.staff):
            return Forbidden()
        if not before.is_live:
            return AlreadyCancelled()
        if self.now >= before.end:
            return ChangesClosed()
        if not before.is_to_confirm or before.awaited is None:
            return Writes({}, {"appointment": before.id})
        done = before.awaited.model_copy(update={"confirmed_at": self.now})
        after, told = self._told(
            before.model_copy(update={"awaited": done, "version": before.version + 1, "pending": None})
        )
        changes: Changes = appointment_rows(after, before)
        if after.seat is not None:
            changes |= seat_rows(after.seat, after)
        changes |= work_rows([told])
        changes |= audit_row(self.now, self.command.hash[:12], self.editor.name, "confirmed", before.id)
        return Writes(changes, {"appointment": before.id})

    def _told(self, one: Appointment) -> tuple[Appointment, NewEntry]:
        """Return the appointment as customers are told of it, and the entry that tells them: it is confirmed."""
        service = one.service_of(self.calendar.services.get(one.service))
        if one.seat is None:
            one = one.model_copy(update={"session_changes": one.session_changes + 1})
            return one, session_notice(service, one, staff=(), to_business=False)
        seat = one.seat.model_copy(update={"version": one.seat.version + 1})
        told = notice(service, one, seat, staff=(), to_business=False)
        anew = tuple(recipient.knowing(NEW) for recipient in told.work.recipients)
        work = told.work.model_copy(update={"recipients": anew})
        return one.model_copy(update={"seat": seat}), replace(told, work=work)
