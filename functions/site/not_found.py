"""The response where no other route fits: a page for people, a problem document for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.http.boundary import path_of, problem, wants_json
from functions.http.client_address import client_address
from functions.pages.boundary import page_boundary
from functions.site.front_page import front_page
from functions.wiring import services
from shared.domain.errors import NotFound


if TYPE_CHECKING:
    import azure.functions as func


PROGRAMS = ("/api/", "/v1.0/", "/scim/")


@page_boundary
async def zz_nowhere(req: func.HttpRequest) -> func.HttpResponse:
    """Raise NotFound; at /, which people and monitors open, show the front page."""
    app, path = services(), path_of(req).lower()
    app.limiter.count_read(client_address(req), app.now())
    if path.startswith(PROGRAMS) or wants_json(req):
        return await problem(req, NotFound())
    if path != "/" or req.method != "GET":
        raise NotFound
    return await front_page(req)
