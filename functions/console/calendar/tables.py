"""Weeks of several people, and months, of the staff calendar: tables of days with what they hold."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from functions.console.calendar.short_links import short_links
from functions.console.calendar.view import Cell, appointment_cell, booking_link


if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from functions.console.calendar.query import CalendarQuery
    from shared.domain.calendar.business import StaffMember
    from shared.domain.schedule.day import PersonDay
    from shared.domain.visits.queue import QueueEntry
    from shared.use_cases.availability.find_schedule import Schedule

LINES, FEWEST, MOST = 900, 3, 12
"""Appointments of a page, and of one cell at least and at most, so that the page stays light."""
MONTH_LINES = 5


class TextLink(NamedTuple):
    """A link of a cell; `name` is what is said of it."""

    text: str
    name: str
    href: str


class DayBox(NamedTuple):
    """A day of a table: the first appointments, how many more there are, what else fills it, and its free time.

    `label` is the date; `number` the day of a month, a link to it, None in a table whose columns are days.
    """

    number: TextLink | None
    label: str
    lines: Sequence[Cell]
    more: TextLink | None
    texts: Sequence[str]
    free: TextLink | None
    is_today: bool = False
    is_outside: bool = False


class TableRow(NamedTuple):
    """A person's week, or a week of a month, whose heading is None."""

    heading: TextLink | None
    boxes: Sequence[DayBox]


class DayTable(NamedTuple):
    """`columns` are (text, full name, link, is today) of each weekday or day."""

    kind: str
    columns: Sequence[tuple[str, str, str, bool]]
    rows: Sequence[TableRow]


def week_table(query: CalendarQuery, schedule: Schedule) -> DayTable:
    """Return a row for each person with their days."""
    formats = query.context.formats
    most = max(FEWEST, min(MOST, LINES // max(len(query.shown) * len(query.days), 1)))
    rows, short = [], short_links(query, schedule)
    for one in query.shown:
        boxes = [_box(query, schedule, [one], day, most, short) for day in query.days]
        rows.append(TableRow(TextLink(one.name, one.name, query.link(person=one.id)), boxes))
    columns = [
        (formats.short_day(day), formats.full_day(day), _to_day(query, day), day == query.today)
        for day in query.days
    ]
    return DayTable("week", columns, rows)


def month_table(query: CalendarQuery, schedule: Schedule) -> DayTable:
    """Return the weeks of a month, with the appointments of all who are shown."""
    formats, days = query.context.formats, query.days
    columns = [(short, full, "", False) for short, full in formats.weekdays()]
    short = short_links(query, schedule)
    boxes = [_numbered(query, _box(query, schedule, query.shown, day, MONTH_LINES, short), day) for day in days]
    return DayTable("month", columns, [TableRow(None, boxes[at : at + 7]) for at in range(0, len(days), 7)])


def _numbered(query: CalendarQuery, box: DayBox, day: date) -> DayBox:
    number = TextLink(str(day.day), f"{day.day}, {query.context.formats.full_day(day)}", _to_day(query, day))
    is_outside = (day.year, day.month) != (query.day.year, query.day.month)
    return box._replace(number=number, is_today=day == query.today, is_outside=is_outside)


def _to_day(query: CalendarQuery, day: date) -> str:
    return query.link(view="day", day="" if day == query.today else day.isoformat())


def _box(
    query: CalendarQuery,
    schedule: Schedule,
    people: Sequence[StaffMember],
    day: date,
    most: int,
    short: Mapping[str, str],
) -> DayBox:
    wanted, label = {one.id for one in people}, query.context.formats.short_day(day)
    found = [one for one in schedule.entries[day] if is_shown(query, one, wanted)]
    found.sort(key=lambda one: (one.planned.start, one.key))
    few = found if len(found) <= most else found[: most - 1]
    lines = [appointment_cell(query, one, None, 0, 0, short) for one in few]
    more = _more(query, day, people, len(found) - len(few))
    if len(people) != 1:
        return DayBox(None, label, lines, more, (), None)
    person_day = schedule.day(people[0].id, day, service=query.service)
    texts = _texts(query, person_day, is_read=not query.is_busy_month)
    return DayBox(None, label, lines, more, texts, _free(query, person_day), day == query.today)


def is_shown(query: CalendarQuery, entry: QueueEntry, people: Iterable[str]) -> bool:
    """Return whether an appointment of these people is shown: one of the chosen service, and not cancelled."""
    planned = entry.planned
    is_asked = query.service in ("", planned.service)
    return entry.status != "cancelled" and is_asked and not set(people).isdisjoint(planned.staff)


def _more(query: CalendarQuery, day: date, people: Sequence[StaffMember], count: int) -> TextLink | None:
    """Return the link to all appointments of a day, which says how many more there are."""
    if not count:
        return None
    context = query.context
    text = context.texts.ngettext("%(num)s more", "%(num)s more", count) % {"num": count}
    who = people[0].name if len(people) == 1 else ""
    name = ", ".join(part for part in (text, who, context.formats.full_day(day)) if part)
    person = {"person": people[0].id} if len(people) == 1 else {}
    return TextLink(text, name, query.link(view="day", day=day.isoformat(), **person))


def _texts(query: CalendarQuery, one: PersonDay, *, is_read: bool) -> list[str]:
    """Return what else fills a person's day; where appointments are not read, how much time they take."""
    _, formats = query.context.texts.gettext, query.context.formats
    kinds = {block.kind for block in one.blocks}
    found = [_("Time off")] if "off" in kinds else []
    found += [_("Busy elsewhere")] if "busy" in kinds else []
    taken = _length(one, "buffer")
    if not is_read and taken:
        found.insert(0, _("%(length)s booked") % {"length": formats.duration(taken)})
    return found or ([] if one.hours or one.count else [_("Doesn’t work")])


def _length(one: PersonDay, kind: str) -> timedelta:
    return sum((block.end - block.start for block in one.blocks if block.kind == kind), timedelta())


def _free(query: CalendarQuery, one: PersonDay) -> TextLink | None:
    """Return the link that books in the first gap of a person's day, which says how much is free in all."""
    context, formats = query.context, query.context.formats
    gaps = [block for block in one.blocks if block.kind == "free" and block.end > context.now]
    if not gaps:
        return None
    href = booking_link(query, one, gaps[0])
    length = sum((block.end - max(block.start, context.now) for block in gaps), timedelta())
    text = context.texts.gettext("%(length)s free") % {"length": formats.duration(length)}
    day = formats.full_day(formats.local(gaps[0].start).date())
    return TextLink(text, f"{text}, {one.person.name}, {day}", href)
