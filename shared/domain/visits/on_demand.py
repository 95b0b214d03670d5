"""Visits without a booking: for which service, and when the calendar is open for them."""

from datetime import datetime

from shared.domain.availability.slots import business_hours
from shared.domain.calendar.business import Business, Calendar
from shared.domain.calendar.email_code import is_code_asked
from shared.domain.calendar.service import Service
from shared.domain.timeline.ticks import Window, floor_tick


LOOK_AHEAD = 28 * 24 * 12  # ticks: four weeks


def on_demand_service(calendar: Calendar) -> Service | None:
    """Return the service for visits without a booking; None if there is none, or if it asks for codes."""
    service = calendar.services.get(calendar.business.waiting_room.on_demand)
    if service is None or service.removed_at or not service.is_joinable:
        return None
    if service.is_group or is_code_asked(calendar.business.page, service):
        return None
    return service if calendar.staff_of(service) else None


def is_attended(calendar: Calendar, now: datetime) -> bool:
    """Return whether the calendar is open at this moment."""
    tick = floor_tick(now)
    return bool(business_hours(calendar.business, Window(tick, tick + 1)))


def next_opening(business: Business, now: datetime) -> datetime | None:
    """Return when a closed calendar opens next; None if not within four weeks."""
    first = floor_tick(now)
    window = Window(first, first + LOOK_AHEAD)
    mask = business_hours(business, window)
    return window.moment((mask & -mask).bit_length() - 1) if mask else None  # its lowest bit
