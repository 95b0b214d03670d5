"""What erasing by time reads and decides about one appointment. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from shared.domain.appointments.appointment import Appointment, Seat
from shared.domain.personal_data.erasing import (
    erased_appointment,
    erased_seat,
    erased_visit,
    is_erased,
    without_answers,
    without_messages,
)
from shared.records.appointments import Changes, appointment_rows
from shared.records.codec import dump, load
from shared.records.keys import appointment_key, appointments_of, id_of, seat_key, visit_key
from shared.records.table import Range, Rows
from shared.records.visits import dump_visit, load_visit
from shared.use_cases.ports import Writes


Expiring = Literal["appointments", "answers", "messages"]


@dataclass(frozen=True, slots=True)
class ExpireCommand:
    """Erases what was kept long enough of an appointment that is over; `seats` are some of a group's."""

    appointment: str
    seats: Sequence[str]
    what: Expiring
    name: str
    now: datetime

    def reads(self, rows: Rows) -> Iterable[str | Range]:
        """Yield the appointment with these seats, its visit, and what the customers' indexes have of them."""
        yield appointment_key(self.appointment)
        yield from (seat_key(self.appointment, one) for one in self.seats)
        if held := self._held(rows):
            yield visit_key(held.start, held.id)
            if self.what == "appointments":
                yield from (appointments_of(one.customer_id) for one in self._seats(rows, held) if one.customer_id)

    def decide(self, rows: Rows) -> Writes:
        """Return what to write; nothing if that is done, or if the appointment is not over any more."""
        held = self._held(rows)
        changes = self._changes(rows, held) if held and held.end <= self.now else {}
        return Writes(changes, {"erased": len(changes)})

    def _changes(self, rows: Rows, held: Appointment) -> Changes:
        visit_at = visit_key(held.start, held.id)
        values = rows.values(visit_at)
        visit = load_visit(values) if values else None
        changes: Changes = {}
        if self.what == "messages":
            after = without_messages(visit) if visit else None
        else:
            after = visit
            for seat in self._seats(rows, held):
                changes |= self._without(rows, held, seat)
                if after and self.what == "appointments":
                    after = erased_visit(after, seat.id, self.name)
        if after and after != visit:
            changes[visit_at] = dump_visit(after)
        return changes

    def _without(self, rows: Rows, held: Appointment, seat: Seat) -> Changes:
        if self.what == "answers":
            gone = without_answers(seat)
            after = held.model_copy(update={"seat": gone})
        else:
            gone = seat if is_erased(seat) else erased_seat(seat, self.name)
            after = held if held.is_group or gone is seat else erased_appointment(held, self.name)
        if gone == seat:
            return {}
        changes: Changes = {}
        if self.what == "appointments" and seat.customer_id:
            listed = rows.between(appointments_of(seat.customer_id))
            changes |= {row.key: None for row in listed if id_of(row.key) == seat.id}
        if held.is_group:
            return {**changes, seat_key(held.id, seat.id): dump(gone)}
        return changes | appointment_rows(after, held)

    def _held(self, rows: Rows) -> Appointment | None:
        values = rows.values(appointment_key(self.appointment))
        return load(Appointment, values) if values else None

    def _seats(self, rows: Rows, held: Appointment) -> Iterator[Seat]:
        if held.seat is not None:
            yield held.seat
            return
        for one in self.seats:
            if values := rows.values(seat_key(self.appointment, one)):
                yield load(Seat, values)
