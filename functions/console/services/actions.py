"""What the list of services does with one of them: move, hide, show and duplicate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.forms.checks import whole_in
from functions.console.services.listing import page_with
from functions.http.problems import BadRequest
from shared.domain.access.permissions import Permission
from shared.domain.calendar.service import Service
from shared.use_cases.calendars.change_entity import find_entity


if TYPE_CHECKING:
    from collections.abc import Callable

    import azure.functions as func

    from functions.console.context import CalendarContext
    from shared.domain.calendar.business import Calendar
    from shared.records.calendars import CalendarEntry

LONGEST_NAME = 200


@console_boundary
async def services_act(req: func.HttpRequest) -> func.HttpResponse:
    """Do what a button of the list says: `do` is "up ID", "after ID OTHER", "hide ID" and so on."""
    context = await enter(req, Permission.CHANGE_SERVICES)
    match context.form.get("do").split():
        case ["hide" | "show" as way, name]:
            return await _show(context, name, is_hidden=way == "hide")
        case ["copy", name]:
            return await _duplicate(context, name)
        case [way, name, *others] if way in MOVES:
            return await _move(context, way, name, others[0] if others else context.form.get("place"))
    raise BadRequest


MOVES: dict[str, Callable[[list[str], str, str], int]] = {
    "up": lambda names, name, _: names.index(name) - 1,
    "down": lambda names, name, _: names.index(name) + 1,
    "place": lambda names, name, place: whole_in(place, names.index(name) + 1) - 1,
    "before": lambda names, name, other: _beside(names, name, other, 0),
    "after": lambda names, name, other: _beside(names, name, other, 1),
}
"""The place of a service after a move, by the ids as they stand now and by the rest of the button."""


def _beside(names: list[str], name: str, other: str, step: int) -> int:
    rest = [one for one in names if one != name]
    return rest.index(other) + step if other in rest else names.index(name)


async def _move(context: CalendarContext, way: str, name: str, rest: str) -> func.HttpResponse:
    def place(calendar: Calendar) -> int:
        return MOVES[way]([one.id for one in calendar.listed_services], name, rest)

    calendar = await context.settings.move_service(name, place)
    now = [one.id for one in calendar.listed_services].index(name)
    return context.leave(context.here("services", page=page_with(now), moved=name, way=way) + f"#row-{name}")


async def _show(context: CalendarContext, name: str, *, is_hidden: bool) -> func.HttpResponse:
    def edit(_: Calendar, current: CalendarEntry) -> CalendarEntry:
        return current.model_copy(update={"is_hidden": is_hidden})

    await context.settings.change("services", name, edit, None)
    kept = {one: text for one in ("find", "page") if (text := context.form.get(one))}
    return context.leave(context.here("services", **kept, news="hidden" if is_hidden else "shown"))


async def _duplicate(context: CalendarContext, name: str) -> func.HttpResponse:
    """Add a hidden copy right after a service, and open it, since its name is to be changed."""

    def make(calendar: Calendar, new: str) -> CalendarEntry:
        text = context.texts.gettext("%(name)s (copy)")
        source = find_entity(calendar, "services", name)
        title = text % {"name": source.name[: LONGEST_NAME - 20]} if isinstance(source, Service) else ""
        fresh = {"id": new, "name": title, "is_hidden": True, "created_at": None, "changed_at": None}
        return source.model_copy(update=fresh)

    def place(calendar: Calendar) -> int:
        return [one.id for one in calendar.listed_services].index(name) + 1

    made, _ = await context.settings.add("services", make, place)
    return context.leave(context.here("services", "service", made.id, news="copied"))
