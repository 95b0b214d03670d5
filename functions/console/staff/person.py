"""The pages about one person on the staff, and the one that adds somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.forms.hours import hours_text
from functions.console.forms.save import show_or_save
from functions.console.settings.choices import weekday_names
from functions.console.staff.person_form import person_form
from functions.console.staff.states import badge_of, remarks_on, role_name, services_of, state_of
from functions.console.staff.tabs import person_tabs
from shared.domain.access.permissions import Permission
from shared.domain.calendar.administrators import is_last_administrator
from shared.domain.calendar.business import StaffMember
from shared.i18n.marked import marked
from shared.use_cases.calendars.change_entity import find_entity


if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import azure.functions as func

    from functions.console.context import CalendarContext
    from shared.domain.calendar.business import Calendar
    from shared.records.calendars import CalendarEntry
ANSWERED = {
    "invite": marked("The invitation was sent."),
    "accept": marked("Accepted: they can be booked now."),
    "decline": marked("Declined: they can’t be booked now."),
}


@console_boundary
async def staff_add(req: func.HttpRequest) -> func.HttpResponse:
    """Add somebody to the staff. An invitation goes by itself where they are asked first."""
    context = await enter(req, Permission.CHANGE_STAFF)
    return await show_or_save(
        context,
        person_form(context),
        _blank("new"),
        lambda edit: _add(context, edit),
        section="staff",
        heading=context.texts.gettext("Add a person"),
        template="console/staff/new.html",
        submit=context.texts.gettext("Add to staff"),
        done=context.here("staff", news="added"),
        back=context.here("staff"),
    )


async def _add(context: CalendarContext, edit: Callable[[StaffMember], StaffMember]) -> None:
    def make(_: Calendar, name: str) -> StaffMember:
        return edit(_blank(name))

    await context.settings.add("staff", make)


def _blank(name: str) -> StaffMember:
    """Return what the form shows of somebody new, and what its changes are applied to."""
    return StaffMember(id=name, name="", role="team_member")


@console_boundary
async def staff_person(req: func.HttpRequest) -> func.HttpResponse:
    """Show a person, with a form to administrators. Raises NotFound, Forbidden for a change by others."""
    context = await enter(req, Permission.LIST_STAFF)
    person = person_in(context)
    if not context.access.may(Permission.CHANGE_STAFF):
        context.access.require(Permission.CHANGE_STAFF if context.is_sent else Permission.LIST_STAFF)
        return await context.page(
            "console/staff/facts.html", "staff", heading=person.name, **_about(context, person)
        )
    return await show_or_save(
        context,
        person_form(context, person),
        person,
        lambda edit: _change(context, person.id, edit),
        section="staff",
        heading=person.name,
        template="console/staff/person.html",
        told=ANSWERED,
        **_about(context, person),
    )


async def _change(context: CalendarContext, name: str, edit: Callable[[StaffMember], StaffMember]) -> None:
    def change(_: Calendar, current: CalendarEntry) -> StaffMember:
        return edit(cast("StaffMember", current))

    await context.settings.change("staff", name, change, None)


def person_in(context: CalendarContext) -> StaffMember:
    """Return the person whom the path names. Raises NotFound."""
    found = find_entity(context.calendar, "staff", context.req.route_params["person"])
    return cast("StaffMember", found)


def _about(context: CalendarContext, person: StaffMember) -> dict[str, Any]:
    """Return what both pages about a person show."""
    zone = person.time_zone or context.business.time_zone
    return {
        "tabs": person_tabs(context, person, "settings"),
        "person": person,
        "role": role_name(person, context.texts),
        "state": state_of(person),
        "is_last": is_last_administrator(context.calendar, person),
        "badge": badge_of(person, context.texts),
        "remarks": remarks_on(person, context.calendar, context.texts),
        "services": services_of(person, context.calendar),
        "week": _week(person, context),
        "city": context.formats.city(zone),
        "may_hand_over": context.access.may(Permission.CHANGE_ANY_BOOKING),
        "back": context.here("staff"),
    }


def _week(person: StaffMember, context: CalendarContext) -> Sequence[tuple[str, str]]:
    """Return (day, hours) of a person's own hours; none where those of the calendar count."""
    lines = hours_text(person.hours).split("\n") if person.hours else []
    spans = [", ".join(line.replace("-", "–").split()) for line in lines]
    return list(zip(weekday_names(context), spans, strict=False))
