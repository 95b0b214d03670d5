"""The answer to a booking, a move or a cancellation, and what a decision row keeps of it."""

from dataclasses import dataclass
from datetime import datetime

from shared.domain.appointments.appointment import Appointment, Seat
from shared.domain.appointments.visit_links import manage_token, sign_join
from shared.records.table import Values


@dataclass(frozen=True, slots=True)
class Booked:
    """The answer to a booking, the same for each repetition of its key."""

    id: str
    appointment: str
    service: str
    start: datetime
    end: datetime
    staff: tuple[str, ...]
    status: str
    token: str
    join_token: str = ""
    is_online: bool | None = None  # as agreed; None where its service decides
    may_join: bool | None = None
    is_to_confirm: bool = False  # by those who serve it
    is_new: bool = True


def booked(outcome: Values, secret: str, business: str, *, is_new: bool) -> Booked:
    """Return the answer for a decision's outcome, with freshly signed links."""
    start = datetime.fromisoformat(outcome["start"])
    token = manage_token(secret, business, *_named(outcome), start)
    return Booked(
        id=outcome["seat"],
        appointment=outcome["appointment"],
        service=outcome["service"],
        start=start,
        end=datetime.fromisoformat(outcome["end"]),
        staff=tuple(outcome["staff"]),
        status=outcome["status"],
        token=token,
        join_token=sign_join(secret, business, *_named(outcome), start),
        is_online=outcome.get("online"),
        may_join=outcome.get("joins"),
        is_to_confirm=bool(outcome.get("waits")),
        is_new=is_new,
    )


def _named(outcome: Values) -> tuple[str, str, int]:
    return outcome["appointment"], outcome["seat"], outcome["linkVersion"]


def outcome_of(appointment: Appointment, seat: Seat) -> dict[str, object]:
    """Return what a decision row keeps: codes and ids, never personal data."""
    return {
        "appointment": appointment.id,
        "seat": seat.id,
        "service": appointment.service,
        "start": appointment.start.isoformat(),
        "end": appointment.end.isoformat(),
        "staff": list(appointment.staff),
        "status": "cancelled" if seat.status == "cancelled" else appointment.status,
        "linkVersion": seat.link_version,
        "online": appointment.terms.is_online if appointment.terms else None,
        "joins": appointment.terms.allow_anonymous_join if appointment.terms else None,
        "waits": appointment.is_to_confirm,
    }
