"""When and by whom a place was given up, whether that was late, and why if they said so.

**Late** is within the minimum lead time of the service or its calendar; within a day where there is none.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, get_args

from shared.domain.calendar.business import Calendar
from shared.domain.errors import InvalidFields
from shared.domain.model import Model


if TYPE_CHECKING:
    from shared.domain.appointments.appointment import Appointment, Seat

CancelReason = Literal["", "time", "not_needed", "elsewhere", "mistake", "other"]
CancelledBy = Literal["", "customer", "staff"]
REASONS: tuple[CancelReason, ...] = get_args(CancelReason)
USUAL_NOTICE = timedelta(days=1)
CUT, BETWEEN = "/", " "


class PlacesLeft(Model):
    """How many places of an appointment were given up in the same way."""

    by: CancelledBy
    is_late: bool = False
    reason: CancelReason = ""
    number: int = 1


def read_reason(text: str) -> CancelReason:
    """Return the reason that is named; none for an empty text. Raise InvalidFields."""
    found = next((one for one in REASONS if one == text), None)
    if found is None:
        raise InvalidFields([("/reason", f"one of: {', '.join(filter(None, REASONS))}")])
    return found


def notice_of(calendar: Calendar, service: str) -> timedelta:
    """Return how long before its start it is late to cancel an appointment of a service."""
    known = calendar.services.get(service)
    policy = calendar.policy_of(known) if known else calendar.business.policy
    return policy.minimum_lead_time or USUAL_NOTICE


def is_late(calendar: Calendar, appointment: "Appointment", now: datetime) -> bool:
    """Return whether it is late to cancel an appointment."""
    return now > appointment.start - notice_of(calendar, appointment.service)


def cancelled_seat(
    seat: "Seat", now: datetime, by: CancelledBy, *, is_late: bool, reason: CancelReason = ""
) -> "Seat":
    """Return a seat as it is once its customer no longer comes."""
    fields = {"cancelled_at": now, "cancelled_by": by, "is_cancelled_late": is_late, "cancel_reason": reason}
    return seat.model_copy(update={"status": "cancelled", "version": seat.version + 1, **fields})


def with_left(
    left: Sequence[PlacesLeft], by: CancelledBy, *, is_late: bool, reason: CancelReason = "", number: int = 1
) -> tuple[PlacesLeft, ...]:
    """Return the places that were given up with some more, or fewer if some were taken back.

    Those alike are one entry, so that they stay few.
    """
    found = {(one.by, one.is_late, one.reason): one.number for one in left}
    key = (by, is_late, reason)
    found[key] = found.get(key, 0) + number
    return tuple(
        PlacesLeft(by=a, is_late=b, reason=c, number=count) for (a, b, c), count in found.items() if count > 0
    )


def places_left(appointment: "Appointment") -> tuple[PlacesLeft, ...]:
    """Return the places of an appointment that were given up, as far as is known: not of older ones."""
    seat = appointment.seat
    if seat is None:
        return appointment.left
    if appointment.is_live or not seat.cancelled_by:
        return ()
    return (PlacesLeft(by=seat.cancelled_by, is_late=seat.is_cancelled_late, reason=seat.cancel_reason),)


def written_left(left: Sequence[PlacesLeft]) -> str:
    """Return places that were given up as a column of an index."""
    return BETWEEN.join(CUT.join((one.by, str(int(one.is_late)), one.reason, str(one.number))) for one in left)


def read_left(text: str) -> list[PlacesLeft]:
    """Return the places of such a column."""
    parts = (one.split(CUT) for one in text.split(BETWEEN) if one)
    return [_read(by, late, reason, number) for by, late, reason, number in parts]


@lru_cache(maxsize=1000)
def _read(by: str, late: str, reason: str, number: str) -> PlacesLeft:
    return PlacesLeft.model_validate({"by": by, "isLate": late == "1", "reason": reason, "number": int(number)})
