"""The report of cancellations: how many were late, beside no-shows, and why; also as CSV and JSON."""

from __future__ import annotations

from asyncio import gather
from typing import TYPE_CHECKING, Any, NamedTuple

from functions.console.appointments.happened import CANCEL_REASONS
from functions.console.download import download
from functions.console.reports.demand import may_read_demand
from functions.console.reports.query import require_right
from functions.console.reports.reading import heat_of
from functions.console.reports.tab_page import tab_page, wants_csv
from functions.http.boundary import json_response, wants_json
from functions.spreadsheets.booking_document import booking_document
from shared.domain.appointments.cancellation import USUAL_NOTICE
from shared.domain.errors import NotFound
from shared.domain.reports.no_shows import Rate, rates_by_person, rates_by_service
from shared.domain.reports.visit_figures import VisitFilter
from shared.use_cases.organisation.settings import find_organisation
from shared.use_cases.reports.count_page_steps import find_page_report
from shared.use_cases.reports.find_cancellations import find_cancellations
from shared.use_cases.reports.find_visits import find_visits


if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import azure.functions as func

    from functions.console.forms.save import Tab
    from functions.console.reports.query import ReportQuery
    from functions.console.reports.scope import ReportScope
    from shared.domain.reports.cancellations import CancellationReport, CancelledPlaces
    from shared.domain.reports.visit_columns import VisitColumns

NONE = "–"


class CancelledCard(NamedTuple):
    """A figure with what it counts."""

    label: str
    value: str
    means: str


class CancelledTable(NamedTuple):
    """Places by service or by person."""

    heading: str
    rows: list[list[str]]


async def cancellation_report(scope: ReportScope, query: ReportQuery, tabs: Sequence[Tab]) -> func.HttpResponse:
    """Return the page, or the tables as a file or as JSON. Raises NotFound where there is no such report."""
    calendar, context = scope.one, scope.context
    if calendar is None or not may_read_demand(scope):
        raise NotFound
    business, store = calendar.business.id, context.app.store
    if wants_json(scope.req):
        require_right(query)
    organisation, found, page, (visits, _) = await gather(
        find_organisation(store=store),
        find_cancellations(query.period, business=business, store=store, now=context.now),
        find_page_report(query.period, business=business, store=store),
        find_visits(query.period, VisitFilter(), business=business, store=store, is_listed=False),
    )
    visits = visits if organisation.has_analytics else []
    if wants_json(scope.req):
        return json_response(booking_document(query.period, found, page, context.now))
    tables = _tables(scope, found, visits)
    if wants_csv(scope, query):
        lines = [[table.heading, *row] for table in tables for row in table.rows]
        return download([["", scope.texts.gettext("Name"), *_headings(scope)], *lines], "cancellations")
    return await tab_page(
        "cancellations",
        scope,
        query,
        tabs,
        cards=_cards(scope, found),
        tables=[one for one in tables if one.rows],
        headings=_headings(scope),
        **_details(scope, found),
    )


def _details(scope: ReportScope, found: CancellationReport) -> dict[str, Any]:
    shares = {hour: (one.share_late, one.booked - one.unknown) for hour, one in found.hours.items()}
    texts, notice = scope.texts, scope.one.business.policy.minimum_lead_time if scope.one else None
    return {
        "heat": heat_of(scope, shares),
        "reasons": [(texts.gettext(CANCEL_REASONS[name]), number) for name, number in found.reasons.most_common()],
        "notice": scope.formats.duration(notice or USUAL_NOTICE),
        "unknown": found.whole.unknown,
    }


def _cards(scope: ReportScope, found: CancellationReport) -> list[CancelledCard]:
    _, whole = scope.texts.gettext, found.whole
    return [
        CancelledCard(
            _("Booked places"),
            str(whole.booked),
            _("Of the appointments that start in the period, including cancelled ones. A group has many places."),
        ),
        CancelledCard(_("Cancelled"), str(whole.cancelled), _("By customers and by staff.")),
        CancelledCard(
            _("Cancelled late"),
            _late(scope, whole),
            _("Within the minimum lead time; within a day where there is none."),
        ),
        CancelledCard(
            _("Late by customers"),
            str(whole.of_customers),
            _("Those of them that customers cancelled themselves; staff cancelled the others."),
        ),
    ]


def _headings(scope: ReportScope) -> list[str]:
    _ = scope.texts.gettext
    return [_("Booked places"), _("Cancelled"), _("Cancelled late"), _("No-shows in online visits")]


def _tables(scope: ReportScope, found: CancellationReport, visits: Sequence[VisitColumns]) -> list[CancelledTable]:
    _, business = scope.texts.gettext, scope.sources[0].id
    services = {name: scope.service(business, name) for name in found.services}
    people = {name: scope.people(business, [name]) for name in found.people}
    return [
        CancelledTable(_("Service"), _rows(scope, found.services, services, rates_by_service(visits))),
        CancelledTable(_("Staff"), _rows(scope, found.people, people, rates_by_person(visits))),
    ]


def _rows(
    scope: ReportScope,
    found: Mapping[str, CancelledPlaces],
    names: Mapping[str, str],
    rates: Mapping[tuple[str, str], Rate],
) -> list[list[str]]:
    business = scope.sources[0].id
    ordered = sorted(found, key=lambda one: (-found[one].booked, names[one]))
    return [
        [
            names[one] or NONE,
            str(found[one].booked),
            str(found[one].cancelled),
            _late(scope, found[one]),
            _share(scope, rates.get((business, one), Rate()).share),
        ]
        for one in ordered
    ]


def _late(scope: ReportScope, one: CancelledPlaces) -> str:
    share = one.share_late
    return f"{one.late} ({scope.formats.percent(share)})" if share is not None else str(one.late)


def _share(scope: ReportScope, share: float | None) -> str:
    return scope.formats.percent(share) if share is not None else NONE
