"""Booking, console and join pages in Firefox and WebKit; the room between Chromium and Firefox.

    make prove ARGS=browsers

Every other browser test runs in Chromium.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest
from playwright.async_api import expect

from infra.local.pieces import ROOT
from tests.browser.visiting import book, sees, until


if TYPE_CHECKING:
    from tests.prove.engines.engine import Engine

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]
PICTURES = ROOT / ".data" / "engines"
FITS = "document.documentElement.scrollWidth <= innerWidth"
SEEN = """(one => one && one.videoWidth > 0 && one.currentTime > 0)(document.querySelector(".tile:not(.mine) video"))"""
SAYS = """(([one, text]) => one && one.getClientRects().length > 0 && one.innerText.includes(text))(
  [document.querySelector(arguments[0]), arguments[1]])"""

WIDTHS = ((1280, 900), (400, 800))


@pytest.fixture(params=["firefox", "webkit"])
def engine(request: pytest.FixtureRequest) -> Engine:
    return request.getfixturevalue(f"in_{request.param}")


async def keep(engine: Engine, state: str) -> None:
    """Nothing overflows; a picture is kept of the state."""
    assert await engine.run(FITS), f"{engine.name}: {state} overflows"
    PICTURES.mkdir(parents=True, exist_ok=True)
    (PICTURES / f"{engine.name.lower()}-{state}.png").write_bytes(await engine.picture())


@pytest.mark.parametrize("size", WIDTHS, ids=["wide", "narrow"])
async def test_a_customer_books_moves_and_cancels(system, engine, size):
    await engine.resize(*size)
    await engine.go(system.book("riverside?lang=en"))
    await keep(engine, f"landing-{size[0]}")
    await engine.press('.service a[href*="/visit"]')
    await engine.see(".times .slot")
    await engine.press("#following")
    await engine.see("#previous[href]")
    await engine.press(".day[href]")
    await engine.see(".day[aria-current]")
    await keep(engine, f"times-{size[0]}")
    await engine.press(".times .slot")
    await engine.press("#typed .buttons .button")
    await engine.see('#errors[role="alert"]')
    await keep(engine, f"errors-{size[0]}")
    await engine.write('[name="name"]', "Ada Lovelace")
    await engine.write('[name="email"]', f"{engine.name.lower()}{size[0]}@example.com")
    await engine.click('label:has(input[type="radio"][value="Yes"])')
    await engine.click("#consent")
    await engine.press("#typed .buttons .button")
    await engine.until(SAYS, "h1", "You’re booked")
    await keep(engine, f"booked-{size[0]}")
    await engine.press('a[href*="/move"]')
    await engine.press(".times .slot")
    await engine.press("form[data-send] button.button")
    await engine.until(SAYS, "h1", "was rescheduled")
    await engine.press('a[href*="/cancel"]')
    await engine.press("form[data-send] button.button")
    await engine.until(SAYS, "h1", "is cancelled")
    await keep(engine, f"cancelled-{size[0]}")


async def test_staff_sign_in_follow_the_queue_and_let_somebody_in(system, engine):
    visit = await book(system, "line", f"quinn-{engine.name.lower()}")
    await engine.resize(*WIDTHS[0])
    await engine.go(f"{system.url}/console?lang=en")
    if await engine.run("location.pathname.startsWith('/pick/')"):
        await engine.press('button[value="scheduler@demo.example"]')
    await engine.until("location.pathname === '/console'")
    queue = f"{system.url}/console/queue?calendar=online-clinic&name=quinn-{engine.name}&day={visit.day}&lang=en"
    await engine.go(queue)
    await engine.until(SAYS, "#live", "Live")
    await engine.see('tr[data-status="booked"]')
    await _post(visit.join, "enter", {"name": "Quinn"})
    await engine.see('tr[data-status="in_lobby"]')
    await keep(engine, "queue")
    await engine.press(".write > summary")
    await engine.press('.write button[value="five_minutes"]')
    await engine.until(SAYS, "#news", "shown in the waiting room")
    await engine.press('button[value^="admit"]')
    await engine.see('tr[data-status="in_progress"]')
    assert (await _post(visit.join, "beat", {}))["view"] == "admitted"
    await engine.press(".rest > summary")
    await keep(engine, "menu")
    await engine.press(".rest a")
    await engine.until(SAYS, "#happened", "Admitted")
    await keep(engine, "appointment")
    await engine.go(f"{system.url}/console/calendars/b-online/calendar?lang=en")
    await engine.see(".visit")
    await keep(engine, "calendar")


async def test_a_customer_checks_devices_and_comes_to_the_waiting_room(system, engine):
    visit = await book(system, "bare", f"rita-{engine.name.lower()}")
    await engine.resize(*WIDTHS[1])
    await engine.go(f"{visit.join}?lang=en")
    checked = "document.getElementById('result').innerText.length > 0 && !document.getElementById('result').innerText.includes('Checking')"
    await engine.until(checked)
    await keep(engine, "check")
    await engine.press("#enter .button")
    await engine.until(SAYS, "#lobby h1", "You’re in the waiting room")
    await engine.write("#text", "I am here")
    await engine.click("#write .button")
    await engine.until(SAYS, "#messages", "I am here")
    await _post(visit.host, "tell", {"name": "a_moment"})
    await engine.until(SAYS, "#messages", "Just a moment, please.")
    await keep(engine, "waiting")
    await engine.press("#lobby .bring > summary")
    await engine.see("#lobby-1")
    brought = await engine.run("document.getElementById('lobby-1').value")
    await engine.press("#go")
    await engine.until(SAYS, "#over h1", "You left")
    await keep(engine, "left")
    await engine.press('.rejoin[data-why="left"]')
    await engine.until(SAYS, "#lobby h1", "You’re in the waiting room")
    await engine.go(f"{brought}?lang=fr")
    await engine.see("#enter .button")
    await engine.write("#name", "Ines")
    await engine.press("#enter .button")
    await engine.until(SAYS, "#lobby h1", "Vous êtes dans la salle d’attente")
    await keep(engine, "brought")


async def test_a_host_writes_notes_and_messages(system, engine):
    visit = await book(system, "noted", f"lena-{engine.name.lower()}")
    await _post(visit.join, "enter", {"name": "Lena"})
    await engine.resize(*WIDTHS[0])
    await engine.go(f"{visit.host}?lang=en")
    await engine.until(SAYS, "#people", "Lena")
    await engine.write("#notes", "Asked for a chair")
    await engine.until(SAYS, "#notes-state", "Saved")
    await engine.write("#message", "Come in soon")
    await engine.press("#tell .button")
    await engine.until(SAYS, "#talk-log", "Come in soon")
    await keep(engine, "desk")
    await engine.resize(*WIDTHS[1])
    await keep(engine, "desk-narrow")


async def test_chromium_and_firefox_see_and_hear_each_other(system, in_firefox, open_visit):
    visit = await book(system, "duo", "remy")
    remy = in_firefox
    await remy.resize(1000, 800)
    await remy.go(f"{visit.join}?lang=en")
    await remy.until("document.getElementById('camera').options.length > 1")
    await remy.press("#enter .button")
    await remy.until(SAYS, "#lobby h1", "You’re in the waiting room")
    doc = await open_visit(visit.host)
    await doc.page.get_by_role("button", name="Admit: Remy").click()
    await remy.see("#stage")
    await remy.until(SEEN)
    await sees(doc.page)
    await sees(doc.page, "sound")
    await doc.page.locator("#talk").click()
    await doc.page.locator("#words").fill("Can you hear me?")
    await doc.page.locator("#words").press("Enter")
    await remy.press("#talk")
    await remy.until(SAYS, "#said", "Can you hear me?")
    await remy.write("#words", "Yes")
    await remy.click("#say .button")
    await expect(doc.page.locator("#said")).to_contain_text("Yes")
    await keep(remy, "room")
    await remy.press("#see-people")
    await remy.until(SAYS, "#here", "Duo")
    await remy.press("#company .bring > summary")
    await remy.see("#panel-1")
    await keep(remy, "people")
    await remy.press(".menu.more > summary")
    await remy.press("#change-devices")
    await remy.until("document.getElementById('room-microphone').options.length > 0")
    await keep(remy, "devices")
    await remy.press("#devices .button")
    await remy.press("#cam")
    await remy.until("document.getElementById('cam').getAttribute('aria-pressed') === 'false'")
    await doc.page.locator("#end").click()
    await doc.page.locator("#sure .danger").click()
    await remy.until(SAYS, "#over h1", "The appointment has ended")
    await remy.see('#over a[data-why~="ended"]')
    await keep(remy, "ended")
    await until(lambda: doc.page.locator("#over").is_visible())
    assert doc.wrong == []


async def _post(link: str, what: str, body: dict[str, str]) -> dict:
    async with httpx.AsyncClient(timeout=20) as client:
        answer = await client.post(f"{link}/{what}", json=body)
    return answer.raise_for_status().json()
