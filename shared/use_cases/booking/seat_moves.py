"""What moving a seat between group sessions makes of the seat, its rows, and a session that is opened for it."""

from datetime import datetime

from shared.domain.appointments.appointment import Appointment, Seat
from shared.domain.calendar.service import Service
from shared.records.appointments import Changes, seat_rows
from shared.records.codec import dump
from shared.records.keys import seat_key
from shared.use_cases.booking.claims import claim_window


def session_like(
    before: Appointment, name: str, service: Service, start: datetime, staff: tuple[str, ...]
) -> Appointment:
    """Return a new session for one seat that leaves another one, on the same terms."""
    ticks = claim_window(service, start)
    fresh = {
        "id": name,
        "start": start,
        "end": start + service.duration,
        "staff": staff,
        "claim": (ticks.first, ticks.last),
        "status": "booked",
        "version": 1,
        "capacity": service.maximum_attendees,
        "filled": 1,
        "link_version": 1,
        "session_changes": 0,
        "is_overbooked": False,
        "left": (),
        "made_at": None,
        "pending": None,
        "wish": None,
        "awaited": None,
    }
    return before.model_copy(update=fresh)


def seat_in(session: Appointment, seat: Seat, before: Appointment) -> Seat:
    """Return a seat as it is once it has moved into a session from the one `before`."""
    was_in = tuple(dict.fromkeys((*seat.was_in, before.id)))
    known = {"version": seat.version + 1, "session_changes": session.session_changes, "was_in": was_in}
    return seat.model_copy(update=known)


def seat_move_rows(moved: Seat, session: Appointment, before: Appointment) -> Changes:
    """Return the rows of a seat that moved into a session: where it was, its row leads there."""
    trail = moved.model_copy(update={"status": "moved", "moved_to": session.id})
    return {seat_key(before.id, moved.id): dump(trail), **seat_rows(moved, session, before.start)}
