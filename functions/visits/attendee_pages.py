"""The pages behind a join link: too early, the waiting room and the visit, too late; and the device test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.pages.boundary import page_boundary
from functions.pages.render import DEVICES, page
from functions.pages.rich_text import fill, own_name
from functions.pages.summaries import about, moment, names_of, way_in
from functions.pages.visitor import at_home, read_visitor
from functions.visits.context import enter_visit
from shared.domain.appointments.visit_links import companion_tokens, manage_token
from shared.domain.visits.rules import OPENS_BEFORE
from shared.use_cases.appointments.find_history import find_history


if TYPE_CHECKING:
    import azure.functions as func

    from functions.pages.visitor import Visitor
    from functions.visits.context import VisitRequest
    from shared.use_cases.organisation.find_audit import AuditEntry
    from shared.use_cases.visits.find_visit import EntryState, Side, VisitAccess


@page_boundary
async def join_page(req: func.HttpRequest) -> func.HttpResponse:
    """Show an attendee the waiting room, which turns into the visit; outside its time, when it opens."""
    call = await enter_visit(req, "join")
    entrance, token = call.entrance, req.route_params["token"]
    door = entrance.entry_state(call.now)
    if door != "open":
        return await _closed(req, call, door)
    is_new = entrance.appointment.origin != "booking" and not entrance.me.left
    is_expected = is_new and not entrance.companion
    return show("visits/attendee.html", req, call, "join", token, is_expected=is_expected)


async def _closed(req: func.HttpRequest, call: VisitRequest, door: EntryState, *more: str) -> func.HttpResponse:
    entrance, token = call.entrance, req.route_params["token"]
    happened = None if entrance.is_live else await _cancelled(call)
    return show("visits/closed.html", req, call, "join", token, *more, door=door, happened=happened)


async def _cancelled(call: VisitRequest) -> AuditEntry | None:
    """Return who cancelled it and when, None if the history no longer has it."""
    entrance = call.entrance
    asked = entrance.appointment.model_copy(update={"seat": entrance.seat})
    history, _ = await find_history(asked, business=entrance.business, store=call.app.store)
    return next((one for one in history if one.action == "cancelled"), None)


@page_boundary
async def join_test(req: func.HttpRequest) -> func.HttpResponse:
    """Show an attendee the device test, unless the visit is over or cancelled."""
    call = await enter_visit(req, "join")
    door = call.entrance.entry_state(call.now)
    if door not in ("early", "open"):
        return await _closed(req, call, door, "test")
    return show("visits/device_test.html", req, call, "join", req.route_params["token"], "test")


def show(
    template: str,
    req: func.HttpRequest,
    call: VisitRequest,
    side: Side,
    token: str,
    *more: str,
    happened: AuditEntry | None = None,
    **context: Any,
) -> func.HttpResponse:
    """Return a page of the visit, which may ask for camera and microphone, and which no site may frame."""
    entrance, business = call.entrance, call.entrance.calendar.business
    visitor = visitor_of(req, entrance, side)
    appointment = entrance.appointment
    person = names_of(entrance.calendar, appointment.staff)
    response = page(
        template,
        visitor,
        business,
        is_framed=False,
        base=f"/{side}/{token}",
        entrance=entrance,
        about=about(entrance.service, business, visitor, person) if entrance.service else None,
        moment=moment(appointment.start, appointment.end, visitor, business.time_zone),
        opens=_opening(call, visitor),
        ends=appointment.end.isoformat(),
        is_cancelled=not entrance.is_live,
        cancelled=_said_of(happened, call, visitor),
        links=_links(call, visitor, side, token),
        companions=_companions(call),
        way_in=way_in(entrance.service, business, visitor),
        here=((side, token, *more), {}),
        **context,
    )
    response.headers["Permissions-Policy"] = DEVICES
    return response


def visitor_of(req: func.HttpRequest, entrance: VisitAccess, side: Side) -> Visitor:
    """Return the reader, by their own clock."""
    languages, business = req.headers.get("accept-language", ""), entrance.calendar.business
    visitor = read_visitor(req.params, languages, business, is_staff=side == "host")
    own = entrance.seat.time_zone if entrance.seat else entrance.person.time_zone if entrance.person else ""
    return at_home(visitor, own) if own else visitor


def _opening(call: VisitRequest, visitor: Visitor) -> dict[str, str]:
    """Return when the waiting room opens, in the visitor's zone, and the server's time to count from."""
    opens, formats = call.entrance.appointment.start - OPENS_BEFORE, visitor.formats
    return {
        "day": formats.part(opens, "MMMEd").replace(" ", "\u00a0"),  # in a heading, a date stays in one line
        "time": formats.exact_time(opens),
        "iso": opens.isoformat(),
        # the countdown cannot rely on the clock of the visitor's device
        "now": call.now.isoformat(),
    }


def _said_of(happened: AuditEntry | None, call: VisitRequest, visitor: Visitor) -> str:
    if happened is None or call.entrance.companion:
        return ""
    _, when = visitor.texts.gettext, visitor.formats.when(happened.moment)
    if happened.actor == "customer":
        return fill(_("You cancelled it: %(when)s."), when=when)
    business = call.entrance.calendar.business
    return fill(_("%(name)s cancelled it: %(when)s."), name=own_name(business, visitor), when=when)


def _companions(call: VisitRequest) -> list[str]:
    """Return the links for those whom the reader brings along; none for companions and hosts of groups."""
    entrance, app = call.entrance, call.app
    seat = entrance.appointment.seat if entrance.is_host else entrance.seat
    if seat is None or entrance.companion:
        return []
    one, of_host = entrance.appointment, entrance.is_host
    tokens = companion_tokens(app.secret, entrance.business, one, seat, of_host=of_host)
    return [f"{app.settings.public_url}/join/{token}" for token in tokens]


def _again(entrance: VisitAccess, visitor: Visitor) -> str:
    """Return the link to book the same again; the calendar's page where the service is no longer offered."""
    business, service = entrance.calendar.business, entrance.service
    if entrance.seat is None or not business.page.is_published:
        return ""
    offered = entrance.calendar.services.get(entrance.appointment.service)
    is_offered = service is not None and offered is not None and not offered.is_hidden
    return visitor.link("book", business.slug, *([offered.id] if offered and is_offered else []))


def _links(call: VisitRequest, visitor: Visitor, side: Side, token: str) -> dict[str, str]:
    """Return links by name; `manage` is empty for hosts and companions, who have no booking."""
    entrance = call.entrance
    links = {"visit": visitor.link(side, token), "test": visitor.link("join", token, "test"), "manage": ""}
    links["again"] = _again(entrance, visitor)
    business = entrance.calendar.business
    helps = business.toolkit.links_from_pages and business.page.is_published
    links["guide"] = visitor.link("help", business.slug, "guide") if helps else ""
    if entrance.seat and not entrance.companion:
        appointment, seat = entrance.appointment, entrance.seat
        manage = manage_token(
            call.app.secret,
            entrance.business,
            appointment.id,
            seat.id,
            seat.link_version,
            appointment.start,
        )
        links["manage"] = visitor.link("book", entrance.calendar.business.slug, "manage", manage)
    return links
