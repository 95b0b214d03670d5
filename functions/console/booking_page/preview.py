"""The preview: the booking page as it would be with a form that is not saved. Nothing in it can be used."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from functions.console.booking_page.contrast import contrast_note
from functions.console.booking_page.look import look_form
from functions.console.booking_page.texts import texts_form
from functions.console.booking_page.waiting_room import waiting_form
from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.pages.booking_form import build_form
from functions.pages.details import details_page
from functions.pages.landing import landing_page
from functions.pages.render import OURSELVES, page, with_frames
from functions.pages.visitor import read_visitor
from shared.domain.access.permissions import Permission


if TYPE_CHECKING:
    from datetime import datetime

    import azure.functions as func

    from functions.console.context import CalendarContext
    from functions.pages.visitor import Visitor
    from shared.domain.calendar.business import Business, Calendar

FORMS = {"look": look_form, "texts": texts_form, "waiting-room": waiting_form}
SCHEMES = ("light", "dark")
TEMPLATE = "console/booking_page/preview.html"


@console_boundary
async def page_preview(req: func.HttpRequest) -> func.HttpResponse:
    """Show the page of the form that was sent; by GET, of what is stored. Only our own pages may frame it."""
    context = await enter(req, Permission.CHANGE_SETTINGS)
    of = req.params.get("of", "look")
    calendar = context.calendar
    if context.is_sent:
        business = FORMS.get(of, look_form)(context).previewed(context.business, context.form, context.texts)
        calendar = replace(calendar, business=business)
    accent = calendar.business.page.accent
    scheme = context.form.get("view-scheme") or req.params.get("scheme", "")
    more = {"scheme": scheme if scheme in SCHEMES else "", "note": contrast_note(accent, context.formats)}
    return with_frames(_shown(of, context, calendar, more), within=OURSELVES)


def _shown(of: str, context: CalendarContext, calendar: Calendar, more: dict[str, Any]) -> func.HttpResponse:
    visitor = _visitor(context, calendar.business)
    wanted = calendar.services.get(context.req.params.get("service", ""))
    if wanted:
        calendar = replace(calendar, services={wanted.id: wanted})
    if of == "waiting-room":
        return page("console/booking_page/lobby.html", visitor, calendar.business, **more)
    if of == "texts" and calendar.offered_services:
        return _details(calendar, visitor, context.now, more)
    origin = context.app.settings.public_url
    previewed = {"template": TEMPLATE, "previewed": "booking/landing.html", **more}
    return landing_page(calendar, visitor, context.now, origin, **previewed)


def _visitor(context: CalendarContext, business: Business) -> Visitor:
    """Return a visitor who reads the chosen language, as a member of the same region."""
    lang = context.form.get("view-lang") or context.req.params.get("lang", context.visitor.language_tag)
    query = {**context.req.params, "lang": lang}
    return read_visitor(query, context.req.headers.get("accept-language", ""), business)


def _details(calendar: Calendar, visitor: Visitor, now: datetime, more: dict[str, Any]) -> func.HttpResponse:
    """Return the form of the first service, for ten o'clock tomorrow."""
    service = calendar.offered_services[0]
    start = (now.astimezone(visitor.tzinfo) + timedelta(days=1)).replace(
        hour=10, minute=0, second=0, microsecond=0
    )
    form = build_form(calendar, service, visitor, {"start": start.isoformat()}, has_sms=True)
    return details_page(
        calendar, service, form, start, visitor, TEMPLATE, previewed="booking/details.html", **more
    )
