"""What moving and cancelling one seat of a group session as staff have in common."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from shared.domain.appointments.appointment import Appointment, Seat
from shared.domain.appointments.notices import NewEntry
from shared.domain.appointments.series import Together
from shared.domain.calendar.business import Calendar
from shared.domain.calendar.service import Service
from shared.records.appointments import Changes
from shared.records.audit import audit_row, schedule_changes
from shared.records.table import Range, Rows
from shared.use_cases.appointments.staff_claims import Actor
from shared.use_cases.context import Context
from shared.use_cases.ports import Command
from shared.use_cases.seats.held import entries_waiting, is_awaited, pended, seat_held_reads, told_rows
from shared.use_cases.telling.announce import Telling, Told, said_how


class SeatRef(NamedTuple):
    """A seat, by its id and a session in which it is or was."""

    session: str
    seat: str


@dataclass(frozen=True)
class SeatCommand:
    """What both commands know, and how they tell of what they change. Pure."""

    held: SeatRef
    editor: Actor
    calendar: Calendar
    command: Command
    context: Context
    telling: Telling
    due_at: Together | None

    @property
    def now(self) -> datetime:
        """Return the moment of the command."""
        return self.context.now

    def reads(self, rows: Rows) -> Iterable[str | Range]:
        """Yield the seat's rows, then the ledgers and the index of its session."""
        return seat_held_reads(rows, *self.held)

    def _pended(self, rows: Rows, after: Seat, seat: Seat, before: Appointment) -> Seat:
        """Return a changed seat with what people know of it until they are told, if they are."""
        if self._is_silent(rows, seat, before):
            return after.model_copy(update={"version": seat.version, "pending": None})
        return pended(after, seat, before, self._due(rows, seat), self.now, entries_waiting(rows, seat))

    def _told(self, rows: Rows, entries: Sequence[NewEntry], seat: Seat, before: Appointment) -> Changes:
        """Return the rows of the entries that tell of the change of a seat, in place of those that wait."""
        told = [] if self._is_silent(rows, seat, before) else entries
        return told_rows(told, self._due(rows, seat), entries_waiting(rows, seat))

    def _due(self, rows: Rows, seat: Seat) -> Together | None:
        """Return when people are told: what is not to be told joins the notice that waits, as it is."""
        if self.telling == "never" and seat.pending and entries_waiting(rows, seat):
            return Together(seat.pending.together, seat.pending.due)
        return self.due_at

    def _is_silent(self, rows: Rows, seat: Seat, before: Appointment) -> bool:
        """Return whether nobody is told. A notice that is on its way would be lost: then people are told."""
        return self.telling == "never" and not is_awaited(rows, seat, before)

    def _how(self, rows: Rows, seat: Seat, before: Appointment) -> Told:
        """Return when people are told in fact: what is not to be told joins what is on its way to them."""
        if self.telling != "never" or self._is_silent(rows, seat, before):
            return self.telling
        return "later" if self._due(rows, seat) else "now"

    def _service(self, session: Appointment) -> Service | None:
        known = self.calendar.services.get(session.service)
        return session.service_of(known) if known else None

    def _audited(self, what: str, how: Told, seat: Seat, before: Appointment, after: Appointment) -> Changes:
        said, told = f"{what}{said_how(how)}", schedule_changes(before, after)
        return audit_row(self.now, self.command.hash[:12], self.editor.name, said, seat.id, told)
