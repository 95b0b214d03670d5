"""Customers' texts in mails to unverified addresses: changed so that mail programs make no links of them.

Otherwise a booking with a stranger's address could send them any link.
"""

import re

from shared.domain.appointments.appointment import Seat


DOT = "[.\u3002\uff0e\uff61]"
# Before a dot is anything: a sign of a vowel, an accent or an emoji ends the name of a site as a letter does.
LABEL = "(?<=[^\\s.\u3002\uff0e\uff61])"
LINK_IN_NAME = re.compile(
    rf"://|\bwww{DOT}|{LABEL}{DOT}[^\W\d_][^\s/?#:.\u3002\uff0e\uff61]{{1,62}}[/?#:]", re.IGNORECASE
)
JOINTS = re.compile(rf"{LABEL}({DOT})(?=[^\W\d_])|(?<=[A-Za-z])(:)(?=\S)|(@)(?=\S)|(?<=\d)({DOT})(?=\d+{DOT}\d)")


def has_link(name: str) -> bool:
    """Return whether a name is, or carries, the address of a page."""
    return bool(LINK_IN_NAME.search(name))


def unlinked(text: str) -> str:
    """Return a text with a space at each joint of what mail programs would make a link of."""
    return JOINTS.sub(lambda joint: f"{joint[0]} ", text)


def unlinked_seat(seat: Seat) -> Seat:
    """Return a seat with its texts unlinked, for a mail to its customer."""
    customer = seat.customer
    plain = {name: unlinked(getattr(customer, name)) for name in ("name", "address", "notes")}
    answers = tuple(one.model_copy(update={"answer": unlinked(one.answer)}) for one in seat.answers)
    return seat.model_copy(update={"customer": customer.model_copy(update=plain), "answers": answers})
