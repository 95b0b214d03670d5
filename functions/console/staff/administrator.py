"""Gives a calendar that has no administrator one again, by an administrator of the organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from functions.console.boundary import console_boundary
from functions.console.context import enter
from shared.domain.access.permissions import Permission
from shared.domain.calendar.administrators import as_administrator, has_administrator
from shared.domain.calendar.business import StaffMember
from shared.domain.errors import Forbidden


if TYPE_CHECKING:
    import azure.functions as func

    from functions.console.context import CalendarContext
    from shared.domain.calendar.business import Calendar
    from shared.records.calendars import CalendarEntry

ME = "me"


@console_boundary
async def staff_administrator(req: func.HttpRequest) -> func.HttpResponse:
    """Make the organisation's administrator, or a person on the staff, the calendar's. Raises Forbidden."""
    context = await enter(req, Permission.CHANGE_STAFF)
    if not context.caller.is_organisation_administrator or not context.caller.email:
        raise Forbidden
    if not has_administrator(context.calendar):  # repeated, it changes nothing
        await _restore(context, context.form.get("person", ME))
    return context.leave(context.here("staff", news="administrator"))


async def _restore(context: CalendarContext, person: str) -> None:
    own = min(context.access.people, default="")
    if person == ME and not own:
        await context.settings.add("staff", lambda _, name: _visiting(context, name))
    else:
        await context.settings.change("staff", own if person == ME else person, _promoted, None)


def _visiting(context: CalendarContext, name: str) -> StaffMember:
    """Return an administrator from outside, whom nobody can book."""
    caller = context.caller
    shown = caller.name or caller.email
    return StaffMember(
        id=name, name=shown, email=caller.email, role="administrator", is_bookable=False, is_listed=False
    )


def _promoted(_: Calendar, person: CalendarEntry) -> StaffMember:
    return as_administrator(cast("StaffMember", person))
