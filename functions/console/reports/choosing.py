"""What a reader sees in reports: columns in an order, and a group of calendars; chosen once, in every browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from functions.console.boundary import console_boundary
from functions.console.context import enter_console
from functions.console.reports.columns import COLUMNS
from functions.console.reports.scope import find_sources
from shared.use_cases.reports.report_columns import save_calendars, save_columns


if TYPE_CHECKING:
    from collections.abc import Sequence
    from gettext import NullTranslations

    import azure.functions as func

    from functions.console.forms.sent import SentForm

LAST, LONGEST = len(COLUMNS) + 1, 2000
FALLBACK = "/console/reports"
MOST_CALENDARS = 500  # whose ids fit into a column


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
    return context.leave(f"{_back(context.form)}#visits")


@console_boundary
async def report_calendars(req: func.HttpRequest) -> func.HttpResponse:
    """Keep which calendars the reader chose, of those that they may read about, and go back to the report."""
    context = await enter_console(req)
    known = [one.id for one in await find_sources(context)]
    chosen = [] if "reset" in context.form else [one for one in known if context.form.get(f"calendar-{one}")]
    kept = chosen if len(chosen) < len(known) else []  # all: those that come later too
    await save_calendars(context.caller.subject, kept[:MOST_CALENDARS], store=context.app.store)
    return context.leave(_back(context.form))


def _back(form: SentForm) -> str:
    back = form.get("back")
    is_ours = back.startswith("/console/") and len(back) <= LONGEST and "\\" not in back
    return back if is_ours else FALLBACK


def _chosen(form: SentForm) -> tuple[str, ...]:
    """Return the ticked columns by the places typed beside them; those without one come last."""

    def place(name: str) -> int:
        text = form.get(f"place-{name}")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else LAST

    return tuple(sorted((name for name in COLUMNS if form.get(f"column-{name}")), key=place))
