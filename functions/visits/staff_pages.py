"""The pages by which staff change an appointment from the link in their mail, without an account.

They exist where the calendar allows it; the holder of a link acts as the person to whom it was sent.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import azure.functions as func

from functions.http.client_address import client_address
from functions.http.switch import require_switched_on
from functions.pages.boundary import form_of, page_boundary
from functions.pages.form_field import FormField, new_key
from functions.pages.problem_texts import PROBLEMS
from functions.pages.summaries import moment, zone_choice
from functions.pages.times.picker import Builder, read_ask, read_start
from functions.visits.attendee_pages import show, visitor_of
from functions.visits.context import enter_visit
from functions.visits.customer_facts import customer_facts
from functions.visits.staff_forms import StaffForm, cancelling, confirming, handing_back
from shared.domain.appointments.visit_links import host_token
from shared.domain.errors import AlreadyCancelled, ChangesClosed, Conflict, InvalidFields, KeyReused, Rejected
from shared.i18n.marked import marked
from shared.use_cases.booking.check_form import text_problem
from shared.use_cases.booking.find_slots import SlotsRequest, find_slots
from shared.use_cases.staff_links.act_by_link import (
    ask_by_link,
    cancel_by_link,
    confirm_by_link,
    find_ahead,
    host_of,
    may_act,
    movable,
    move_by_link,
    times_of_all,
)


if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from functions.pages.visitor import Visitor
    from functions.visits.context import VisitRequest
    from shared.domain.errors import Refusal

    Questioning = Callable[[Visitor], "StaffForm"]
    ByLink = Callable[..., Awaitable[None]]

LONGEST_MESSAGE = 2000
NEWS = {
    "moved": marked("The appointment was rescheduled. Everyone was notified."),
    "cancelled": marked("The appointment was cancelled. Everyone was notified."),
    "confirmed": marked("The appointment is confirmed. The customer was notified."),
    "asked": marked("Your request was sent. The appointment stays with you until someone else takes it."),
}


class AheadLine(NamedTuple):
    """A coming appointment in the list."""

    when: str
    what: str
    href: str


@page_boundary
async def host_appointment(req: func.HttpRequest) -> func.HttpResponse:
    """Show a person of the staff their appointment, what they may do with it, and what else is to come."""
    call, _ = await _enter(req)
    return await _appointment(req, call, news=req.params.get("news", ""))


@page_boundary
async def host_move(req: func.HttpRequest) -> func.HttpResponse:
    """Show the times to move to; with a `start` ask for confirmation."""
    call, visitor = await _enter(req)
    if movable(call.entrance, call.now) is None:
        return await _appointment(req, call)
    await require_switched_on()
    if start := read_start(req.params.get("start", "")):
        return _confirmation(req, call, visitor, start)
    return await _picker(req, call, visitor)


@page_boundary
async def host_move_send(req: func.HttpRequest) -> func.HttpResponse:
    """Move the appointment and redirect to it; on a refusal show the times again with what went wrong."""
    call, visitor = await _enter_to_change(req)
    values, app = form_of(req), call.app
    start = read_start(values.get("start", ""))
    if start is None:
        raise InvalidFields([("/start", "not a time")])
    await require_switched_on()
    try:
        await move_by_link(
            call.entrance,
            start,
            key=values.get("key", ""),
            context=app.context,
            reading=app.reading,
        )
    except (ChangesClosed, AlreadyCancelled, KeyReused):
        return await _appointment(req, call)
    except (Conflict, Rejected) as refusal:
        return await _picker(req, call, visitor, refusal)
    return _see(req, visitor, "moved")


@page_boundary
async def host_cancel(req: func.HttpRequest) -> func.HttpResponse:
    """Ask whether to cancel; show the appointment where it is too late for that."""
    return await _question(req, cancelling)


@page_boundary
async def host_cancel_send(req: func.HttpRequest) -> func.HttpResponse:
    """Cancel the appointment and redirect to it. It works while the organisation is switched off."""
    return await _do(req, cancelling, cancel_by_link, "cancelled")


@page_boundary
async def host_confirm(req: func.HttpRequest) -> func.HttpResponse:
    """Ask whether the appointment can take place; show it where that is not asked, or no longer."""
    call, visitor = await _enter(req)
    if not may_act(call.entrance, call.now) or not call.entrance.appointment.is_to_confirm:
        return await _appointment(req, call)
    return _form(req, call, visitor, confirming(visitor))


@page_boundary
async def host_confirm_send(req: func.HttpRequest) -> func.HttpResponse:
    """Confirm the appointment, and redirect to it."""
    return await _do(req, confirming, confirm_by_link, "confirmed")


@page_boundary
async def host_hand_back(req: func.HttpRequest) -> func.HttpResponse:
    """Ask why somebody else is to serve the appointment; show the appointment where it is too late for that."""
    return await _question(req, handing_back)


@page_boundary
async def host_hand_back_send(req: func.HttpRequest) -> func.HttpResponse:
    """Ask the calendar's schedulers to reassign the appointment, and redirect to it."""
    return await _do(req, handing_back, ask_by_link, "asked")


async def _question(req: func.HttpRequest, form_for: Questioning) -> func.HttpResponse:
    call, visitor = await _enter(req)
    if not may_act(call.entrance, call.now):
        return await _appointment(req, call)
    return _form(req, call, visitor, form_for(visitor))


async def _do(req: func.HttpRequest, form_for: Questioning, act: ByLink, news: str) -> func.HttpResponse:
    """Do what was asked for with its message, and redirect; where it is too late, show the appointment."""
    call, visitor = await _enter_to_change(req)
    values = form_of(req)
    message = values.get("message", "").replace("\r\n", "\n").strip()
    if text_problem(message, LONGEST_MESSAGE, multiline=True):
        return _form(req, call, visitor, form_for(visitor), message, is_wrong=True)
    try:
        key = values.get("key", "")
        await act(call.entrance, message, key=key, context=call.app.context)
    except (ChangesClosed, AlreadyCancelled, KeyReused):
        return await _appointment(req, call)
    return _see(req, visitor, news)


async def _enter(req: func.HttpRequest) -> tuple[VisitRequest, Visitor]:
    call = await enter_visit(req, "host")
    host_of(call.entrance)
    return call, visitor_of(req, call.entrance, "host")


async def _enter_to_change(req: func.HttpRequest) -> tuple[VisitRequest, Visitor]:
    call, visitor = await _enter(req)
    call.app.limiter.count_change(client_address(req), call.entrance.business, call.now)
    return call, visitor


def _show(
    template: str, req: func.HttpRequest, call: VisitRequest, *more: str, **context: Any
) -> func.HttpResponse:
    return show(template, req, call, "host", req.route_params["token"], *more, **context)


async def _appointment(req: func.HttpRequest, call: VisitRequest, *, news: str = "") -> func.HttpResponse:
    entrance, visitor = call.entrance, visitor_of(req, call.entrance, "host")
    token, may = req.route_params["token"], may_act(entrance, call.now)
    wish = entrance.appointment.open_wish
    has_asked = wish is not None and wish.person == host_of(entrance).id
    ways = {
        "join": visitor.link("host", token) if entrance.entry_state(call.now) == "open" else "",
        "confirm": visitor.link("host", token, "confirm") if may and entrance.appointment.is_to_confirm else "",
        "move": visitor.link("host", token, "move") if movable(entrance, call.now) else "",
        "cancel": visitor.link("host", token, "cancel") if may else "",
        "hand-back": visitor.link("host", token, "hand-back") if may and not has_asked else "",
    }
    return _show(
        "visits/staff.html",
        req,
        call,
        "appointment",
        may_act=may,
        has_asked=has_asked,
        is_over=entrance.is_live and not may,
        ways=ways,
        customers=await customer_facts(call, visitor),
        ahead=await _ahead(call, visitor),
        news=visitor.texts.gettext(NEWS[news]) if news in NEWS else "",
    )


async def _ahead(call: VisitRequest, visitor: Visitor) -> list[AheadLine]:
    entrance, person = call.entrance, host_of(call.entrance)
    found = []
    for each in await find_ahead(entrance, store=call.app.store, now=call.now):
        one = each.appointment
        token = host_token(call.app.secret, entrance.business, one, person.id, person.link_version)
        service = one.service_of(entrance.calendar.services.get(one.service))
        names = (one.seat.customer.name if one.seat else "", service.name if service else "")
        when = f"{visitor.formats.short_day(one.start.astimezone(visitor.tzinfo).date())}, "
        when += visitor.formats.span(one.start, one.end)
        href = visitor.link("host", token, "appointment")
        found.append(AheadLine(when, " · ".join(name for name in names if name), href))
    return found


async def _picker(
    req: func.HttpRequest, call: VisitRequest, visitor: Visitor, taken: Refusal | None = None
) -> func.HttpResponse:
    entrance, service = call.entrance, movable(call.entrance, call.now)
    if service is None:
        return await _appointment(req, call)
    ask = read_ask(req.params, visitor, call.now, entrance.calendar.policy_of(service).maximum_advance)
    first, last = ask.window
    wanted = SlotsRequest(service.id, first, last, visitor.zone, None, entrance.appointment)
    offer = await find_slots(wanted, calendar=entrance.calendar, store=call.app.store, now=call.now)
    # a session moves as a whole, to where all its staff are free: it joins no other
    offer = replace(offer, starts=times_of_all(offer, entrance), sessions=())
    path = ("host", req.route_params["token"], "move")
    title = {"title": visitor.texts.gettext(PROBLEMS[taken.code][0])} if taken else None

    def link(**changes: str) -> str:
        return visitor.link(*path, **changes)

    return _show(
        "visits/staff_move.html",
        req,
        call,
        "move",
        picker=Builder(offer, ask, visitor, link).picker(),
        zone=zone_choice(entrance.calendar.business, visitor, "/" + "/".join(path), ask.query, call.now),
        back=visitor.link("host", path[1], "appointment"),
        taken=title,
        status=409 if taken else 200,
    )


def _confirmation(
    req: func.HttpRequest, call: VisitRequest, visitor: Visitor, start: datetime
) -> func.HttpResponse:
    _, one, token = visitor.texts.gettext, call.entrance.appointment, req.route_params["token"]
    day = start.astimezone(visitor.tzinfo).date().isoformat()
    form = StaffForm("move", _("Reschedule to this time?"), _("Reschedule"), _("Keep the old time"))
    zone = call.entrance.calendar.business.time_zone
    return _show(
        "visits/staff_form.html",
        req,
        call,
        "move",
        form=form,
        action=visitor.link("host", token, "move"),
        hidden=[("key", new_key()), ("start", start.isoformat())],
        new_moment=moment(start, start + (one.end - one.start), visitor, zone),
        back=(visitor.link("host", token, "move", date=day), _("Change time")),
        keep=visitor.link("host", token, "appointment"),
    )


def _form(
    req: func.HttpRequest,
    call: VisitRequest,
    visitor: Visitor,
    form: StaffForm,
    message: str = "",
    *,
    is_wrong: bool = False,
) -> func.HttpResponse:
    """Return a question with a message; `is_wrong` where what was typed cannot be one."""
    token = req.route_params["token"]
    field = FormField("message", form.message, "notes", message, longest=LONGEST_MESSAGE)
    wrong = visitor.texts.gettext("This is too long, or some characters aren’t allowed")
    field = replace(field, error=wrong) if is_wrong else field
    fields = [field] if form.message else []
    there = visitor.link("host", token, "appointment")
    return _show(
        "visits/staff_form.html",
        req,
        call,
        form.path,
        form=form,
        action=visitor.link("host", token, form.path),
        fields=fields,
        hidden=[("key", new_key())],
        back=(there, visitor.texts.gettext("Your appointment")),
        keep=there,
        status=422 if is_wrong else 200,
    )


def _see(req: func.HttpRequest, visitor: Visitor, news: str) -> func.HttpResponse:
    """Redirect to the appointment (303), so that reloading the page does not send the form again."""
    address = visitor.link("host", req.route_params["token"], "appointment", news=news)
    return func.HttpResponse(status_code=303, headers={"Location": address})
