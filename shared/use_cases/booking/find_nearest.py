"""Finds the free times nearest to one that another customer has booked meanwhile."""

from datetime import date, datetime

from shared.domain.availability.slots import Slot
from shared.domain.calendar.business import Calendar
from shared.domain.timeline.hours import local_date
from shared.use_cases.booking.find_slots import SlotsRequest, days_around, find_slots
from shared.use_cases.ports import Store


async def find_nearest(
    service: str,
    start: datetime,
    staff: str | None,
    count: int,
    *,
    zone: str,
    last_day: date = date.max,
    calendar: Calendar,
    store: Store,
    now: datetime,
) -> tuple[list[Slot], str | None]:
    """Return up to `count` slots, the nearest first, and the person they are with; None means anyone.

    Days are those of `zone`; none after `last_day` is searched. One round trip, or two if the person has no time
    at all. Raise as `find_slots`.
    """
    days = days_around(min(local_date(start, zone), last_day), local_date(now, zone))
    for person in dict.fromkeys([staff, None]):
        request = SlotsRequest(service, *days, zone, person)
        offer = await find_slots(request, calendar=calendar, store=store, now=now)
        # Busy masks may be a moment old, and still show the very start that was refused.
        others = [slot for slot in offer.nearest(start, count + 1) if person != staff or slot.start != start]
        if others:
            return others[:count], person
    return [], staff
