"""The list of times off: of everybody, or of one person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.forms.checks import whole_in
from functions.console.staff.tabs import person_tabs, staff_tabs
from functions.console.staff.time_off.form import manageable, may_manage, may_see
from functions.console.staff.time_off.pages import appointments_inside
from functions.console.staff.time_off.typed import days_of
from shared.domain.access.permissions import Permission
from shared.use_cases.calendars.find_time_off import find_time_off


if TYPE_CHECKING:
    from collections.abc import Sequence

    import azure.functions as func

    from functions.console.context import CalendarContext
    from shared.domain.appointments.appointment import TimeOff
    from shared.domain.calendar.business import StaffMember

ON_A_PAGE = 50


class TimeOffLine(NamedTuple):
    """A time off in the list; of other people's, the title says only that they are away."""

    who: str
    when: str
    title: str
    notes: str
    href: str


@console_boundary
async def staff_times_off(req: func.HttpRequest) -> func.HttpResponse:
    """Show the times off of the staff, or of one person, to all who may read the calendar."""
    context = await enter(req, Permission.LIST_STAFF)
    _, person = context.texts.gettext, context.calendar.staff.get(req.params.get("person", ""))
    staff = person.id if person else ""
    found = await find_time_off(business=context.business.id, store=context.app.store, staff=staff)
    shown = _wanted(found, context)
    return await context.page(
        "console/staff/times_off.html",
        "staff",
        heading=person.name if person else _("Staff"),
        tabs=person_tabs(context, person, "time-off") if person else staff_tabs(context, "time-off"),
        person=person,
        may_add=bool(manageable(context)) and (person is None or may_manage(context, person.id)),
        news=_news(context),
        **_listed(shown, context, person),
        inside=await appointments_inside(shown, context) if req.params.get("only") else [],
    )


def _wanted(found: Sequence[TimeOff], context: CalendarContext) -> list[TimeOff]:
    """Return those that the query asks for: coming ones by start, past ones from the latest, or named ones."""
    query = context.req.params
    known = [one for one in found if one.staff in context.calendar.staff]
    if query.get("only"):
        names = set(query["only"].split("."))
        return [one for one in known if one.id in names and may_see(context, one.staff)]
    if query.get("past"):
        return sorted((one for one in known if one.end <= context.now), key=lambda one: one.start, reverse=True)
    return sorted((one for one in known if one.end > context.now), key=lambda one: one.start)


def _listed(found: Sequence[TimeOff], context: CalendarContext, person: StaffMember | None) -> dict[str, Any]:
    """Return the lines of the page that the query names, and the ways to the pages beside it."""
    pages = max(-(-len(found) // ON_A_PAGE), 1)
    at = min(max(whole_in(context.req.params.get("page", ""), 1), 1), pages)
    query = {"person": person.id} if person else {}
    past = {"past": "1"} if context.req.params.get("past") else {}
    place = ("staff", "time-off")
    return {
        "lines": [_line(one, context) for one in found[(at - 1) * ON_A_PAGE : at * ON_A_PAGE]],
        "is_past": bool(past),
        "other": context.here(*place, **query, **({} if past else {"past": "1"})),
        "add": context.here(*place, "new", **query),
        "before": context.here(*place, **query, **past, page=str(at - 1)) if at > 1 else "",
        "after": context.here(*place, **query, **past, page=str(at + 1)) if at < pages else "",
    }


def _line(off: TimeOff, context: CalendarContext) -> TimeOffLine:
    person, is_known = context.calendar.staff[off.staff], may_see(context, off.staff)
    away = context.texts.gettext("Away")
    return TimeOffLine(
        person.name,
        _when(off, person, context),
        (off.title or away) if is_known else away,
        off.notes if is_known else "",
        context.here("staff", "person", off.staff, "time-off", off.id)
        if is_known and _may_change(context)
        else "",
    )


def _may_change(context: CalendarContext) -> bool:
    return context.access.may(Permission.CHANGE_TIME_OFF)


def _when(off: TimeOff, person: StaffMember, context: CalendarContext) -> str:
    formats = context.formats
    if not off.is_all_day:
        return f"{formats.day(formats.local(off.start).date())}, {formats.span(off.start, off.end)}"
    first, last = days_of(off, person.time_zone or context.business.time_zone)
    said = formats.full_day(first)
    return said if first == last else f"{said} – {formats.full_day(last)}"


def _news(context: CalendarContext) -> str:
    _, query = context.texts, context.req.params
    if query.get("news") == "deleted":
        return _.gettext("Deleted.")
    count = whole_in(query.get("count", ""), -1)
    if query.get("news") == "added" and count >= 0:
        return _.ngettext("%(num)s time off was added.", "%(num)s times off were added.", count) % {"num": count}
    return ""
