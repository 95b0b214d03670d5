"""The queue in the console: a day's appointments of a person's calendars, and the actions on them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import azure.functions as func

from functions.console.appointments.context import appointment_address, queue_address
from functions.console.boundary import console_boundary, console_visitor, enter_calendar
from functions.console.queue.query import seen_of
from functions.console.queue.view import queue_page
from functions.http.boundary import BadRequest
from functions.http.etags import has_current
from functions.pages.boundary import form_of
from functions.pages.render import page_headers
from functions.wiring import services
from shared.domain.access.permissions import Permission
from shared.domain.appointments.visit_links import host_token
from shared.domain.calendar.business import StaffMember
from shared.domain.errors import NotFound
from shared.domain.visits.rules import BY_HAND
from shared.presentation.ready_messages import READY
from shared.records.queue import version_of
from shared.use_cases.appointments.send_reminder_now import remind_now
from shared.use_cases.staff_links.ask_reassignment import decline_reassignment
from shared.use_cases.staff_links.confirm_appointment import confirm_appointment
from shared.use_cases.visits.change_visit import admit, mark_visit, message_lobby
from shared.use_cases.visits.find_queue import find_queue, find_queued, queue_marks


if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from functions.auth.access import Access
    from functions.wiring import Services
    from shared.records.table import Marks
    from shared.use_cases.visits.find_visit import VisitAccess

    Answering = Callable[..., Awaitable[None]]

VARY = "Accept, Accept-Language, Accept-Encoding"


@console_boundary
async def queue_show(req: func.HttpRequest) -> func.HttpResponse:
    """Show staff the queue, as a page or as JSON.

    Returns 304 where the browser has this state already, which reads only the marks of the days and not their
    rows.
    """
    seen = await seen_of(req)
    store = seen.app.store
    days = [(one.calendar, seen.day_in(one)) for one in seen.shown]
    known: list[Marks | None] = [None] * len(days)
    if req.headers.get("if-none-match"):
        marks = await asyncio.gather(*(queue_marks(*one, store=store) for one in days))
        tag = seen.tag(version_of(calendar, one) for (calendar, _), one in zip(days, marks, strict=True))
        if has_current(req, tag):
            headers = {**page_headers(seen.visitor), "Vary": VARY, "ETag": tag}
            return func.HttpResponse(status_code=304, headers=headers)
        known = list(marks)
    reads = (find_queue(*one, read, store=store) for one, read in zip(days, known, strict=True))
    found = await asyncio.gather(*reads)
    # by what was read, and not by the marks before it: they may have moved on meanwhile
    tag = seen.tag(version for _, version in found)
    response = await queue_page(
        req, seen, [one for listed, _ in found for one in listed], [one for _, one in found]
    )
    response.headers["Vary"] = VARY
    if tag:
        response.headers["ETag"] = tag
    return response


@console_boundary
async def queue_act(req: func.HttpRequest) -> func.HttpResponse:
    """Admit, mark, remind, or message the lobby for staff; then redirect to the queue, or to the appointment."""
    form = form_of(req)
    access = await enter_calendar(req, req.route_params["business"], Permission.RUN_QUEUE)
    entrance = await _find(req, access)
    access.require_change(entrance.appointment.staff)
    news = await _act(form, access, entrance, console_visitor(req).language, services())
    address = queue_address(form.get("back", ""), news)
    if form.get("here"):
        address = appointment_address(req, form.get("back", ""), news or "marked")
    return func.HttpResponse(status_code=303, headers={"Location": address})


@console_boundary
async def queue_join(req: func.HttpRequest) -> func.HttpResponse:
    """Redirect a host to their own page of the visit. Raises NotFound where they do not serve it."""
    access = await enter_calendar(req, req.route_params["business"], Permission.RUN_QUEUE)
    found = await _find(req, access)
    mine = sorted(access.people.intersection(found.appointment.staff))
    if not mine:
        raise NotFound
    me = access.calendar.staff[mine[0]]
    business = access.calendar.business.id
    token = host_token(services().secret, business, found.appointment, me.id, me.link_version)
    return func.HttpResponse(status_code=303, headers={"Location": f"/host/{token}"})


async def _find(req: func.HttpRequest, access: Access) -> VisitAccess:
    appointment = req.route_params["appointment"]
    return await find_queued(appointment, access.calendar, _actor(access), store=services().store)


def _actor(access: Access) -> StaffMember:
    """Return the acting person's staff entry, or one that stands for the organisation's administrators."""
    own = next(iter(sorted(access.people)), "")
    return access.calendar.staff.get(own) or StaffMember(id="organisation", name=access.caller.name)


async def _tell(entrance: VisitAccess, form: Mapping[str, str], language: str, app: Services) -> None:
    """Send a ready message by its name, else the text. Raises BadRequest for a name that does not exist."""
    ready = form.get("ready", "")
    if ready and ready not in READY:
        raise BadRequest
    text, tag = ("", "") if ready else (form.get("text", ""), language)
    await message_lobby(entrance, text, name=ready, language=tag, context=app.context)


async def _answer(
    answer: Answering, form: Mapping[str, str], access: Access, entrance: VisitAccess, app: Services
) -> None:
    """Leave the appointment with who asks to be replaced, or confirm that it takes place. Raises Refusal."""
    await answer(
        entrance.appointment.id,
        editor=access.editor(),
        key=form.get("key", ""),
        calendar=entrance.calendar,
        context=app.context,
    )


async def _act(
    form: Mapping[str, str], access: Access, entrance: VisitAccess, language: str, app: Services
) -> str:
    """Run the form's action, and return the key of the news to show. Raises BadRequest for another action."""
    action, _, party = form.get("action", "").partition(" ")
    if action == "admit":
        await admit(entrance, party or form.get("party", ""), context=app.context)
    elif action == "tell":
        await _tell(entrance, form, language, app)
        return "said"
    elif action == "remind":
        return await remind_now(entrance, key=form.get("key", ""), actor=access.actor, context=app.context)
    elif action == "decline":
        await _answer(decline_reassignment, form, access, entrance, app)
        return "declined"
    elif action == "confirm":
        await _answer(confirm_appointment, form, access, entrance, app)
        return "confirmed"
    elif action in BY_HAND:
        await mark_visit(entrance, action, context=app.context)
    else:
        raise BadRequest
    return ""
