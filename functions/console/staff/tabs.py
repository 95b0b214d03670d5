"""The pages of the staff as tabs, and the ways between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.console.forms.save import Tab
from shared.domain.access.permissions import Permission


if TYPE_CHECKING:
    from functions.console.context import CalendarContext
    from shared.domain.calendar.business import StaffMember


def staff_tabs(context: CalendarContext, current: str) -> list[Tab]:
    """Return the tabs of the staff; `current` is "people", "groups" or "time-off"."""
    _ = context.texts.gettext
    groups = Tab(_("Groups"), context.here("staff", "groups"), current == "groups")
    return [
        Tab(_("People"), context.here("staff"), current == "people"),
        *([groups] if context.access.may(Permission.CHANGE_STAFF) else []),
        Tab(_("Time off"), context.here("staff", "time-off"), current == "time-off"),
    ]


def person_tabs(context: CalendarContext, person: StaffMember, current: str) -> list[Tab]:
    """Return the tabs of a person; `current` is "settings", "time-off" or "own-calendar"."""
    _ = context.texts.gettext
    return [
        Tab(_("Settings"), context.here("staff", "person", person.id), current == "settings"),
        Tab(_("Time off"), context.here("staff", "time-off", person=person.id), current == "time-off"),
        *_own_calendar(context, person, current),
    ]


def _own_calendar(context: CalendarContext, person: StaffMember, current: str) -> list[Tab]:
    """Return the tab of a person's own calendar, for them and for administrators."""
    if person.id not in context.access.people and not context.access.may(Permission.CHANGE_STAFF):
        return []
    href = context.here("staff", "person", person.id, "own-calendar")
    return [Tab(context.texts.gettext("Own calendar"), href, current == "own-calendar")]
