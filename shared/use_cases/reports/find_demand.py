"""Finds what was booked of each service in a period, and when each is free next."""

import asyncio
from datetime import datetime
from typing import NamedTuple

from shared.domain.appointments.appointment import Appointment
from shared.domain.calendar.business import Calendar
from shared.domain.reports.demand import FreeTimes, ServiceDemand, demand_by_service, free_times
from shared.domain.reports.period import ReportPeriod
from shared.records.codec import load_row
from shared.records.keys import days_between
from shared.use_cases.availability.count_starts import find_offers
from shared.use_cases.ports import Store


DAYS = 60  # within which free times are looked for


class CalendarDemand(NamedTuple):
    """By service: what was booked in the period, and the free times from now on of those that customers see."""

    booked: dict[str, ServiceDemand]
    free: dict[str, FreeTimes]


async def find_demand(period: ReportPeriod, *, calendar: Calendar, store: Store, now: datetime) -> CalendarDemand:
    """Return the demand by the starts of the period's appointments; one round trip."""
    between = days_between(period.start, period.end)
    page, offers = await asyncio.gather(
        store.table.range("bookings", calendar.business.id, *between),
        find_offers(calendar, calendar.offered_services, DAYS, store=store, now=now),
    )
    booked = demand_by_service(load_row(Appointment, row) for row in page.rows)
    return CalendarDemand(booked, {name: free_times(offer) for name, offer in offers.items()})
