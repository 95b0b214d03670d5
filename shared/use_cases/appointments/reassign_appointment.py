"""Reassigns an appointment to other staff: the previous ones get a cancellation, the new ones a confirmation."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from shared.domain.appointments.appointment import Appointment
from shared.domain.appointments.notices import NewEntry, notice, session_notice
from shared.domain.appointments.recipients import mailed, staff_recipients
from shared.domain.appointments.reminders import reminders
from shared.domain.calendar.business import Calendar
from shared.domain.calendar.service import MAXIMUM_TOGETHER, Service
from shared.domain.errors import AlreadyCancelled, Forbidden, NotFound, Refusal, SlotTaken, StaffNotOffered
from shared.records.appointments import Changes, appointment_rows, seat_rows
from shared.records.audit import audit_row, schedule_changes
from shared.records.codec import load
from shared.records.keys import appointment_key, ledger_keys
from shared.records.ledgers import Ledgers
from shared.records.table import Range, Rows
from shared.records.work import work_rows
from shared.use_cases.appointments.cancel_by_staff import held_by, held_reads
from shared.use_cases.appointments.staff_claims import Actor
from shared.use_cases.commands import name_command, require_current, run_command
from shared.use_cases.context import Context
from shared.use_cases.free_busy.at_booking import read_before_booking
from shared.use_cases.free_busy.read_calendar import ReadingRun
from shared.use_cases.ports import Command, Writes
from shared.use_cases.telling.announce import Telling, Told, announce, as_told, pending_reads, said_how, told_as


async def reassign_appointment(
    appointment: str,
    staff: Sequence[str],
    *,
    key: str,
    editor: Actor,
    calendar: Calendar,
    context: Context,
    chosen_by: Literal["staff", "anyone"] = "staff",
    leaving: str = "",
    telling: Telling = "now",
    seen: Appointment | None = None,
    reading: Callable[[], ReadingRun] | None = None,
) -> tuple[tuple[str, ...], Told]:
    """Assign an appointment to `staff`, all of whom must be free; return who serves, and when they are told.

    They replace all who serve it, or only the one who is `leaving`: NotFound if that person does not serve it.
    Raise NotFound, Forbidden, AlreadyCancelled, StaffNotOffered, SlotTaken. With `chosen_by` "anyone" it may still
    be rebalanced later. `seen` is the appointment as it was just read, if it was: it saves a round trip.
    """
    # Defaults add nothing: a key that an older version has used still names the same command.
    more = [*([f"-{leaving}"] if leaving else []), *([telling] if telling != "now" else [])]
    body = " ".join([appointment, *staff, *more])
    command = name_command(context.secret, calendar.business.id, "reassign", editor.name, key, body)

    wanted = tuple(dict.fromkeys(staff))

    def plan_for(calendar: Calendar) -> ReassignCommand:
        return ReassignCommand(
            appointment, wanted, editor, calendar, command, context.now, chosen_by, leaving, telling, seen
        )

    if reading:
        await read_before_booking(wanted, plan_for, calendar=calendar, reading=reading)
    decision = await run_command(command, plan_for, calendar=calendar, store=context.store)
    return tuple(decision.outcome["staff"]), told_as(decision.outcome, telling)


@dataclass(frozen=True)
class ReassignCommand:
    """What one reassignment reads and decides. Pure. `staff` replace all who serve, or who is `leaving`."""

    appointment: str
    staff: tuple[str, ...]
    editor: Actor
    calendar: Calendar
    command: Command
    now: datetime
    chosen_by: Literal["staff", "anyone"] = "staff"
    leaving: str = ""
    telling: Telling = "now"
    seen: Appointment | None = None

    def reads(self, rows: Rows) -> Iterable[str | Range]:
        """Yield the appointment, then the ledgers of the previous and the new staff."""
        yield from held_reads(rows, self.appointment, self.seen)
        if before := held_by(rows, self.appointment) or self.seen:
            yield from ledger_keys(*before.claim, dict.fromkeys([*before.staff, *self._known]))
            yield from pending_reads(rows, before, self.telling)

    def _in_their_place(self, before: Appointment) -> tuple[str, ...]:
        places = (self.staff if one == self.leaving else (one,) for one in before.staff)
        return tuple(dict.fromkeys(one for place in places for one in place))

    @property
    def _known(self) -> list[str]:
        return [one for one in self.staff if one in self.calendar.staff]

    def decide(self, rows: Rows) -> Refusal | Writes:
        """Return the reassignment or a refusal."""
        require_current(rows, self.calendar)
        values = rows.values(appointment_key(self.appointment))
        before = load(Appointment, values) if values else None
        if before is None or (self.leaving and self.leaving not in before.staff):
            return NotFound()
        if self.leaving:
            return replace(self, staff=self._in_their_place(before), leaving="").decide(rows)
        if refusal := self._refusal(before):
            return refusal
        ledgers = Ledgers(rows)
        # Released first, so that those who stay are not busy with this very appointment.
        ledgers.release(before.ticks, before.staff)
        if any(ledgers.busy(before.ticks, self.staff).values()):
            return SlotTaken()
        ledgers.claim(before.ticks, self.staff)
        return self._writes(rows, {**ledgers.rows()}, before)

    def _refusal(self, before: Appointment) -> Refusal | None:
        if not (self.editor.may_change(before) and self.editor.may_book(self.staff, before.staff)):
            return Forbidden()
        if not before.is_live:
            return AlreadyCancelled()
        is_known = len(self._known) == len(self.staff) and 1 <= len(self.staff) <= MAXIMUM_TOGETHER
        return None if is_known else StaffNotOffered()

    def _writes(self, rows: Rows, changes: Changes, before: Appointment) -> Writes:
        after = before.model_copy(
            update={
                **before.served_by(self.staff),
                "version": before.version + 1,
                "chosen_by": self.chosen_by,
                "is_overbooked": False,
                "awaited": None,  # who decides on it has confirmed it
            }
        )
        if before.seat is not None:
            seat = before.seat.model_copy(update={"version": before.seat.version + 1})
            after = after.model_copy(update={"seat": seat})
        else:
            after = after.model_copy(update={"session_changes": before.session_changes + 1})
        announced = announce(rows, before, after, self._notice(rows, before, after), self.telling, self.now)
        after = announced.appointment
        changes |= seat_rows(after.seat, after) if after.seat else {}
        changes |= appointment_rows(after, before) | announced.entries | self._reminded(after, announced.since)
        told, number = schedule_changes(before, after), self.command.hash[:12]
        said = f"reassigned{said_how(announced.how)}"
        changes |= audit_row(self.now, number, self.editor.name, said, before.id, told)
        outcome = {"appointment": after.id, "staff": list(after.staff), "telling": announced.how}
        return Writes(changes, outcome)

    def _notice(self, rows: Rows, before: Appointment, after: Appointment) -> NewEntry:
        """Return one notice, of the seat or of the whole session."""
        service, staff = self._service(after), mailed(staff_recipients(before, after), self.calendar)
        known = as_told(rows, before)
        if after.seat is not None:
            return notice(service, after, after.seat, staff=staff, to_business=False, before=known)
        return session_notice(service, after, staff=staff, to_business=False, before=known)

    def _reminded(self, after: Appointment, since: datetime) -> Changes:
        """Return the reminders of the new staff."""
        service = self._service(after)
        return work_rows(reminders(service, after, after.seat, since)) if service else {}

    def _service(self, after: Appointment) -> Service | None:
        return after.service_of(self.calendar.services.get(after.service))
