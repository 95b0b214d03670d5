"""The usage report of a calendar: figures, a chart by day and the visits behind them; also as CSV and as JSON."""

from __future__ import annotations

from asyncio import gather
from typing import TYPE_CHECKING, Any, NamedTuple

from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.download import download, kind_of_file
from functions.console.forms.save import Tab
from functions.console.reports.columns import COLUMNS
from functions.console.reports.document import report_document
from functions.console.reports.figures import figure_cards
from functions.console.reports.lines import finding, lines_of
from functions.console.reports.listed import PER_PAGE, Listed
from functions.console.reports.query import SPANS, TABS, read_query
from functions.http.boundary import json_response, wants_json
from functions.spreadsheets.bookings import booking_lines
from shared.domain.access.permissions import Permission
from shared.domain.errors import InvalidFields, json_pointer
from shared.domain.reports.visit_columns import EHR
from shared.domain.reports.visit_figures import VisitFigures, figures_by_day, figures_of
from shared.use_cases.organisation.settings import find_organisation
from shared.use_cases.reports.find_bookings import find_bookings
from shared.use_cases.reports.find_visits import find_visits


if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import azure.functions as func

    from functions.console.context import CalendarContext
    from functions.console.reports.query import ReportQuery
    from shared.domain.reports.visit_columns import VisitColumns


class Heading(NamedTuple):
    """The heading of a column: how it is sorted now, and the way to sort by it."""

    label: str
    means: str
    href: str
    sorted: str


@console_boundary
async def calendar_report(req: func.HttpRequest) -> func.HttpResponse:
    """Show the report of a calendar, or return its table or figures as a file."""
    context = await enter(req, Permission.READ_REPORT)
    query, store = read_query(context), context.app.store
    is_page = not wants_json(req) and kind_of_file(req) != "csv"
    reading = find_visits(
        query.period,
        query.wanted,
        business=context.business.id,
        store=store,
        before=is_page,
        is_listed=not wants_json(req),
    )
    organisation, (found, before) = await gather(find_organisation(store=store), reading)
    if not organisation.has_analytics:
        return await _off(context)
    if wants_json(req):
        return _as_json(query, found, context.now)
    listed = Listed(context, query, found)
    if not is_page and not query.errors:
        return download(listed.table(), "visits")
    by_day = figures_by_day(found, query.period)
    whole, lines = sum(by_day.values(), VisitFigures()), lines_of(context, query, by_day)
    return await context.page(
        "console/reports/report.html",
        "reports",
        422 if query.errors else 200,
        heading=context.texts.gettext("Reports"),
        tabs=_tabs(context, query, found),
        query=query,
        cards=figure_cards(context, query, whole, figures_of(before)),
        chart=lines,
        finding=finding(context, query, lines, whole),
        headings=_headings(context, query),
        rows=listed.page(),
        **_around(context, query, len(listed)),
    )


async def _off(context: CalendarContext) -> func.HttpResponse:
    may_change = context.caller.is_organisation_administrator
    return await context.page(
        "console/reports/off.html",
        "reports",
        403,
        heading=context.texts.gettext("Reports"),
        settings=context.link("organisation", "reports") if may_change else "",
    )


@console_boundary
async def calendar_bookings(req: func.HttpRequest) -> func.HttpResponse:
    """Return all bookings of the days of a report, as a file."""
    context = await enter(req, Permission.EXPORT_BOOKINGS)
    query = read_query(context)
    if query.errors:
        return context.leave(_here(context, query))  # the page of the report says what is wrong
    found = await find_bookings(query.period, calendar=context.calendar, store=context.app.store)
    return download(booking_lines(found, context.calendar), "bookings", "tsv")


def _as_json(query: ReportQuery, found: Sequence[VisitColumns], now: datetime) -> func.HttpResponse:
    """Return the figures. Raise InvalidFields for days or a length that are none."""
    if query.errors:
        raise InvalidFields([(json_pointer(name), text) for name, text in query.errors.items()])
    return json_response(report_document(query, found, now))


def _tabs(context: CalendarContext, query: ReportQuery, found: Sequence[VisitColumns]) -> list[Tab]:
    """Return the tabs; that of health records once there are any."""
    has_records = query.tab == "ehr" or any(mark & EHR for one in found for mark in set(one.marks))
    return [
        Tab(context.texts.gettext(label), _here(context, query, tab=name, status=""), name == query.tab)
        for name, label in TABS.items()
        if name != "ehr" or has_records
    ]


def _here(context: CalendarContext, query: ReportQuery, **changes: str) -> str:
    asked = query.asked(**changes)
    if asked.get("tab") == "visits":
        del asked["tab"]
    return context.here("reports", **asked)


def _headings(context: CalendarContext, query: ReportQuery) -> list[Heading]:
    _, current = context.texts.gettext, query.sort or "-start"
    found = []
    for name in query.columns:
        order = {name: "ascending", f"-{name}": "descending"}.get(current, "")
        href = _here(context, query, sort=name if order == "descending" else f"-{name}")
        found.append(Heading(_(COLUMNS[name].label), _(COLUMNS[name].means), href, order))
    return found


def _around(context: CalendarContext, query: ReportQuery, total: int) -> dict[str, Any]:
    """Return the controls around the table, and the ways to its other pages."""
    _, pages = context.texts.gettext, -(-total // PER_PAGE)
    calendar, formats = context.calendar, context.formats
    page = lambda number: _here(context, query, page=str(number + 1) if number else "")  # noqa: E731 - for below
    return {
        "total": total,
        "path": context.here("reports"),
        "spans": {name: _(label) for name, label in SPANS.items()},
        "services": sorted(((one.id, one.name) for one in calendar.services.values()), key=lambda one: one[1]),
        "people": sorted(((one.id, one.name) for one in calendar.staff.values()), key=lambda one: one[1]),
        "columns": [(name, _(one.label), name in query.columns) for name, one in COLUMNS.items()],
        "kept": query.asked(**dict.fromkeys(("from", "to", "days", "service", "person", "shortest"), "")),
        "bookings": context.here("bookings", **query.asked(tab="", columns="", sort="", status="")),
        "file": _here(context, query, format="csv"),
        "everything": _here(context, query, status="") if query.status else "",
        "newer": page(query.page - 1) if query.page else "",
        "older": page(query.page + 1) if query.page + 1 < pages else "",
        "days": f"{formats.day(query.period.first)} – {formats.day(query.period.last)}",
        "made": formats.when(context.now),
        "zone": formats.zone_name(context.now),
    }
