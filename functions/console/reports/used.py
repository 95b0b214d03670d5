"""The report of utilisation: how much of each person's bookable time was booked, and the days behind it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from functions.console.download import download
from functions.console.reports.columns import clock
from functions.console.reports.demand import may_read_demand
from functions.console.reports.query import require_right
from functions.console.reports.tab_page import tab_page, wants_csv
from functions.http.boundary import json_response, wants_json
from functions.spreadsheets.booking_document import utilisation_document
from shared.domain.errors import NotFound
from shared.use_cases.reports.record_used_days import find_utilisation


if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import azure.functions as func

    from functions.console.forms.save import Tab
    from functions.console.reports.query import ReportQuery
    from functions.console.reports.scope import ReportScope
    from shared.domain.reports.utilisation import UsedTime, UtilisationReport

NONE = "–"


class UsedRow(NamedTuple):
    """A person or a day, the time that could be booked and that was, and where it leads."""

    name: str
    href: str
    cells: list[str]
    percent: int


async def utilisation_report(scope: ReportScope, query: ReportQuery, tabs: Sequence[Tab]) -> func.HttpResponse:
    """Return the page, or its table as a file or as JSON. Raises NotFound where there is no such report."""
    calendar, context = scope.one, scope.context
    if calendar is None or not may_read_demand(scope):
        raise NotFound
    found = await find_utilisation(query.period, business=calendar.business.id, store=context.app.store)
    if wants_json(scope.req):
        require_right(query)
        return json_response(utilisation_document(query.period, found, context.now))
    if wants_csv(scope, query):
        return download([_headings(scope), *_lines(scope, query, found)], "utilisation")
    whole = found.people.get(query.person) if query.person else found.whole
    return await tab_page(
        "utilisation",
        scope,
        query,
        tabs,
        rows=_days(scope, query, found) if query.person else _people(scope, query, found),
        headings=_headings(scope)[1:],
        of_person=scope.staff.get(query.person, ""),
        everybody=scope.here(**query.asked(person="")),
        figures=_cells(scope, whole) if whole else [NONE, NONE, NONE],
        recorded=len(found.days),
    )


def _headings(scope: ReportScope) -> list[str]:
    _ = scope.texts.gettext
    return [_("Date"), _("Staff"), _("Bookable"), _("Booked time"), _("Utilisation")]


def _people(scope: ReportScope, query: ReportQuery, found: UtilisationReport) -> list[UsedRow]:
    """Return everybody who could be booked, the busiest first; each leads to their days."""
    ordered = sorted(found.people.items(), key=lambda one: -(one[1].share or 0))
    return [
        UsedRow(
            _name(scope, name),
            scope.here(**query.asked(person=name)) if name in scope.staff else "",
            _cells(scope, one),
            _percent(one),
        )
        for name, one in ordered
    ]


def _days(scope: ReportScope, query: ReportQuery, found: UtilisationReport) -> list[UsedRow]:
    """Return the days of a person, the latest first; each leads to their appointments of that day."""
    link = scope.context.link
    return [
        UsedRow(
            scope.formats.day(day),
            link("calendars", scope.sources[0].id, "calendar", view="day", day=str(day), person=query.person),
            _cells(scope, used.people[query.person]),
            _percent(used.people[query.person]),
        )
        for day, used in sorted(found.days.items(), reverse=True)
        if query.person in used.people
    ]


def _lines(scope: ReportScope, query: ReportQuery, found: UtilisationReport) -> Iterator[list[str]]:
    """Yield a line for each person and day; lengths are hours and minutes, as spreadsheets read them."""
    for day, used in sorted(found.days.items()):
        for name, one in used.people.items():
            if query.person in ("", name):
                lengths = (clock(timedelta(minutes=number)) for number in (one.bookable, one.booked))
                yield [str(day), _name(scope, name), *lengths, f"{round(one.share or 0, 4)}"]


def _cells(scope: ReportScope, one: UsedTime) -> list[str]:
    hours, share = scope.texts.gettext("%(num)s h"), one.share
    lengths = [hours % {"num": scope.formats.number(number / 60)} for number in (one.bookable, one.booked)]
    return [*lengths, scope.formats.percent(share) if share is not None else NONE]


def _percent(one: UsedTime) -> int:
    return round(100 * (one.share or 0))


def _name(scope: ReportScope, name: str) -> str:
    return scope.people(scope.sources[0].id, [name]) or NONE
