"""The staff calendar: a day by person, a person's week, and an agenda."""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple

import azure.functions as func

from functions.console.appointments.asked import NEXT
from functions.console.boundary import console_boundary
from functions.console.calendar.query import read_query
from functions.console.calendar.view import appointment_cell, grid_of
from functions.console.queue.view import NEWS
from functions.http.etags import has_current
from functions.pages.render import page_headers
from functions.wiring import services
from shared.domain.access.permissions import Permission
from shared.records.queue import version_of
from shared.use_cases.availability.find_schedule import MOST_PEOPLE, find_schedule
from shared.use_cases.visits.find_queue import queue_marks


if TYPE_CHECKING:
    from collections.abc import Sequence

    from functions.console.calendar.query import CalendarQuery
    from functions.console.calendar.view import Cell
    from shared.use_cases.availability.find_schedule import Schedule

SHOWN_ANEW = 300  # seconds after which an unchanged page is rendered again: the line of the present moves


class AgendaDay(NamedTuple):
    """A day of the agenda with its appointments, each with the people who serve it."""

    name: str
    href: str
    is_today: bool
    lines: Sequence[tuple[Cell, str]]


@console_boundary
async def calendar_show(req: func.HttpRequest) -> func.HttpResponse:
    """Show the staff calendar. Returns 304, after one point read a day, where the browser has this state."""
    query = await read_query(req)
    context, store = query.context, services().store
    if req.headers.get("if-none-match"):
        marks = await asyncio.gather(*(queue_marks(context.calendar, day, store=store) for day in query.days))
        tag = _tag(query, [version_of(context.calendar, one) for one in marks])
        if has_current(req, tag):
            headers = {**page_headers(context.visitor), "ETag": tag}
            return func.HttpResponse(status_code=304, headers=headers)
    people = [one.id for one in query.people]
    shown = people if query.view == "day" else people[:1]
    found = await find_schedule(query.days, shown, calendar=context.calendar, store=store)
    response = await _page(query, found)
    # by what was read: a change since then makes another state
    if tag := _tag(query, found.versions):
        response.headers["ETag"] = tag
    return response


def _tag(query: CalendarQuery, versions: Sequence[str]) -> str:
    """Return the ETag of the days' versions, the query and the reader; empty if a version is unknown."""
    if not all(versions):
        return ""
    context = query.context
    who = f"{context.caller.subject} {context.access.role} {context.visitor.region_tag}"
    when = str(int(context.now.timestamp()) // SHOWN_ANEW)
    text = "\n".join([who, when, query.link(day=query.day.isoformat()), *versions])
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'


async def _page(query: CalendarQuery, schedule: Schedule) -> func.HttpResponse:
    context, formats = query.context, query.context.formats
    first, last = query.days[0], query.days[-1]
    heading = formats.full_day(first) if first == last else f"{formats.day(first)} – {formats.day(last)}"
    shown: dict[str, Any] = (
        {"agenda": _agenda(query, schedule)} if query.view == "agenda" else {"grid": grid_of(query, schedule)}
    )
    return await context.page(
        "console/calendar/show.html",
        "calendar",
        heading=heading[:1].upper() + heading[1:],
        query=query,
        views=query.views,
        before=query.link(day=(query.day - query.step).isoformat()),
        after=query.link(day=(query.day + query.step).isoformat()),
        today=query.link(day="") if query.today not in query.days else "",
        offered=context.calendar.listed_services,
        is_cut=len(query.people) >= MOST_PEOPLE,
        book=_book(query),
        soonest=_book(query, service=query.service, time=NEXT) if query.service else "",
        news=context.texts.gettext(NEWS[news]) if (news := context.req.params.get("news", "")) in NEWS else "",
        **shown,
    )


def _book(query: CalendarQuery, **asked: str) -> str:
    """Return the link that books, on the day that is shown unless something else is `asked`."""
    context = query.context
    if not context.access.may(Permission.CREATE_BOOKING):
        return ""
    person = {"staff": query.chosen[0]} if len(query.chosen) == 1 else {}
    when = {**asked, **person} if asked else {"date": query.day.isoformat()}
    return context.link("bookings", context.business.id, "new", **when, back=query.back)


def _agenda(query: CalendarQuery, schedule: Schedule) -> list[AgendaDay]:
    """Return the days with the appointments of the chosen people, or of all."""
    context, wanted = query.context, {one.id for one in query.people}
    found = []
    for day in query.days:
        entries = [
            one
            for one in schedule.entries[day]
            if one.status != "cancelled"
            and not wanted.isdisjoint(one.planned.staff)
            and query.service in ("", one.planned.service)
        ]
        lines = [
            (
                appointment_cell(query, one, None, 0, 0),
                ", ".join(person.name for person in context.calendar.people(one.planned.staff)),
            )
            for one in sorted(entries, key=lambda one: (one.planned.start, one.key))
        ]
        name = context.formats.full_day(day)
        href = query.link(view="day", day=day.isoformat())
        found.append(AgendaDay(name[:1].upper() + name[1:], href, day == query.today, lines))
    return found
