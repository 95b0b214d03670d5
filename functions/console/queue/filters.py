"""The queue's filters as its page shows them: the days around this one, the day's services and its staff."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from markupsafe import Markup


if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from functions.console.queue.query import QueueQuery
    from shared.domain.visits.queue import QueueEntry


def days_around(seen: QueueQuery) -> dict[str, str]:
    """Return the shown day in words, and the links to the days around it."""
    today = seen.now.astimezone(ZoneInfo(seen.shown[0].calendar.business.time_zone)).date() if seen.shown else None
    day: date = seen.day or today or seen.now.date()
    beside = {name: (day + timedelta(days=step)).isoformat() for name, step in (("before", -1), ("after", 1))}
    return {
        "iso": day.isoformat(),
        "name": seen.visitor.formats.full_day(day),
        "today": seen.link(day="") if seen.day and seen.day != today else "",
        **{name: seen.link(day=iso) for name, iso in beside.items()},
    }


class FilterOption(NamedTuple):
    """An option of a filter. `own_lang`: the language of its name."""

    key: str
    name: str
    is_chosen: bool
    own_lang: Markup


def filters_of(seen: QueueQuery, listed: Iterable[QueueEntry]) -> dict[str, list[FilterOption]]:
    """Return the day's services and staff as options. People's names have no language."""
    calendars = {one.calendar.business.id: one.calendar for one in seen.shown}
    lang = {one.calendar.business.id: seen.own_lang(one) for one in seen.shown}
    services = {(line.planned.business, line.planned.service) for line in listed}
    people = {(line.planned.business, one) for line in listed for one in line.planned.staff}
    named = [(f"{name}.{one}", calendars[name].services.get(one), lang[name]) for name, one in services]
    met = [(f"{name}.{one}", calendars[name].staff.get(one)) for name, one in people]
    wanted, person = seen.wish.service, seen.wish.staff
    return {
        "service": _in_order(FilterOption(key, it.name, key == wanted, own) for key, it, own in named if it),
        "staff": _in_order(FilterOption(key, it.name, key == person, Markup()) for key, it in met if it),
    }


def _in_order(options: Iterable[FilterOption]) -> list[FilterOption]:
    return sorted(options, key=lambda one: (one.name.casefold(), one.key))
