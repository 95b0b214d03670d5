"""What the pages about the help for customers share: their tabs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.console.forms.save import Tab
from shared.i18n.marked import marked


if TYPE_CHECKING:
    from functions.console.context import CalendarContext

SECTION = "toolkit"
TABS = {
    "": marked("Questions and answers"),
    "infographic": marked("Infographic"),
    "share": marked("Share"),
    "settings": marked("Links and payment"),
}


def around(context: CalendarContext, tab: str) -> dict[str, Any]:
    """Return what every tab shows around its content."""
    _ = context.texts.gettext
    tabs = [
        Tab(_(label), context.here(SECTION, *([one] if one else [])), one == tab) for one, label in TABS.items()
    ]
    return {"heading": _("Help for customers"), "tabs": tabs, "help_page": help_address(context)}


def help_address(context: CalendarContext, *path: str) -> str:
    """Return the absolute address of a page of help."""
    return "/".join([context.app.settings.public_url, "help", context.business.slug, *path])
