"""The signed links of a visit: an attendee's to join, and each staff member's own to hold it."""

from datetime import UTC, datetime, timedelta

from shared.domain.appointment import Appointment, Seat
from shared.domain.links import Link, sign


LIFE = timedelta(days=30)  # after the start it was made for; a moved appointment's mails carry new ones


def join_token(secret: str, business: str, appointment: Appointment, seat: Seat) -> str:
    """Return the token that lets whoever holds the seat wait for the visit, and be let in."""
    return sign_join(secret, business, appointment.id, seat.id, seat.link_version, appointment.start)


def sign_join(secret: str, business: str, appointment: str, seat: str, version: int, start: datetime) -> str:
    """Return the same by what a decision remembers of a booking."""
    return sign(secret, Link("join", business, appointment, seat, version, int((start + LIFE).timestamp())))


def host_token(secret: str, business: str, appointment: Appointment, person: str) -> str:
    """Return the token by which one of its people holds the visit; void once they no longer serve it."""
    expires = int((appointment.start + LIFE).timestamp())
    return sign(secret, Link("host", business, appointment.id, person, appointment.link_version, expires))


def start_of(link: Link) -> datetime:
    """Return when the appointment started as the link was made: a hint by which its visit is read at once."""
    return datetime.fromtimestamp(link.expires, UTC) - LIFE
