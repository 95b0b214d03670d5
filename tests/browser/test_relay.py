"""A visit through a TURN server alone: what people behind strict networks have."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import async_playwright, expect

from infra.local import pieces
from infra.local.relay import is_installed, relay
from tests.browser.conftest import CHROMIUM, QUIET, SECRET, WATCH
from tests.browser.test_visit import KEEP, MEDIA, PHONE, book, sees
from tests.figures import say


if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, Page

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.browser,
    pytest.mark.timeout(120),
]
AT_MOST = 3.0  # seconds from the admission until both have a picture
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
async def relayed(system) -> AsyncIterator[str]:
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
            yield app.url


@pytest_asyncio.fixture(loop_scope="session")
async def two_browsers() -> AsyncIterator[list[Browser]]:
    if not is_installed():
        say("visits by a relay: NOT TESTED, coturn is missing (apt-get install coturn)")
        pytest.skip("coturn is missing: apt-get install coturn")
    async with async_playwright() as driver:
        found = [await driver.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, *MEDIA]) for _ in range(2)]
        yield found
        for one in found:
            await one.close()


async def _open(browser: Browser, url: str, **options) -> Page:
    context = await browser.new_context(permissions=["camera", "microphone"], locale="en-GB", **options)
    for text in (WATCH, RELAY_ONLY, KEEP):
        await context.add_init_script(text)
    page = await context.new_page()
    await page.goto(url)
    return page


async def test_admitted_people_see_each_other_by_the_relay_alone(system, two_browsers):
    visit = await book(system, "relay", "rene")
    async with relayed(system) as url:
        theirs, ours = (f"{url}{urlsplit(link).path}" for link in (visit.join, visit.host))
        rene, doc = await asyncio.gather(_open(two_browsers[0], theirs, **PHONE), _open(two_browsers[1], ours))
        for page in (rene, doc):
            await expect(page.locator("#camera option")).not_to_have_count(1)
        await rene.get_by_role("button", name="Go to the waiting room").click()
        let_in = doc.get_by_role("button", name="Let in: Rene")
        await expect(let_in).to_be_visible()
        started = time.monotonic()
        await let_in.click()
        taken = await asyncio.gather(_until_seen(rene, started), _until_seen(doc, started))
        for page in (rene, doc):
            paths = await page.evaluate(PATH)
            assert paths
            assert {tuple(one) for one in paths} == {("relay", "relay")}
    say(
        f"admission to picture by coturn: attendee {taken[0]:.2f} s, host {taken[1]:.2f} s (at most {AT_MOST:.0f})"
    )
    assert max(taken) <= AT_MOST


async def _until_seen(page: Page, started: float) -> float:
    await sees(page)
    return time.monotonic() - started
