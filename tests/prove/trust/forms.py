"""Mutated forms of all pages, of customers and of the console: an answer with a meaning each time, and no fault."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from html import unescape
from random import Random
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode, urljoin, urlsplit

from shared.domain.access.permissions import Caller
from tests.functions.console.app import FORM, START, Console
from tests.functions.console.services.place import typed
from tests.functions.pages.links import ALIKE, links_of, name_of
from tests.prove.trust.alter import mutated
from tests.support.builders import MONDAY, a_person, a_service
from tests.support.console_pages import UNLINKED, a_full_calendar, save_full
from tests.support.edge import ORGANISATION_ADMINISTRATOR, PUBLIC_URL
from tests.support.fakes import MemoryTable


if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.edge import Answer

MOST_PAGES, WHOLE_FOR = 700, 40  # pages that are opened; forms sent before the calendar is made whole again
FORMS = re.compile(r'<form\b[^>]*method="post".*?</form>', re.DOTALL | re.IGNORECASE)
ACTION = re.compile(r'<form\b[^>]*\saction="([^"]*)"', re.IGNORECASE)


class PageForm(NamedTuple):
    """A form as a page has it: where it is sent, and what its fields hold."""

    url: str
    fields: list[tuple[str, str]]


async def prove_forms(count: int, seed: int, tell: Callable[[str], object]) -> bool:
    """Send so many; return whether none was answered with a fault."""
    dice, (table, manage) = Random(seed), await _filled()
    console = Console(table.copied(), now=START)
    found = await _forms(console, manage)
    by_route: dict[str, list[PageForm]] = {}
    for one in found:
        by_route.setdefault(name_of("POST", urljoin(PUBLIC_URL, one.url)), []).append(one)
    faults, statuses, routes = list[str](), Counter[int](), sorted(by_route)
    for number in range(count):
        if number % WHOLE_FOR == 0:
            console = _again(console, table)
        form = dice.choice(by_route[dice.choice(routes)])
        fields = mutated(form.fields, dice)
        answer = await _sent(console, form.url, fields)
        statuses[answer.status // 100] += 1
        if answer.status >= 500:
            faults.append(f"{answer.status} at {form.url} of {fields!r}"[:600])
    told = ", ".join(f"{kind}xx {times:,}" for kind, times in sorted(statuses.items()))
    tell(f"{count:,} mutated forms of {len(routes)} routes, {len(found)} pages: {len(faults)} × 5xx ({told})")
    for one in faults[:20]:
        tell(f"  {one}")
    return not faults


async def _filled() -> tuple[MemoryTable, str]:
    """Return a calendar with something on each page, and where a customer changes a booking."""
    table = MemoryTable()
    world = Console(table, now=MONDAY)
    boss = a_person("boss", role="administrator").model_copy(update={"email": ORGANISATION_ADMINISTRATOR})
    calendar = a_full_calendar(MONDAY, people=[boss], services=[a_service("bbb", staff=("boss", "claire"))])
    await save_full(calendar, store=world.store, now=MONDAY)
    for hour in range(3):
        customer = {"name": f"Bob {hour}", "email": f"b{hour}@example.com", "phone": "+33 6 12 34 56 78"}
        made = await world.book(START.replace(hour=10 + hour), service="bbb", customer=customer, staff="boss")
        assert made.status == 201, made.body
    return table, urlsplit(made.json()["manage"]).path


async def _forms(console: Console, manage: str) -> list[PageForm]:
    """Return the forms of the pages to which links lead, from the console's and a customer's first ones on."""
    todo = ["/console", "/book/clinic", manage, "/console/calendars/biz0clinic", "/console/new", "/console/queue"]
    todo += [*UNLINKED.values(), "/console/organisation/people?person=claire@clinic.example"]
    found, seen, alike = list[PageForm](), set[str](), Counter[tuple[str, ...]]()
    while todo and len(seen) < MOST_PAGES:
        url = todo.pop(0)
        if url in seen:
            continue
        seen.add(url)
        answer = await _opened(console, url)
        if answer.status != 200 or not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        html = answer.body.decode()
        for form in FORMS.findall(html):
            action = ACTION.search(form)
            target = urljoin(url, unescape(action[1])) if action and action[1] else url
            found.append(PageForm(target, _fields(form)))
        for link in links_of(PUBLIC_URL + url, html):
            place = link.url.removeprefix(PUBLIC_URL).partition("#")[0]
            kind = (name_of("GET", link.url), urlsplit(place).query.partition("=")[0])
            if link.method == "GET" and place.startswith("/") and "lang=" not in place and alike[kind] < ALIKE * 2:
                alike[kind] += 1
                todo.append(place)
    return found


def _fields(form: str) -> list[tuple[str, str]]:
    return [
        (name, unescape(one))
        for name, value in typed(form).items()
        for one in ([value] if isinstance(value, str) else value)
    ]


def _again(console: Console, table: MemoryTable) -> Console:
    """Return a console over the calendar as it was, with the session whose token the forms carry."""
    other = Console(table.copied(), now=START)
    other.__dict__["head"] = _cookie(console)
    return other


def _cookie(console: Console) -> str:
    known = console.__dict__
    if "head" not in known:
        known["head"] = console.session(Caller("head", email=ORGANISATION_ADMINISTRATOR, name="Head"))
    return str(known["head"])


async def _opened(console: Console, url: str) -> Answer:
    return await console.call("GET", url, cookie=_cookie(console), accept="text/html")


async def _sent(console: Console, url: str, fields: list[tuple[str, str]]) -> Answer:
    body = urlencode(fields, errors="surrogatepass").encode()
    return await console.call(
        "POST", url, body=body, content_type=FORM, cookie=_cookie(console), accept="text/html"
    )


def run_forms(count: int, seed: int, tell: Callable[[str], object]) -> bool:
    return asyncio.run(prove_forms(count, seed, tell))
