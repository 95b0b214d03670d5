"""What of the queue is asked for, and of what the caller may see it."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

from functions.auth.access import Access, access_in, access_to
from functions.console.boundary import console_visitor, person_of
from functions.http.boundary import wants_json
from functions.pages.rich_text import own_language
from functions.wiring import services
from shared.domain.access.permissions import Permission
from shared.domain.calendar.business import Role
from shared.domain.visits.queue import QueueFilter
from shared.use_cases.calendars.find_businesses import find_of_person


if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    import azure.functions as func
    from markupsafe import Markup

    from functions.pages.visitor import Visitor
    from shared.domain.access.permissions import Caller
    from shared.domain.calendar.business import Calendar
    from shared.storage.store import TableStore

MOST_CALENDARS = 40
RIGHTS_LAST = 10.0  # seconds, for a page that asks again every four
SHOWN_ANEW = 300  # seconds after which an unchanged queue is shown anew: time alone changes what matters
LONGEST_NAME = 60
LONGEST_CHOICE = 130  # a calendar's id and one within it; the page repeats it in each of its links
REMEMBERED = 2000
Roles = dict[tuple[str, str, str, bool], tuple[Role | None, frozenset[str]]]
_roles: WeakKeyDictionary[TableStore, Roles] = WeakKeyDictionary()


class CalendarChoice(NamedTuple):
    """A calendar that may be chosen."""

    slug: str
    name: str
    is_chosen: bool
    own_lang: Markup


@dataclass(frozen=True)
class QueueQuery:
    """What is asked for: the calendars (none: all of one's own), the day (none: today there), the filters."""

    visitor: Visitor
    shown: Sequence[Access]
    own: Sequence[Access]
    calendars: tuple[str, ...]
    day: date | None
    wish: QueueFilter
    page: int
    now: datetime
    is_json: bool = False

    def day_in(self, access: Access) -> date:
        return self.day or self.now.astimezone(ZoneInfo(access.calendar.business.time_zone)).date()

    def own_lang(self, access: Access) -> Markup:
        return own_language(access.calendar.business, self.visitor)

    @property
    def choices(self) -> list[CalendarChoice]:
        """The calendars to choose from: one's own, and those of others that are shown."""
        found = {one.calendar.business.slug: one.calendar.business for one in (*self.own, *self.shown)}
        named = sorted(found.values(), key=lambda one: one.name.casefold())
        return [
            CalendarChoice(one.slug, one.name, one.slug in self.calendars, own_language(one, self.visitor))
            for one in named
        ]

    def tag(self, versions: Iterable[str], served: set[str] | None = None) -> str:
        """Return the ETag: of the queues, of the question, and of who asks; nothing where one is not certain.

        Of those who ask, `served` are the people who matter, where that is known: others see the same.
        """
        known = list(versions)
        if not all(known):
            return ""
        who = "|".join(f"{_rights(one, served)} {self.day_in(one)}" for one in self.shown)
        asked = f"{self.calendars} {self.day} {self.wish} {self.page} {self.is_json} {self.choices}"
        how = f"{self.visitor.region_tag} {self.visitor.carried.get('lang')} {self.now.timestamp() // SHOWN_ANEW}"
        text = "\n".join([who, asked, how, *known])
        return f'"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'

    def query(self, **changes: str) -> str:
        wish = self.wish
        values = {
            "calendar": ",".join(self.calendars),
            "day": self.day.isoformat() if self.day else "",
            "service": wish.service,
            "staff": wish.staff,
            "name": wish.name,
            "status": wish.status,
            "all": "1" if wish.in_person else "",
            "lang": self.visitor.carried.get("lang", ""),
        }
        return urlencode({name: value for name, value in {**values, **changes}.items() if value}, safe=",")

    def link(self, **changes: str) -> str:
        return f"/console/queue?{self.query(**changes)}"


def _rights(access: Access, served: set[str] | None) -> str:
    """Name what somebody may do in a calendar, and with whose appointments."""
    people = access.people if served is None else access.people & served
    may = [operation.value for operation in Permission if access.may(operation)]
    return f"{access.calendar.business.id} {may} {sorted(people)}"


async def seen_of(req: func.HttpRequest) -> QueueQuery:
    """Return what is asked for, of what the caller may see. Raises NotFound for another's calendar."""
    caller, params = await person_of(req), req.params
    slugs = tuple(dict.fromkeys(one for one in params.get("calendar", "").split(",") if one))[:MOST_CALENDARS]
    own = await _own(caller)
    known = {one.calendar.business.slug: one for one in own}
    shown = await asyncio.gather(*(_named(caller, slug, known) for slug in slugs)) if slugs else own
    status, service, staff = (params.get(name, "")[:LONGEST_CHOICE] for name in ("status", "service", "staff"))
    wish = QueueFilter(
        status,
        service,
        staff,
        params.get("all", "") == "1",
        " ".join(params.get("name", "").split())[:LONGEST_NAME],
    )
    now, is_json = services().now(), wants_json(req)
    chosen = tuple(one.calendar.business.slug for one in shown) if slugs else ()
    return QueueQuery(console_visitor(req), shown, own, chosen, _day(params), wish, _page(params), now, is_json)


async def _own(caller: Caller) -> list[Access]:
    found = await find_of_person(caller.email, store=services().store, within=RIGHTS_LAST)
    own = [_access(caller, one) for one in found]
    return [one for one in own if one.may(Permission.VIEW_QUEUE)][:MOST_CALENDARS]


def _access(caller: Caller, calendar: Calendar) -> Access:
    """Return what somebody is in a calendar, as `access_in`: of a thousand people it is found out once."""
    business = calendar.business
    known = _roles.setdefault(services().store, {})
    name = business.id, business.version, caller.email, caller.is_application
    if name not in known:
        if len(known) >= REMEMBERED:
            known.clear()
        found = access_in(caller, calendar)
        known[name] = found.role, found.people
    role, people = known[name]
    return Access(caller, role, calendar, people)


async def _named(caller: Caller, slug: str, known: Mapping[str, Access]) -> Access:
    """Return what one is in a calendar. Raises NotFound, and Forbidden where one may see it but not its queue."""
    if slug in known:
        return known[slug]
    access = await access_to(caller, await services().store.calendars.business_of(slug), RIGHTS_LAST)
    access.require(Permission.VIEW_QUEUE)
    return access


def _day(params: Mapping[str, str]) -> date | None:
    try:
        day = date.fromisoformat(params.get("day", ""))
    except ValueError:
        return None
    return day if 1972 <= day.year <= 2199 else None


def _page(params: Mapping[str, str]) -> int:
    text = params.get("page", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
