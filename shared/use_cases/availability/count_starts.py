"""Finds and counts the starts that services offer on the coming days, also by settings that are not saved yet."""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta

from shared.domain.availability.slots import AvailableSlots, BookingRules
from shared.domain.calendar.business import Calendar
from shared.domain.calendar.service import Service
from shared.domain.timeline.hours import days_window, local_date
from shared.domain.timeline.ledger import months_in
from shared.domain.timeline.ticks import Window
from shared.use_cases.booking.find_slots import offered, sessions_of
from shared.use_cases.ports import Store


async def find_offers(
    calendar: Calendar, services: Iterable[Service], days: int, *, store: Store, now: datetime
) -> dict[str, AvailableSlots]:
    """Return what is offered of each service within `days` local days from today, by its id.

    The settings count as they are given; one round trip, since all services are judged by the same masks.
    """
    business, judged = calendar.business, list(services)
    today = local_date(now, business.time_zone)
    span = days_window(today, today + timedelta(days=days - 1), business.time_zone)
    rules = [BookingRules(calendar, one, span, now) for one in judged]
    whole = Window(
        min((one.window.first for one in rules), default=span.first),
        max((one.window.last for one in rules), default=span.last),
    )
    masks, sessions = await asyncio.gather(
        store.calendars.busy(business.id, months_in(whole), len(calendar.staff)),
        sessions_of(judged, calendar=calendar, days=span, store=store),
    )
    return {one.service.id: offered(one, masks, sessions.get(one.service.id, ())) for one in rules}


async def count_starts(
    calendar: Calendar, services: Iterable[Service], days: int, *, store: Store, now: datetime
) -> dict[str, int]:
    """Return the number of starts of each service within `days` local days from today, by its id."""
    found = await find_offers(calendar, services, days, store=store, now=now)
    return {name: offer.mask.bit_count() for name, offer in found.items()}
