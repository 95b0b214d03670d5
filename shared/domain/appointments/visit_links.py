"""The signed links of a visit: one for each attendee and companion to join, one for each host."""

import re
from datetime import datetime

from shared.domain.appointments.appointment import Appointment, Seat
from shared.domain.links import SignedLink, sign, stamp


MOST_COMPANIONS = 3  # of a customer, and as many of their hosts
COMPANION = re.compile(r"[ch][1-9]")


def join_token(secret: str, business: str, appointment: Appointment, seat: Seat) -> str:
    """Return the token by which the customer of a seat joins the visit."""
    return sign_join(secret, business, appointment.id, seat.id, seat.link_version, appointment.start)


def sign_join(secret: str, business: str, appointment: str, seat: str, version: int, start: datetime) -> str:
    """Return the join token from the ids that a decision row remembers."""
    return sign(secret, SignedLink("join", business, appointment, seat, version, stamp(start)))


def companion_tokens(
    secret: str, business: str, appointment: Appointment, seat: Seat, *, of_host: bool
) -> list[str]:
    """Return the tokens by which those join whom the customer of a seat, or their host, brings along.

    They are void when the seat's own is. Each is one person's: nothing is stored before they come.
    """
    first = "h" if of_host else "c"
    names = (f"{seat.id}.{first}{number}" for number in range(1, MOST_COMPANIONS + 1))
    return [
        sign_join(secret, business, appointment.id, name, seat.link_version, appointment.start) for name in names
    ]


def companion_in(link: SignedLink) -> tuple[str, str]:
    """Return the seat of a join link, and the companion's part of it; empty for the customer's own."""
    seat, dot, name = link.seat.rpartition(".")
    return (seat, name) if dot and COMPANION.fullmatch(name) else (link.seat, "")


def host_token(secret: str, business: str, appointment: Appointment, person: str, of_person: int = 0) -> str:
    """Return the token by which a staff member hosts the visit; void once they no longer serve it.

    `of_person` is their own `link_version`.
    """
    version = appointment.link_version + of_person  # both only grow: neither can grow without the sum
    return sign(secret, SignedLink("host", business, appointment.id, person, version, stamp(appointment.start)))


def manage_token(secret: str, business: str, appointment: str, seat: str, version: int, start: datetime) -> str:
    """Return the signed token that lets its holder see and change one seat."""
    return sign(secret, SignedLink("manage", business, appointment, seat, version, stamp(start)))
