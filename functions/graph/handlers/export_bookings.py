"""Beyond Graph: exportBookings, a file; and the figures of the reports of visits, bookings and utilisation."""

from asyncio import gather
from datetime import date

from functions.graph.call import Entity, Export, GraphRequest
from functions.spreadsheets.booking_document import booking_document, utilisation_document
from functions.spreadsheets.bookings import booking_lines
from functions.spreadsheets.export import as_table
from functions.spreadsheets.report_document import report_document
from shared.domain.errors import Forbidden, InvalidFields
from shared.domain.reports.period import MOST_DAYS, ReportPeriod
from shared.domain.reports.visit_figures import VisitFilter
from shared.use_cases.organisation.settings import find_organisation
from shared.use_cases.reports.count_page_steps import find_page_report
from shared.use_cases.reports.find_bookings import find_bookings
from shared.use_cases.reports.find_cancellations import find_cancellations
from shared.use_cases.reports.find_visits import find_visits
from shared.use_cases.reports.record_used_days import find_utilisation


YEARS = range(1971, 2201)  # of every day that is typed: a moment of it exists in every time zone


async def export_bookings(call: GraphRequest) -> Export:
    """Return the bookings that start on the days from `start` to `end`, both included, of the calendar's clock."""
    period = _period(call)
    found = await find_bookings(period, calendar=call.calendar, store=call.app.store)
    text = as_table(booking_lines(found, call.calendar), "\t")
    return Export(text, "text/tab-separated-values", "bookings.tsv")


async def usage_report(call: GraphRequest) -> Entity:
    """Return the figures of the visits that began on the days from `start` to `end`: in all, and by day.

    Raises Forbidden where the organisation has turned reports off.
    """
    period, store = _period(call), call.app.store
    if not (await find_organisation(store=store)).has_analytics:
        raise Forbidden("The organisation has turned reports off.")
    business = call.calendar.business.id
    found, _ = await find_visits(period, VisitFilter(), business=business, store=store, is_listed=False)
    return Entity(report_document(period, found, call.now))


async def booking_report(call: GraphRequest) -> Entity:
    """Return what was booked and given up of these days' appointments, and how many saw the page."""
    period = _period(call)
    business, store = call.calendar.business.id, call.app.store
    found, page = await gather(
        find_cancellations(period, business=business, store=store, now=call.now),
        find_page_report(period, business=business, store=store),
    )
    return Entity(booking_document(period, found, page, call.now))


async def utilisation_report(call: GraphRequest) -> Entity:
    """Return how much of people's bookable time was booked on these days."""
    period = _period(call)
    found = await find_utilisation(period, business=call.calendar.business.id, store=call.app.store)
    return Entity(utilisation_document(period, found, call.now))


def _period(call: GraphRequest) -> ReportPeriod:
    first, last = _day(call, "start"), _day(call, "end")
    if not 0 <= (last - first).days < MOST_DAYS:
        raise InvalidFields([("/end", f"not before the start, and at most {MOST_DAYS} days in all")])
    return ReportPeriod(first, last, call.calendar.business.time_zone)


def _day(call: GraphRequest, name: str) -> date:
    try:
        day = date.fromisoformat(call.req.params.get(name, ""))
    except ValueError:
        raise InvalidFields([(f"/{name}", "a date such as 2026-11-30")]) from None
    if day.year not in YEARS:
        raise InvalidFields([(f"/{name}", f"a date from {YEARS.start} to {YEARS.stop - 1}")])
    return day
