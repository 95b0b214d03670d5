"""The staff calendar as its page shows it: columns with appointments and gaps on a grid of five minutes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from functions.console.calendar.short_links import short_links
from functions.console.queue.words import ICONS, said_of
from shared.domain.access.permissions import Permission
from shared.domain.schedule.day import shown_hours
from shared.domain.timeline.ticks import TICK
from shared.domain.visits.queue import QueueLine
from shared.use_cases.visits.find_queue import day_of


if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from markupsafe import Markup

    from functions.console.calendar.query import CalendarQuery
    from shared.domain.schedule.day import Block, PersonDay
    from shared.domain.visits.queue import QueueEntry
    from shared.use_cases.availability.find_schedule import Schedule

COLOURS = 8
WIDE = 30  # columns; with more of them, only gaps of an hour and more are shown, so that the page stays light
HOUR = timedelta(hours=1)
NO_LINKS: Mapping[str, str] = {}


class Cell(NamedTuple):
    """A block on the page. `row` counts steps of five minutes from the first that is shown, from 1; `size` too.

    `name` is all that is said of it; it begins with what is seen. Where it is empty, the script puts it together
    with `what`: a page of hundreds says what they share once.
    """

    kind: str
    row: int
    size: int
    time: str
    text: str
    name: str
    href: str = ""
    service: str = ""
    status: str = ""
    icon: str = ""
    colour: int = 0
    lane: int = 0
    lanes: int = 1
    is_movable: bool = False
    own_lang: Markup | str = ""
    what: str = ""


class DayColumn(NamedTuple):
    """A person's day: of a day the person is the heading, of a week the date.

    `start` is the moment of the first row, in minutes since the Unix epoch.
    """

    heading: str
    note: str
    href: str
    cells: Sequence[Cell]
    is_today: bool
    person: str
    day: str
    start: int


class HourLabel(NamedTuple):
    row: int
    text: str


class Grid(NamedTuple):
    """The columns under one scale; `now` is the row of the present, 0 if that is not shown.

    `is_light`: the script says what appointments are, of which there are hundreds.
    """

    columns: Sequence[DayColumn]
    hours: Sequence[HourLabel]
    rows: int
    now: int
    is_light: bool


def grid_of(query: CalendarQuery, schedule: Schedule) -> Grid:
    """Return the columns of the view: people of one day, or days of one person."""
    if query.view == "day":
        places = [(one.id, query.day) for one in query.people]
    else:
        places = [(query.people[0].id, day) for day in query.days] if query.people else []
    shortest = HOUR if len(places) > WIDE else TICK
    days = [(schedule.day(person, day, service=query.service, shortest=shortest), day) for person, day in places]
    offsets = _offsets(query, days)
    rows = (offsets[1] - offsets[0]) // TICK
    short = short_links(query, schedule)
    columns = [_column(query, one, day, offsets, short) for one, day in days]
    hours = _hours(query, query.days[0], offsets)
    return Grid(columns, hours, rows, _now(query, offsets, rows), bool(short))


def _offsets(query: CalendarQuery, days: Sequence[tuple[PersonDay, date]]) -> tuple[timedelta, timedelta]:
    """Return the first and the last moment that all columns show, counted from the start of their days."""
    found = []
    for one, day in days:
        start, end = day_of(query.context.calendar, day)
        first, last = shown_hours([one], start, end)
        found.append((first - start, last - start))
    if not found:
        return 8 * HOUR, 18 * HOUR
    return min(first for first, _ in found), max(last for _, last in found)


def _column(
    query: CalendarQuery,
    one: PersonDay,
    day: date,
    offsets: tuple[timedelta, timedelta],
    short: Mapping[str, str],
) -> DayColumn:
    context, formats = query.context, query.context.formats
    start, shown = day_of(context.calendar, day)[0] + offsets[0], offsets[1] - offsets[0]
    cells = [cell for block in one.blocks if (cell := _cell(query, one, block, start, shown, short))]
    # from the first to the last: pauses show in the column
    whole = formats.span(one.hours[0][0], one.hours[-1][1]) if one.hours else ""
    note = whole or context.texts.gettext("Doesn’t work")
    rest = (cells, day == query.today, one.person.id, day.isoformat(), int(start.timestamp()) // 60)
    if query.view == "day":
        return DayColumn(one.person.name, note, query.link(view="week", person=one.person.id), *rest)
    return DayColumn(formats.short_day(day), note, query.link(view="day", day=day.isoformat()), *rest)


def _cell(
    query: CalendarQuery,
    one: PersonDay,
    block: Block,
    start: datetime,
    shown: timedelta,
    short: Mapping[str, str],
) -> Cell | None:
    row = (block.start - start) // TICK + 1
    last = -((start - block.end) // TICK)
    last, row = min(last, shown // TICK), max(row, 1)
    if last < row or block.kind == "closed":
        return _closed(row, last) if last >= row else None
    if block.entry is not None:
        return appointment_cell(query, block.entry, block, row, last - row + 1, short)
    other = _other_cell(query, one, block, row, last - row + 1)
    return other._replace(name="") if short else other


def _closed(row: int, last: int) -> Cell:
    return Cell("closed", row, last - row + 1, "", "", "")


def appointment_cell(
    query: CalendarQuery,
    entry: QueueEntry,
    block: Block | None,
    row: int,
    size: int,
    short: Mapping[str, str] = NO_LINKS,
) -> Cell:
    """Return an appointment; without a block it is a line of a table or the agenda. `short` has links by id."""
    context, planned = query.context, entry.planned
    line, said = QueueLine(entry, context.now), _said(query, entry)
    status = "late" if line.is_late else line.status
    kind = ["visit", *([status] if status != "booked" else []), *(["told"] if said.status and short else [])]
    return Cell(
        kind=" ".join(kind),
        row=row,
        size=size,
        time=context.formats.time(planned.start),
        text=said.who,
        name="" if short else said.name,
        href=short.get(planned.id) or context.link("queue", planned.business, planned.id, back=query.back),
        service=said.service,
        status=said.status,
        icon="alert" if line.is_late or said.is_to_confirm else ICONS[line.status],
        colour=_colour(query, planned.service),
        lane=block.lane if block else 0,
        lanes=min(block.lanes, 4) if block else 1,
        is_movable=is_movable(query, entry),
        own_lang=context.own_lang,
        what=said.what if short else "",
    )


class Said(NamedTuple):
    """An appointment in words; `status` is empty while it is as booked, `what` its service or how full it is."""

    who: str
    service: str
    what: str
    status: str
    name: str
    is_to_confirm: bool


def _said(query: CalendarQuery, entry: QueueEntry) -> Said:
    context, planned = query.context, entry.planned
    formats, _ = context.formats, context.texts.gettext
    line = QueueLine(entry, context.now)
    service = context.calendar.services.get(planned.service)
    what = service.name if service else ""
    who = planned.name or what or _("No one yet")
    seats = service.maximum_attendees if service and service.is_group else 0
    places = _("%(taken)s of %(seats)s places") % {"taken": planned.filled, "seats": seats} if seats else ""
    waits = planned.is_to_confirm and line.status == "booked"
    status = _("To be confirmed") if waits else said_of(line, _)
    is_told = waits or line.status != "booked"
    day = formats.full_day(formats.local(planned.start).date())
    span = formats.span(planned.start, planned.end)
    # it begins with what is seen, so that people can say it to their computer
    said = [who, status if is_told else "", places or what, span, "" if is_told else status, day]
    name = ", ".join(part for part in said if part)
    return Said(who, what, places or what, status if is_told else "", name, waits)


def is_movable(query: CalendarQuery, entry: QueueEntry) -> bool:
    """Return whether the reader may move an appointment: one that has not begun, and that they may change."""
    access = query.context.access
    may_change = access.may(Permission.CHANGE_BOOKING) and access.may_change(entry.planned.staff)
    return may_change and entry.status in ("booked", "in_lobby")


def _colour(query: CalendarQuery, service: str) -> int:
    listed = [one.id for one in query.context.calendar.listed_services]
    return listed.index(service) % COLOURS if service in listed else COLOURS - 1


def _other_cell(query: CalendarQuery, one: PersonDay, block: Block, row: int, size: int) -> Cell:
    context, formats = query.context, query.context.formats
    _ = context.texts.gettext
    span = formats.span(block.start, block.end)
    words = {"off": _("Time off"), "busy": _("Busy elsewhere"), "buffer": _("Buffer"), "free": _("free")}[
        block.kind
    ]
    day = formats.full_day(formats.local(block.start).date())
    name = f"{span} {words}, {one.person.name}, {day}"
    return Cell(block.kind, row, size, span, words, name, href=booking_link(query, one, block))


def booking_link(query: CalendarQuery, one: PersonDay, block: Block) -> str:
    """Return the link that books in a free gap; empty where the reader may not, or the gap is over."""
    context = query.context
    may_book = context.access.may(Permission.CREATE_BOOKING) and context.access.may_change([one.person.id])
    if block.kind != "free" or not may_book or block.end <= context.now:
        return ""
    local = context.formats.local(max(block.start, _next_start(context.now)))
    return context.link(
        "bookings",
        context.business.id,
        "new",
        staff=one.person.id,
        date=f"{local:%Y-%m-%d}",
        time=f"{local:%H:%M}",
        back=query.back,
        **({"service": query.service} if query.service else {}),
    )


def _next_start(now: datetime) -> datetime:
    """Return the next whole five minutes."""
    whole = now.replace(minute=now.minute // 5 * 5, second=0, microsecond=0)
    return whole + (TICK if whole < now else timedelta())


def _hours(query: CalendarQuery, day: date, offsets: tuple[timedelta, timedelta]) -> list[HourLabel]:
    start = day_of(query.context.calendar, day)[0]
    found, at = [], offsets[0]
    while at < offsets[1]:
        found.append(HourLabel((at - offsets[0]) // TICK + 1, query.context.formats.time(start + at)))
        at += HOUR
    return found


def _now(query: CalendarQuery, offsets: tuple[timedelta, timedelta], rows: int) -> int:
    """Return the row of the present moment on a page that shows today."""
    if query.today not in query.days:
        return 0
    start = day_of(query.context.calendar, query.today)[0] + offsets[0]
    row = (query.context.now.astimezone(UTC) - start) // TICK + 1
    return row if 1 <= row <= rows else 0
