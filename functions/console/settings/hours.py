"""The opening hours of a business."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.forms.fields import Group
from functions.console.forms.form import SettingsForm, changed_model
from functions.console.forms.hours import Hours, hours_in, hours_text
from functions.console.forms.save import show_or_save
from functions.console.settings.choices import weekday_names
from functions.console.settings.tabs import settings_tabs
from shared.domain.access.permissions import Permission


if TYPE_CHECKING:
    from collections.abc import Mapping

    import azure.functions as func

    from functions.console.context import CalendarContext
    from shared.domain.calendar.business import Business


@console_boundary
async def settings_hours(req: func.HttpRequest) -> func.HttpResponse:
    """Show the opening hours, and save them."""
    context = await enter(req, Permission.CHANGE_SETTINGS)
    return await show_or_save(
        context,
        hours_form(context),
        context.business,
        context.save_business,
        section="settings",
        heading=context.texts.gettext("Settings"),
        tabs=settings_tabs(context, "hours"),
    )


def hours_form(context: CalendarContext) -> SettingsForm[Business]:
    """Return the form of the hours."""
    _ = context.texts.gettext

    def changed(business: Business, values: Mapping[str, str]) -> Business:
        return changed_model(business, hours=hours_in(values["hours"], context.texts))

    zone = context.formats.city()
    intro = _("Services and people can have hours of their own, within these. The clock is that of %(city)s.")
    field = Hours(
        name="hours",
        label=_("Opening hours"),
        days=weekday_names(context),
        first_day=context.formats.first_weekday,
    )
    group = Group(id="week", heading=_("Opening hours"), intro=intro % {"city": zone}, fields=(field,))
    return SettingsForm((group,), lambda business: {"hours": hours_text(business.hours)}, changed)
