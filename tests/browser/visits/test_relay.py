"""A visit through a TURN server alone: what people behind strict networks have."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import async_playwright, expect

from infra.local import pieces
from infra.local.relay import Relay, is_installed, relay
from tests.browser.conftest import SECRET, WATCH
from tests.browser.launching import launch, new_context
from tests.browser.visiting import ALLOWED, KEEP, MEDIA, PHONE, STATS, book, sees, sees_more, until
from tests.support.figures import say


if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, Page

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.browser,
    pytest.mark.timeout(120),
]
WANTED = 3.0  # seconds from the admission until both have a picture
AT_MOST = 6.0  # where the machine has more to do than this test
RELAY_ONLY = """const Own = RTCPeerConnection;
window.RTCPeerConnection = class extends Own {
  constructor(options) { super({ ...options, iceTransportPolicy: "relay" }); }
};"""
PATH = """async () => {
  const found = [];
  for (const pc of window.connections) {
    const stats = await pc.getStats();
    stats.forEach((one) => {
      if (one.type !== "candidate-pair" || one.state !== "succeeded" || !one.nominated) return;
      found.push([stats.get(one.localCandidateId).candidateType, stats.get(one.remoteCandidateId).candidateType]);
    });
  }
  return found;
}"""


@asynccontextmanager
async def relayed(system) -> AsyncIterator[tuple[str, Relay]]:
    """The same app by another address, with a TURN server; mails are the first one's to send."""
    async with relay() as server:
        port = pieces.free_port()
        settings = {
            **server.settings,
            "OPENSLOT_TABLES": system.tables,
            "OPENSLOT_SECRET": SECRET,
            "OPENSLOT_PUBLIC_URL": f"http://localhost:{port}",
            "OPENSLOT_LIMITS": "off",
        }
        async with pieces.host(pieces.ROOT, port, settings, log=server.log.with_name("host.log")) as app:
            yield app.url, server


@pytest_asyncio.fixture(loop_scope="session")
async def two_browsers() -> AsyncIterator[list[Browser]]:
    if not is_installed():
        say("visits by a relay: NOT TESTED, coturn is missing (apt-get install coturn)")
        pytest.skip("coturn is missing: apt-get install coturn")
    async with async_playwright() as driver:
        found = [await launch(driver, *MEDIA, ALLOWED) for _ in range(2)]
        yield found
        for one in found:
            await one.close()


async def _open(browser: Browser, url: str, **options) -> Page:
    options = {"permissions": ["camera", "microphone"], "locale": "en-GB", **options}
    context = await new_context(browser, WATCH, RELAY_ONLY, KEEP, **options)
    page = await context.new_page()
    await page.goto(url)
    return page


async def test_admitted_people_see_each_other_by_the_relay_alone(system, two_browsers):
    visit = await book(system, "relay", "rene")
    async with relayed(system) as (url, server):
        theirs, ours = (f"{url}{urlsplit(link).path}" for link in (visit.join, visit.host))
        rene, doc = await asyncio.gather(_open(two_browsers[0], theirs, **PHONE), _open(two_browsers[1], ours))
        for page in (rene, doc):
            await expect(page.locator("#camera option")).not_to_have_count(1)
        await rene.get_by_role("button", name="Go to the waiting room").click()
        let_in = doc.get_by_role("button", name="Admit: Rene")
        await expect(let_in).to_be_visible()
        started = time.monotonic()
        await let_in.click()
        taken = await asyncio.gather(_until_seen(rene, started), _until_seen(doc, started))
        for page in (rene, doc):
            paths = await page.evaluate(PATH)
            assert paths
            assert {tuple(one) for one in paths} == {("relay", "relay")}
        back = await _after_an_outage(server, rene, doc)
    say(f"admission to picture by coturn: attendee {taken[0]:.2f} s, host {taken[1]:.2f} s (wanted: {WANTED:.0f})")
    say(f"picture again after the relay was gone and came back: {back:.1f} s")
    assert max(taken) <= AT_MOST


async def _after_an_outage(server: Relay, *pages: Page) -> float:
    """Take the relay away, bring it back without its memory; return how long both were without a picture."""
    server.process.kill()
    server.process.wait()
    for page in pages:
        await expect(page.locator("#stage-note")).not_to_be_empty(timeout=30_000)
    async with relay(server.port, server.secret):
        started = time.monotonic()
        before = [(await page.evaluate(STATS))["frames"] for page in pages]
        for page, seen in zip(pages, before, strict=True):
            await expect(page.locator("#stage-note")).to_be_empty(timeout=40_000)
            await until(partial(sees_more, page, seen + 5))
        return time.monotonic() - started


async def _until_seen(page: Page, started: float) -> float:
    await sees(page)
    return time.monotonic() - started
