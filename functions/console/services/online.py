"""Where visits of an online service are held, and whether customers join from a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.console.boundary import console_boundary
from functions.console.forms.fields import Group, Tick, on
from functions.console.forms.form import SettingsForm, changed_model
from functions.console.forms.rooms import PROVIDERS, room_group, room_in, room_values
from functions.console.services.context import enter_service


if TYPE_CHECKING:
    from collections.abc import Mapping

    import azure.functions as func

    from functions.console.context import CalendarContext
    from shared.domain.calendar.service import Service


@console_boundary
async def service_online(req: func.HttpRequest) -> func.HttpResponse:
    """Show where online visits are held, and save it."""
    at = await enter_service(req)
    intro = at.page.texts.gettext("This service takes place in person. These settings apply once it’s online.")
    return await at.show_tab(
        "online", online_form(at.page, at.service), intro="" if at.service.is_online else intro
    )


def online_form(context: CalendarContext, service: Service) -> SettingsForm[Service]:
    """Return the form."""
    return SettingsForm((_room(context, service), _joining(context)), online_values, _changed)


def _room(context: CalendarContext, service: Service) -> Group:
    _ = context.texts.gettext
    inherited = _("As the calendar: %(room)s") % {"room": _(PROVIDERS[context.business.meeting.provider][0])}
    return room_group(context, service.meeting, inherited)


def _joining(context: CalendarContext) -> Group:
    _ = context.texts.gettext
    tick = Tick(
        name="allow_anonymous_join",
        label=_("Customers join from their browser"),
        hint=_("With a link in their emails: no account, nothing to install"),
        said=(_("on"), _("off")),
    )
    return Group(id="joining", heading=_("How customers join"), fields=(tick,))


def online_values(service: Service) -> Mapping[str, str]:
    """Return what the form shows of a service."""
    return {**room_values(service.meeting), "allow_anonymous_join": on(service.allow_anonymous_join)}


def _changed(service: Service, values: Mapping[str, str]) -> Service:
    joins = bool(values["allow_anonymous_join"])
    return changed_model(service, meeting=room_in(values), allow_anonymous_join=joins)
