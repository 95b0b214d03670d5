"""The guide for the team: set up, schedule, hold appointments, work with the queue, and meet trouble."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.console.toolkit.frame import help_address
from functions.pages.link import NavLink
from shared.domain.access.permissions import Permission
from shared.i18n.marked import marked


if TYPE_CHECKING:
    from collections.abc import Sequence

    import azure.functions as func

    from functions.console.context import CalendarContext


class GuideChapter(NamedTuple):
    """A chapter: its steps, and the pages of the console where they are done."""

    heading: str
    steps: Sequence[str]
    pages: Sequence[NavLink] = ()


CHAPTERS = (
    (
        marked("Set up"),
        (
            marked("Opening hours, services and staff decide which times customers can book."),
            marked(
                "Each person can have their own hours, time off, and a calendar elsewhere that blocks their time."
            ),
            marked("The booking page shows what is published. Share its address, or embed it in your website."),
        ),
        ("hours", "services", "staff", "page"),
    ),
    (
        marked("Schedule"),
        (
            marked(
                "Customers book for themselves. You can book for them, also at times that the page doesn’t offer."
            ),
            marked("Reschedule, reassign and cancel at the appointment: everyone is notified by email."),
        ),
        ("calendar", "customers"),
    ),
    (
        marked("Hold an appointment"),
        (
            marked(
                "Open the queue, and select “Join” at the appointment. "
                "The first time, allow camera and microphone."
            ),
            marked(
                "Admit people from the waiting room when you’re ready. Before that they neither see nor hear you."
            ),
            marked("You can share your screen, write in the chat, and keep notes that customers never see."),
            marked("“End for all” ends it; “Leave” keeps your place, and the others stay."),
        ),
        ("queue",),
    ),
    (
        marked("Work with the queue"),
        (
            marked("The queue shows who waits, since when, and who is expected next. It updates by itself."),
            marked("You can send a message to someone who waits, or admit another person first."),
            marked("Mark appointments in person as arrived, started and ended: the reports count them too."),
        ),
        ("queue", "reports"),
    ),
    (
        marked("If something doesn’t work"),
        (
            marked(
                "A customer has lost the link: send a new one from the appointment. The old one stops working."
            ),
            marked("An email didn’t arrive: it’s listed under undelivered messages, where you can send it again."),
            marked(
                "No picture or sound: reload the page, close other programs that use the camera, "
                "and test your devices."
            ),
        ),
        ("undelivered",),
    ),
)
PAGES = {
    "hours": (marked("Opening hours"), ("settings", "hours"), Permission.CHANGE_SETTINGS),
    "services": (marked("Services"), ("services",), Permission.LIST_SERVICES),
    "staff": (marked("Staff"), ("staff",), Permission.LIST_STAFF),
    "page": (marked("Booking page"), ("page",), Permission.CHANGE_SETTINGS),
    "calendar": (marked("Calendar"), ("calendar",), Permission.VIEW_BOOKINGS),
    "customers": (marked("Customers"), ("customers",), Permission.LIST_CUSTOMERS),
    "reports": (marked("Reports"), ("reports",), Permission.READ_OWN_REPORT),
    "undelivered": (marked("Undelivered messages"), ("undelivered",), Permission.RESEND_MESSAGES),
}


@console_boundary
async def toolkit_team(req: func.HttpRequest) -> func.HttpResponse:
    """Show the guide to everyone on the calendar's staff, with links to the pages that they may open."""
    context = await enter(req, Permission.READ_CALENDAR)
    _ = context.texts.gettext
    is_open = context.business.toolkit.is_public and context.business.page.is_published
    return await context.page(
        "console/toolkit/team.html",
        "home",
        heading=_("Guide for the team"),
        chapters=[
            GuideChapter(_(heading), [_(step) for step in steps], _pages(context, pages))
            for heading, steps, pages in CHAPTERS
        ],
        customers=help_address(context, "guide") if is_open else "",
    )


def _pages(context: CalendarContext, names: Sequence[str]) -> list[NavLink]:
    """Return links to the pages of these names, as far as the reader may open them."""
    _, found = context.texts.gettext, list[NavLink]()
    for name in names:
        if name == "queue":
            may, href, label = (
                Permission.VIEW_QUEUE,
                context.link("queue", calendar=context.business.slug),
                _("Queue"),
            )
        else:
            text, path, may = PAGES[name]
            href, label = context.here(*path), _(text)
        found += [NavLink(label, href)] if context.access.may(may) else []
    return found
