"""A person who serves an appointment asks to be replaced; a scheduler reassigns it, or leaves it as it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from shared.domain.access.permissions import SCHEDULERS
from shared.domain.appointments.appointment import Appointment, ReassignmentWish
from shared.domain.appointments.messages import OutboxEntry
from shared.domain.appointments.notices import NewEntry
from shared.domain.appointments.recipients import NEW, mailed, staff_members
from shared.domain.calendar.business import Calendar
from shared.domain.errors import AlreadyCancelled, ChangesClosed, Forbidden, NotFound, Refusal
from shared.records.appointments import Changes, appointment_rows, session_reads
from shared.records.audit import audit_row
from shared.records.keys import BUSINESS, WISH, appointment_key
from shared.records.table import Range, Rows
from shared.records.work import work_rows
from shared.use_cases.appointments.cancel_by_staff import held_by
from shared.use_cases.appointments.staff_claims import Actor
from shared.use_cases.commands import name_command, require_current, run_command
from shared.use_cases.context import Context
from shared.use_cases.ports import Command, Writes
from shared.use_cases.telling.announce import kept_pending


async def ask_reassignment(
    appointment: str, person: str, message: str, *, editor: Actor, key: str, calendar: Calendar, context: Context
) -> None:
    """Note that a person asks to be replaced, and tell the calendar's schedulers.

    Asking again replaces the message. Raise NotFound if the person does not serve it, AlreadyCancelled, or
    ChangesClosed if it is over.
    """
    command = name_command(context.secret, calendar.business.id, f"ask {appointment}", editor.name, key, message)

    def plan_for(calendar: Calendar) -> AskCommand:
        return AskCommand(appointment, editor, calendar, command, context.now, person, message)

    await run_command(command, plan_for, calendar=calendar, store=context.store)


async def decline_reassignment(
    appointment: str, *, editor: Actor, key: str, calendar: Calendar, context: Context
) -> None:
    """Leave the appointment with the person who asks to be replaced, and tell them. Nothing if nobody asks.

    Raise NotFound; Forbidden for who may change only their own.
    """
    command = name_command(context.secret, calendar.business.id, f"decline {appointment}", editor.name, key, "")

    def plan_for(calendar: Calendar) -> DeclineCommand:
        return DeclineCommand(appointment, editor, calendar, command, context.now)

    await run_command(command, plan_for, calendar=calendar, store=context.store)


@dataclass(frozen=True)
class WishCommand:
    """What both commands know, and what they read. Pure."""

    appointment: str
    editor: Actor
    calendar: Calendar
    command: Command
    now: datetime

    def reads(self, rows: Rows) -> Iterable[str | Range]:
        """Yield the settings and the appointment, then its row among open sessions."""
        yield BUSINESS
        yield appointment_key(self.appointment)
        if before := held_by(rows, self.appointment):
            yield from session_reads(before)

    def _writes(
        self, before: Appointment, wish: ReassignmentWish | None, told: OutboxEntry, action: str
    ) -> Writes:
        number = self.command.hash[:12]
        after = kept_pending(before, before.model_copy(update={"wish": wish, "version": before.version + 1}))
        changes: Changes = appointment_rows(after, before)
        if told.recipients:
            changes |= work_rows([NewEntry(None, f"{WISH}{before.id}", number, told)])
        changes |= audit_row(self.now, number, self.editor.name, action, before.id)
        return Writes(changes, {"appointment": before.id})


@dataclass(frozen=True)
class AskCommand(WishCommand):
    """What asking reads and decides. Pure."""

    person: str
    message: str

    def decide(self, rows: Rows) -> Refusal | Writes:
        """Return the wish, with a notice to all who may decide, or a refusal."""
        require_current(rows, self.calendar)
        before = held_by(rows, self.appointment)
        if before is None or self.person not in before.staff:
            return NotFound()
        if not before.is_live:
            return AlreadyCancelled()
        if self.now >= before.end:
            return ChangesClosed()
        wish = ReassignmentWish(
            person=self.person, message=self.message, at=self.now, of_links=before.link_version
        )
        deciders = [one.id for one in self.calendar.staff.values() if one.role in SCHEDULERS]
        told = OutboxEntry(
            kind="reassign_asked",
            appointment=before.id,
            seat=before.seat.id if before.seat else "",
            text=self.message,
            recipients=tuple(mailed(staff_members(deciders, NEW), self.calendar)),
        )
        return self._writes(before, wish, told, "asked to be replaced")


@dataclass(frozen=True)
class DeclineCommand(WishCommand):
    """What declining reads and decides. Pure."""

    def decide(self, rows: Rows) -> Refusal | Writes:
        """Return the appointment without the wish, with a notice to the person who asked; or a refusal."""
        require_current(rows, self.calendar)
        before = held_by(rows, self.appointment)
        if before is None:
            return NotFound()
        if self.editor.own is not None:
            return Forbidden()
        wish = before.open_wish
        if wish is None:
            return Writes({}, {"appointment": before.id})
        told = OutboxEntry(
            kind="reassign_declined",
            appointment=before.id,
            seat=before.seat.id if before.seat else "",
            recipients=tuple(mailed(staff_members([wish.person], NEW), self.calendar)),
        )
        return self._writes(before, None, told, "declined to reassign")
