"""The pages behind a join link: too early, the waiting room and what follows, too late; and the device test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.pages import page
from functions.pages_about import about, moment, names_of, way_in
from functions.pages_http import page_boundary
from functions.pages_visitor import read_visitor
from functions.room_entry import enter_visit
from functions.wiring import services
from shared.domain.visit_rules import OPENS_BEFORE
from shared.use_cases.booked import manage_token


if TYPE_CHECKING:
    import azure.functions as func

    from functions.pages_visitor import Visitor
    from functions.room_entry import Call
    from shared.use_cases.find_visit import Door, Side

DEVICES = "camera=(self), microphone=(self), display-capture=(self), screen-wake-lock=(self), geolocation=()"


@page_boundary
async def join_page(req: func.HttpRequest) -> func.HttpResponse:
    call = await enter_visit(req, "join")
    entrance, token = call.entrance, req.route_params["token"]
    door = entrance.door(call.now)
    if door != "open":
        return _closed(req, call, door)
    is_expected = entrance.appointment.origin != "booking" and not entrance.me.left
    return show("join/visit.html", req, call, "join", token, is_expected=is_expected)


def _closed(req: func.HttpRequest, call: Call, door: Door, *more: str) -> func.HttpResponse:
    return show("join/closed.html", req, call, "join", req.route_params["token"], *more, door=door)


@page_boundary
async def join_test(req: func.HttpRequest) -> func.HttpResponse:
    """The device test, for whoever may come; what cannot be joined needs none."""
    call = await enter_visit(req, "join")
    door = call.entrance.door(call.now)
    if door not in ("early", "open"):
        return _closed(req, call, door, "test")
    return show("join/test.html", req, call, "join", req.route_params["token"], "test")


def show(
    template: str, req: func.HttpRequest, call: Call, side: Side, token: str, *more: str, **context: Any
) -> func.HttpResponse:
    """A page that may ask for the camera and the microphone, and is kept nowhere."""
    entrance, business = call.entrance, call.entrance.calendar.business
    visitor = read_visitor(req.params, req.headers.get("accept-language", ""), business)
    appointment = entrance.appointment
    person = names_of(entrance.calendar, appointment.staff)
    response = page(
        template,
        visitor,
        business,
        base=f"/{side}/{token}",
        entrance=entrance,
        about=about(entrance.service, business, visitor, person) if entrance.service else None,
        moment=moment(appointment.start, appointment.end, visitor, business.time_zone),
        opens=visitor.formats.time(appointment.start - OPENS_BEFORE),
        links=_links(call, visitor, side, token),
        way_in=way_in(entrance.service, business, visitor),
        here=((side, token, *more), {}),
        **context,
    )
    response.headers["Permissions-Policy"] = DEVICES
    response.headers["Cache-Control"] = "no-store"
    return response


def _links(call: Call, visitor: Visitor, side: Side, token: str) -> dict[str, str]:
    """The ways on; only an attendee has a booking to manage."""
    entrance = call.entrance
    links = {"visit": visitor.link(side, token), "test": visitor.link("join", token, "test"), "manage": ""}
    if entrance.seat:
        appointment, seat = entrance.appointment, entrance.seat
        manage = manage_token(
            services().secret,
            entrance.business,
            appointment.id,
            seat.id,
            seat.link_version,
            appointment.start,
        )
        links["manage"] = visitor.link("book", entrance.calendar.business.slug, "manage", manage)
    return links
