"""Cancels an appointment as staff, with a message to all recipients."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypedDict

from shared.domain.appointments.appointment import Appointment, Seat
from shared.domain.appointments.cancellation import cancelled_seat, is_late, with_left
from shared.domain.appointments.notices import NewEntry, notice, session_notice
from shared.domain.appointments.recipients import Recipient, mailed, staff_recipients
from shared.domain.appointments.series import Together
from shared.domain.calendar.business import Calendar
from shared.domain.calendar.service import Service
from shared.domain.errors import ChangesClosed, EditConflict, Forbidden, NotFound, Refusal
from shared.records.appointments import Changes, appointment_rows, seat_rows, session_reads
from shared.records.audit import audit_row
from shared.records.codec import load
from shared.records.keys import BUSINESS, appointment_key, ledger_keys
from shared.records.ledgers import Ledgers
from shared.records.table import Range, Rows
from shared.use_cases.appointments.staff_claims import Actor
from shared.use_cases.booking.cancel_appointment import tells_business
from shared.use_cases.commands import Etags, is_stale, name_command, require_current, run_command
from shared.use_cases.context import Context
from shared.use_cases.ports import Command, Writes
from shared.use_cases.telling.announce import Telling, Told, announce, as_told, pending_reads, said_how, told_as


class NoticeRecipients(TypedDict):
    """The recipients of a notice other than customers, and the text that staff add."""

    staff: list[Recipient]
    to_business: bool
    text: str


async def cancel_by_staff(
    appointment: str,
    message: str,
    *,
    editor: Actor,
    key: str,
    etags: Etags = None,
    seen: Appointment | None = None,
    calendar: Calendar,
    context: Context,
    telling: Telling = "now",
    together: Together | None = None,
) -> Told:
    """Cancel, and send the message to all recipients, when `telling` says. Cancelling again has no effect.

    Return when they are told: one who is not to be told hears of it by what is on its way to them.

    `seen` is the appointment as it was just read, if it was: it saves a round trip (`held_reads`). People are told
    of cancellations `together` by one message.

    Raise NotFound; Forbidden if the appointment is not the editor's; EditConflict if the etags are outdated;
    ChangesClosed if the editor is bound by the policy and it is too late.
    """
    body = message if telling == "now" else f"{telling} {message}"
    command = name_command(context.secret, calendar.business.id, f"cancel {appointment}", editor.name, key, body)

    def plan_for(calendar: Calendar) -> StaffCancelCommand:
        known = (appointment, message, editor, calendar, command, context.now, etags, telling, seen)
        return StaffCancelCommand(*known, together)

    decision = await run_command(command, plan_for, calendar=calendar, store=context.store)
    return told_as(decision.outcome, telling)


def held_by(rows: Rows, appointment: str) -> Appointment | None:
    """Return the appointment as it was read; None if it does not exist."""
    values = rows.values(appointment_key(appointment))
    return load(Appointment, values) if values else None


def held_for_change(rows: Rows, appointment: str, editor: Actor, etags: Etags) -> Appointment | Refusal:
    """Return an appointment that someone of the staff may change in the state that they know, or why not."""
    before = held_by(rows, appointment)
    if before is None:
        return NotFound()
    if not editor.may_change(before):
        return Forbidden()
    return EditConflict() if is_stale(before, etags) else before


def held_reads(rows: Rows, appointment: str, seen: Appointment | None = None) -> Iterable[str | Range]:
    """Yield the settings and the appointment, then its ledgers and the index of open sessions.

    What follows from `seen` is read at once. It may be outdated: then what follows from the appointment itself is
    read one round trip later, and what was read too much decides nothing.
    """
    yield BUSINESS
    yield appointment_key(appointment)
    if found := held_by(rows, appointment) or seen:
        yield from ledger_keys(*found.claim, found.staff)
        yield from session_reads(found)


@dataclass(frozen=True)
class StaffCancelCommand:
    """What one cancellation by staff reads and decides. Pure."""

    appointment: str
    message: str
    editor: Actor
    calendar: Calendar
    command: Command
    now: datetime
    etags: Etags = None
    telling: Telling = "now"
    seen: Appointment | None = None
    together: Together | None = None

    def reads(self, rows: Rows) -> Iterable[str | Range]:
        """Yield the settings, the appointment, its ledgers, the index of open sessions and a pending notice."""
        yield from held_reads(rows, self.appointment, self.seen)
        if before := held_by(rows, self.appointment) or self.seen:
            yield from pending_reads(rows, before, self.telling)

    def decide(self, rows: Rows) -> Refusal | Writes:
        """Return the cancellation or a refusal. What is cancelled already is no refusal."""
        require_current(rows, self.calendar)
        before = held_for_change(rows, self.appointment, self.editor, self.etags)
        if isinstance(before, Refusal):
            return before
        if not before.is_live:
            return Writes({}, {"appointment": before.id})
        if self.editor.is_bound and self.now >= before.start - self._lead(before):
            return ChangesClosed()
        ledgers = Ledgers(rows)
        ledgers.release(before.ticks, before.staff)
        known = as_told(rows, before)
        after, told = self._lone(before, known, before.seat) if before.seat else self._session(before, known)
        announced = announce(rows, before, after, told, self.telling, self.now, self.together)
        after = announced.appointment
        changes: Changes = {**ledgers.rows(), **appointment_rows(after, before), **announced.entries}
        changes |= seat_rows(after.seat, after, before.start) if after.seat else {}
        said = f"cancelled{said_how(announced.how)}"
        changes |= audit_row(self.now, self.command.hash[:12], self.editor.name, said, before.id)
        return Writes(changes, {"appointment": before.id, "telling": announced.how})

    def _lead(self, before: Appointment) -> timedelta:
        # The service may have been removed since; its appointments then follow the calendar's policy.
        service = self.calendar.services.get(before.service)
        policy = self.calendar.policy_of(service) if service else self.calendar.business.policy
        return policy.minimum_lead_time

    def _lone(self, before: Appointment, known: Appointment, seat: Seat) -> tuple[Appointment, NewEntry]:
        """Cancel an appointment where people know it: of a move that they were not told of nobody hears."""
        late = is_late(self.calendar, known, self.now)
        gone = cancelled_seat(seat, self.now, "staff", is_late=late)
        ended = known.model_copy(update={**_ended(before), "seat": gone})
        return ended, notice(self._service(before), ended, gone, **self._told(before, known))

    def _session(self, before: Appointment, known: Appointment) -> tuple[Appointment, NewEntry]:
        """Cancel a session; its seats follow when the outbox entry is served, however many they are."""
        late = is_late(self.calendar, known, self.now)
        left = with_left(before.left, "staff", is_late=late, number=before.filled)
        more = {"session_changes": before.session_changes + 1, "left": left}
        ended = known.model_copy(update={**_ended(before), **more})
        return ended, session_notice(self._service(before), ended, **self._told(before, known))

    def _service(self, before: Appointment) -> Service | None:
        return before.service_of(self.calendar.services.get(before.service))

    def _told(self, before: Appointment, known: Appointment) -> NoticeRecipients:
        people = mailed(staff_recipients(before, known), self.calendar)
        return {"staff": people, "to_business": tells_business(self.calendar, before), "text": self.message}


def _ended(before: Appointment) -> dict[str, object]:
    return {"status": "cancelled", "filled": 0, "version": before.version + 1}
