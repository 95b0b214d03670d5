"""The Graph API, /v1.0/…: finds the route, checks the caller's rights, and writes what the handler returns."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import azure.functions as func

from functions.auth.access import Access, access_in, access_to, caller_of, require, require_use
from functions.graph.call import Collection, Entity, Export, GraphRequest, HandlerResult, business_id
from functions.graph.errors import CONTENT_TYPE, graph, request_ids
from functions.graph.odata.options import Shown, next_link, show
from functions.graph.routes import GraphRoute, find_route
from functions.http.boundary import path_of
from functions.http.client_address import client_address
from functions.wiring import services
from shared.domain.access.permissions import can_see
from shared.domain.errors import EditConflict
from shared.records.keys import IDENTIFIER
from shared.use_cases.appointments.find_appointments import AppointmentWithVisit
from shared.use_cases.organisation.settings import find_organisation


SINGLETONS = ("bookingorganization",)
PREFERENCE = {"Preference-Applied": "include-unknown-enum-members"}


@graph
async def graph_api(req: func.HttpRequest) -> func.HttpResponse:
    """Serve one call of a Graph client. Errors are Graph's envelope, written by `errors.refuse`."""
    app = services()
    app.limiter.count_read(client_address(req), app.now())
    found = find_route(req.method, req.route_params.get("path", ""))
    url = f"{app.settings.public_url}{path_of(req)}"  # the Host header is the caller's to choose
    call = GraphRequest(req, app, app.now(), await caller_of(req), found.ids, None, url, found.is_count)
    if found.route.is_read and (early := await _early(call, found.route)):
        return _answer(*await _read(early, found.route))
    admitted = await _admitted_with_reads(call, found.route)
    return _answer(admitted, await found.route.handler(admitted))


async def _admitted_with_reads(call: GraphRequest, route: GraphRoute) -> GraphRequest:
    """Return the admitted call with what its route reads ahead."""
    admitted, ahead = await asyncio.gather(_admitted(call, route), _ahead(call, route), return_exceptions=True)
    if isinstance(admitted, BaseException):
        raise admitted
    return replace(admitted, ahead=None if isinstance(ahead, BaseException) else ahead)


async def _ahead(call: GraphRequest, route: GraphRoute) -> AppointmentWithVisit | None:
    """Return what the route reads ahead. A failure counts for nothing: the handler reads again, and raises it."""
    business = business_id(call.ids.get("business", ""))
    if route.reads_ahead is None or not IDENTIFIER.fullmatch(business):
        return None
    return await route.reads_ahead(call, business)


async def _early(call: GraphRequest, route: GraphRoute) -> GraphRequest | None:
    """Return the call with access by the cached calendar, None where that does not allow it.

    A cached refusal is never final, since rights may have been given since; `_admitted` decides.
    """
    if route.decides or not route.has_calendar or not IDENTIFIER.fullmatch(business_id(call.ids["business"])):
        return None
    calendar = await call.app.store.calendars.find_by_id(business_id(call.ids["business"]))
    access = access_in(call.caller, calendar)
    is_enough = can_see(call.caller, access.role) and access.may(route.operation)
    return replace(call, access=access) if is_enough else None


async def _read(early: GraphRequest, route: GraphRoute) -> tuple[GraphRequest, HandlerResult]:
    """Read while the settings are checked to be current, and return the admitted call and the result.

    The result is discarded if they have changed: it was read with rights, or for settings, that no longer hold.
    """
    # return_exceptions: a handler's error must not come before a refusal, as it could reveal what exists
    admitted, result = await asyncio.gather(
        _admitted(replace(early, access=None), route), route.handler(early), return_exceptions=True
    )
    if isinstance(admitted, BaseException):
        raise admitted
    if early.access is None or admitted.calendar is not early.calendar:
        return admitted, await route.handler(admitted)
    if isinstance(result, BaseException):
        raise result
    return admitted, result


async def _admitted(call: GraphRequest, route: GraphRoute) -> GraphRequest:
    """Return the call with the caller's access. Raises NotFound, Forbidden, and EditConflict."""
    app = call.app
    _, access = await asyncio.gather(find_organisation(store=app.store), _access(call, route))
    await require_use(call.caller, access)
    if access:
        access.require(route.operation)
    elif not route.decides:
        require(call.caller, route.operation)
    # If-Match on what has no ETag can never hold (RFC 9110, 13.1.1)
    if call.etags is not None and not (route.is_read or route.has_etag):
        raise EditConflict
    return replace(call, access=access)


async def _access(call: GraphRequest, route: GraphRoute) -> Access | None:
    if route.decides or not route.has_calendar:
        return None
    return await access_to(call.caller, business_id(call.ids["business"]))


def _answer(call: GraphRequest, result: HandlerResult) -> func.HttpResponse:
    if result is None:
        return _response(call, None, 204)
    if isinstance(result, Entity):
        return _entity(call, result)
    if isinstance(result, Export):
        headers = {"Content-Disposition": f'attachment; filename="{result.name}"'}
        return func.HttpResponse(result.text, headers=headers, mimetype=result.media_type, charset="utf-8")
    return _collection(call, result)


def _entity(call: GraphRequest, entity: Entity) -> func.HttpResponse:
    document = {"@odata.context": f"{_context(call, entity)}/$entity", **call.options.chosen(entity.document)}
    headers = {"ETag": entity.document["@odata.etag"]} if "@odata.etag" in entity.document else {}
    return _response(call, document, entity.status, headers)


def _collection(call: GraphRequest, collection: Collection) -> func.HttpResponse:
    options = replace(call.options, longest=len(collection.items)) if collection.is_short else call.options
    shown = Shown(collection.items) if collection.is_page else show(collection.items, options)
    if call.is_count:
        return func.HttpResponse(str(show(collection.items, replace(options, count=True)).count))
    document: dict[str, Any] = {"@odata.context": _context(call, collection)}
    if shown.count is not None:
        document["@odata.count"] = shown.count
    if collection.next_token:
        document["@odata.nextLink"] = next_link(call.url, call.req.params, skiptoken=collection.next_token)
    elif shown.next_skip is not None:
        document["@odata.nextLink"] = next_link(call.url, call.req.params, skip=shown.next_skip)
    return _response(call, {**document, "value": shown.items})


def _context(call: GraphRequest, result: Entity | Collection) -> str:
    """Return the @odata.context of a result, such as …/$metadata#…bookingBusinesses('id')/services."""
    path = [part for part in call.req.route_params.get("path", "").split("/") if part][1:]
    own = path[:-1] if isinstance(result, Entity) and len(path) % 2 == 0 and result.status != 201 else path
    if own[0].lower() in SINGLETONS:
        names = own
    else:
        names = [own[0]]
        for index in range(1, len(own), 2):
            names[-1] += f"('{own[index]}')"
            names += own[index + 1 : index + 2]
    place = quote("/".join(names), safe="'()/%", errors="replace")
    return f"{call.app.settings.public_url}/v1.0/solutions/$metadata#{place}"


def _response(
    call: GraphRequest,
    document: Mapping[str, Any] | None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> func.HttpResponse:
    given = {**request_ids(call.req), **call.more, **(headers or {}), **(PREFERENCE if call.shows_unknown else {})}
    if document is None:
        return func.HttpResponse(status_code=status, headers=given)
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    given["Content-Type"] = CONTENT_TYPE
    return func.HttpResponse(text, status_code=status, headers=given, mimetype="application/json")
