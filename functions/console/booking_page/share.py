"""Sharing the booking page: its link for a service and a campaign, as a QR code, and how messengers show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from functions.console.booking_page.frame import SECTION, around, public_address
from functions.console.booking_page.snippet import reference_problem
from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.forms.fields import Option
from functions.pages.landing import summary_of
from functions.pages.qr_code import qr_code
from shared.domain.access.permissions import Permission


if TYPE_CHECKING:
    import azure.functions as func

    from functions.console.context import CalendarContext
    from shared.domain.calendar.service import Service


@console_boundary
async def page_share(req: func.HttpRequest) -> func.HttpResponse:
    """Show the link to share, for what the query chooses."""
    context = await enter(req, Permission.CHANGE_SETTINGS)
    return await context.page(
        "console/booking_page/share.html", SECTION, **around(context, "share"), **_shared(context)
    )


def _shared(context: CalendarContext) -> dict[str, Any]:
    query, _ = context.req.params, context.texts.gettext
    typed = query.get("ref", "").strip()[:120]
    error = reference_problem(typed, context.texts)
    known = {one.id: one.name for one in context.calendar.offered_services}
    service = query.get("service", "")
    path = [service] if service in known else []
    link = public_address(context, *path) + (f"?RefID={typed}" if typed and not error else "")
    drawn = qr_code(link)
    return {
        "link_to_share": link,
        "code": drawn,
        "code_file": f"data:image/svg+xml,{quote(drawn)}",
        "services": [Option("", _("The page with all services")), *(Option(*one) for one in known.items())],
        "service": path[0] if path else "",
        "ref": typed,
        "ref_error": error,
        "card": _card(context, context.calendar.services[service] if path else None),
    }


def _card(context: CalendarContext, service: Service | None) -> dict[str, str]:
    """Return what the page's meta tags say to messengers and social networks."""
    _, page, name = context.texts.gettext, context.business.page, context.business.name
    title = f"{service.name} – {name}" if service else _("Book with %(name)s") % {"name": name}
    summary = summary_of(context.calendar, service)
    if service and not summary:
        summary = _("Choose a day and a time: %(service)s, %(name)s") % {"service": service.name, "name": name}
    image = f"/book/{context.business.slug}/logo/{page.shown_logo}" if page.shown_logo else ""
    host = context.app.settings.public_url.partition("://")[2]
    return {"title": title, "description": summary, "image": image, "host": host}
