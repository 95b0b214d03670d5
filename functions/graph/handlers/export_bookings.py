"""exportBookings, beyond Graph: all bookings of some days, as a file."""

from datetime import date

from functions.graph.call import Export, GraphRequest
from functions.spreadsheets.bookings import booking_lines
from functions.spreadsheets.export import as_table
from shared.domain.errors import InvalidFields
from shared.domain.reports.period import MOST_DAYS, ReportPeriod
from shared.use_cases.reports.find_bookings import find_bookings


async def export_bookings(call: GraphRequest) -> Export:
    """Return the bookings that start on the days from `start` to `end`, both included, of the calendar's clock."""
    first, last = _day(call, "start"), _day(call, "end")
    if not 0 <= (last - first).days < MOST_DAYS:
        raise InvalidFields([("/end", f"not before the start, and at most {MOST_DAYS} days in all")])
    period = ReportPeriod(first, last, call.calendar.business.time_zone)
    found = await find_bookings(period, calendar=call.calendar, store=call.app.store)
    text = as_table(booking_lines(found, call.calendar), "\t")
    return Export(text, "text/tab-separated-values", "bookings.tsv")


def _day(call: GraphRequest, name: str) -> date:
    try:
        return date.fromisoformat(call.req.params.get(name, ""))
    except ValueError:
        raise InvalidFields([(f"/{name}", "a date such as 2026-11-30")]) from None
