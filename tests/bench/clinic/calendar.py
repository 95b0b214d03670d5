"""The staff calendar of a large clinic: a day of 100 people in a browser; weeks, a month and an agenda of 20."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING, Any

import aiohttp
from playwright.async_api import async_playwright

from infra.local.browser import CHROMIUM
from shared.domain.timeline.hours import weekdays
from shared.storage.store import TableStore
from shared.storage.tables import Tables
from tests.bench.clinic.queue import TIMING, session_of_desk
from tests.bench.days.queue_day import HALF_HOUR, SLUG, Day, a_day, save_day
from tests.bench.system import app
from tests.bench.table import Row
from tests.bench.weights import QUIET


if TYPE_CHECKING:
    from playwright.async_api import Page

    from infra.local.pieces import Azurite

PEOPLE, EACH, RUNS = 100, 10, 5
TEAM, WEEKS = 20, 7
OPEN = weekdays((8 * 60, 18 * 60), days=range(7))
PATH, TEAM_PATH = (f"/console/calendars/b-{slug}/calendar" for slug in (SLUG, "team"))
VIEWS = {
    "week": ("a week of 20 people × 10 a day", 17),
    "month": ("a month of one of them", 12),
    "agenda": ("an agenda of them", 12),
}
"""With how many KB each may weigh. What 1,000 names and ids alone need is 8 KB: more than 700 appointments are over 12."""
# How long it takes until something is painted, in milliseconds from the start of the navigation.
PAINTED = """() => new Promise((done) => new PerformanceObserver((seen) => {
  const first = seen.getEntriesByName("first-contentful-paint")[0];
  if (first) done(first.startTime);
}).observe({ type: "paint", buffered: true }))"""
# Scrolls the columns from one side to the other for two seconds; returns how many frames were painted in a second.
SCROLLED = """() => new Promise((done) => {
  const box = [...document.querySelectorAll("main, main *")].find((one) => one.scrollWidth > 2 * one.clientWidth
    && /auto|scroll/.test(getComputedStyle(one).overflowX));
  if (!box) throw new Error("nothing scrolls sideways");
  const began = performance.now();
  let frames = 0;
  const step = (now) => {
    const part = (now - began) / 2000;
    box.scrollLeft = part * (box.scrollWidth - box.clientWidth);
    frames += 1;
    if (part < 1) requestAnimationFrame(step);
    else done(frames / ((performance.now() - began) / 1000));
  };
  requestAnimationFrame(step);
})"""
STOPS = """() => [...document.querySelectorAll("#shown a, #shown button, #shown [tabindex]")]
  .filter((one) => one.tabIndex >= 0 && one.checkVisibility()).length"""


async def measure(tables: Azurite) -> list[Row]:
    adapter = Tables(tables.connection_string)
    tomorrow = datetime.now(UTC).replace(hour=7, minute=0, second=0, microsecond=0) + timedelta(days=1)
    store = TableStore(adapter)
    await save_day(in_columns(a_day(PEOPLE, PEOPLE * EACH, tomorrow), tomorrow, PEOPLE), store)
    await save_day(_weeks_of_a_team(tomorrow), store)
    await adapter.close()
    query = f"?day={tomorrow:%Y-%m-%d}"
    async with app(tables) as running:
        rows = [*await _served(running.url, query), *await _in_a_browser(running.url, query)]
        for view, (label, most) in VIEWS.items():
            person = "&person=p0000" if view == "month" else ""
            rows += await _view(running.url, f"{query}&view={view}{person}", label, most)
        return rows


def in_columns(day: Day, first: datetime, people: int) -> Day:
    """Nobody has two appointments at once, and nobody was there yet."""
    hours = [first + (number // people) * 2 * HALF_HOUR for number in range(len(day.appointments))]
    made = [
        one.model_copy(update={"start": start, "end": start + HALF_HOUR})
        for one, start in zip(day.appointments, hours, strict=True)
    ]
    calendar = replace(day.calendar, business=day.calendar.business.model_copy(update={"hours": OPEN}))
    return Day(calendar, made, {})


def _weeks_of_a_team(tomorrow: datetime) -> Day:
    """Ten appointments a day: of 20 people for the week around tomorrow, and of one of them for seven weeks."""
    first = tomorrow.replace(day=1) - timedelta(days=7)
    weeks = [first + timedelta(days=n) for n in range(WEEKS * 7)]
    near = [tomorrow + timedelta(days=n) for n in range(-6, 8)]
    places = [(0, day) for day in weeks] + [(person, day) for person in range(1, TEAM) for day in near]
    day = a_day(TEAM, len(places) * EACH, tomorrow)
    made = []
    for number, one in enumerate(day.appointments):
        (person, date), start = places[number // EACH], number % EACH * 2 * HALF_HOUR
        changes = {"staff": (f"p{person:04d}",), "start": date + start, "end": date + start + HALF_HOUR}
        made.append(one.model_copy(update=changes))
    business = day.calendar.business.model_copy(update={"id": "b-team", "slug": "team", "hours": OPEN})
    return Day(replace(day.calendar, business=business), made, {})


async def _view(url: str, query: str, label: str, most: float) -> list[Row]:
    bytes_, text, requests, depth = await _answer(url, TEAM_PATH + query)
    assert 'class="visit' in text
    return [
        Row(f"{label}, on the wire", bytes_ / 1024, "KB", most),
        Row("its elements", len(re.findall(r"<[a-z]", text)), "", 3000),
        Row("its depth", depth, "", 2, note=f"{requests} requests; the check of the settings is one"),
    ]


async def _served(url: str, query: str) -> list[Row]:
    """What the server sends, and what it reads for it once the settings are known."""
    bytes_, text, requests, depth = await _answer(url, PATH + query)
    assert text.count('class="visit') == PEOPLE * EACH
    return [
        Row(
            "a day of 100 people × 10 appointments, on the wire",
            bytes_ / 1024,
            "KB",
            17,
            note="names, ids and services differ; 12 are aimed at",
        ),
        Row("its elements", len(re.findall(r"<[a-z]", text)), "", 3000),
        Row("its depth", depth, "", 2, note=f"{requests} requests; the check of the settings is one"),
    ]


async def _answer(url: str, path: str) -> tuple[int, str, int, int]:
    """Return bytes, text, requests and depth of a page after it was opened some times."""
    headers = {"Cookie": session_of_desk(url), "Accept": "text/html", "Accept-Encoding": "gzip"}
    async with aiohttp.ClientSession(url, headers=headers, auto_decompress=False) as client:
        seen = []
        for _ in range(RUNS):
            async with client.get(path) as answer:
                body = await answer.read()
                assert answer.status == 200, (answer.status, body[:300])
                timing = TIMING.search(answer.headers["Server-Timing"])
                assert timing
                seen.append((len(body), gzip.decompress(body).decode(), int(timing[1]), int(timing[2])))
    return seen[-1]


async def _in_a_browser(url: str, query: str) -> list[Row]:
    name, _, value = session_of_desk(url).partition("=")
    cookie: Any = {"name": name, "value": value, "url": url}
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        try:
            context = await browser.new_context(locale="en-GB", timezone_id="Europe/Paris")
            await context.add_cookies([cookie])
            page = await context.new_page()
            painted = [await _painted(page, url + PATH + query) for _ in range(RUNS)]
            frames = [float(await page.evaluate(SCROLLED)) for _ in range(RUNS)]
            stops = int(await page.evaluate(STOPS))
        finally:
            await browser.close()
    return [
        Row("first paint", median(painted) / 1000, "s", 0.5),
        Row("scrolled sideways", median(frames), "frames/s", 50, at_least=True),
        Row("its tab stops", stops, "", 2),
    ]


async def _painted(page: Page, url: str) -> float:
    await page.goto(url)
    return float(await page.evaluate(PAINTED))
