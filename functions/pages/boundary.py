"""The boundary of pages: their headers, the page for a refusal, and how a handler gets its scene."""

from __future__ import annotations

from asyncio import gather
from contextlib import suppress
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote

import azure.functions as func

from functions.auth.members import is_member
from functions.booking.context import Scene
from functions.http.boundary import LARGEST_BODY, BadRequest, BodyTooLarge, boundary, path_of, status_of, target_of
from functions.http.client_address import client_address
from functions.http.switch import require_switched_on
from functions.pages.errors import error_page
from functions.pages.visitor import read_visitor
from functions.wiring import services
from shared.domain.errors import NotFound, SignInNeeded, TooManyRequests
from shared.records.table import Ambiguous
from shared.use_cases.booking.find_calendar import find_published, find_reachable, require_open


if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.domain.availability.slots import Offer
    from shared.domain.calendar.business import Business, Calendar
    from shared.domain.errors import Refusal
    from shared.use_cases.ports import Store

MOST_FIELDS = 100
NOTHING: Mapping[str, str] = MappingProxyType({})


async def _refuse(req: func.HttpRequest, refusal: Refusal) -> func.HttpResponse:
    if isinstance(refusal, SignInNeeded) and req.method == "GET" and req.params.get("embed") != "1":
        to = quote(path_of(req), safe="/")
        return func.HttpResponse(status_code=303, headers={"Location": f"/console/sign-in?to={to}"})
    business = await _known_business(req, refusal)
    visitor = read_visitor(req.params, req.headers.get("accept-language", ""), business)
    again = target_of(req) if req.method == "GET" and status_of(refusal) >= 429 else ""
    response = error_page(
        refusal.code, status_of(refusal), visitor, business, again=again, has_menu=req.method == "GET"
    )
    if isinstance(refusal, TooManyRequests):
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


async def _known_business(req: func.HttpRequest, refusal: Refusal) -> Business | None:
    """Whose page a refusal stands in: its frame may show it; what has gone leads on from it.

    Whoever asks too much costs no further read.
    """
    if "business" not in req.route_params:
        return None
    is_framed = req.params.get("embed") == "1"
    is_gone = isinstance(refusal, NotFound) and {"service", "token"} & set(req.route_params)
    if not (is_framed or is_gone) or isinstance(refusal, TooManyRequests):
        return None
    with suppress(NotFound, Ambiguous):
        business = (await services().store.calendars.find(_slug(req))).business
        may_be_told = is_framed or business.page.access == "everyone"
        return business if business.page.is_published and may_be_told else None
    return None


page_boundary = boundary(_refuse)


async def enter(req: func.HttpRequest, **chosen: str) -> Scene:
    """The scene of a published calendar as it is now, by one point read; `chosen` replaces query values."""
    store, member = _count(req), await is_member(req)
    found = find_published(_slug(req), store=store, is_member=member)
    calendar, _ = await gather(found, require_switched_on())
    return _scene(req, calendar, member, chosen)


async def enter_by_cache(req: func.HttpRequest) -> Scene:
    """The scene of a calendar as this process knows it: for what finds out by itself whether it is current."""
    store, member = _count(req), await is_member(req)
    calendar = await find_reachable(_slug(req), store=store, now=services().now())
    scene = _scene(req, calendar, member)
    if req.method == "POST":
        services().limiter.count_change(client_address(req), calendar.business.id, scene.now)
    return scene


async def enter_to_send(req: func.HttpRequest) -> tuple[Scene, TooManyRequests | None]:
    """The scene of a form that is sent, and the limit that it ran into: what was typed is kept even then."""
    app, limit = services(), None
    try:
        _count(req)
    except TooManyRequests as reached:
        limit = reached
    member = await is_member(req)
    found = find_reachable(_slug(req), store=app.store, now=app.now())
    calendar, _ = await gather(found, require_switched_on())
    scene = _scene(req, calendar, member)
    try:
        app.limiter.count_change(client_address(req), calendar.business.id, scene.now)
    except TooManyRequests as reached:
        limit = reached
    return scene, limit


def require_published(offer: Offer, scene: Scene) -> None:
    """Raise NotFound where the settings, fresh by now, no longer show the service; SignInNeeded as they say."""
    if offer.service.is_hidden:
        raise NotFound
    require_open(offer.calendar, is_member=scene.is_member)


def form_of(req: func.HttpRequest) -> dict[str, str]:
    """The submitted form. Raises BodyTooLarge, and BadRequest for one of far too many fields."""
    if len(req.get_body()) > LARGEST_BODY:
        raise BodyTooLarge
    try:
        return read_form(req.get_body())
    except ValueError:
        raise BadRequest from None


def read_form(body: bytes) -> dict[str, str]:
    """The last value of each field of a urlencoded form; a button that was pressed comes last."""
    pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    return {name: value.strip() for name, value in pairs}


def _count(req: func.HttpRequest) -> Store:
    app = services()
    app.limiter.count_read(client_address(req), app.now())
    return app.store


def _scene(req: func.HttpRequest, calendar: Calendar, member: bool, chosen: Mapping[str, str] = NOTHING) -> Scene:
    app, query = services(), {**req.params, **chosen}
    visitor = read_visitor(query, req.headers.get("accept-language", ""), calendar.business)
    return Scene(calendar, visitor, query, app.store, app.secret, app.now(), member)


def _slug(req: func.HttpRequest) -> str:
    return str(req.route_params["business"]).removesuffix(".md")
