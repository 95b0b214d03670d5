"""Where visits of an online service are held, and whether customers join from a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.console.boundary import console_boundary
from functions.console.forms.fields import Choice, Field, Group, Option, Tick, on
from functions.console.forms.form import SettingsForm, changed_model
from functions.console.services.context import enter_service
from shared.domain.calendar.meeting import MeetingRoom
from shared.i18n.marked import marked


if TYPE_CHECKING:
    from collections.abc import Mapping

    import azure.functions as func

    from functions.console.context import CalendarContext
    from shared.domain.calendar.service import Service

INHERITED = ""
PROVIDERS = {
    "built_in": (
        marked("Our own room"),
        marked("From browser to browser, with a waiting room; nothing to install"),
    ),
    "link": (marked("A link of yours"), marked("To Zoom, Jitsi or any other room")),
    "teams": (marked("Microsoft Teams"), marked("A meeting is made for each appointment")),
}


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
    chosen = service.meeting.provider if service.meeting else ""
    has_teams = context.app.settings.teams is not None or chosen == "teams"
    offered = [one for one in PROVIDERS if one != "teams" or has_teams]
    rooms = tuple(Option(one, _(PROVIDERS[one][0]), _(PROVIDERS[one][1])) for one in offered)
    link = _("{meeting} in it becomes a name that no one can guess: https://meet.example.com/{meeting}")
    fields: tuple[Field, ...] = (
        Choice(name="provider", label=_("Room"), kind="radio", options=(Option(INHERITED, inherited), *rooms)),
        Field(
            name="template",
            label=_("Link to the room"),
            hint=link,
            wrong=_("Enter a link that starts with https:// and has {meeting} only after the site’s name"),
        ),
    )
    organiser = Field(
        name="organiser",
        label=_("Organiser in Teams"),
        hint=_("The object id of a user at Microsoft Entra, in whose name meetings are made"),
        longest=36,
        wrong=_("Enter the id as Entra shows it, such as 5d6ae2d5-8a3c-4e0b-9f2e-1f2b3c4d5e6f"),
    )
    return Group(id="room", heading=_("Where it’s held"), fields=(*fields, organiser) if has_teams else fields)


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
    room = service.meeting
    return {
        "provider": room.provider if room else INHERITED,
        "template": room.template if room else "",
        "organiser": room.organiser if room else "",
        "allow_anonymous_join": on(service.allow_anonymous_join),
    }


def _changed(service: Service, values: Mapping[str, str]) -> Service:
    given: dict[str, Any] = {name: values.get(name, "") for name in ("provider", "template", "organiser")}
    room = changed_model(MeetingRoom(), **given) if values["provider"] != INHERITED else None
    return changed_model(service, meeting=room, allow_anonymous_join=bool(values["allow_anonymous_join"]))
