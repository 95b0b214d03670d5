"""Whether people are free, busy or not at work during a visit, as staff see it who may book beyond the hours."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal

from shared.domain.availability.slots import business_hours, staff_hours
from shared.domain.calendar.business import Calendar, StaffMember
from shared.domain.calendar.service import Service
from shared.domain.timeline.ledger import busy_in, months_in
from shared.domain.timeline.ticks import Window, ceil_tick, floor_tick, ones


Presence = Literal["free", "busy", "away"]


def claim_of(service: Service, start: datetime) -> Window:
    """Return what a visit at this start claims of each person, buffers included."""
    end = start + service.duration + service.post_buffer
    return Window(floor_tick(start - service.pre_buffer), ceil_tick(end))


def presence(
    people: Iterable[StaffMember],
    service: Service,
    start: datetime,
    *,
    calendar: Calendar,
    masks: Mapping[str, Mapping[str, int]],
) -> dict[str, Presence]:
    """Return each person's presence by id; `masks` are the busy ones by month, then person.

    Someone who is busy is so outside their hours too; "away" is somebody free who does not work then.
    """
    claim, visit = claim_of(service, start), Window.around(start, start + service.duration)
    opening, months = business_hours(calendar.business, visit), months_in(claim)
    found: dict[str, Presence] = {}
    for one in people:
        hours = opening & staff_hours(one, calendar.business, visit)
        is_at_work = one.can_be_booked and hours == ones(len(visit))
        is_busy = busy_in(claim, {month: masks.get(month, {}).get(one.id, 0) for month in months})
        found[one.id] = "busy" if is_busy else "free" if is_at_work else "away"
    return found
