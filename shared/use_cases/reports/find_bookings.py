"""Finds all bookings of a period, for the file of them."""

from shared.domain.calendar.business import Calendar
from shared.domain.reports.period import ReportPeriod
from shared.use_cases.appointments.find_appointments import (
    AppointmentWithVisit,
    Span,
    find_appointments,
    with_seats,
)
from shared.use_cases.ports import Store


MOST = 200_000


async def find_bookings(period: ReportPeriod, *, calendar: Calendar, store: Store) -> list[AppointmentWithVisit]:
    """Return the live appointments that start in the period, by their start, with the seats of groups."""
    span = Span(period.start, period.end)

    def starts_then(one: AppointmentWithVisit) -> bool:
        return one.appointment.start >= span.first

    found = await find_appointments(span, "", MOST, starts_then, calendar=calendar, store=store)
    return await with_seats(found, business=calendar.business.id, store=store)
