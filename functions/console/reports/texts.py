"""The report of text messages: when each was sent, from what, of which kind, and what came of it; also as CSV."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, NamedTuple

from functions.console.appointments.followed import KINDS, REASONS
from functions.console.download import download
from functions.console.reports.tab_page import tab_page, wants_csv
from shared.domain.errors import Forbidden
from shared.i18n.marked import marked
from shared.use_cases.reports.find_texts import find_texts


if TYPE_CHECKING:
    from collections.abc import Sequence

    import azure.functions as func

    from functions.console.forms.save import Tab
    from functions.console.reports.query import ReportQuery
    from functions.console.reports.scope import ReportScope
    from shared.domain.appointments.sent_sms import SentSms
    from shared.use_cases.reports.find_texts import TextOfCalendar

PER_PAGE = 100
PRODUCTS = {
    "in_person": marked("In person"),
    "online": marked("Online"),
    "walk_in": marked("Without an appointment"),
}
NO_REPORT = marked("Sent, no report")


class TextCount(NamedTuple):
    """How many texts had an outcome."""

    label: str
    number: str


def may_read_texts(scope: ReportScope) -> bool:
    """Return whether there is a report of texts for the reader: it is of whole calendars."""
    return scope.context.app.settings.sms.is_on and any(one.people is None for one in scope.sources)


async def texts_report(scope: ReportScope, query: ReportQuery, tabs: Sequence[Tab]) -> func.HttpResponse:
    """Return the page, or the table as a file. Raises Forbidden."""
    if not may_read_texts(scope):
        raise Forbidden
    names = {one.id: one.name for one in scope.sources if one.people is None}
    found = await find_texts(names, query.period.start, query.period.end, store=scope.context.app.store)
    if wants_csv(scope, query):
        return download(_table(scope, found, names), "texts")
    _, begin = scope.texts.gettext, query.page * PER_PAGE
    shown = found[begin : begin + PER_PAGE]
    return await tab_page(
        "texts",
        scope,
        query,
        tabs,
        counts=_counts(scope, found),
        headings=_headings(scope),
        rows=[_row(scope, one, names, scope.formats.when(one.sms.at)) for one in shown],
        newer=scope.here(**query.asked(page=str(query.page))) if query.page else "",
        older=scope.here(**query.asked(page=str(query.page + 2))) if begin + PER_PAGE < len(found) else "",
    )


def _headings(scope: ReportScope) -> list[str]:
    _ = scope.texts.gettext
    several = [_("Calendar")] if len(scope.sources) > 1 else []
    return [_("Sent"), *several, _("Sent from"), _("Message"), _("Appointment"), _("Status")]


def _table(scope: ReportScope, found: Sequence[TextOfCalendar], names: dict[str, str]) -> list[list[str]]:
    """Return all of it; moments are in UTC, as spreadsheets read them."""
    rows = [_row(scope, one, names, f"{one.sms.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}") for one in found]
    first, *others = _headings(scope)
    return [[f"{first} (UTC)", *others], *rows]


def _row(scope: ReportScope, one: TextOfCalendar, names: dict[str, str], when: str) -> list[str]:
    _, sms = scope.texts.gettext, one.sms
    several = [names[one.business]] if len(scope.sources) > 1 else []
    kind = _(KINDS.get(sms.kind, marked("Notice")))
    return [when, *several, sms.sender, kind, _(PRODUCTS[sms.product]), _status(scope, sms)]


def _status(scope: ReportScope, sms: SentSms) -> str:
    _ = scope.texts.gettext
    if sms.status == "failed":
        return f"{_('Not delivered')} – {_(REASONS.get(sms.reason, REASONS['other']))}"
    return _("Delivered") if sms.status == "delivered" else _(NO_REPORT)


def _counts(scope: ReportScope, found: Sequence[TextOfCalendar]) -> list[TextCount]:
    """Return how many there are of each outcome. That a carrier reports nothing is no failure."""
    _, states = scope.texts.gettext, [str(one.sms.status) for one in found]
    labels = {"delivered": _("Delivered"), "failed": _("Not delivered"), "sent": _(NO_REPORT)}
    each = [TextCount(label, str(states.count(name))) for name, label in labels.items()]
    return [TextCount(_("All text messages"), str(len(found))), *each]
