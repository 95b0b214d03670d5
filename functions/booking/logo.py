"""A calendar's logo, at a URL with its hash, so that it can be cached for ever."""

import azure.functions as func

from functions.http.boundary import api
from functions.http.client_address import client_address
from functions.wiring import services
from shared.use_cases.booking.find_calendar import find_reachable
from shared.use_cases.calendars.find_logo import find_logo


HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Cross-Origin-Resource-Policy": "cross-origin",  # mails show it, also in a browser
    # an SVG may hold styles of its own, but runs no scripts
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
}


@api
async def logo(req: func.HttpRequest) -> func.HttpResponse:
    """Return the image to visitors and mail readers. Raises NotFound for a hash that is not the current logo's."""
    app, now = services(), services().now()
    app.limiter.count_read(client_address(req), now)
    calendar = await find_reachable(req.route_params["business"], store=app.store, now=now)
    data, kind = await find_logo(req.route_params["hash"], calendar=calendar, store=app.store)
    return func.HttpResponse(data, headers=dict(HEADERS), mimetype=kind)
