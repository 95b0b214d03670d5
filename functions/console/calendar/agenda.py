"""The agenda of the staff calendar: days with their appointments, in order, as far as a page holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from functions.console.calendar.tables import is_shown
from functions.console.calendar.view import appointment_cell


if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from functions.console.calendar.query import CalendarQuery
    from functions.console.calendar.view import Cell
    from shared.domain.visits.queue import QueueEntry
    from shared.use_cases.availability.find_schedule import Schedule

MOST = 250
"""Appointments of a page: those of later days, or the rest of a day, are a link away."""


class AgendaDay(NamedTuple):
    """A day of the agenda: its appointments, each with the people who serve it, and how many more there are."""

    name: str
    href: str
    is_today: bool
    lines: Sequence[tuple[Cell, str]]
    more: str = ""


def agenda_of(query: CalendarQuery, schedule: Schedule) -> list[AgendaDay]:
    """Return the days with the appointments of the chosen people, or of all; the first day always."""
    context, wanted = query.context, {one.id for one in query.people}
    found: list[AgendaDay] = []
    left = MOST
    for day in query.days:
        entries = [one for one in schedule.entries[day] if is_shown(query, one, wanted)]
        entries.sort(key=lambda one: (one.planned.start, one.key))
        if found and len(entries) > left:
            break
        name, href = context.formats.full_day(day), query.link(view="day", day=day.isoformat())
        count = len(entries) - MOST
        more = context.texts.ngettext("%(num)s more", "%(num)s more", count) % {"num": count} if count > 0 else ""
        lines = [_line(query, one) for one in entries[:MOST]]
        found.append(AgendaDay(name[:1].upper() + name[1:], href, day == query.today, lines, more))
        left -= len(entries)
    return found


def day_after(query: CalendarQuery, days: Sequence[AgendaDay]) -> date:
    """Return the first day that the page does not show."""
    return query.days[0] + (query.days[1] - query.days[0]) * len(days)


def _line(query: CalendarQuery, one: QueueEntry) -> tuple[Cell, str]:
    people = query.context.calendar.people(one.planned.staff)
    return appointment_cell(query, one, None, 0, 0), ", ".join(person.name for person in people)
