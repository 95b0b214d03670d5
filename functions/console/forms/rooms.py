"""The fields of a form by which a service or a person has a room of its own for online visits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.console.forms.fields import Choice, Field, Group, Option
from functions.console.forms.form import changed_model
from shared.domain.calendar.meeting import MeetingRoom
from shared.i18n.marked import marked


if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.console.context import CalendarContext

INHERITED = ""
PROVIDERS = {
    "built_in": (
        marked("Our own room"),
        marked("From browser to browser, with a waiting room; nothing to install"),
    ),
    "link": (marked("A link of yours"), marked("To Zoom, Jitsi or any other room")),
    "teams": (marked("Microsoft Teams"), marked("A meeting is made for each appointment")),
}


def room_group(
    context: CalendarContext, room: MeetingRoom | None, inherited: str, *, is_closed: bool = False
) -> Group:
    """Return the choice of a room; `inherited` says where visits are held without one."""
    _ = context.texts.gettext
    has_teams = context.app.settings.teams is not None or (room is not None and room.provider == "teams")
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
    shown = (*fields, organiser) if has_teams else fields
    return Group(id="room", heading=_("Where it’s held"), fields=shown, is_closed=is_closed)


def room_values(room: MeetingRoom | None) -> dict[str, str]:
    """Return what the form shows of a room; None is that of the calendar."""
    return {
        "provider": room.provider if room else INHERITED,
        "template": room.template if room else "",
        "organiser": room.organiser if room else "",
    }


def room_in(values: Mapping[str, str]) -> MeetingRoom | None:
    """Return the room of a form. Raises InvalidFields."""
    given: dict[str, Any] = {name: values.get(name, "") for name in ("provider", "template", "organiser")}
    return changed_model(MeetingRoom(), **given) if given["provider"] != INHERITED else None
