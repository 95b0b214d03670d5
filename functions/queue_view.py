"""The queue as its page shows it: tiles with counts, filters, and lines with what may be done."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from functions.pages import page
from functions.pages_errors import marked
from functions.session import form_token
from shared.domain.permissions import Operation
from shared.domain.visit_queue import QueueLine, Wish, counted, matching, sorted_lines
from shared.i18n.formats import Formats


if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    import azure.functions as func

    from functions.access import Access
    from functions.pages_visitor import Visitor

ON_A_PAGE = 60
STATUSES = {
    "in_lobby": marked("In the waiting room"),
    "in_progress": marked("In progress"),
    "booked": marked("Booked"),
    "completed": marked("Completed"),
    "no_show": marked("No-show"),
    "not_admitted": marked("Not let in"),
    "cancelled": marked("Cancelled"),
}
ICONS = {
    "in_lobby": "clock",
    "in_progress": "video",
    "booked": "calendar",
    "completed": "check",
    "no_show": "cross",
    "not_admitted": "alert",
    "cancelled": "cross",
}
MARKS = {
    "mark_no_show": marked("Mark as no-show"),
    "undo": marked("Take it back"),
    "end": marked("End the appointment"),
    "arrive": marked("Has arrived"),
    "begin": marked("Begin"),
    "complete": marked("Done"),
}


@dataclass(frozen=True)
class Seen:
    """What is asked for: the calendars, the day (nothing: today where each business is), the filters."""

    visitor: Visitor
    shown: Sequence[Access]
    calendar: str
    day: date | None
    wish: Wish
    page: int
    now: datetime

    def day_in(self, access: Access) -> date:
        return self.day or self.now.astimezone(ZoneInfo(access.calendar.business.time_zone)).date()

    def tag(self, versions: Iterable[str]) -> str:
        """Return the page's ETag: of the queues, of the question, and of who asks."""
        who = "|".join(f"{one.calendar.business.id} {one.role} {sorted(one.people)}" for one in self.shown)
        asked = f"{self.calendar} {self.day} {self.wish} {self.page} {self.visitor.language} {self.now:%Y%m%d}"
        text = "\n".join([who, asked, *versions])
        return f'"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'

    def query(self, **changes: str) -> str:
        wish = self.wish
        values = {
            "calendar": self.calendar,
            "day": self.day.isoformat() if self.day else "",
            "service": wish.service,
            "staff": wish.staff,
            "status": wish.status,
            "all": "1" if wish.in_person else "",
            "lang": self.visitor.carried.get("lang", ""),
        }
        return urlencode({name: value for name, value in {**values, **changes}.items() if value})

    def link(self, **changes: str) -> str:
        return f"/console/queue?{self.query(**changes)}"


class Tile(NamedTuple):
    status: str
    name: str
    icon: str
    number: int
    href: str
    is_current: bool


class Row(NamedTuple):
    """A line on the page; `waits_since` where the wait goes on counting."""

    key: str
    line: QueueLine
    status_name: str
    icon: str
    calendar: str
    time: str
    service: str
    staff: str
    wait: str
    waits_since: str
    may_act: bool
    action: str
    may_join: bool
    marks: list[tuple[str, str]]


def queue_page(req: func.HttpRequest, seen: Seen, lines: list[QueueLine]) -> func.HttpResponse:
    """The page with one screenful of lines; the tiles count all."""
    _ = seen.visitor.texts.gettext
    fitting = matching(lines, seen.wish)
    counts = counted(fitting)
    chosen = sorted_lines(one for one in fitting if seen.wish.status in ("", one.status))
    first = seen.page * ON_A_PAGE
    rows = [_row(one, seen) for one in chosen[first : first + ON_A_PAGE]]
    return page(
        "queue/queue.html",
        seen.visitor,
        None,
        here=(("console", "queue"), {}),
        tiles=[_tile(status, counts[status], seen) for status in STATUSES if counts[status] or status in FIRST],
        rows=rows,
        total=len(chosen),
        waiting=counts["in_lobby"],
        first=first,
        earlier=seen.link(page=str(seen.page - 1)) if seen.page else "",
        later=seen.link(page=str(seen.page + 1)) if first + ON_A_PAGE < len(chosen) else "",
        days=_days(seen),
        filters=_filters(seen, lines),
        seen=seen,
        back=seen.query(page=str(seen.page) if seen.page else ""),
        form_token=form_token(req),
        several=len(seen.shown) > 1,
    )


FIRST = ("in_lobby", "in_progress", "booked", "completed")


def _tile(status: str, count: int, seen: Seen) -> Tile:
    is_current = seen.wish.status == status
    href = seen.link(status="" if is_current else status)
    return Tile(status, seen.visitor.texts.gettext(STATUSES[status]), ICONS[status], count, href, is_current)


def _row(line: QueueLine, seen: Seen) -> Row:
    _, planned = seen.visitor.texts.gettext, line.planned
    access = next(one for one in seen.shown if one.calendar.business.id == planned.business)
    calendar = access.calendar
    formats = Formats(seen.visitor.region_tag, calendar.business.time_zone, seen.visitor.texts)
    service = calendar.services.get(planned.service)
    people = [calendar.staff[one].name for one in planned.staff if one in calendar.staff]
    may_act = access.may(Operation.RUN_QUEUE) and access.may_change(planned.staff)
    is_own = planned.is_online and not access.people.isdisjoint(planned.staff)
    return Row(
        key=line.key,
        line=line,
        status_name=_(STATUSES[line.status]),
        icon="alert" if line.is_late else ICONS[line.status],
        calendar=calendar.business.name,
        time=formats.span(planned.start, planned.end),
        service=service.name if service else "",
        staff=", ".join(people),
        wait=_minutes(line.wait),
        waits_since=line.waits_since.isoformat() if line.waits_since else "",
        may_act=may_act,
        action=f"/console/queue/{planned.business}/{planned.id}",
        may_join=is_own and line.status in ("booked", "in_lobby", "in_progress"),
        marks=[(one, _(MARKS[one])) for one in line.offered if one in MARKS] if may_act else [],
    )


def _minutes(wait: timedelta | None) -> str:
    if wait is None:
        return ""
    seconds = int(wait.total_seconds())
    return f"{seconds // 60:02d}:{seconds % 60:02d}"


def _days(seen: Seen) -> dict[str, str]:
    """The day in words, and the ways to the days beside it."""
    today = seen.now.astimezone(ZoneInfo(seen.shown[0].calendar.business.time_zone)).date() if seen.shown else None
    day = seen.day or today or seen.now.date()
    beside = {name: (day + timedelta(days=step)).isoformat() for name, step in (("before", -1), ("after", 1))}
    return {
        "iso": day.isoformat(),
        "name": seen.visitor.formats.full_day(day),
        "today": seen.link(day="") if seen.day and seen.day != today else "",
        **{name: seen.link(day=iso) for name, iso in beside.items()},
    }


def _filters(seen: Seen, lines: Iterable[QueueLine]) -> dict[str, list[tuple[str, str, bool]]]:
    """The services and people of the day to choose from."""
    services: dict[str, str] = {}
    people: dict[str, str] = {}
    calendars = {one.calendar.business.id: one.calendar for one in seen.shown}
    for line in lines:
        planned, calendar = line.planned, calendars[line.planned.business]
        if planned.service in calendar.services:
            services[f"{planned.business}.{planned.service}"] = calendar.services[planned.service].name
        for one in planned.staff:
            if one in calendar.staff:
                people[f"{planned.business}.{one}"] = calendar.staff[one].name
    wish = seen.wish
    return {
        "service": [(key, name, key == wish.service) for key, name in sorted(services.items(), key=_by_name)],
        "staff": [(key, name, key == wish.staff) for key, name in sorted(people.items(), key=_by_name)],
    }


def _by_name(item: tuple[str, str]) -> str:
    return item[1].casefold()
