"""The link to one service, to copy, to print and to scan; with a reference that says where customers found it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from functions.console.boundary import console_boundary
from functions.console.services.context import enter_service
from functions.pages.qr_code import qr_code
from shared.domain.access.permissions import Permission


if TYPE_CHECKING:
    import azure.functions as func

    from functions.console.services.context import ServiceContext

REFERENCE = re.compile(r"[A-Za-z0-9_-]{1,100}")  # as bookings keep it


@console_boundary
async def service_share(req: func.HttpRequest) -> func.HttpResponse:
    """Show the link; `ref` in the query is the reference that it carries."""
    at = await enter_service(req, Permission.READ_SERVICE)
    _, typed = at.page.texts.gettext, req.params.get("ref", "").strip()[:120]
    is_wrong = bool(typed) and not REFERENCE.fullmatch(typed)
    link = _link(at, "" if is_wrong else typed)
    return await at.page.page(
        "console/services/share.html",
        "services",
        422 if is_wrong else 200,
        heading=_("Share %(name)s") % {"name": at.service.name},
        service=at.service,
        shared_link=link,
        code=qr_code(link),
        ref=typed,
        error=_("Use letters without accents, digits, _ and - only, such as spring-flyer") if is_wrong else "",
        is_reachable=at.page.business.page.is_published and not at.service.is_hidden,
        list_of_all=at.page.here("services"),
    )


def _link(at: ServiceContext, ref: str) -> str:
    link = f"{at.page.app.settings.public_url}/book/{at.page.business.slug}/{at.service.id}"
    return f"{link}?RefID={ref}" if ref else link
