"""Finds what was booked of each service in a period, and when each is free next."""

import asyncio
from datetime import datetime
from typing import NamedTuple

from shared.domain.appointments.appointment import Appointment
from shared.domain.calendar.business import Calendar
from shared.domain.reports.demand import (
    BookedAhead,
    FreeTimes,
    ServiceDemand,
    booked_ahead,
    demand_of,
    free_times,
)
from shared.domain.reports.period import ReportPeriod
from shared.records.reports.booked_days import ahead_columns, load_ahead
from shared.use_cases.availability.count_starts import find_offers
from shared.use_cases.ports import Store
from shared.use_cases.readable import readable
from shared.use_cases.reports.find_booked_days import find_booked_days


DAYS = 60  # within which free times are looked for


class CalendarDemand(NamedTuple):
    """By service: what was booked in the period, and the free times from now on of those that customers see."""

    booked: dict[str, ServiceDemand]
    free: dict[str, FreeTimes]


async def find_demand(period: ReportPeriod, *, calendar: Calendar, store: Store, now: datetime) -> CalendarDemand:
    """Return the demand by the starts of the period's appointments; two round trips."""
    parts, offers = await asyncio.gather(
        find_booked_days(period, ahead_columns(), business=calendar.business.id, store=store, now=now),
        find_offers(calendar, calendar.offered_services, DAYS, store=store, now=now),
    )
    booked = booked_ahead(one for _, one in readable(Appointment, parts.rows))
    for _, values in parts.days:
        for service, one in load_ahead(values).items():
            booked.setdefault(service, BookedAhead()).add_up(one)
    return CalendarDemand(demand_of(booked), {name: free_times(offer) for name, offer in offers.items()})
