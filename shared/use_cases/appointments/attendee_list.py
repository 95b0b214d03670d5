"""Compares a full list of a group's customers with its seats: who joins, who leaves, and whose details change."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from shared.domain.appointments.appointment import Seat
from shared.records.codec import load_row
from shared.records.keys import seats_of
from shared.records.table import Rows
from shared.use_cases.appointments.staff_seats import CustomerSeats, with_contact


@dataclass(frozen=True, slots=True)
class AttendeeChanges:
    """New seats, cancelled seats, and pairs of a seat that stays as it was and as it is now."""

    joining: Sequence[Seat] = ()
    leaving: Sequence[Seat] = ()
    edited: Sequence[tuple[Seat, Seat]] = ()


def taken_seats(rows: Rows, session: str) -> list[Seat]:
    """Return the seats that are taken, in the order in which they are shown."""
    found = (load_row(Seat, row) for row in rows.between(seats_of(session)))
    return sorted((seat for seat in found if seat.status == "booked"), key=lambda one: (one.made_at, one.id))


def newcomers(parties: CustomerSeats, taken: Sequence[Seat]) -> Collection[str]:
    """Return the ids of the customers who are listed more often than they have seats."""
    return Counter(parties.customer_ids()) - Counter(seat.customer_id for seat in taken)


def attendance(parties: CustomerSeats, rows: Rows, taken: Sequence[Seat]) -> AttendeeChanges:
    """Return what the list changes: afterwards each customer has as many seats as they have lines."""
    places: dict[str, list[Seat]] = defaultdict(list)
    for seat in taken:
        places[seat.customer_id].append(seat)
    joining, edited = [], []
    listed = parties.by_seat()
    for seat in parties.seats(rows, known=places.keys()):
        if not places[seat.customer_id]:
            joining.append(seat)
            continue
        before = places[seat.customer_id].pop(0)
        after = with_contact(before, [listed[seat.id]])
        edited += [(before, after)] if after != before else []
    return AttendeeChanges(joining, [seat for left in places.values() for seat in left], edited)
