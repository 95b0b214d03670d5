"""The page that the tabs of a report share: days, filters, and the file of what is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.console.reports.query import SPANS


if TYPE_CHECKING:
    from collections.abc import Sequence

    import azure.functions as func

    from functions.console.forms.save import Tab
    from functions.console.reports.query import ReportQuery
    from functions.console.reports.scope import ReportScope


def wants_csv(scope: ReportScope, query: ReportQuery) -> bool:
    """Return whether the table is asked for as a file, of days that there are."""
    return scope.req.params.get("format") == "csv" and not query.errors


async def tab_page(
    template: str, scope: ReportScope, query: ReportQuery, tabs: Sequence[Tab], **shown: Any
) -> func.HttpResponse:
    """Return a tab's page; 422 if the days that were asked for cannot be. `shown` is for the template."""
    return await scope.context.page(
        f"console/reports/{template}.html",
        "reports",
        422 if query.errors else 200,
        heading=scope.texts.gettext("Reports"),
        tabs=tabs,
        query=query,
        path=scope.here(),
        spans={name: scope.texts.gettext(label) for name, label in SPANS.items()},
        kept=query.asked(**dict.fromkeys(("from", "to", "days"), "")),
        file=scope.here(**query.asked(format="csv")),
        **shown,
    )
