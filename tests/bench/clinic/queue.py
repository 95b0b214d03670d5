"""The queue of a large clinic: 1,000 people and 5,000 appointments today, and a hundred who look at it all day."""

from __future__ import annotations

import asyncio
import gzip
import random
import re
import time
from datetime import UTC, datetime
from statistics import median, quantiles
from typing import TYPE_CHECKING, NamedTuple

import aiohttp

from functions.auth.session import session_cookie
from functions.http.rate_limits import RateLimiter
from functions.settings.app import AppSettings, Limits
from functions.wiring import Services, given
from shared.domain.access.permissions import Caller
from shared.storage.store import TableStore
from shared.storage.tables import Tables
from tests.bench.days.calendars import SECRET
from tests.bench.days.queue_day import DESK, SLUG, a_day, save_day
from tests.bench.system import app
from tests.bench.table import Row


if TYPE_CHECKING:
    from infra.local.pieces import Azurite

PEOPLE, APPOINTMENTS, POLLERS = 1000, 5000, 100
EVERY, LASTING, CHANGE_EVERY = 4.0, 30.0, 1.0  # seconds, as in the page's script
VIEW = f"/console/queue?calendar={SLUG}"
TIMING = re.compile(r'desc="(\d+) requests".*depth;desc="(\d+)"')
CSRF = re.compile(r'name="csrf" value="([^"]+)"')
KEY = re.compile(r'data-key="([^"]+)" data-state="\w+" data-status="booked"')


NO_SHOWS = re.compile(r'class="count no_show".*?class="numbers">(\d+)<')


class Seen(NamedTuple):
    """An answer: how long it took, in milliseconds, and what it cost in storage."""

    status: int
    ms: float
    etag: str
    bytes: int
    text: str
    requests: int
    depth: int


async def measure(tables: Azurite) -> list[Row]:
    adapter = Tables(tables.connection_string)
    await save_day(a_day(PEOPLE, APPOINTMENTS, datetime.now(UTC)), TableStore(adapter))
    await adapter.close()
    async with app(tables) as running:
        headers = {"Cookie": session_of_desk(running.url), "Accept": "text/html", "Accept-Encoding": "gzip"}
        # Compressed bodies are counted as they come, so they are decompressed here.
        async with aiohttp.ClientSession(running.url, headers=headers, auto_decompress=False) as client:
            return [*await _views(client), *await _refreshes(client), *await _crowd(client)]


def session_of_desk(url: str) -> str:
    """Return the cookie of a session of the desk."""
    settings = AppSettings("", SECRET, url, "smtp://127.0.0.1:9", "bench@openslot.example")
    limits = RateLimiter(Tables(""), Limits(are_on=False), SECRET)
    now = datetime.now(UTC)
    store = TableStore(Tables(""))
    with given(Services(settings, store, limits, lambda: None, lambda: now)):  # type: ignore[arg-type, return-value]
        return session_cookie(Caller("desk", email=DESK, name="Desk"), [], now).partition(";")[0]


async def _get(client: aiohttp.ClientSession, query: str = "", etag: str = "") -> Seen:
    began = time.perf_counter()
    # a poll is the script's, and gets what changes alone
    headers = {"If-None-Match": etag, "Sec-Fetch-Dest": "empty"} if etag else {}
    async with client.get(VIEW + query, headers=headers, allow_redirects=False) as answer:
        body = await answer.read()
        ms = (time.perf_counter() - began) * 1000
        found = TIMING.search(answer.headers["Server-Timing"])
        assert answer.status in (200, 304), (answer.status, body[:300])
        assert found
        text = (
            gzip.decompress(body).decode() if answer.headers.get("Content-Encoding") == "gzip" else body.decode()
        )
        return Seen(answer.status, ms, answer.headers.get("ETag", ""), len(body), text, *map(int, found.groups()))


async def _views(client: aiohttp.ClientSession) -> list[Row]:
    """The first view of a process, views of one that knows the day, and what they weigh."""
    async with client.get("/healthz") as answer:
        answer.raise_for_status()
    cold = await _get(client)
    await asyncio.sleep(1)
    views = [await _get(client, query) for query in ("", "&page=3", "&status=booked", "&online=1", "&name=an") * 3]
    tiles = sum(map(int, re.findall(r'<strong class="numbers">(\d+)<', cold.text)))
    assert views[0].etag
    polls = [await _get(client, etag=views[0].etag) for _ in range(20)]
    assert {one.status for one in polls} == {304}
    return [
        Row("first view, nothing known to the process", cold.ms, "ms", 2000, note=f"{cold.requests} requests"),
        Row("view of a known day", median(one.ms for one in views), "ms", 300),
        Row("appointments that the tiles count", tiles, "", APPOINTMENTS, exactly=True),
        Row("the heaviest view on the wire", max(one.bytes for one in [cold, *views]) / 1024, "KB", 60),
        Row("unchanged poll: requests", median(one.requests for one in polls), "", 1, exactly=True),
        Row("unchanged poll", median(one.ms for one in polls), "ms"),
    ]


async def _mark(client: aiohttp.ClientSession, page: Seen, number: int) -> str:
    """Mark somebody as a no-show, as the page's own form does; return whom."""
    token, keys = CSRF.search(page.text), KEY.findall(page.text)
    assert token
    business, _, appointment = keys[number % len(keys)].partition(".")
    form = {"csrf": token[1], "action": "mark_no_show", "back": ""}
    path = f"/console/queue/{business}/{appointment}"
    async with client.post(path, data=form, allow_redirects=False) as answer:
        assert answer.status == 303, (answer.status, await answer.read())
    return f"{business}.{appointment}"


async def _refreshes(client: aiohttp.ClientSession) -> list[Row]:
    """What a reader waits for once something has changed."""
    page, times = await _get(client, "&status=booked"), []
    shown = await _get(client)
    for number in range(15):
        await _mark(client, page, number)
        before, shown = shown, await _get(client, etag=shown.etag)
        assert shown.status == 200
        assert shown.etag != before.etag
        times.append(shown.ms)
    note = f"median {median(times):.0f} ms, depth {shown.depth}"
    return [Row("refresh after a change, p95", _p95(times), "ms", 300, note=note)]


class Poller:
    """Looks every few seconds, as the page does, and notes when it first sees each count of no-shows."""

    def __init__(self, client: aiohttp.ClientSession) -> None:
        self._client, self._etag = client, ""
        self.times: list[float] = []
        self.seen: list[tuple[float, int]] = []

    async def run(self, until: float) -> None:
        await asyncio.sleep(random.uniform(0, EVERY))
        while time.perf_counter() < until:
            shown = await _get(self._client, etag=self._etag)
            self._etag = shown.etag
            self.times.append(shown.ms)
            if shown.status == 200:
                self.seen.append((time.perf_counter(), _no_shows(shown)))
            await asyncio.sleep(EVERY * random.uniform(0.9, 1.1))

    def first_saw(self, count: int) -> float | None:
        return next((moment for moment, seen in self.seen if seen >= count), None)


def _no_shows(page: Seen) -> int:
    found = NO_SHOWS.search(page.text)
    return int(found[1]) if found else 0


async def _crowd(client: aiohttp.ClientSession) -> list[Row]:
    """A hundred pollers while something changes every second; and a hundred of them in the same moment."""
    page = await _get(client, "&status=booked&page=1")
    first, made = _no_shows(page), []
    pollers = [Poller(client) for _ in range(POLLERS)]
    until = time.perf_counter() + LASTING
    runs = [asyncio.create_task(one.run(until)) for one in pollers]
    while time.perf_counter() < until - 2 * EVERY:
        made.append(time.perf_counter())
        await _mark(client, page, len(made))
        await asyncio.sleep(CHANGE_EVERY)
    await asyncio.gather(*runs)
    times = [ms for one in pollers for ms in one.times]
    shown = [(began, one.first_saw(first + place)) for place, began in enumerate(made, 1) for one in pollers]
    ages = [moment - began for began, moment in shown if moment]
    etag = (await _get(client)).etag
    burst = [one.ms for one in await asyncio.gather(*(_get(client, etag=etag) for _ in range(POLLERS)))]
    return [
        Row("100 pollers, a change a second: p95", _p95(times), "ms", 500, note=f"{len(times)} polls"),
        Row(
            "changes that a poller did not see",
            len(shown) - len(ages),
            "",
            0,
            exactly=True,
            note=f"{len(made)} changes",
        ),
        Row("a change is shown within, p95", _p95(ages), "s", 5),
        Row("100 unchanged polls at once: p95", _p95(burst), "ms", 500),
    ]


def _p95(values: list[float]) -> float:
    return quantiles(values, n=20)[-1]
