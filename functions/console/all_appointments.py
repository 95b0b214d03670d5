"""The appointments of all calendars that a person may see, day by day."""

from __future__ import annotations

from asyncio import gather
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from pydantic import ValidationError

from functions.console.boundary import console_boundary
from functions.console.context import enter_console
from functions.console.queue.words import ICONS, STATUSES
from functions.console.shell import working_calendars
from functions.console.unread import unread_lines
from functions.pages.rich_text import own_language
from shared.domain.access.permissions import Permission
from shared.domain.timeline.hours import local_date
from shared.i18n.formats import Formats
from shared.records.table import Ambiguous
from shared.use_cases.calendars.find_businesses import UnreadCalendar
from shared.use_cases.customers.search_customers import plain
from shared.use_cases.reports.find_listed import find_listed
from shared.use_cases.visits.find_queue import day_of


if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import azure.functions as func
    from markupsafe import Markup

    from functions.auth.access import Access
    from functions.console.context import ConsoleContext
    from shared.domain.calendar.business import Calendar
    from shared.domain.visits.queue import Planned
    from shared.use_cases.ports import Store

MOST_CALENDARS = 40
DAYS = 7
MOST = 300  # lines of a page, so that it stays light; the first day is shown in any case
LONGEST = 60
UTC_DAY = "Etc/UTC"


class ListedLine(NamedTuple):
    """An appointment with its calendar, if there are several; `city` is empty where all have the same clock."""

    time: str
    city: str
    name: str
    service: str
    staff: str
    calendar: str
    own_lang: Markup
    status: str
    icon: str
    href: str


class ListedDay(NamedTuple):
    """A day with its appointments, and how many more there are than a page holds."""

    name: str
    is_today: bool
    lines: Sequence[ListedLine]
    more: int


class CalendarTotal(NamedTuple):
    """How many appointments a calendar has on these days; its address is that of its own calendar view."""

    name: str
    own_lang: Markup
    total: str
    href: str


@console_boundary
async def all_appointments(req: func.HttpRequest) -> func.HttpResponse:
    """Show what takes place in a week in all calendars whose appointments the reader may see."""
    context = await enter_console(req)
    store = context.app.store
    known = await working_calendars(context.caller, store=store)
    own = [one for one in known.own if one.may(Permission.VIEW_BOOKINGS)]
    shown = own[:MOST_CALENDARS]
    today = local_date(context.now, shown[0].calendar.business.time_zone if shown else UTC_DAY)
    first, find = _day(req.params.get("day", ""), today), " ".join(req.params.get("find", "").split())[:LONGEST]
    last = first + timedelta(days=DAYS - 1)
    spans = [(one.calendar, day_of(one.calendar, first)[0], day_of(one.calendar, last)[1]) for one in shown]
    listed = await gather(*(_listed(*span, store=store) for span in spans))
    pairs = list(zip(shown, listed, strict=True))
    unread = [UnreadCalendar(one.calendar.business.id, is_newer=False) for one, all_of in pairs if all_of is None]
    found = [(one, each) for one, all_of in pairs for each in all_of or () if plain(find) in _said(one, each)]
    days = [first + timedelta(days=step) for step in range(DAYS)]
    formats = Formats(context.visitor.region_tag, UTC_DAY, context.texts)
    return await context.page(
        "console/all_appointments.html",
        "all",
        heading=context.texts.gettext("All appointments"),
        span=f"{formats.day(first)} – {formats.day(last)}",
        find=find,
        day="" if first == today else first.isoformat(),
        count=len(found),
        is_cut=len(own) > len(shown),
        unread=await unread_lines(context, [*known.unread, *unread]),
        days=_days(context, found, days, today, has_names=len(shown) > 1),
        totals=_totals(context, shown, found, first),
        before=_link(context, find, first - timedelta(days=DAYS)),
        after=_link(context, find, first + timedelta(days=DAYS)),
        today=_link(context, find, None) if first != today else "",
    )


async def _listed(calendar: Calendar, first: datetime, last: datetime, *, store: Store) -> list[Planned] | None:
    """Return what is listed of a calendar; None where it cannot be read, which leaves the others as they are."""
    try:
        return await find_listed(calendar, first, last, store=store)
    except (Ambiguous, ValidationError, KeyError):
        return None


def _day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return today
    return day if 1971 < day.year < 2200 else today


def _link(context: ConsoleContext, find: str, day: date | None) -> str:
    query = {**({"find": find} if find else {}), **({"day": day.isoformat()} if day else {})}
    return context.link("appointments", **query)


def _said(access: Access, one: Planned) -> str:
    """Return what can be searched of an appointment: who comes, for what, with whom, and where."""
    calendar = access.calendar
    service = calendar.services.get(one.service)
    people = " ".join(person.name for person in calendar.people(one.staff))
    return plain(f"{one.name} {service.name if service else ''} {people} {calendar.business.name}")


def _days(
    context: ConsoleContext,
    found: Sequence[tuple[Access, Planned]],
    days: Sequence[date],
    today: date,
    *,
    has_names: bool,
) -> list[ListedDay]:
    zones = {access.calendar.business.time_zone for access, _ in found}
    left, shown = MOST, []
    for day in days:
        mine = [
            (access, one)
            for access, one in found
            if local_date(one.start, access.calendar.business.time_zone) == day
        ]
        mine.sort(key=lambda pair: (pair[1].start, pair[1].end, pair[1].id))
        lines = [
            _line(context, access, one, has_names=has_names, has_cities=len(zones) > 1)
            for access, one in mine[: max(left, 0)]
        ]
        name = Formats(context.visitor.region_tag, UTC_DAY, context.texts).full_day(day)
        if mine or day == today:
            shown.append(ListedDay(name[:1].upper() + name[1:], day == today, lines, len(mine) - len(lines)))
        left -= len(lines)
    return shown


def _line(
    context: ConsoleContext, access: Access, one: Planned, *, has_names: bool, has_cities: bool
) -> ListedLine:
    calendar, _ = access.calendar, context.texts.gettext
    business = calendar.business
    formats = Formats(context.visitor.region_tag, business.time_zone, context.texts)
    service = calendar.services.get(one.service)
    what = service.name if service else ""
    return ListedLine(
        time=formats.time(one.start),
        city=formats.city() if has_cities else "",
        name=one.name or what,
        service=what if one.name else "",
        staff=", ".join(person.name for person in calendar.people(one.staff)),
        calendar=business.name if has_names else "",
        own_lang=own_language(business, context.visitor),
        status=_(STATUSES[one.status]) if one.status != "booked" else "",
        icon=ICONS[one.status],
        href=context.link("queue", business.id, one.id),
    )


def _totals(
    context: ConsoleContext, shown: Sequence[Access], found: Sequence[tuple[Access, Planned]], first: date
) -> list[CalendarTotal]:
    """Return how many appointments each calendar has, the busiest first."""
    counts = {one.calendar.business.id: 0 for one in shown}
    for access, _ in found:
        counts[access.calendar.business.id] += 1
    ordered = sorted(shown, key=lambda one: -counts[one.calendar.business.id])
    return [
        CalendarTotal(
            one.calendar.business.name,
            own_language(one.calendar.business, context.visitor),
            str(counts[one.calendar.business.id]),
            context.link("calendars", one.calendar.business.id, "calendar", view="agenda", day=first.isoformat()),
        )
        for one in ordered
    ]
