"""The first page about a calendar: what customers can book, what is missing until they can, and who comes next."""

from __future__ import annotations

from asyncio import gather
from typing import TYPE_CHECKING, Any, NamedTuple

from functions.console.boundary import console_boundary
from functions.console.context import enter
from functions.pages.outlook_text import outlook_text
from functions.pages.qr_code import qr_code
from functions.wiring import services
from shared.domain.access.permissions import Permission
from shared.domain.availability.outlook import outlook
from shared.domain.calendar.readiness import missing
from shared.domain.errors import NotFound
from shared.domain.timeline.hours import local_date
from shared.i18n.marked import marked
from shared.records.keys import IDENTIFIER
from shared.use_cases.availability.count_starts import count_starts
from shared.use_cases.visits.find_queue import find_queue


if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import azure.functions as func

    from functions.console.context import CalendarContext
    from shared.domain.visits.queue import QueueEntry

COUNTED_DAYS = 14
MOST_COUNTED = 2000  # people times services: more take too long to judge for a page
NEXT = 5  # appointments
AHEAD = ("in_lobby", "in_progress", "booked")
NEEDED = {
    "service": (marked("A service is shown on the page"), ("services",)),
    "staff": (marked("Somebody can be booked for it"), ("staff",)),
    "hours": (marked("There are opening hours"), ("settings", "hours")),
}
NEWS = {
    "published": marked("Your booking page is published. Share its address, or book yourself to try it."),
    "created": marked("The calendar was created. Publish its page once it is as you want it."),
    "created-before": marked("This calendar was created already: it was not created a second time."),
}


class NextAppointment(NamedTuple):
    """A line of today's appointments."""

    time: str
    ends: str
    name: str
    others: int
    service: str
    staff: str
    is_online: bool
    is_waiting: bool
    href: str


class Check(NamedTuple):
    """Something that customers need to be able to book, and where it is set."""

    label: str
    is_done: bool
    href: str


class Seen(NamedTuple):
    """What is read for the page: today's appointments, and how many times each service is free."""

    entries: Sequence[QueueEntry]
    counts: Mapping[str, int]


NOTHING = Seen((), {})


@console_boundary
async def calendar_home(req: func.HttpRequest) -> func.HttpResponse:
    """Show the calendar's home."""
    # read side by side; whoever may not enter sees nothing of it
    context, seen = await gather(enter(req, Permission.READ_CALENDAR), _seen(req.route_params["business"]))
    news = NEWS.get(req.params.get("news", ""), "")
    return await context.page(
        "console/calendar_home.html",
        "home",
        heading=context.business.name,
        news=context.texts.gettext(news) if news else "",
        today=_today(context, seen.entries),
        **_page(context, seen.counts),
    )


async def _seen(business: str) -> Seen:
    app = services()
    now, store = app.now(), app.store
    if not IDENTIFIER.fullmatch(business):
        return NOTHING
    try:
        calendar = await store.calendars.find_by_id(business)
    except NotFound:
        return NOTHING
    offered = calendar.offered_services
    counted = offered if len(offered) * len(calendar.staff) <= MOST_COUNTED else []
    day = local_date(now, calendar.business.time_zone)
    (entries, _), counts = await gather(
        find_queue(calendar, day, store=store),
        count_starts(calendar, counted, COUNTED_DAYS, store=store, now=now),
    )
    return Seen(entries, counts)


def _today(context: CalendarContext, entries: Sequence[QueueEntry]) -> list[NextAppointment]:
    """Return the next appointments of today, those under way included."""
    ahead = [one for one in entries if one.status in AHEAD and one.planned.end > context.now]
    return [_line(context, one) for one in sorted(ahead, key=lambda one: one.planned.start)[:NEXT]]


def _line(context: CalendarContext, entry: QueueEntry) -> NextAppointment:
    planned, calendar, formats = entry.planned, context.calendar, context.formats
    service = calendar.services.get(planned.service)
    staff = [person.name for one in planned.staff if (person := calendar.person(one))]
    return NextAppointment(
        formats.time(planned.start),
        formats.time(planned.end),
        planned.name,
        max(planned.filled - 1, 0),
        service.name if service else "",
        ", ".join(staff),
        planned.is_online,
        entry.status == "in_lobby",
        context.link("queue", context.business.id, planned.id),
    )


def _page(context: CalendarContext, counts: Mapping[str, int]) -> Mapping[str, Any]:
    """Return what the page says of the booking page: its address, and what can be booked on it now."""
    business, texts, access = context.business, context.texts, context.access
    address = f"{services().settings.public_url}/book/{business.slug}"
    count = sum(counts.values())
    free = texts.ngettext(
        "%(num)s time is free in the next two weeks.", "%(num)s times are free in the next two weeks.", count
    )
    return {
        "address": address,
        "code": qr_code(address),
        "outlook": outlook_text(outlook(context.calendar, context.now), context.now, context.formats),
        "free": free % {"num": count} if counts else "",
        "is_full": bool(counts) and not count,
        "queue": context.link("queue", calendar=business.slug),
        "book": context.link("bookings", business.id, "new") if access.may(Permission.CREATE_BOOKING) else "",
        "opens": access.opens_booking_page,
        "checks": _checks(context) if access.may(Permission.CHANGE_SETTINGS) else [],
    }


def _checks(context: CalendarContext) -> list[Check]:
    """Return what customers need to be able to book, done or not; empty where all is done."""
    if context.business.is_template:
        return []
    _, lacks = context.texts.gettext, missing(context.calendar)
    checks = [Check(_(label), one not in lacks, context.here(*path)) for one, (label, path) in NEEDED.items()]
    is_published = context.business.page.is_published
    publish = Check(_("The booking page is published"), is_published, context.here("page", "publish"))
    return [] if is_published and not lacks else [*checks, publish]
