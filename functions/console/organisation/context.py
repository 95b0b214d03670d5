"""What the organisation's pages share: who may open them, their tabs, and what is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.auth.access import require
from functions.console.context import ConsoleContext, enter_console
from functions.console.forms.save import Tab
from shared.i18n.marked import marked


if TYPE_CHECKING:
    import azure.functions as func

    from shared.domain.access.permissions import Permission

SECTION = "organisation"
TABS = {
    "": (marked("Access"), (SECTION,)),
    "calendars": (marked("Calendars"), (SECTION, "calendars")),
    "people": (marked("People"), (SECTION, "people")),
    "customers": (marked("Customers"), (SECTION, "customers")),
    "reports": (marked("Reports"), (SECTION, "reports")),
    "retention": (marked("Retention"), (SECTION, "retention")),
    "deleted": (marked("Deleted calendars"), ("deleted",)),
    "audit": (marked("Activity"), (SECTION, "audit")),
}
"""The label and the path of each page."""


async def enter_organisation(req: func.HttpRequest, permission: Permission) -> ConsoleContext:
    """Return the context of a page about the organisation. Raises as `enter_console`; Forbidden."""
    context = await enter_console(req)
    require(context.caller, permission)
    return context


def organisation_tabs(context: ConsoleContext, current: str) -> list[Tab]:
    """Return the tabs of the organisation, with the page `current`."""
    _ = context.texts.gettext
    return [Tab(_(label), context.link(*path), name == current) for name, (label, path) in TABS.items()]


def page_number(req: func.HttpRequest) -> int:
    """Return the page that is asked for, from 0 on; the first for anything that is none."""
    text = str(req.params.get("page", "1"))
    return max(int(text), 1) - 1 if text.isascii() and text.isdecimal() and len(text) < 7 else 0


def searched(req: func.HttpRequest, name: str = "find", longest: int = 60) -> str:
    """Return a text that is searched for."""
    return str(req.params.get(name, ""))[:longest].strip()
