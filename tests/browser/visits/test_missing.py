"""What a browser may not have, or not allow, stops nobody: each is taken away, and people come in all the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import async_playwright, expect

from infra.local.browser import CHROMIUM
from tests.browser.launching import ENVIRONMENT, QUIET
from tests.browser.visiting import MEDIA, book, sees


if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.browser, pytest.mark.timeout(180)]
BLOCKED = """const blocked = { get() { throw new DOMException("denied", "SecurityError"); } };
for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches"]) Object.defineProperty(window, name, blocked);
Object.defineProperty(Document.prototype, "cookie", { ...blocked, set() { throw new DOMException("denied", "SecurityError"); } });"""
GONE = "for (const name of %s) { delete window[name]; window[name] = undefined; }"
UNKNOWN = "for (const name of %s) Object.defineProperty(Navigator.prototype, name, { value: undefined });"
NO_AUDIO = GONE % '["AudioContext", "webkitAudioContext"]'
TAKEN_AWAY = {
    "storage": BLOCKED,
    "audio": NO_AUDIO,
    "audio that throws": 'window.AudioContext = class { constructor() { throw new Error("no audio"); } };',
    "audio that stays asleep": """const Real = AudioContext;
      window.AudioContext = class extends Real { resume() { return Promise.reject(new Error("asleep")); } };""",
    "a microphone that audio cannot use": """AudioContext.prototype.createMediaStreamSource = () => {
      throw new DOMException("other sample rate", "NotSupportedError"); };""",
    "notifications and channels": GONE % '["Notification", "BroadcastChannel", "SharedWorker"]',
    "conveniences": UNKNOWN % '["wakeLock", "permissions", "clipboard", "share", "vibrate", "userActivation"]',
    "a wake lock that is refused": "navigator.wakeLock.request = () => Promise.reject(new Error('no'));",
    "permissions that are not known": "navigator.permissions.query = () => Promise.reject(new TypeError('camera'));",
    "devices": UNKNOWN % '["mediaDevices"]',
    "a list of devices": "navigator.mediaDevices.enumerateDevices = () => Promise.reject(new Error('no list'));",
    "connections": GONE % '["RTCPeerConnection"]',
    "all media": (UNKNOWN % '["mediaDevices"]') + (GONE % '["MediaStream", "RTCPeerConnection", "AudioContext"]'),
}


async def come_in(page) -> None:
    await page.get_by_role("button", name="Go to the waiting room").click()
    await expect(page.get_by_role("heading", name="You’re in the waiting room")).to_be_visible()


@pytest.mark.long
async def test_whatever_a_browser_lacks_people_reach_the_waiting_room(system, open_visit):
    visit = await book(system, "bare", "rita")
    for what, script in TAKEN_AWAY.items():
        rita = await open_visit(visit.join, script=script)
        await come_in(rita.page)
        await rita.check(what)
        await rita.page.context.close()


async def test_a_room_is_held_without_sound_and_storage_on_both_sides(system, open_visit):
    visit = await book(system, "still", "nora")
    nora = await open_visit(visit.join, script=NO_AUDIO + BLOCKED)
    await expect(nora.page.locator("#hint")).to_be_hidden()
    await come_in(nora.page)
    doc = await open_visit(visit.host, script=NO_AUDIO + BLOCKED)
    await doc.page.get_by_role("button", name="Admit: Nora").click()
    await sees(nora.page)
    await sees(doc.page)
    for side in (nora, doc):
        await side.check("room without sound and storage")
    bare = await open_visit(visit.join, script=TAKEN_AWAY["connections"])
    await expect(bare.page.locator("#trouble")).to_contain_text("open the link in another browser")
    await expect(bare.page.get_by_role("button", name="Try again")).to_be_hidden()
    await bare.page.get_by_role("button", name="Go to the waiting room").click()
    await expect(bare.page.locator("#stage-note")).to_contain_text("open the link in another browser")
    assert bare.wrong == []


async def test_who_blocks_all_cookies_books_and_waits(system, tmp_path: Path):
    visit = await book(system, "bare", "paula")
    (tmp_path / "Default").mkdir()
    settings = {"profile": {"default_content_setting_values": {"cookies": 2}}}
    (tmp_path / "Default" / "Preferences").write_text(json.dumps(settings))
    async with async_playwright() as driver:
        context = await driver.chromium.launch_persistent_context(
            str(tmp_path),
            executable_path=CHROMIUM,
            args=[*QUIET, *MEDIA],
            env=ENVIRONMENT,
            locale="en-GB",
            permissions=["camera", "microphone"],
        )
        page, wrong = context.pages[0], []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        await page.goto(visit.join)
        assert await page.evaluate("(() => { try { return !sessionStorage; } catch { return true; } })()")
        await come_in(page)
        await page.goto(system.book("online-clinic/bare"))
        await page.locator("a.slot").first.click()
        await page.get_by_label("name").fill("Quinn")
        await page.get_by_label("Email").fill("quinn@example.com")
        await page.get_by_role("button", name="Confirm booking").click()
        await expect(page.get_by_role("heading", name="You’re booked")).to_be_visible()
        assert wrong == []
        await context.close()
