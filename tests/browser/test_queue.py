"""The queue in a browser: it shows who waits as it happens, lets them in, and works small, dark and by keyboard."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from playwright.async_api import Error, expect

from shared.i18n import LANGUAGES, html_tag
from tests.browser.signing_in import by_the_provider, sign_in
from tests.browser.visiting import book


pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.browser, pytest.mark.timeout(120)]


async def test_the_queue_follows_a_visit(system, open_page, open_visit):
    visit = await book(system, "line", "vera")
    desk = await open_page(viewport={"width": 1200, "height": 800})
    await sign_in(desk, system, "scheduler@demo.example")
    await desk.page.goto(f"{system.url}/console/queue?calendar=online-clinic&staff=b-online.line&day={visit.day}")
    row = desk.page.locator(f'tr[data-key$="{visit.id}"]')
    await expect(row).to_have_attribute("data-status", "booked")
    await desk.check("queue")

    vera = await open_visit(visit.join)
    await vera.page.get_by_role("button", name="Go to the waiting room").click()
    await expect(row).to_have_attribute("data-status", "in_lobby")
    await expect(row.locator("[data-since]")).to_have_text(re.compile(r"00:\d\d"))
    await expect(desk.page).to_have_title(re.compile(r"^\(1\) Queue"))
    await expect(desk.page.locator("#status")).to_contain_text("Vera")
    await expect(desk.page.locator("#live")).to_have_text("Live")
    await desk.check("somebody waits")
    await _fits_whatever_the_width(desk.page, row)

    await row.locator(".write > summary").focus()
    await desk.page.keyboard.press("Enter")
    await desk.page.get_by_label("Message to the waiting room").fill("Two minutes")
    await desk.check("more")
    await desk.page.keyboard.press("Enter")
    await expect(vera.page.locator("#messages li")).to_have_text("Two minutes")
    await desk.page.get_by_role("button", name="Admit").press("Enter")
    await expect(row).to_have_attribute("data-status", "in_progress")
    await expect(vera.page.locator("#room")).to_be_visible()

    await row.locator(".rest > summary").click()
    await row.get_by_role("link", name="Details").click()
    await expect(desk.page.locator("#standing")).to_contain_text("In progress")
    await vera.page.get_by_role("button", name="Leave").click()
    await expect(desk.page.locator("#happened")).to_contain_text("Left")
    await desk.check("the appointment, followed")
    await vera.page.close()


async def _fits_whatever_the_width(page, row) -> None:
    """Nothing stands out at the side, and who waits does so in one line, in each language; then as it was."""
    here, size = page.url, page.viewport_size
    for language in LANGUAGES:
        await page.goto(f"{here}&lang={html_tag(language)}")
        for width in (320, 1024, 1280, 1366, 1600, 1920):
            await page.set_viewport_size({"width": width, "height": 800})
            beside = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
            lines = await row.locator(".badge").first.evaluate(
                "one => Math.round(one.clientHeight / parseFloat(getComputedStyle(one).lineHeight))"
            )
            assert (beside, lines) == (0, 1), f"{width} pixels, {language}"
    await page.set_viewport_size(size)
    await page.goto(f"{here}&lang=en")


async def test_staff_work_on_an_appointment_by_keyboard_alone(system, open_page):
    visit = await book(system, "line", "noemi")
    desk = await open_page(
        viewport={"width": 1200, "height": 800}, permissions=["clipboard-read", "clipboard-write"]
    )
    page = desk.page
    await sign_in(desk, system, "scheduler@demo.example")
    await page.goto(f"{system.url}/console/queue?calendar=online-clinic&name=noemi&day={visit.day}")
    row = page.locator(f'tr[data-key$="{visit.id}"]')

    async def choose(name: str) -> None:
        await row.locator(".rest > summary").focus()
        await page.keyboard.press("Enter")
        await row.get_by_text(name).focus()
        await page.keyboard.press("Enter")

    await choose("Copy the attendee’s link")
    await expect(page.locator("#status")).to_have_text("Link copied.")
    await expect(row.locator(".rest > summary")).to_be_focused()
    assert await page.evaluate("navigator.clipboard.readText()") == visit.join
    await choose("Send reminder")
    await expect(page.locator("#news")).to_contain_text("The reminder was sent.")
    await choose("Details")
    await expect(page.get_by_role("heading", name="Appointment", exact=True)).to_be_visible()
    await expect(page.get_by_text("Reminder sent")).to_be_visible()
    await page.evaluate("navigator.clipboard.writeText('')")
    await page.get_by_role("button", name="Copy the link").first.press("Enter")
    await expect(page.locator("#status")).to_have_text("Link copied.")
    assert await page.evaluate("navigator.clipboard.readText()") == visit.join
    await desk.check("details")
    await page.get_by_role("link", name="Reassign").press("Enter")
    await expect(page.get_by_role("combobox", name="Staff")).to_be_visible()
    await desk.check("reassign")
    await page.get_by_role("combobox", name="Staff").select_option("una")
    await page.get_by_role("button", name="Reassign", exact=True).press("Enter")
    await expect(page.locator("#news")).to_contain_text("was reassigned")
    await expect(row.locator("td[data-label=Staff]")).to_have_text("Una")
    await choose("Cancel appointment")
    await page.get_by_label("Message to everyone").fill("We are closed.")
    await desk.check("cancel")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(row).to_have_attribute("data-status", "cancelled")
    await expect(page.locator("#news")).to_contain_text("was cancelled")
    await desk.check("cancelled")


async def test_a_booking_beyond_the_rules_is_made_on_purpose_without_scripts(system, open_page):
    plain = await open_page(viewport={"width": 320, "height": 800}, java_script_enabled=False)
    page = plain.page
    queue = f"{system.url}/console/queue?calendar=online-clinic&name=Petra"
    await sign_in(plain, system, "scheduler@demo.example", queue)
    await page.get_by_role("link", name="New appointment").click()
    await page.get_by_label("Service").select_option("duo")
    await page.get_by_role("combobox", name="Staff").select_option("duo")
    await page.get_by_label("Date").fill("2020-01-01")
    await page.get_by_label("Name").fill("Petra")
    await page.get_by_role("button", name="Book").click()
    await expect(page.get_by_role("alert")).to_contain_text("This time is in the past")
    await expect(page.get_by_label("Name")).to_have_value("Petra")
    await page.get_by_label("Ignore booking rules").check()
    await page.get_by_role("button", name="Book").click()
    await expect(page.locator("#news")).to_contain_text("The appointment was booked.")
    await page.goto(f"{system.url}/console/queue?calendar=online-clinic&name=Petra&day=2020-01-01")
    row = page.locator("tr[data-key]")
    await row.locator(".rest > summary").click()
    await row.get_by_role("button", name="Mark as no-show").click()
    await expect(row).to_have_attribute("data-status", "no_show")


async def test_sound_and_filters_are_as_they_were_left(system, open_page):
    desk = await open_page()
    await sign_in(desk, system, "scheduler@demo.example")
    await desk.page.goto(f"{system.url}/console/queue?calendar=online-clinic")
    sound = desk.page.get_by_role("button", name="Arrival sound")
    await expect(sound).to_have_attribute("aria-pressed", "false")
    await sound.press("Enter")
    await expect(sound).to_have_attribute("aria-pressed", "true")
    await desk.check("sound")
    await desk.page.reload()
    await expect(sound).to_have_attribute("aria-pressed", "true")
    await desk.page.get_by_label("Only online").check()
    await desk.page.get_by_role("button", name="Apply").click()
    await desk.page.wait_for_url("**/console/queue?*online=1*")  # else it may never be loaded
    await desk.page.goto(f"{system.url}/console/queue?calendar=online-clinic")  # what was chosen is kept here too
    await desk.page.wait_for_url("**/console/queue?calendar=online-clinic&online=1")
    await expect(desk.page.get_by_label("Only online")).to_be_checked()


@pytest.mark.parametrize(
    ("scheme", "language"),
    [
        ("dark", "ru"),
        pytest.param("light", "fr", marks=pytest.mark.long),
        pytest.param("dark", "pt-BR", marks=pytest.mark.long),
    ],
)
async def test_the_queue_small_in_both_schemes_and_every_language(system, open_page, scheme, language):
    visit = await book(system, "line", f"walt-{language.lower()}")
    desk = await open_page(viewport={"width": 320, "height": 700}, color_scheme=scheme)
    await sign_in(desk, system, "scheduler@demo.example")
    walt = f"calendar=online-clinic&name=walt-{language}&lang={language}&day={visit.day}"
    await desk.page.goto(f"{system.url}/console/queue?{walt}")
    row = desk.page.locator(f'tr[data-key$="{visit.id}"]')
    await expect(row).to_be_visible()
    await desk.check(f"queue {scheme} {language}")
    await row.locator(".rest > summary").click()
    await desk.check(f"more {scheme} {language}")
    links = await row.locator(".more a:not([data-copy])").evaluate_all("all => all.map(one => one.href)")
    assert len(links) == 4
    for link in links:
        await desk.page.goto(link)
        assert await desk.page.evaluate("document.documentElement.lang") == language
        await desk.check(f"{link} {scheme} {language}")
    await desk.page.goto(f"{system.url}/console/bookings/b-online/new?lang={language}")
    await desk.check(f"new booking {scheme} {language}")


async def test_a_readers_clock_that_is_wrong_and_an_open_menu_deceive_nobody(system, open_page):
    visit = await book(system, "clock", "theo")
    async with httpx.AsyncClient(timeout=20) as client:
        assert (await client.post(f"{visit.join}/enter", json={"name": "{status} Theo"})).status_code == 200
    desk = await open_page(viewport={"width": 1200, "height": 800})
    page = desk.page
    await sign_in(desk, system, "scheduler@demo.example")
    await page.clock.install(time=datetime.now(UTC) + timedelta(hours=1))
    await page.goto(f"{system.url}/console/queue?calendar=online-clinic&name=theo&day={visit.day}")
    await page.clock.run_for(3000)
    row = page.locator(f'tr[data-key$="{visit.id}"]')
    await expect(row.locator("[data-since]")).to_have_text(re.compile(r"00:\d\d"))
    await page.set_viewport_size({"width": 1100, "height": 800})
    whole = """bdi => { bdi.textContent = "Téléconsultation"; return bdi.getClientRects().length; }"""
    assert await row.locator("[data-label=Service] bdi").evaluate(whole) == 1

    await row.locator(".rest > summary").click()
    async with httpx.AsyncClient(timeout=20) as client:
        await client.post(f"{visit.join}/leave", json={})
    for _ in range(12):
        await page.clock.run_for(4000)
    await expect(page.locator("#live")).to_have_text("Offline")
    await page.keyboard.press("Escape")
    for _ in range(3):
        await page.clock.run_for(4000)
    await expect(row).to_have_attribute("data-status", "booked")
    await expect(page.locator("#live")).to_have_text("Live")


async def test_a_queue_that_cannot_be_reached_says_so_and_comes_back(system, open_page):
    desk = await open_page()
    await sign_in(desk, system, "scheduler@demo.example")
    await desk.page.clock.install()
    await desk.page.goto(f"{system.url}/console/queue?calendar=online-clinic")
    await desk.page.route("**/console/queue*", lambda route: route.abort())
    for _ in range(12):
        await desk.page.clock.run_for(4000)
    await expect(desk.page.locator("#live")).to_have_text("Offline")
    await desk.page.unroute("**/console/queue*")
    for _ in range(20):
        await desk.page.clock.run_for(4000)
    await expect(desk.page.locator("#live")).to_have_text("Live")


async def test_back_shows_nothing_of_patients_once_one_has_signed_out(system, open_page):
    visit = await book(system, "line", "patience")
    desk = await open_page()
    page = desk.page
    await by_the_provider(page, system, "scheduler@demo.example")
    await page.goto(f"{system.url}/console/queue?calendar=online-clinic&name=patience&day={visit.day}")
    details = await page.locator("tr[data-key] a", has_text="Details").get_attribute("href")
    await page.goto(f"{system.url}{details}")
    await expect(page.locator("main")).to_contain_text("patience@")
    await page.goto(f"{system.url}/console")
    await page.locator(".account > summary").click()
    await page.get_by_role("button", name="Sign out").click()
    await page.wait_for_url(f"{system.url}/console/signed-out")
    await page.context.set_offline(True)  # the provider would sign them in again
    for _ in range(4):
        with suppress(Error):  # there is nothing to go back to but what was kept
            await page.go_back(timeout=5000)
        assert "patience" not in await page.locator("body").inner_text()
