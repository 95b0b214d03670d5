"""A calendar's own font, and the style that uses it, at addresses with their hash, to be cached for ever."""

import azure.functions as func

from functions.http.boundary import api
from functions.http.client_address import client_address
from functions.wiring import services
from shared.domain.calendar.toolkit import OwnFont
from shared.domain.errors import NotFound
from shared.domain.toolkit.font_file import font_type
from shared.use_cases.booking.find_calendar import find_reachable
from shared.use_cases.toolkit.own_font import find_fonts


HEADERS = {"Cache-Control": "public, max-age=31536000, immutable"}


@api
async def own_font(req: func.HttpRequest) -> func.HttpResponse:
    """Return a file of the font, or its style. Raises NotFound for any hash but those of the font used now."""
    app, now = services(), services().now()
    app.limiter.count_read(client_address(req), now)
    calendar = await find_reachable(req.route_params["business"], store=app.store, now=now)
    font, (name, _, end) = calendar.business.toolkit.font, req.route_params["file"].partition(".")
    if font is None or name not in (font.regular, font.bold) or not name or end not in ("css", "font"):
        raise NotFound
    if end == "css":
        style = _style(font, calendar.business.slug)
        return func.HttpResponse(style, headers=dict(HEADERS), mimetype="text/css", charset="utf-8")
    files = await find_fonts(calendar, store=app.store)
    data = files.regular if name == font.regular else files.bold
    if not data:
        raise NotFound
    return func.HttpResponse(data, headers=dict(HEADERS), mimetype=font_type(data))


def _style(font: OwnFont, slug: str) -> str:
    faces = [(400, font.regular), *([(700, font.bold)] if font.bold else [])]
    rules = [
        f'@font-face{{font-family:"own";font-weight:{weight};font-display:swap;src:url("/book/{slug}/font/{name}.font")}}'
        for weight, name in faces
    ]
    return "".join(rules) + '.sheet{font-family:"own",system-ui,sans-serif}'
