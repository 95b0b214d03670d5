"""The queue in the console: today's visits of the calendars one may see, and what may be done about them."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

import azure.functions as func

from functions.access import access_in
from functions.console_http import console_boundary, console_visitor, enter_calendar, person_of
from functions.http import BadRequest
from functions.pages_http import form_of
from functions.queue_view import Seen, queue_page
from functions.wiring import services
from shared.domain.business import StaffMember
from shared.domain.errors import NotFound
from shared.domain.permissions import Operation
from shared.domain.visit_queue import Wish
from shared.domain.visit_rules import BY_HAND
from shared.use_cases.change_visit import admit, mark_visit, tell_lobby
from shared.use_cases.find_businesses import find_of_person
from shared.use_cases.find_queue import find_queue, find_queued, queue_version
from shared.use_cases.visit_links import host_token


if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.access import Access
    from shared.use_cases.find_visit import Entrance

MOST_CALENDARS = 40


@console_boundary
async def queue_show(req: func.HttpRequest) -> func.HttpResponse:
    """The page; 304 where the reader has this very queue, which costs its versions and nothing else."""
    seen = await _seen(req)
    versions = await asyncio.gather(
        *(queue_version(one.calendar, seen.day_in(one), store=services().store) for one in seen.shown)
    )
    tag = seen.tag(versions)
    if tag == req.headers.get("if-none-match"):
        return func.HttpResponse(status_code=304, headers={"ETag": tag, "Cache-Control": "private, no-cache"})
    found = await asyncio.gather(
        *(find_queue(one.calendar, seen.day_in(one), store=services().store, now=seen.now) for one in seen.shown)
    )
    response = queue_page(req, seen, [line for lines in found for line in lines])
    response.headers["ETag"] = tag
    return response


async def _seen(req: func.HttpRequest) -> Seen:
    """Return what is asked for, of what the caller may see. Raises NotFound for another's calendar."""
    caller, visitor = await person_of(req), console_visitor(req)
    wanted = req.params.get("calendar", "")
    if wanted:
        business = await services().store.calendars.business_of(wanted)
        shown = [await enter_calendar(req, business, Operation.VIEW_QUEUE)]
        choice = shown
    else:
        own = [access_in(caller, one) for one in await find_of_person(caller.email, store=services().store)]
        choice = [one for one in own if one.may(Operation.VIEW_QUEUE)][:MOST_CALENDARS]
        shown = choice
    params = req.params
    wish = Wish(
        params.get("status", ""), params.get("service", ""), params.get("staff", ""), params.get("all", "") == "1"
    )
    return Seen(visitor, shown, wanted, _day(params), wish, _page(params), services().now())


def _day(params: Mapping[str, str]) -> date | None:
    try:
        day = date.fromisoformat(params.get("day", ""))
    except ValueError:
        return None
    return day if 1972 <= day.year <= 2199 else None


def _page(params: Mapping[str, str]) -> int:
    text = params.get("page", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0


@console_boundary
async def queue_act(req: func.HttpRequest) -> func.HttpResponse:
    """Admit, mark, or tell the waiting room; then the queue again."""
    form = form_of(req)
    access = await enter_calendar(req, req.route_params["business"], Operation.RUN_QUEUE)
    entrance = await _find(req, access)
    access.require_change(entrance.appointment.staff)
    await _act(form, entrance)
    query = urlencode(parse_qsl(form.get("back", "")[:1000]))
    return func.HttpResponse(status_code=303, headers={"Location": f"/console/queue?{query}"})


@console_boundary
async def queue_join(req: func.HttpRequest) -> func.HttpResponse:
    """Go to the visit as its host, where one serves it."""
    access = await enter_calendar(req, req.route_params["business"], Operation.RUN_QUEUE)
    found = await _find(req, access)
    mine = sorted(access.people.intersection(found.appointment.staff))
    if not mine:
        raise NotFound
    token = host_token(services().secret, access.calendar.business.id, found.appointment, mine[0])
    return func.HttpResponse(status_code=303, headers={"Location": f"/host/{token}"})


async def _find(req: func.HttpRequest, access: Access) -> Entrance:
    appointment = req.route_params["appointment"]
    return await find_queued(appointment, access.calendar, _actor(access), store=services().store)


def _actor(access: Access) -> StaffMember:
    """Return who acts: their own entry on the staff, or one that stands for the organisation."""
    own = next(iter(sorted(access.people)), "")
    return access.calendar.staff.get(own) or StaffMember(id="organisation", name=access.caller.name)


async def _act(form: Mapping[str, str], entrance: Entrance) -> None:
    app, action = services(), form.get("action", "")
    store, secret, now = app.store, app.secret, app.now()
    if action == "admit":
        await admit(entrance, form.get("party", ""), store=store, secret=secret, now=now)
    elif action == "tell":
        await tell_lobby(entrance, form.get("text", ""), store=store, secret=secret, now=now)
    elif action in BY_HAND:
        await mark_visit(entrance, action, store=store, secret=secret, now=now)
    else:
        raise BadRequest
