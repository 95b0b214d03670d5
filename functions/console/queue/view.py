"""The queue as its page shows it: tiles with counts, filters, and lines with actions."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode
from zlib import crc32

from markupsafe import Markup

from functions.auth.session import form_token
from functions.console.queue.document import QueuePage, queue_json
from functions.console.queue.filters import days_around, filters_of
from functions.console.queue.part import PolledPart, part_response
from functions.console.queue.words import (
    ICONS,
    LAST_MARKS,
    MARKS,
    NEWS,
    NEXT_MARKS,
    ORIGINS,
    STATUSES,
    minutes,
    said_of,
)
from functions.console.shell import shell_of
from functions.pages.form_field import new_key
from functions.pages.render import html_page, render
from shared.domain.access.permissions import Permission
from shared.domain.links import LINK_LIFE
from shared.domain.visits.queue import counted, first_lines, matching
from shared.i18n.formats import Formats
from shared.presentation.ready_messages import READY


if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence
    from datetime import datetime

    import azure.functions as func

    from functions.auth.access import Access
    from functions.console.queue.filters import FilterOption
    from functions.console.queue.query import QueueQuery
    from functions.console.shell import Shell
    from shared.domain.visits.queue import QueueEntry, QueueLine
    from shared.use_cases.timed_cache import TimedCache

ON_A_PAGE, REMEMBERED = 60, 32
KEPT, SERVED, FILTERS = "rendered queues", "staff of queues", "filters of queues"
MOST_NAMES = 3
FIRST = ("in_lobby", "in_progress", "booked", "completed")


class Tile(NamedTuple):
    """The count of one status, as a link that filters by it."""

    status: str
    name: str
    icon: str
    number: int
    href: str
    is_current: bool


class Bookable(NamedTuple):
    """A calendar that the reader may book in."""

    id: str
    name: str
    own_lang: Markup


class LineView(NamedTuple):
    """A line of the page. `waits_since` is set while the wait goes on, `late_at` is when it gets too long.

    `state` is a checksum: scripts announce a line whose state changed.
    """

    line: QueueLine
    status_name: str
    icon: str
    calendar: str
    own_lang: Markup
    time: str
    service: str
    staff: str
    others: int
    origin: str
    wait: str
    waits_since: str
    late_at: str
    state: str
    may_act: bool
    may_read: bool
    action: str
    may_join: bool
    may_message: bool
    may_remind: bool
    may_change: bool
    may_reassign: bool
    next_mark: tuple[str, str] | None
    marks: Sequence[tuple[str, str]]
    last_marks: Sequence[tuple[str, str]]

    @property
    def key(self) -> str:
        """The line's key."""
        return self.line.key


class MessageForm(NamedTuple):
    """The form by which staff write to those who wait for an appointment."""

    key: str
    action: str


class QueueView(NamedTuple):
    """What all readers with the same rights, filters and second see of the queue; `lines` is HTML."""

    waiting: int
    tiles: list[Tile]
    messages: list[MessageForm]
    lines: Markup


class SharedView(NamedTuple):
    """The view, and what a script gets of it."""

    view: QueueView
    part: PolledPart


async def queue_page(
    req: func.HttpRequest, seen: QueueQuery, listed: list[QueueEntry], versions: list[str]
) -> func.HttpResponse:
    """Return the page, or JSON, with one screen of lines; the tiles count all.

    The script that asks every few seconds gets what changes alone.
    """
    if seen.is_json:
        return queue_json(seen, _chosen(seen, listed))
    (view, part), news = _view(seen, listed, versions), _news(req, seen)
    if req.headers.get("sec-fetch-dest") == "empty":
        return part_response(req, part, news, seen.visitor)
    html = render(
        "console/queue/page.html",
        seen.visitor,
        None,
        shell=await _shell(req, seen),
        view=view,
        filters=_filters(seen, listed, versions),
        days=days_around(seen),
        seen=seen,
        back=_back(seen),
        there=_there(seen),
        form_token=form_token(req),
        send_key=new_key(),
        may_book=[
            Bookable(one.calendar.business.id, one.calendar.business.name, seen.own_lang(one))
            for one in seen.shown
            if one.may(Permission.CREATE_BOOKING)
        ],
        news=news,
    )
    return html_page(html, seen.visitor)


def _news(req: func.HttpRequest, seen: QueueQuery) -> str:
    news = req.params.get("news", "")
    return seen.visitor.texts.gettext(NEWS[news]) if news in NEWS else ""


async def _shell(req: func.HttpRequest, seen: QueueQuery) -> Shell:
    access = seen.shown[0] if len(seen.shown) == 1 else None
    return await shell_of(req, seen.caller, seen.visitor, "queue", access, seen.link())


def _view(seen: QueueQuery, listed: list[QueueEntry], versions: list[str]) -> SharedView:
    """Return what readers share, rendered once for all of them."""
    if not all(versions):  # its state is uncertain, so it is nobody else's
        return _render(seen, listed)
    people: TimedCache[Hashable, set[str]] = seen.app.store.kept(SERVED, REMEMBERED)
    chosen = tuple((one.calendar.business.id, seen.day_in(one)) for one in seen.shown)  # a version is of any day
    served = people.made((chosen, *versions), lambda: {name for one in listed for name in one.planned.staff})
    kept: TimedCache[Hashable, SharedView] = seen.app.store.kept(KEPT, REMEMBERED)
    name = (seen.tag(versions, served), int(seen.now.timestamp()))
    return kept.made(name, lambda: _render(seen, listed))


def _chosen(seen: QueueQuery, listed: list[QueueEntry]) -> QueuePage:
    fitting = matching(listed, seen.wish)
    wanted = [one for one in fitting if seen.wish.status in ("", one.status)]
    first = seen.page * ON_A_PAGE
    lines = first_lines(wanted, seen.now, first + ON_A_PAGE)[first:]
    return QueuePage(lines, counted(fitting), len(wanted), ON_A_PAGE)


def _render(seen: QueueQuery, listed: list[QueueEntry]) -> SharedView:
    lines, counts, total, _size = _chosen(seen, listed)
    rows, first = _rows(lines, seen), seen.page * ON_A_PAGE
    html = render(
        "console/queue/lines.html",
        seen.visitor,
        None,
        rows=rows,
        total=total,
        first=first,
        earlier=seen.link(page=str(seen.page - 1)) if seen.page else "",
        later=seen.link(page=str(seen.page + 1)) if first + ON_A_PAGE < total else "",
        seen=seen,
        there=_there(seen),
        several=len(seen.shown) > 1,
        ready={name: seen.visitor.texts.gettext(text) for name, text in READY.items()},
    )
    shown = [status for status in STATUSES if counts[status] or status in FIRST]
    view = QueueView(
        counts["in_lobby"],
        [_tile(status, counts[status], seen) for status in shown],
        [MessageForm(row.key, row.action) for row in rows if row.may_message],
        Markup(html),  # noqa: S704 - a template of ours escaped it
    )
    part = render("console/queue/part.html", seen.visitor, None, view=view, back=_back(seen))
    return SharedView(view, PolledPart(part))


def _filters(seen: QueueQuery, listed: list[QueueEntry], versions: list[str]) -> dict[str, list[FilterOption]]:
    if not all(versions):
        return filters_of(seen, listed)
    kept: TimedCache[Hashable, dict[str, list[FilterOption]]] = seen.app.store.kept(FILTERS, REMEMBERED)
    return kept.made(seen.tag(versions), lambda: filters_of(seen, listed))


def _back(seen: QueueQuery) -> str:
    return seen.query(page=str(seen.page) if seen.page else "")


def _there(seen: QueueQuery) -> str:
    """Return the query by which a page about an appointment finds the way back."""
    return urlencode({"back": _back(seen), **_language(seen)})


def _language(seen: QueueQuery) -> dict[str, str]:
    return {name: value for name, value in seen.visitor.carried.items() if name == "lang"}


def _tile(status: str, count: int, seen: QueueQuery) -> Tile:
    is_current = seen.wish.status == status
    href = seen.link(status="" if is_current else status)
    return Tile(status, seen.visitor.texts.gettext(STATUSES[status]), ICONS[status], count, href, is_current)


def _rows(lines: Iterable[QueueLine], seen: QueueQuery) -> list[LineView]:
    accesses = {one.calendar.business.id: one for one in seen.shown}
    formats = {
        name: Formats(seen.visitor.region_tag, one.calendar.business.time_zone, seen.visitor.texts)
        for name, one in accesses.items()
    }
    return [_row(line, accesses[name], formats[name], seen) for line in lines for name in [line.planned.business]]


def _row(line: QueueLine, access: Access, formats: Formats, seen: QueueQuery) -> LineView:
    _, planned, calendar = seen.visitor.texts.gettext, line.planned, access.calendar
    service = calendar.services.get(planned.service)
    may_act = access.may(Permission.RUN_QUEUE) and access.may_change(planned.staff)
    marks = _marks(line, _) if may_act else _Marks()
    people = [one.name for one in calendar.people(planned.staff)]
    may_change = may_act and line.status in ("booked", "in_lobby")
    time = formats.span(planned.start, planned.end)
    return LineView(
        line=line,
        status_name=said_of(line, _),
        icon="alert" if line.is_late else ICONS[line.status],
        calendar=calendar.business.name,
        own_lang=seen.own_lang(access),
        time=time,
        service=service.name if service else "",
        staff=", ".join(people[:MOST_NAMES]),
        others=max(len(people) - MOST_NAMES, 0),
        origin=_(ORIGINS[planned.origin]) if planned.origin in ORIGINS else "",
        wait=minutes(line.wait),
        waits_since=line.waits_since.isoformat() if line.waits_since else "",
        late_at=line.late_at.isoformat() if line.late_at else "",
        state=_state(line, time),
        may_act=may_act,
        may_read=access.may(Permission.READ_BOOKINGS),
        action=f"/console/queue/{planned.business}/{planned.id}",
        may_join=_may_join(line, access, seen.now),
        may_message=may_act and bool(line.waiting) and access.may(Permission.READ_BOOKINGS),
        may_remind=may_act and line.status == "booked" and planned.end > seen.now and planned.filled == 1,
        may_change=may_change,
        may_reassign=may_change and access.may(Permission.CHANGE_ANY_BOOKING),
        next_mark=marks.first,
        marks=marks.others,
        last_marks=marks.last,
    )


def _may_join(line: QueueLine, access: Access, now: datetime) -> bool:
    planned = line.planned
    is_own = planned.is_online and not access.people.isdisjoint(planned.staff)
    return is_own and line.status in ("booked", "in_lobby", "in_progress") and now < planned.end + LINK_LIFE


class _Marks(NamedTuple):
    """What can be noted of an appointment, each with its words: first what comes next, last what ends it."""

    first: tuple[str, str] | None = None
    others: Sequence[tuple[str, str]] = ()
    last: Sequence[tuple[str, str]] = ()


def _marks(line: QueueLine, _: Callable[[str], str]) -> _Marks:
    words = {one: _(MARKS[one]) for one in line.offered if one in MARKS}
    first = next(((one, words[one]) for one in NEXT_MARKS if one in words), None)
    others = [one for one in words.items() if one != first and one[0] not in LAST_MARKS]
    return _Marks(first, others, [one for one in words.items() if one[0] in LAST_MARKS])


def _state(line: QueueLine, time: str) -> str:
    planned = line.planned
    state: tuple[object, ...] = (line.status, line.is_late, line.has_gone, len(line.waiting), time)
    state += (planned.staff, planned.name, planned.is_to_reassign, planned.is_to_confirm)
    return f"{crc32(repr(state).encode()):x}"
