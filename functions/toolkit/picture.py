"""A calendar's own pictures of its infographic, at addresses with their hash, to be cached for ever."""

import azure.functions as func

from functions.http.boundary import api
from functions.http.client_address import client_address
from functions.wiring import services
from shared.use_cases.booking.find_calendar import find_reachable
from shared.use_cases.toolkit.own_picture import find_picture


HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    # an SVG may hold styles of its own, but runs no scripts
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
}


@api
async def own_picture(req: func.HttpRequest) -> func.HttpResponse:
    """Return a picture. Raises NotFound for any hash but those of the pictures used now."""
    app, now = services(), services().now()
    app.limiter.count_read(client_address(req), now)
    calendar = await find_reachable(req.route_params["business"], store=app.store, now=now)
    data, kind = await find_picture(calendar, req.route_params["file"], store=app.store)
    return func.HttpResponse(data, headers=dict(HEADERS), mimetype=kind)
