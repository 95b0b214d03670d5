"""Explains to staff whether a start is offered, to whom it is not and why, and which starts around it are."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from shared.domain.availability.explain import RuleName, Unavailable, unavailable
from shared.domain.calendar.business import Calendar
from shared.domain.calendar.service import Service
from shared.domain.timeline.hours import local_date
from shared.use_cases.availability.explain_start import explain_start
from shared.use_cases.booking.find_slots import SlotsRequest, days_around, find_slots
from shared.use_cases.ports import Store


class Explanation(NamedTuple):
    """Whether customers can book the start, each person's rule, and the nearest starts that are offered.

    `rules` has the people of the service by id, those who cannot be booked at all too.
    """

    is_offered: bool
    rules: Mapping[str, RuleName | Unavailable]
    before: datetime | None
    after: datetime | None


async def explain_offer(
    service: Service, start: datetime, person: str | None, *, calendar: Calendar, store: Store, now: datetime
) -> Explanation:
    """Return the explanation; `person` restricts what is offered to one of them. One round trip."""
    zone, policy = calendar.business.time_zone, calendar.policy_of(service)
    day = min(local_date(start, zone), local_date(now + policy.maximum_advance, zone))
    request = SlotsRequest(service.id, *days_around(day, local_date(now, zone)), zone, person)
    rules, offer = await asyncio.gather(
        explain_start(service, start, calendar=calendar, store=store, now=now),
        find_slots(request, calendar=calendar, store=store, now=now),
    )
    people = calendar.people(service.staff)
    judged: dict[str, RuleName | Unavailable] = {
        one.id: rules[one.id] if one.id in rules else unavailable(one, service) or "not_bookable" for one in people
    }
    # an open session with a free seat is offered, though its people are busy
    return Explanation(offer.has(start), judged, *offer.around(start))
