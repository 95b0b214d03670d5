"""What is kept of a visit that took place, for reports: times and counts, no names."""

from datetime import datetime, timedelta
from typing import Literal

from shared.domain.appointments.appointment import Appointment, Status
from shared.domain.model import Model
from shared.domain.visits.rules import duration, most_at_once, started, wait_time
from shared.domain.visits.visit import Visit


class VisitFact(Model):
    """A row of the usage report; `meeting` is the appointment's id.

    `attendees` are all who joined, staff too; `together` the most at once, None in rows from before it was kept.
    """

    meeting: str
    start: datetime
    wait: timedelta | None = None
    duration: timedelta = timedelta()
    status: Status
    kind: Literal["bookings", "ehr"] = "bookings"
    attendees: int = 0
    together: int | None = None
    sms_sent: bool = False
    service: str
    staff: tuple[str, ...] = ()


def fact_of(appointment: Appointment, visit: Visit, now: datetime) -> VisitFact | None:
    """Return the fact of a finished visit; None if it is not over, or if nobody came."""
    start = started(visit)
    if not visit.is_closed or start is None or appointment.origin == "trial":
        return None
    came = tuple(one.id.partition(".")[2] for one in visit.staff if one.has_joined)
    return VisitFact(
        meeting=appointment.id,
        start=start,
        wait=wait_time(visit, now),
        duration=duration(visit),
        status=visit.status,
        attendees=sum(one.has_joined for one in visit.parties),
        together=most_at_once(visit),
        service=appointment.service,
        staff=came if came and appointment.origin == "on_demand" else appointment.staff,
    )
