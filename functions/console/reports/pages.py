"""The usage report of a calendar: figures, a chart by day and the visits behind them; also as CSV and as JSON."""

from __future__ import annotations

from asyncio import gather
from dataclasses import replace
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from functions.console.boundary import console_boundary
from functions.console.context import CalendarContext, enter, enter_console
from functions.console.download import download, workbook
from functions.console.forms.save import Tab
from functions.console.reports.cancelled import cancellation_report
from functions.console.reports.chart_file import chart_response, chart_svg
from functions.console.reports.choosing import column_choices
from functions.console.reports.columns import COLUMNS
from functions.console.reports.demand import demand_report, may_read_demand
from functions.console.reports.figures import figure_cards, listed_as
from functions.console.reports.lines import finding, lines_of
from functions.console.reports.listed import PER_PAGE, Listed
from functions.console.reports.query import SPANS, TABS, read_query, require_right, with_columns
from functions.console.reports.reading import what_stands_out
from functions.console.reports.scope import readable_by, scope_of_all, scope_of_calendar
from functions.console.reports.texts import may_read_texts, texts_report
from functions.console.reports.used import utilisation_report
from functions.console.shell import KNOWN_FOR
from functions.http.boundary import json_response, wants_json
from functions.spreadsheets.bookings import booking_lines
from functions.spreadsheets.report_document import report_document
from shared.domain.access.permissions import Permission
from shared.domain.reports.visit_columns import EHR
from shared.domain.reports.visit_figures import VisitFigures, figures_by_day, figures_of
from shared.presentation.periods import kept_for
from shared.use_cases.calendars.find_businesses import find_current
from shared.use_cases.organisation.settings import find_organisation
from shared.use_cases.reports.find_bookings import find_bookings
from shared.use_cases.reports.find_visits import ListedPage, find_all_visits
from shared.use_cases.reports.report_columns import find_choice


if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import azure.functions as func

    from functions.console.context import ConsoleContext
    from functions.console.reports.query import ReportQuery
    from functions.console.reports.scope import ReportScope
    from shared.domain.access.organisation import Organisation
    from shared.domain.reports.visit_columns import VisitColumns
REPORTS = {
    "texts": texts_report,
    "demand": demand_report,
    "cancellations": cancellation_report,
    "utilisation": utilisation_report,
}
"""The tabs that are about something else than visits, and which of them a reader is shown."""
SHOWN = {"texts": may_read_texts} | dict.fromkeys(("demand", "cancellations", "utilisation"), may_read_demand)
FILES = {"csv": "CSV", "xlsx": "XLSX"}
PICTURES = {"svg": "SVG", "png": "PNG"}
FILTERS = ("from", "to", "days", "calendar", "zone", "service", "person", "shortest")


class Heading(NamedTuple):
    """The heading of a column: how it is sorted now, and the way to sort by it."""

    label: str
    means: str
    href: str
    sorted: str


@console_boundary
async def calendar_report(req: func.HttpRequest) -> func.HttpResponse:
    """Show the report of a calendar, or return its table or figures as a file; to some their own visits only."""
    context = await enter(req, Permission.READ_OWN_REPORT)
    return await _report(scope_of_calendar(context))


@console_boundary
async def console_reports(req: func.HttpRequest) -> func.HttpResponse:
    """Show the report of all calendars that the reader may read about, or of one of them."""
    context = await enter_console(req)
    return await _report(await scope_of_all(context))


async def _report(scope: ReportScope) -> func.HttpResponse:
    context, query, store = scope.context, read_query(scope), scope.context.app.store
    if query.tab in REPORTS:
        return await REPORTS[query.tab](scope, query, _tabs(scope, query, ()))
    is_data, kind = wants_json(scope.req), str(scope.req.params.get("format", ""))
    is_file, is_picture = kind in FILES, kind in PICTURES and not query.errors
    is_page, listed = not (is_data or is_picture or is_file), Listed(scope, query)
    reading = find_all_visits(
        query.period,
        query.wanted,
        {one.id: one.people for one in scope.sources},
        store=store,
        before=is_page,
        is_listed=is_page or is_file,
        page=ListedPage(listed.sort, listed.choose) if is_page and listed.can_choose else None,
    )
    organisation, chosen, (found, before) = await gather(
        find_organisation(store=store), find_choice(context.caller.subject, store=store), reading
    )
    query = with_columns(query, chosen.columns)
    if not organisation.has_analytics:
        return await _off(context)
    if is_data:
        return _as_json(query, found, context.now)
    scope = await _with_names(scope, found)
    if is_picture:
        return _picture(scope, query, found, kind)
    listed.look_at(found, scope)
    if is_file and not query.errors:
        cells, lines = listed.cells(query.shown), listed.table(query.shown)
        return workbook(cells, "visits") if kind == "xlsx" else download(lines, "visits")
    of_all = context.link("reports") if _reads_more(scope, organisation) else ""
    kept_time = kept_for(context.texts, organisation.report_days)
    return await _page(scope, query, found, before, listed, of_all=of_all, kept_time=kept_time)


def _picture(
    scope: ReportScope, query: ReportQuery, found: Sequence[VisitColumns], kind: str
) -> func.HttpResponse:
    """Return the chart as a file."""
    by_day = figures_by_day(found, query.period)
    lines = lines_of(scope, query, by_day)
    said = finding(scope, query, lines, sum(by_day.values(), VisitFigures()))
    heading = scope.texts.gettext(TABS[query.tab])
    name = scope.sources[0].name if len(scope.sources) == 1 else scope.texts.gettext("All calendars")
    return chart_response(chart_svg(lines, said, f"{name} – {heading}"), kind)


async def _page(
    scope: ReportScope,
    query: ReportQuery,
    found: Sequence[VisitColumns],
    before: Sequence[VisitColumns],
    listed: Listed,
    **more: str,
) -> func.HttpResponse:
    context = scope.context
    by_day = figures_by_day(found, query.period)
    whole, lines = sum(by_day.values(), VisitFigures()), lines_of(scope, query, by_day)
    then = figures_of(before)
    return await context.page(
        "console/reports/report.html",
        "reports",
        422 if query.errors else 200,
        heading=context.texts.gettext("Reports"),
        tabs=_tabs(scope, query, found),
        query=query,
        cards=figure_cards(scope, query, whole, then),
        **what_stands_out(scope, query, found, whole, then),
        chart=lines,
        finding=finding(scope, query, lines, whole),
        headings=_headings(scope, query),
        rows=listed.page(query.shown),
        **more,
        **_around(scope, query, len(listed)),
    )


def _reads_more(scope: ReportScope, organisation: Organisation) -> bool:
    """Return whether the reader of a calendar's report may also read about calendars that are not theirs."""
    return not scope.choices and readable_by(organisation, scope.context.caller) != frozenset()


async def _with_names(scope: ReportScope, found: Sequence[VisitColumns]) -> ReportScope:
    """Return the scope with the calendars that have visits, for the names of their services and people."""
    missing = {one.business for part in found for one in part.service_list} - scope.known.keys()
    if not missing:
        return scope
    more = await find_current(sorted(missing), store=scope.context.app.store, within=KNOWN_FOR)
    return replace(scope, known={**scope.known, **{one.business.id: one for one in more}})


async def _off(context: ConsoleContext) -> func.HttpResponse:
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
    scope = scope_of_calendar(context)
    query = read_query(scope)
    if query.errors:
        return context.leave(_here(scope, query))  # the page of the report says what is wrong
    found = await find_bookings(query.period, calendar=context.calendar, store=context.app.store)
    return download(booking_lines(found, context.calendar), "bookings", "tsv")


def _as_json(query: ReportQuery, found: Sequence[VisitColumns], now: datetime) -> func.HttpResponse:
    """Return the figures. Raise InvalidFields for days or a length that are none."""
    require_right(query)
    return json_response(report_document(query.period, found, now))


def _tabs(scope: ReportScope, query: ReportQuery, found: Sequence[VisitColumns]) -> list[Tab]:
    """Return the tabs; that of health records once there are any, those of other reports for who may read them."""
    has_records = query.tab == "ehr" or any(mark & EHR for one in found for mark in set(one.marks))
    return [
        Tab(scope.texts.gettext(label), _here(scope, query, tab=name, status=""), name == query.tab)
        for name, label in TABS.items()
        if (name != "ehr" or has_records) and (name not in SHOWN or SHOWN[name](scope))
    ]


def _here(scope: ReportScope, query: ReportQuery, **changes: str) -> str:
    asked = query.asked(**changes)
    if asked.get("tab") == "visits":
        del asked["tab"]
    return scope.here(**asked)


def _headings(scope: ReportScope, query: ReportQuery) -> list[Heading]:
    _, current = scope.texts.gettext, query.sort or "-start"
    found = []
    for name in query.shown:
        order = {name: "ascending", f"-{name}": "descending"}.get(current, "")
        href = _here(scope, query, sort=name if order == "descending" else f"-{name}")
        found.append(Heading(_(COLUMNS[name].label), _(COLUMNS[name].means), href, order))
    return found


def _around(scope: ReportScope, query: ReportQuery, total: int) -> dict[str, Any]:
    """Return the controls around the table, and the ways to its other pages."""
    _, pages = scope.texts.gettext, -(-total // PER_PAGE)
    formats, now = scope.formats, scope.context.now
    page = lambda number: _here(scope, query, page=str(number + 1) if number else "")  # noqa: E731 - for below
    return {
        "total": total,
        "path": scope.here(),
        "spans": {name: _(label) for name, label in SPANS.items()},
        "services": sorted(scope.services.items(), key=itemgetter(1)),
        "people": sorted(scope.staff.items(), key=itemgetter(1)),
        "choices": [(one.id, one.name) for one in scope.choices] if len(scope.choices) > 1 else [],
        "group": scope.group,
        "is_own": all(one.people is not None for one in scope.sources),
        "zones": sorted({one.business.time_zone for one in scope.known.values()} | {"Etc/UTC"}),
        "columns": column_choices(query.shown, scope.texts),
        "back": _here(scope, query, columns=""),
        "back_to_group": _here(scope, query, calendar="", service="", person=""),
        "kept": query.asked(**dict.fromkeys(FILTERS, "")),
        "bookings": _bookings(scope, query),
        "by_mail": _by_mail(scope),
        "files": [(_here(scope, query, format=one), label) for one, label in FILES.items()],
        "pictures": [(_here(scope, query, format=one), label) for one, label in PICTURES.items()],
        "everything": _here(scope, query, status="", hour="") if query.status or query.hour else "",
        "listed_as": listed_as(scope, query),
        "newer": page(query.page - 1) if query.page else "",
        "older": page(query.page + 1) if query.page + 1 < pages else "",
        "days": f"{formats.day(query.period.first)} – {formats.day(query.period.last)}",
        "made": formats.when(now),
        "zone": formats.zone_name(now),
    }


def _by_mail(scope: ReportScope) -> str:
    """Return where it is set to whom the report is mailed; empty for who may not."""
    context = scope.context
    if scope.way == ("reports",) and context.caller.is_organisation_administrator:
        return f"{context.link('organisation', 'reports')}#report-mail"
    if not isinstance(context, CalendarContext) or not context.access.may(Permission.CHANGE_SETTINGS):
        return ""
    return context.here("reports", "mail")


def _bookings(scope: ReportScope, query: ReportQuery) -> str:
    """Return the address of the file of all bookings; empty where there is none, or not for this reader."""
    context = scope.context
    if not isinstance(context, CalendarContext) or not context.access.may(Permission.EXPORT_BOOKINGS):
        return ""
    return context.here("bookings", **query.asked(tab="", columns="", sort="", status=""))
