"""The staff calendar: a day by person, weeks of one or several people, a month, and an agenda."""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING, Any

import azure.functions as func

from functions.console.appointments.asked import NEXT
from functions.console.boundary import console_boundary
from functions.console.calendar.agenda import agenda_of, day_after
from functions.console.calendar.query import FEW, read_query
from functions.console.calendar.tables import month_table, week_table
from functions.console.calendar.view import grid_of
from functions.console.queue.words import NEWS
from functions.http.boundary import path_of
from functions.http.etags import has_current
from functions.pages.render import page_headers
from shared.domain.access.permissions import Permission
from shared.records.queue import version_of
from shared.use_cases.availability.find_schedule import MOST_PEOPLE, find_schedule
from shared.use_cases.visits.find_queue import queue_marks


if TYPE_CHECKING:
    from collections.abc import Sequence

    from functions.console.calendar.query import CalendarQuery
    from shared.use_cases.availability.find_schedule import Schedule

SHOWN_ANEW = 300  # seconds after which an unchanged page is rendered again: the line of the present moves


@console_boundary
async def calendar_show(req: func.HttpRequest) -> func.HttpResponse:
    """Show the staff calendar. Returns 304, after one point read a day, where the browser has this state."""
    query = await read_query(req)
    context, store = query.context, query.context.app.store
    if path_of(req).endswith("/"):  # links of the page are relative
        return context.leave(query.link())
    if req.headers.get("if-none-match"):
        marks = await asyncio.gather(*(queue_marks(context.calendar, day, store=store) for day in query.days))
        tag = _tag(query, [version_of(context.calendar, one) for one in marks])
        if has_current(req, tag):
            headers = {**page_headers(context.visitor), "ETag": tag}
            return func.HttpResponse(status_code=304, headers=headers)
    # what is free is shown of a month's days where it is one person's, and of no agenda
    is_free_shown = query.view in ("day", "work", "week") or len(query.shown) == 1
    shown = [one.id for one in query.shown] if is_free_shown and query.view != "agenda" else []
    read = not query.is_busy_month
    found = await find_schedule(query.days, shown, calendar=context.calendar, store=store, has_entries=read)
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
    context, heading = query.context, _heading(query)
    is_large = len(context.calendar.staff) > FEW
    return await context.page(
        "console/calendar/show.html",
        "calendar",
        heading=heading[:1].upper() + heading[1:],
        query=query,
        views=query.views,
        before=query.link(day=query.before.isoformat()),
        after=query.link(day=query.after.isoformat()),
        today="" if query.is_now else query.link(day=""),
        offered=context.calendar.listed_services,
        is_cut=len(query.people) > len(query.shown) or len(query.people) >= MOST_PEOPLE,
        groups=[one for one in context.calendar.listed_services if one.staff] if is_large else [],
        is_large=is_large,
        book=_book(query),
        off=_off(query),
        soonest=_book(query, service=query.service, time=NEXT) if query.service else "",
        news=context.texts.gettext(NEWS[news]) if (news := context.req.params.get("news", "")) in NEWS else "",
        **_shown(query, schedule),
    )


def _heading(query: CalendarQuery) -> str:
    formats, first, last = query.context.formats, query.days[0], query.days[-1]
    if query.view == "month":
        return formats.month(query.day)
    return formats.full_day(first) if first == last else f"{formats.day(first)} – {formats.day(last)}"


def _shown(query: CalendarQuery, schedule: Schedule) -> dict[str, Any]:
    """Return the part of the page that the view is about, by its name in the template."""
    if query.view == "agenda":
        agenda = agenda_of(query, schedule)
        is_all = len(agenda) == len(query.days)
        return {"agenda": agenda, "rest": "" if is_all else query.link(day=day_after(query, agenda).isoformat())}
    if query.view == "month":
        return {"table": month_table(query, schedule)}
    if query.view != "day" and len(query.shown) > 1:
        return {"table": week_table(query, schedule)}
    return {"grid": grid_of(query, schedule)}


def _off(query: CalendarQuery) -> str:
    """Return the link that adds time off on the day that is shown; empty where the reader may not."""
    context = query.context
    if not context.access.may(Permission.CHANGE_TIME_OFF):
        return ""
    person = {"person": query.chosen[0]} if len(query.chosen) == 1 else {}
    return context.here("staff", "time-off", "new", day=query.day.isoformat(), back=query.back, **person)


def _book(query: CalendarQuery, **asked: str) -> str:
    """Return the link that books, on the day that is shown unless something else is `asked`."""
    context = query.context
    if not context.access.may(Permission.CREATE_BOOKING):
        return ""
    person = {"staff": query.chosen[0]} if len(query.chosen) == 1 else {}
    when = {**asked, **person} if asked else {"date": query.day.isoformat()}
    return context.link("bookings", context.business.id, "new", **when, back=query.back)
