"""The pages of the staff as tabs, and the ways between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.console.forms.save import Tab


if TYPE_CHECKING:
    from functions.console.context import CalendarContext
    from shared.domain.calendar.business import StaffMember


def staff_tabs(context: CalendarContext, current: str) -> list[Tab]:
    """Return the tabs of the staff; `current` is "people" or "time-off"."""
    _ = context.texts.gettext
    return [
        Tab(_("People"), context.here("staff"), current == "people"),
        Tab(_("Time off"), context.here("staff", "time-off"), current == "time-off"),
    ]


def person_tabs(context: CalendarContext, person: StaffMember, current: str) -> list[Tab]:
    """Return the tabs of a person; `current` is "settings" or "time-off"."""
    _ = context.texts.gettext
    return [
        Tab(_("Settings"), context.here("staff", "person", person.id), current == "settings"),
        Tab(_("Time off"), context.here("staff", "time-off", person=person.id), current == "time-off"),
    ]
