"""Every page of the console and every form that is refused: axe finds nothing, whatever the scheme and the width.

Pages come from the table of routes and are found by their links, so that a new page is looked at by itself.
"""

from __future__ import annotations

from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING, Literal
from urllib.parse import urldefrag

import httpx
import pytest
import pytest_asyncio

from functions.console_routes import CONSOLE_ROUTES
from shared.storage.store import TableStore
from shared.storage.tables import Tables
from tests.browser.conftest import SECRET, WATCH, Watched
from tests.browser.launching import new_context
from tests.browser.looking import FITS
from tests.browser.signing_in import sign_in
from tests.functions.pages.links import links_of, name_of
from tests.support.builders import a_key, a_person, a_service
from tests.support.console_pages import PAGES, UNLINKED, a_full_calendar, save_full


if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.browser.conftest import System

pytestmark = [
    pytest.mark.browser,
    pytest.mark.azurite,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.timeout(240),
]
CALENDAR = "b-pages"
HOME = f"/console/calendars/{CALENDAR}"
STARTS = (
    "/console",
    "/console/new",
    "/console/deleted/pages-gone",
    HOME,
    f"{HOME}/undelivered",
    f"{HOME}/services/service/aaa/rules",
    f"{HOME}/services/service/cut/balance",
    f"{HOME}/staff/person/claire/erase",
    *UNLINKED.values(),
)
AREAS = {one.name: one.module.split(".")[1] for one in CONSOLE_ROUTES}
OTHERS = (
    "/console?trial=none",
    "/console/queue?day=2020-01-01",
    "/console/nothing",
    f"{HOME}/calendar?view=week",
    f"{HOME}/calendar?view=month",
    f"{HOME}/calendar?view=agenda",
    f"{HOME}/settings/why?service=cut&date=2020-01-01&time=10:00",
    f"{HOME}/staff?find=nobody",
)
"""States of pages, and what is no page."""
NO_PAGES = {
    "customers_texts",  # where there is a provider of SMS
    "messages_preview",
    "page_preview",
    "page_sample",
    "setup_address",
    "setup_preview",
    "toolkit_infographic_preview",
}  # parts of others, or for scripts
Scheme = Literal["light", "dark"]
DESK, ZOOMED, PHONE = (1280, 800), (640, 400), (320, 640)
"""A desk, the same at 200 %, and a phone."""
OPEN = "document.querySelectorAll('main details').forEach(one => { one.open = true; })"
SPOIL = """() => {
  const texts = "textarea, input:not([type=hidden], [type=checkbox], [type=radio], [type=file])";
  const form = [...document.forms].find((one) => one.closest("main") && one.method === "post" && one.querySelector(texts));
  if (!form) return -1;
  for (const one of form.querySelectorAll(texts)) {
    one.removeAttribute("maxlength");
    const isWord = one.matches("textarea, [type=text]:not([inputmode]), [type=search]");
    one.type = one.matches("input") ? "text" : one.type;
    one.value = isWord ? "@ ".repeat(3000) : "x";
  }
  return [...document.forms].indexOf(form);
}"""
"""Fills the texts of a form with what is too long, or no number, date or address; returns which form of the page."""


class Walk:
    """A walk over the pages; `wrong` is what was found, `refused` the pages whose form was sent with what is wrong."""

    def __init__(self, system: System, watched: Watched) -> None:
        self.system, self.watched, self.page = system, watched, watched.page
        self.found, self.refused = dict[str, str](), set[str]()
        self.wrong: list[str] = []
        self.scheme: Scheme = "light"

    async def find(self) -> None:
        """Find an address of each page, by the name of its route."""
        todo = list(STARTS)
        while todo:
            url = todo.pop(0)
            name = name_of("GET", url)
            if name not in PAGES or name in self.found:
                continue
            answer = await self.page.request.get(self.system.url + url)
            if answer.status != 200 or "text/html" not in answer.headers["content-type"]:
                continue
            self.found[name] = url
            links = [one.url for one in links_of(answer.url, await answer.text()) if one.method == "GET"]
            todo += [one for each in links if is_ours(one := urldefrag(each)[0].removeprefix(self.system.url))]

    async def look(self, url: str) -> int:
        """Look at a page; return its status."""
        answer = await self.page.goto(self.system.url + url)
        self.watched.wrong.clear()  # the browser's own report of a 404
        if answer is not None and "text/html" in answer.headers.get("content-type", ""):
            await self.check(url)
        return answer.status if answer else 0

    async def look_at_refusal(self, name: str) -> None:
        """Send the page's form with what is wrong, if it has one with texts, and look at the answer."""
        if (form := await self.page.evaluate(SPOIL)) < 0:
            return
        async with self.page.expect_navigation() as sent:
            await self.page.evaluate("form => HTMLFormElement.prototype.submit.call(document.forms[form])", form)
        answer = await sent.value
        self.watched.wrong.clear()  # the browser's own report of the 422
        if answer.request.redirected_from is None:
            self.refused.add(name)
            await self.check(f"{name}, {answer.status}")
        else:
            print(f"{name} took it: {answer.status}")

    async def check(self, state: str) -> None:
        """Look at the page as it stands: light on a desk, then dark on a phone with all that can be opened."""
        try:
            await self.show(DESK, "light")
            await self.watched.check(state)
            await self.show(ZOOMED, "dark")
            assert await self.page.evaluate(FITS), f"{state} overflows at 200 %"
            await self.show(PHONE, "dark")
            await self.page.evaluate(OPEN)
            await self.watched.look_again(f"{state}, on a phone")
        except AssertionError as error:
            self.wrong.append(str(error))

    async def show(self, size: tuple[int, int], scheme: Scheme) -> None:
        await self.page.set_viewport_size({"width": size[0], "height": size[1]})
        if scheme != self.scheme:
            await self.page.emulate_media(color_scheme=scheme)
            self.scheme = scheme


def area_of(name: str) -> str:
    """Return the part of the console that a page belongs to; those with few pages are one."""
    area = AREAS[name]
    return area if area in ("booking_page", "organisation", "services", "settings", "staff") else "days"


def is_ours(path: str) -> bool:
    """Return whether a page is of this calendar or of none."""
    is_of_one = path.startswith(("/console/calendars/", "/console/queue/", "/console/bookings/"))
    return path.startswith("/console") and (not is_of_one or f"/{CALENDAR}" in path)


async def a_calendar_with_everything(system: System) -> None:
    now = datetime.now(UTC)
    people = [a_person("boss", role="administrator", email="member@demo.example")]
    calendar = a_full_calendar(now, people=people, services=[a_service("cut")], id=CALENDAR, slug="pages")
    tables = Tables(system.tables)
    await save_full(calendar, store=TableStore(tables), now=now, secret=SECRET)
    await tables.close()
    async with httpx.AsyncClient(base_url=f"{system.url}/api/pages", timeout=20) as client:
        slots = (await client.get("/slots", params={"service": "cut"})).json()["slots"]
        customer = {"name": "Ines Roy", "email": "ines@example.com"}
        body = {"service": "cut", "start": slots[0]["start"], "customer": customer}
        answer = await client.post("/appointments", json=body, headers={"Idempotency-Key": a_key()})
        assert answer.status_code == 201, answer.text


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def walk(system) -> AsyncIterator[Walk]:
    """One person who is signed in, in one context, with the address of each page."""
    await a_calendar_with_everything(system)
    options = {"locale": "en-GB", "timezone_id": "Europe/Paris", "reduced_motion": "reduce"}
    context = await new_context(system.browser, WATCH, color_scheme="light", **options)
    watched = Watched(await context.new_page())
    watched.listen()
    await sign_in(watched, system, "admin@demo.example")
    walk = Walk(system, watched)
    await walk.find()
    yield walk
    await context.close()


async def test_every_page_is_found(walk):
    assert sorted(PAGES - set(walk.found) - NO_PAGES) == []


async def test_other_states_of_pages_in_both_schemes_and_at_every_width(walk):
    for url in OTHERS:
        await walk.look(url)
    assert walk.wrong == []


@pytest.mark.parametrize("area", sorted({area_of(one) for one in PAGES}))
async def test_every_page_and_refusal_in_both_schemes_and_at_every_width(walk, area):
    walk.wrong.clear()
    for name in sorted(one for one in PAGES - NO_PAGES if area_of(one) == area):
        began = monotonic()
        await walk.look(walk.found[name])
        await walk.look_at_refusal(name)
        print(f"{name}: {monotonic() - began:.1f} s")
    assert walk.wrong == []
    assert any(area_of(one) == area for one in walk.refused)
