"""Publishing the booking page and taking it offline: first what that means, and what is still missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.console.booking_page.frame import SECTION, around
from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.pages.link import NavLink
from shared.domain.access.permissions import Permission
from shared.domain.calendar.readiness import missing
from shared.i18n.marked import marked


if TYPE_CHECKING:
    import azure.functions as func

    from functions.console.context import CalendarContext

PUBLISHED, OFFLINE = "published", "offline"
LACKS = {
    "service": (marked("No service is shown on the page"), marked("Add a service"), ("services",)),
    "staff": (marked("No one can be booked for any service"), marked("Look at the staff"), ("staff",)),
    "hours": (marked("There are no opening hours"), marked("Set opening hours"), ("settings", "hours")),
}


@console_boundary
async def page_publish(req: func.HttpRequest) -> func.HttpResponse:
    """Ask whether to publish the page or take it offline, and do it."""
    context = await enter(req, Permission.CHANGE_SETTINGS)
    if context.is_sent and (wish := context.form.get("to")) in (PUBLISHED, OFFLINE):
        await context.changing.publish(None, is_published=wish == PUBLISHED)
        return context.leave(context.here("page", news=wish))
    return await context.page(
        "console/booking_page/publish.html", SECTION, lacks=lacking(context), **around(context, "publish")
    )


def lacking(context: CalendarContext) -> list[tuple[str, NavLink]]:
    """Return what keeps customers from booking anything, each with the link to where it is set."""
    _ = context.texts.gettext
    found = [LACKS[one] for one in missing(context.calendar)]
    return [(_(text), NavLink(_(label), context.here(*path))) for text, label, path in found]
