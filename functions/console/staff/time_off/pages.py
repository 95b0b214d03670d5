"""The pages that add a time off, change it, and delete it."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl

from functions.console.appointments.context import CALENDAR, LONGEST_BACK
from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.forms.problems import WrongFields
from functions.console.forms.save import show_or_save
from functions.console.staff.person import person_in
from functions.console.staff.tabs import person_tabs
from functions.console.staff.time_off.form import manageable, may_manage, time_off_form, typed_in
from functions.console.staff.time_off.hits import LONGEST_MESSAGE, MESSAGE, hit_lines, hits_of, settle
from functions.console.staff.time_off.typed import TypedTimeOff, typed_of
from shared.domain.access.permissions import Permission
from shared.domain.errors import Forbidden, NotFound
from shared.domain.timeline.hours import local_date
from shared.use_cases.appointments.find_appointments import Span, find_appointments
from shared.use_cases.calendars.change_time_off import add_times_off, change_time_off, remove_time_off
from shared.use_cases.calendars.find_time_off import read_time_off


if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import azure.functions as func

    from functions.console.context import CalendarContext
    from shared.domain.appointments.appointment import TimeOff
    from shared.domain.calendar.business import StaffMember

AT_ONCE = 8  # people whose times off are added at the same time
FAR = timedelta(days=100)  # of a long time off, so that no page reads a year of a large calendar
MOST_INSIDE = 50  # appointments listed within a time off
VIEWED = ("view", "day", "person", "name", "group", "service")  # what a calendar's address may say
MOST_NAMED = 26  # times off that the page after adding shows


class AppointmentInside(NamedTuple):
    """An appointment that lies in a time off."""

    when: str
    service: str
    customer: str
    href: str


@console_boundary
async def staff_time_off_add(req: func.HttpRequest) -> func.HttpResponse:
    """Add time off for one person or several, once or in several weeks."""
    context = await enter(req, Permission.CHANGE_TIME_OFF)
    added: list[TimeOff] = []
    return await show_or_save(
        context,
        time_off_form(context, is_new=True),
        _blank(context),
        lambda edit: _add(context, edit(_blank(context)), added),
        section="staff",
        heading=context.texts.gettext("Add time off"),
        template="console/staff/new_time_off.html",
        submit=context.texts.gettext("Add"),
        done=lambda: _after_adding(context, added),
        beside=lambda values: _hit(context, values),
        message=context.form.get(MESSAGE),
        longest=LONGEST_MESSAGE,
        back=_calendar(context) or context.here("staff", "time-off"),
    )


async def _hit(context: CalendarContext, values: Mapping[str, str]) -> Mapping[str, Any]:
    """Return the appointments that the time off as it is typed would hit; none while it cannot be read."""
    try:
        typed = typed_in(_blank(context), values, context)
        if not all(may_manage(context, one) for one in typed.people):
            return {"hits": []}
        planned = _planned(context, typed)
    except (WrongFields, ValueError):
        return {"hits": []}
    return {"hits": hit_lines(context, await hits_of(context, planned))}


def _planned(context: CalendarContext, typed: TypedTimeOff) -> list[list[TimeOff]]:
    people = [context.calendar.staff[one] for one in typed.people]
    return [typed.periods(one, context.business, context.texts) for one in people]


def _calendar(context: CalendarContext) -> str:
    """Return the staff calendar that the reader came from, as they left it; empty if they did not."""
    back = context.req.params.get("back", "")[:LONGEST_BACK]
    if not back.startswith(CALENDAR):
        return ""
    known = {name: value for name, value in parse_qsl(back.removeprefix(CALENDAR)) if name in VIEWED}
    return context.here("calendar", **known)


def _blank(context: CalendarContext) -> TypedTimeOff:
    """Return what the form shows at first: day and person of the link, else today and the reader."""
    today = local_date(context.now, context.business.time_zone)
    able = {one.id for one in manageable(context)}
    wanted = context.req.params.get("person", "")
    chosen = [wanted] if wanted in able else sorted(context.access.people & able)[:1]
    try:
        day = date.fromisoformat(context.req.params.get("day", "")[:10])
    except ValueError:
        day = today
    day = day if 1971 < day.year < 2200 else today
    return TypedTimeOff("", (day, day), people=tuple(chosen))


async def _add(context: CalendarContext, typed: TypedTimeOff, added: list[TimeOff]) -> None:
    """Add each person's times off in one transaction. Raises Forbidden, WrongFields, TryAgain.

    Each person has a key of their own, made of the form's: where not all could be decided, the same form goes on.
    """
    if not all(may_manage(context, one) for one in typed.people):
        raise Forbidden
    planned = _planned(context, typed)
    await settle(context, await hits_of(context, planned))
    several = asyncio.Semaphore(AT_ONCE)

    async def one_person(periods: list[TimeOff]) -> list[TimeOff]:
        key = hashlib.sha256(f"{context.author.key}\0{periods[0].staff}".encode()).hexdigest()
        async with several:
            names = await add_times_off(periods, is_quiet=typed.is_quiet, **_command(context, key))
        return [one.model_copy(update={"id": name}) for one, name in zip(periods, names, strict=True)]

    for found in await asyncio.gather(*(one_person(one) for one in planned)):
        added.extend(found)


def _after_adding(context: CalendarContext, added: Sequence[TimeOff]) -> str:
    """Return the staff calendar, or the page that shows what was added with the appointments that lie in it."""
    if calendar := _calendar(context):
        return calendar
    if len(added) == 1:
        return context.here("staff", "person", added[0].staff, "time-off", added[0].id, news="added")
    named = ".".join(one.id for one in added[:MOST_NAMED])
    return context.here("staff", "time-off", news="added", count=str(len(added)), only=named)


@console_boundary
async def staff_time_off(req: func.HttpRequest) -> func.HttpResponse:
    """Show a time off with the appointments that lie in it, and change it."""
    context = await enter(req, Permission.CHANGE_TIME_OFF)
    person, off = await _asked(context)

    async def shown_with(_: Mapping[str, str]) -> Mapping[str, Any]:
        return {"inside": await appointments_inside([off], context)}

    return await show_or_save(
        context,
        time_off_form(context, is_new=False),
        typed_of(off, person, context.business),
        lambda edit: _change(context, person, off, edit),
        section="staff",
        heading=context.texts.gettext("Time off"),
        template="console/staff/time_off.html",
        tabs=person_tabs(context, person, "time-off"),
        person=person,
        off=off,
        beside=shown_with,
        back=context.here("staff", "time-off", person=person.id),
    )


async def _change(
    context: CalendarContext, person: StaffMember, off: TimeOff, edit: Callable[[TypedTimeOff], TypedTimeOff]
) -> None:
    # applied here once, so that what is wrong is found before anything is written
    is_quiet = edit(typed_of(off, person, context.business)).is_quiet

    def changed(before: TimeOff) -> TimeOff:
        typed = replace(edit(typed_of(before, person, context.business)), weeks=1)
        (after,) = typed.periods(person, context.business, context.texts)
        return after.model_copy(update={"id": before.id, "version": before.version})

    said = str(context.req.get_body().decode("utf-8", "replace"))
    await change_time_off(off, changed, said, is_quiet=is_quiet, **_command(context, context.author.key))


@console_boundary
async def staff_time_off_delete(req: func.HttpRequest) -> func.HttpResponse:
    """Delete a time off; no mail is sent."""
    context = await enter(req, Permission.CHANGE_TIME_OFF)
    person, off = await _asked(context)
    await remove_time_off(off, **_command(context, context.author.key))
    return context.leave(context.here("staff", "time-off", person=person.id, news="deleted"))


async def _asked(context: CalendarContext) -> tuple[StaffMember, TimeOff]:
    """Return the person and the time off whom the path names. Raises NotFound, Forbidden."""
    person = person_in(context)
    if not may_manage(context, person.id):
        raise Forbidden
    name, business = context.req.route_params["off"], context.business.id
    off = await read_time_off(name, business=business, store=context.app.store, staff=person.id)
    if off.staff != person.id:
        raise NotFound
    return person, off


def _command(context: CalendarContext, key: str) -> dict[str, Any]:
    app = context.app
    return {
        "key": key,
        "actor": context.author.actor,
        "calendar": context.calendar,
        "context": app.context,
    }


async def appointments_inside(times_off: Sequence[TimeOff], context: CalendarContext) -> list[AppointmentInside]:
    """Return the coming appointments of the same people that lie in some times off, the nearest first."""
    several = asyncio.Semaphore(AT_ONCE)

    async def in_one(off: TimeOff) -> list[AppointmentInside]:
        first = max(off.start, context.now)
        if first >= off.end:
            return []
        async with several:
            found = await find_appointments(
                Span(first, min(off.end, first + FAR)),
                "",
                MOST_INSIDE,
                lambda one: off.staff in one.appointment.staff,
                calendar=context.calendar,
                store=context.app.store,
            )
        return [_inside(one, context) for one in found]

    return [one for found in await asyncio.gather(*(in_one(off) for off in times_off)) for one in found]


def _inside(found: Any, context: CalendarContext) -> AppointmentInside:
    one, formats = found.appointment, context.formats
    service = one.service_of(context.calendar.services.get(one.service))
    day = formats.day(formats.local(one.start).date())
    return AppointmentInside(
        f"{day}, {formats.span(one.start, one.end)}",
        service.name if service else "",
        one.seat.customer.name if one.seat else "",
        f"/console/queue/{context.business.id}/{one.id}",
    )
