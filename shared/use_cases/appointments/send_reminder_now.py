"""Sends a reminder at once, at the request of staff."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.domain.appointments.appointment import Appointment, Seat
from shared.domain.appointments.messages import OutboxEntry
from shared.domain.appointments.notices import NewEntry, is_texted
from shared.domain.appointments.recipients import CUSTOMER, PHONE, Recipient
from shared.domain.errors import AlreadyCancelled, NotFound, Refusal
from shared.records.audit import audit_row
from shared.records.codec import load
from shared.records.keys import appointment_key
from shared.records.table import Range, Rows
from shared.records.work import work_rows
from shared.use_cases.commands import name_command
from shared.use_cases.context import Context
from shared.use_cases.ports import Command, Writes
from shared.use_cases.visits.find_visit import VisitAccess


News = Literal["reminded", "no-mail", "too-late"]


async def remind_now(entrance: VisitAccess, *, key: str, actor: str, context: Context) -> News:
    """File one reminder to the customer for each key; return what became of it.

    It is an ordinary outbox entry with an ordinary text. Raise NotFound, AlreadyCancelled, InvalidFields.
    """
    appointment = entrance.appointment
    if appointment.seat is None or not _reached(appointment, appointment.seat):
        return "no-mail"
    if context.now >= appointment.end:
        return "too-late"
    command = name_command(context.secret, entrance.business, f"remind {appointment.id}", actor, key, "")
    reminding = Reminding(appointment.id, actor, command, context.now)
    # No `run_command`: it depends on no settings, so it never has to be planned again.
    await context.store.decide(command, reminding.reads, reminding.decide)
    return "reminded"


def _reached(appointment: Appointment, seat: Seat) -> tuple[Recipient, ...]:
    by_mail = (CUSTOMER,) if seat.customer.email else ()
    return (*by_mail, PHONE) if is_texted(appointment.service_of(None), seat) else by_mail


@dataclass(frozen=True, slots=True)
class Reminding:
    """What one reminder by hand reads and decides. Pure."""

    appointment: str
    actor: str
    command: Command
    now: datetime

    def reads(self, _: Rows) -> Iterable[str | Range]:
        """Yield the appointment."""
        yield appointment_key(self.appointment)

    def decide(self, rows: Rows) -> Refusal | Writes:
        """Return the outbox entry, or a refusal."""
        values = rows.values(appointment_key(self.appointment))
        if values is None:
            return NotFound()
        appointment = load(Appointment, values)
        if not appointment.is_live or appointment.seat is None:
            return AlreadyCancelled()
        number = self.command.hash[:12]
        work = OutboxEntry(
            kind="reminder",
            appointment=appointment.id,
            seat=appointment.seat.id,
            start=appointment.start,
            recipients=_reached(appointment, appointment.seat),
        )
        changes = work_rows([NewEntry(None, appointment.seat.id, f"now{number}", work)])
        changes |= audit_row(self.now, number, self.actor, "reminded", appointment.id)
        return Writes(changes, {"appointment": appointment.id})
