"""Where the visits of a calendar's services are held: our own room, a room that a link leads to, or Teams."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.forms.fields import Choice, Field, Group, Option
from functions.console.forms.form import SettingsForm, changed_model
from functions.console.forms.problems import WrongFields
from functions.console.forms.save import show_or_save
from functions.console.settings.tabs import settings_tabs
from shared.domain.access.permissions import Permission
from shared.domain.calendar.meeting import PLACE, MeetingRoom
from shared.domain.errors import InvalidFields


if TYPE_CHECKING:
    from collections.abc import Mapping

    import azure.functions as func

    from functions.console.context import CalendarContext
    from shared.domain.calendar.business import Calendar


@console_boundary
async def settings_meetings(req: func.HttpRequest) -> func.HttpResponse:
    """Show where visits are held, and what that means for each online service; save it."""
    context = await enter(req, Permission.CHANGE_SETTINGS)
    form = meetings_form(context)

    async def beside(values: Mapping[str, str]) -> Mapping[str, object]:
        return {"example": example_of(values), "is_shared": _is_shared(values)}

    return await show_or_save(
        context,
        form,
        context.calendar,
        lambda edit: context.changing.edit(edit, None),
        section="settings",
        heading=context.texts.gettext("Settings"),
        template="console/settings/meetings.html",
        tabs=settings_tabs(context, "meetings"),
        beside=beside,
        online=[one for one in context.calendar.services.values() if one.is_online and not one.removed_at],
    )


def example_of(values: Mapping[str, str]) -> str:
    """Return the link that an appointment would have by a form's template; empty where no link is made of one."""
    if values["provider"] != "link" or not values["template"]:
        return ""
    return values["template"].replace(PLACE, hashlib.sha256(b"example").hexdigest()[:20])


def _is_shared(values: Mapping[str, str]) -> bool:
    return values["provider"] == "link" and bool(values["template"]) and PLACE not in values["template"]


def meetings_form(context: CalendarContext) -> SettingsForm[Calendar]:
    """Return the form of the room. One that would leave customers without a way to join is refused, with names."""
    _ = context.texts.gettext

    def changed(calendar: Calendar, values: Mapping[str, str]) -> Calendar:
        room = room_with(calendar.business.meeting, values, context)
        business = calendar.business.model_copy(update={"meeting": room})
        after = replace(calendar, business=business)
        stranded = [
            one.name
            for one in calendar.services.values()
            if after.strands(one) and not calendar.strands(one) and not one.removed_at
        ]
        if stranded:
            text = _("No one could join %(services)s: let customers join these from a browser first")
            raise WrongFields({"provider": text % {"services": ", ".join(stranded)}})
        return after

    def shown(calendar: Calendar) -> Mapping[str, str]:
        room = calendar.business.meeting
        return {"provider": room.provider, "template": room.template, "organiser": room.organiser}

    return SettingsForm((_group(context),), shown, changed)


def _group(context: CalendarContext) -> Group:
    _ = context.texts.gettext
    providers = (
        Option(
            "built_in", _("The room of this app"), _("In the browser, with a waiting room. Nothing to install")
        ),
        Option("link", _("A room at another address"), _("Such as Jitsi, or a room of your own")),
        *_teams(context),
    )
    template = Field(
        name="template",
        label=_("Address of the room"),
        hint=_("%(place)s becomes a name for each appointment that no one can guess: %(example)s")
        % {"place": PLACE, "example": f"https://meet.example/{PLACE}"},
        longest=500,
    )
    organiser = Field(
        name="organiser",
        label=_("Organiser in Teams"),
        hint=_("The object id, at Entra, of the user in whose name meetings are made"),
        longest=36,
    )
    return Group(
        id="room",
        heading=_("Where online appointments take place"),
        intro=_("A service, or a person on the staff, can have another room instead."),
        fields=(
            Choice(name="provider", label=_("Online appointments take place in"), kind="radio", options=providers),
            template,
            organiser,
        ),
    )


def _teams(context: CalendarContext) -> tuple[Option, ...]:
    """Return the choice of Teams, with what it needs where the installation is not set up for it."""
    _ = context.texts.gettext
    is_ready = context.app.settings.teams is not None
    hint = _("A meeting for each appointment") if is_ready else _("This installation isn’t connected to Teams yet")
    return (Option("teams", "Microsoft Teams", hint),)


def room_with(room: MeetingRoom, values: Mapping[str, str], context: CalendarContext) -> MeetingRoom:
    """Return the room with the texts of a form; what its provider does not use is kept. Raises WrongFields."""
    _, provider = context.texts.gettext, values["provider"]
    wrong = {
        "template": _("Enter an address that begins with https://. %(place)s comes after the host name")
        % {"place": PLACE},
        "organiser": _("Enter an id such as 0f8fad5b-d9cb-469f-a165-70867728950e"),
    }
    used = {"link": "template", "teams": "organiser"}.get(provider, "")
    given: dict[str, Any] = {name: values[name] if name == used else getattr(room, name) for name in wrong}
    try:
        return changed_model(room, provider=provider, **given)
    except InvalidFields:
        raise WrongFields({used: wrong[used]}) from None
