"""Short links of the staff calendar's fullest pages: by the beginning of an id that no other of the day has."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from functions.console.appointments.context import CALENDAR
from functions.console.boundary import console_boundary
from functions.console.context import enter
from shared.domain.access.permissions import Permission
from shared.domain.errors import NotFound
from shared.use_cases.visits.find_queue import find_queue


if TYPE_CHECKING:
    from collections.abc import Iterable

    import azure.functions as func

    from functions.console.calendar.query import CalendarQuery
    from shared.use_cases.availability.find_schedule import Schedule

MANY = 150
"""Appointments of a page, from which on it is their ids, and what all of them share, that make it heavy."""
SHORTEST = 4
"""Characters of an id, a million beginnings: what comes to the day later hardly begins like what left it."""
PLACE = ("back", "date", "time", "staff", "minutes", "until", "was")
"""What the script says of where an appointment was dropped."""


def short_links(query: CalendarQuery, schedule: Schedule) -> dict[str, str]:
    """Return the links of appointments by id, relative to the calendar; empty where there are few of them."""
    shown = {one.id for one in query.shown}
    is_of_one = query.view in ("work", "week") and len(shown) == 1
    served = (one.planned.staff for entries in schedule.entries.values() for one in entries)
    if is_of_one or sum(not shown.isdisjoint(staff) for staff in served) <= MANY:
        return {}
    found = {}
    for day, entries in schedule.entries.items():
        carried = _carried(query, day)
        for name, beginning in beginnings(one.planned.id for one in entries).items():
            found[name] = f"at/{day.isoformat()}/{quote(beginning, safe='')}{carried}"
    return found


def _carried(query: CalendarQuery, day: date) -> str:
    """Return the query of the links of a day: nothing on the day of everybody, to which they lead back anyway."""
    lang = query.context.visitor.carried.get("lang", "")
    back = "" if query.back == _back(day, lang) else query.back
    values = {name: one for name, one in (("lang", lang), ("back", back)) if one}
    return f"?{urlencode(values)}" if values else ""


def _back(day: date, lang: str) -> str:
    return CALENDAR + urlencode({**({"lang": lang} if lang else {}), "view": "day", "day": day.isoformat()})


def beginnings(ids: Iterable[str]) -> dict[str, str]:
    """Return the shortest beginning of each id that no other has, of `SHORTEST` characters or more."""
    found, ordered = {}, sorted(set(ids))
    for place, name in enumerate(ordered):
        near = ordered[max(place - 1, 0) : place] + ordered[place + 1 : place + 2]
        found[name] = name[: max([SHORTEST, *(_shared(name, one) + 1 for one in near)])]
    return found


def _shared(one: str, other: str) -> int:
    """Return how many characters two texts begin with alike."""
    return next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


@console_boundary
async def calendar_appointment(req: func.HttpRequest) -> func.HttpResponse:
    """Lead to the page of an appointment of a day, or with `to` to the form that moves it.

    What left the day since, or got a double since, leads to the day as it is now.
    """
    context = await enter(req, Permission.VIEW_BOOKINGS)
    try:
        day = date.fromisoformat(req.route_params["day"])
    except ValueError:
        raise NotFound from None
    entries, _ = await find_queue(context.calendar, day, store=context.app.store)
    begun = [one for one in entries if one.planned.id.startswith(req.route_params["beginning"])]
    if len(begun) != 1:
        return context.leave(context.here("calendar", view="day", day=day.isoformat(), news="changed"))
    asked = {name: req.params[name] for name in PLACE if name in req.params}
    asked.setdefault("back", _back(day, context.visitor.carried.get("lang", "")))
    planned, form = begun[0].planned, ["reschedule"] if req.params.get("to") == "reschedule" else []
    return context.leave(context.link("queue", planned.business, planned.id, *form, **asked))
