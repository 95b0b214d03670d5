"""The response where no other route fits: a page for people, a problem document for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.http.boundary import path_of, problem, wants_json
from functions.http.client_address import client_address
from functions.pages.boundary import OWN_ADDRESS, page_boundary, staff_sign_in
from functions.pages.message import message_page
from functions.pages.visitor import read_visitor
from functions.wiring import services
from shared.domain.errors import NotFound


if TYPE_CHECKING:
    import azure.functions as func


PROGRAMS = ("/api/", "/v1.0/", "/scim/")


@page_boundary
async def zz_nowhere(req: func.HttpRequest) -> func.HttpResponse:
    """Raise NotFound; at /, which people and monitors open, show where to go on."""
    app, path = services(), path_of(req).lower()
    app.limiter.count_read(client_address(req), app.now())
    if path.startswith(PROGRAMS) or wants_json(req):
        return await problem(req, NotFound())
    if path != "/" or req.method != "GET":
        raise NotFound
    visitor = read_visitor(req.params, req.headers.get("accept-language", ""), None)
    _ = visitor.texts.gettext
    heading, ways_on = _("Are you looking for a booking page?"), [staff_sign_in(visitor)]
    return message_page(visitor, heading, _(OWN_ADDRESS), ways_on=ways_on)
