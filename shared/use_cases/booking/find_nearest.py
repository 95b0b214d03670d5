"""Find the free times nearest to one that somebody else was faster to book."""

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

    Days are those of `zone`; none after `last_day` is looked at. Costs one round trip, or two where the person has
    no time at all. Raises what `find_slots` raises.
    """
    days = days_around(min(local_date(start, zone), last_day), local_date(now, zone))
    for person in dict.fromkeys([staff, None]):
        request = SlotsRequest(service, *days, zone, person)
        offer = await find_slots(request, calendar=calendar, store=store, now=now)
        # busy masks may be a moment old, and still show the very start that was refused
        others = [slot for slot in offer.nearest(start, count + 1) if person != staff or slot.start != start]
        if others:
            return others[:count], person
    return [], staff
