"""The query of the queue, limited to the calendars that the caller may see."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from functions.auth.access import Access, access_to, remembered_access
from functions.console.boundary import console_visitor, person_of
from functions.http.boundary import wants_json
from functions.pages.rich_text import own_language
from functions.wiring import services
from shared.domain.access.permissions import Permission
from shared.domain.visits.queue import QueueFilter
from shared.use_cases.calendars.find_businesses import find_of_person


if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    import azure.functions as func
    from markupsafe import Markup

    from functions.pages.visitor import Visitor
    from functions.wiring import Services
    from shared.domain.access.permissions import Caller
    from shared.use_cases.ports import Store

MOST_CALENDARS = 40
RIGHTS_LAST = 10.0  # seconds, for a page that asks again every four
SHOWN_ANEW = 300  # seconds after which an unchanged queue is rendered again: waits grow
LONGEST_NAME = 60
LONGEST_CHOICE = 130  # a calendar's id and one within it; the page repeats it in each of its links


class CalendarChoice(NamedTuple):
    """A calendar to choose from."""

    slug: str
    name: str
    is_chosen: bool
    own_lang: Markup


@dataclass(frozen=True)
class QueueQuery:
    """What is asked for. No `calendars` means all of the person's own, no `day` today in each calendar."""

    caller: Caller
    visitor: Visitor
    shown: Sequence[Access]
    own: Sequence[Access]
    calendars: tuple[str, ...]
    day: date | None
    wish: QueueFilter
    page: int
    app: Services
    is_json: bool = False

    @property
    def now(self) -> datetime:
        """The moment of this request."""
        return self.app.now()

    def day_in(self, access: Access) -> date:
        """Return the day that is shown of a calendar: the one asked for, else today in its time zone."""
        return self.day or self.now.astimezone(ZoneInfo(access.calendar.business.time_zone)).date()

    def own_lang(self, access: Access) -> Markup:
        """Return the `lang` attribute of a calendar's own texts."""
        return own_language(access.calendar.business, self.visitor)

    @property
    def choices(self) -> list[CalendarChoice]:
        """The calendars to choose from: the person's own, and others that are shown."""
        found = {one.calendar.business.slug: one.calendar.business for one in (*self.own, *self.shown)}
        named = sorted(found.values(), key=lambda one: one.name.casefold())
        return [
            CalendarChoice(one.slug, one.name, one.slug in self.calendars, own_language(one, self.visitor))
            for one in named
        ]

    def tag(self, versions: Iterable[str], served: set[str] | None = None) -> str:
        """Return the ETag of the versions, the query and the caller's rights; empty if a version is unknown.

        With `served`, the staff in these queues, only rights over their appointments count: people who see the
        same get the same tag, and share one rendering.
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
        """Return the query string with changes, without empty values."""
        wish = self.wish
        values = {
            "calendar": ",".join(self.calendars),
            "day": self.day.isoformat() if self.day else "",
            "service": wish.service,
            "staff": wish.staff,
            "name": wish.name,
            "status": wish.status,
            "online": "1" if wish.is_online_only else "",
            "lang": self.visitor.carried.get("lang", ""),
        }
        return urlencode({name: value for name, value in {**values, **changes}.items() if value}, safe=",")

    def link(self, **changes: str) -> str:
        """Return the URL of the queue with changes to its query."""
        return f"/console/queue?{self.query(**changes)}"


def _rights(access: Access, served: set[str] | None) -> str:
    """Return a text that is equal for people who may do the same in a calendar."""
    people = access.people if served is None else access.people & served
    may = [operation.value for operation in Permission if access.may(operation)]
    return f"{access.calendar.business.id} {may} {sorted(people)}"


async def seen_of(req: func.HttpRequest) -> QueueQuery:
    """Return the parsed query. Raises NotFound for a calendar that the caller may not see."""
    app, caller, params = services(), await person_of(req), req.params
    slugs = tuple(dict.fromkeys(one for one in params.get("calendar", "").split(",") if one))[:MOST_CALENDARS]
    own = await _own(caller, app.store)
    known = {one.calendar.business.slug: one for one in own}
    shown = await asyncio.gather(*(_named(caller, slug, known, app.store) for slug in slugs)) if slugs else own
    status, service, staff = (params.get(name, "")[:LONGEST_CHOICE] for name in ("status", "service", "staff"))
    wish = QueueFilter(
        status,
        service,
        staff,
        params.get("online", "") == "1",
        " ".join(params.get("name", "").split())[:LONGEST_NAME],
    )
    chosen = tuple(one.calendar.business.slug for one in shown) if slugs else ()
    return QueueQuery(
        caller, console_visitor(req), shown, own, chosen, _day(params), wish, _page(params), app, wants_json(req)
    )


async def _own(caller: Caller, store: Store) -> list[Access]:
    found = await find_of_person(caller.email, store=store, within=RIGHTS_LAST)
    own = [remembered_access(caller, one) for one in found]
    return [one for one in own if one.may(Permission.VIEW_QUEUE)][:MOST_CALENDARS]


async def _named(caller: Caller, slug: str, known: Mapping[str, Access], store: Store) -> Access:
    """Return the access to a calendar by its slug. Raises NotFound, or Forbidden if its queue is not theirs."""
    if slug in known:
        return known[slug]
    access = await access_to(caller, await store.calendars.business_of(slug), RIGHTS_LAST)
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
