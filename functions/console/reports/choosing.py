"""Which columns a reader sees in reports, and in which order: chosen once, on every page and in every browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from functions.console.boundary import console_boundary
from functions.console.context import enter_console
from functions.console.reports.columns import COLUMNS
from shared.use_cases.reports.report_columns import save_columns


if TYPE_CHECKING:
    from collections.abc import Sequence
    from gettext import NullTranslations

    import azure.functions as func

    from functions.console.forms.sent import SentForm

LAST, LONGEST = len(COLUMNS) + 1, 2000
FALLBACK = "/console/reports"


class ColumnChoice(NamedTuple):
    """A column that can be chosen; `place` is empty unless it is shown."""

    name: str
    label: str
    place: str


def column_choices(shown: Sequence[str], texts: NullTranslations) -> list[ColumnChoice]:
    """Return all columns, those that are shown first and in their order."""
    names = [*shown, *(one for one in COLUMNS if one not in shown)]
    places = {name: str(place) for place, name in enumerate(shown, 1)}
    return [ColumnChoice(one, texts.gettext(COLUMNS[one].label), places.get(one, "")) for one in names]


@console_boundary
async def report_columns(req: func.HttpRequest) -> func.HttpResponse:
    """Keep which columns the reader chose, and go back to the report."""
    context = await enter_console(req)
    columns = () if "reset" in context.form else _chosen(context.form)
    await save_columns(context.caller.subject, columns, store=context.app.store)
    back = context.form.get("back")
    is_ours = back.startswith("/console/") and len(back) <= LONGEST and "\\" not in back
    return context.leave(f"{back if is_ours else FALLBACK}#visits")


def _chosen(form: SentForm) -> tuple[str, ...]:
    """Return the ticked columns by the places typed beside them; those without one come last."""

    def place(name: str) -> int:
        text = form.get(f"place-{name}")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else LAST

    return tuple(sorted((name for name in COLUMNS if form.get(f"column-{name}")), key=place))
