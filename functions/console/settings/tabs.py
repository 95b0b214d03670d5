"""The pages of a calendar's settings, as tabs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.console.forms.save import Tab
from shared.i18n.marked import marked


if TYPE_CHECKING:
    from functions.console.context import CalendarContext

TABS = {
    "": marked("Business"),
    "hours": marked("Opening hours"),
    "dates": marked("Closed dates"),
    "rules": marked("Rules"),
    "why": marked("Why not offered?"),
    "meetings": marked("Meetings"),
    "messages": marked("Messages"),
    "retention": marked("Retention"),
    "manage": marked("Manage"),
}


def settings_tabs(context: CalendarContext, current: str) -> list[Tab]:
    """Return the tabs of the settings, with the page `current`."""
    _ = context.texts.gettext
    tabs = [
        Tab(_(label), context.here("settings", *([name] if name else [])), name == current)
        for name, label in TABS.items()
    ]
    return [*tabs, Tab(_("Activity"), context.here("audit"), current == "audit")]
