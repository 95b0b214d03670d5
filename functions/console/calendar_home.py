"""The first page about a calendar: who waits, who comes next, what needs attention, and the figures of a month."""

from __future__ import annotations

from asyncio import gather
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from functions.console.boundary import console_boundary
from functions.console.calendar_attention import concerns_of
from functions.console.calendar_figures import shown_days
from functions.console.context import enter
from functions.console.undelivered import undelivered_badge
from functions.pages.outlook_text import outlook_text
from functions.pages.qr_code import qr_code
from functions.wiring import services
from shared.domain.access.permissions import Permission
from shared.domain.availability.outlook import outlook
from shared.domain.calendar.readiness import missing
from shared.domain.errors import NotFound
from shared.domain.timeline.hours import local_date
from shared.domain.visits.queue import QueueLine
from shared.i18n.marked import marked
from shared.records.keys import IDENTIFIER
from shared.use_cases.availability.count_starts import count_starts
from shared.use_cases.messages.find_undelivered import find_undelivered
from shared.use_cases.reports.find_figures import find_last_days
from shared.use_cases.reports.find_listed import find_next
from shared.use_cases.visits.find_queue import day_of, find_queue


if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import azure.functions as func

    from functions.console.context import CalendarContext
    from shared.domain.calendar.business import Calendar
    from shared.domain.visits.queue import QueueEntry
    from shared.use_cases.messages.find_undelivered import Undelivered
    from shared.use_cases.ports import Store
    from shared.use_cases.reports.find_figures import LastDays

COUNTED_DAYS = 14
MOST_COUNTED = 2000  # people times services: more take too long to judge for a page
MOST_PEOPLE = 200  # with more of them, a month is counted only where somebody asks for it
NEXT = 5  # appointments
WAITING = 8
AHEAD = ("in_progress", "booked")
NEEDED = {
    "service": (marked("A service is shown on the page"), ("services",)),
    "staff": (marked("Someone can be booked for it"), ("staff",)),
    "hours": (marked("There are opening hours"), ("settings", "hours")),
}
NEWS = {
    "published": marked("Your booking page is published. Share its address, or book yourself to try it."),
    "created": marked("Your calendar was created. Publish its page when it’s ready."),
    "created-before": marked("This calendar already exists, so it wasn’t created again."),
}


class NextAppointment(NamedTuple):
    """A line of the next appointments; `day` is empty for today, and `waits` where nobody waits.

    `is_late`: they wait too long.
    """

    day: str
    time: str
    ends: str
    name: str
    others: int
    service: str
    staff: str
    is_online: bool
    waits: str
    is_late: bool
    href: str


class Check(NamedTuple):
    """Something that customers need to be able to book, and where it is set."""

    label: str
    is_done: bool
    href: str


class Seen(NamedTuple):
    """What is read for the page: today's appointments and later ones, and how many times each service is free."""

    entries: Sequence[QueueEntry]
    later: Sequence[QueueEntry]
    counts: Mapping[str, int]
    undelivered: Sequence[Undelivered]
    days: LastDays | None


NOTHING = Seen((), (), {}, (), None)


@console_boundary
async def calendar_home(req: func.HttpRequest) -> func.HttpResponse:
    """Show the calendar's home."""
    # read side by side; whoever may not enter sees nothing of it
    context, seen = await gather(enter(req, Permission.READ_CALENDAR), _seen(req))
    news = NEWS.get(req.params.get("news", ""), "")
    return await context.page(
        "console/calendar_home.html",
        "home",
        heading=context.business.name,
        news=context.texts.gettext(news) if news else "",
        waiting=_waiting(context, seen.entries),
        coming=_coming(context, seen),
        concerns=concerns_of(context, seen.counts, seen.undelivered, [*seen.entries, *seen.later]),
        undelivered=undelivered_badge(context, seen.undelivered),
        last_days=shown_days(context, seen.days) if seen.days else None,
        count_days=context.here(figures="1"),
        **_page(context, seen.counts),
    )


async def _seen(req: func.HttpRequest) -> Seen:
    app, business = services(), req.route_params["business"]
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
    (entries, _), later, counts, undelivered, days = await gather(
        find_queue(calendar, day, store=store),
        find_next(calendar, day_of(calendar, day)[1], NEXT, store=store),
        count_starts(calendar, counted, COUNTED_DAYS, store=store, now=now),
        find_undelivered(business, store=store, now=now),
        _days(calendar, day, store, is_wanted=bool(req.params.get("figures"))),
    )
    return Seen(entries, later, counts, undelivered, days)


async def _days(calendar: Calendar, day: date, store: Store, *, is_wanted: bool) -> LastDays | None:
    """Return the figures of a month, unless counting them takes too long for a page that nobody asked them of."""
    if calendar.business.is_template or (len(calendar.staff) > MOST_PEOPLE and not is_wanted):
        return None
    return await find_last_days(calendar, day, store=store)


def _waiting(context: CalendarContext, entries: Sequence[QueueEntry]) -> list[NextAppointment]:
    """Return who is in the waiting room now, the longest wait first."""
    lines = [QueueLine(one, context.now) for one in entries if one.status == "in_lobby"]
    ordered = sorted(lines, key=lambda one: one.waits_since or one.planned.start)
    return [_line(context, one.listed, one) for one in ordered[:WAITING]]


def _coming(context: CalendarContext, seen: Seen) -> list[NextAppointment]:
    """Return the next appointments, those under way included."""
    today = [one for one in seen.entries if one.status in AHEAD and one.planned.end > context.now]
    ahead = [*sorted(today, key=lambda one: one.planned.start), *seen.later]
    return [_line(context, one) for one in ahead[:NEXT]]


def _line(context: CalendarContext, entry: QueueEntry, waiting: QueueLine | None = None) -> NextAppointment:
    planned, calendar, formats = entry.planned, context.calendar, context.formats
    day, wait = formats.local(planned.start).date(), waiting.wait if waiting else None
    whole = (wait or timedelta()) // timedelta(minutes=1)
    service = calendar.services.get(planned.service)
    staff = [person.name for one in planned.staff if (person := calendar.person(one))]
    return NextAppointment(
        "" if day == formats.local(context.now).date() else formats.short_day(day),
        formats.time(planned.start),
        formats.time(planned.end),
        planned.name,
        max(planned.filled - 1, 0),
        service.name if service else "",
        ", ".join(staff),
        planned.is_online,
        context.texts.gettext("Waiting %(minutes)s min") % {"minutes": whole} if wait is not None else "",
        waiting is not None and waiting.is_late,
        context.link("queue", context.business.id, planned.id),
    )


def _page(context: CalendarContext, counts: Mapping[str, int]) -> Mapping[str, Any]:
    """Return what the page says of the booking page: its address, and what can be booked on it now."""
    business, texts, access = context.business, context.texts, context.access
    address = f"{context.app.settings.public_url}/book/{business.slug}"
    count = sum(counts.values())
    free = texts.ngettext(
        "%(num)s time is available in the next two weeks.",
        "%(num)s times are available in the next two weeks.",
        count,
    )
    return {
        "address": address,
        "code": qr_code(address),
        "outlook": outlook_text(outlook(context.calendar, context.now), context.now, context.formats),
        "free": free % {"num": context.formats.number(count)} if counts else "",
        "is_full": bool(counts) and not count,
        "queue": context.link("queue", calendar=business.slug),
        "bookings": context.here("bookings") if access.may(Permission.EXPORT_BOOKINGS) else "",
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
