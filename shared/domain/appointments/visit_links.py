"""The signed links of a visit: one for each attendee to join, one for each staff member to host."""

from datetime import datetime

from shared.domain.appointments.appointment import Appointment, Seat
from shared.domain.links import SignedLink, sign, stamp


def join_token(secret: str, business: str, appointment: Appointment, seat: Seat) -> str:
    """Return the token by which the customer of a seat joins the visit."""
    return sign_join(secret, business, appointment.id, seat.id, seat.link_version, appointment.start)


def sign_join(secret: str, business: str, appointment: str, seat: str, version: int, start: datetime) -> str:
    """Return the join token from the ids that a decision row remembers."""
    return sign(secret, SignedLink("join", business, appointment, seat, version, stamp(start)))


def host_token(secret: str, business: str, appointment: Appointment, person: str, of_person: int = 0) -> str:
    """Return the token by which a staff member hosts the visit; void once they no longer serve it.

    `of_person` is their own `link_version`.
    """
    version = appointment.link_version + of_person  # both only grow: neither can grow without the sum
    return sign(secret, SignedLink("host", business, appointment.id, person, version, stamp(appointment.start)))


def manage_token(secret: str, business: str, appointment: str, seat: str, version: int, start: datetime) -> str:
    """Return the signed token that lets its holder see and change one seat."""
    return sign(secret, SignedLink("manage", business, appointment, seat, version, stamp(start)))
