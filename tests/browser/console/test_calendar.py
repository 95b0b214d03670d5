"""The staff calendar in a browser: read, booked in and kept fresh, by mouse, by keys, small, dark, without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.browser.signing_in import sign_in
from tests.browser.visiting import book


pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.browser, pytest.mark.timeout(120)]
CALENDAR = "/console/calendars/b-online/calendar"
ANYWAY = re.compile("Ignore booking rules|Double-book anyway")


async def opened(open_page, system, query: str = "", **options):
    watched = await open_page(**{"viewport": {"width": 1200, "height": 800}, **options})
    await sign_in(watched, system, "scheduler@demo.example")
    await watched.page.goto(f"{system.url}{CALENDAR}?{query}")
    return watched


async def test_it_is_read_and_booked_without_scripts(system, open_page):
    watched = await open_page(java_script_enabled=False)
    page = watched.page
    week = f"{system.url}{CALENDAR}?view=week&person=plan"
    await sign_in(watched, system, "scheduler@demo.example", week)
    await page.locator(".gap > a").last.click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("New appointment")
    await expect(page.get_by_role("combobox", name="Staff")).not_to_have_value("")


async def test_arrows_move_between_appointments_and_gaps_and_one_of_them_is_in_the_tab_order(system, open_page):
    visit = await book(system, "plan", "keys")
    watched = await opened(open_page, system, f"day={visit.day}")
    page = watched.page
    assert await page.locator(".column li > a").count() > 1
    assert await page.locator(".column a:not([tabindex='-1'])").count() == 1
    # The tab stop can be a name, where the rest of the day is taken.
    await page.locator(".column li > a").first.focus()
    await page.keyboard.press("Home")
    assert await page.evaluate("document.activeElement.parentElement.matches('h2')")
    await page.keyboard.press("ArrowDown")
    first = await page.evaluate("document.activeElement.getAttribute('aria-label')")
    await page.keyboard.press("ArrowRight")
    other = await page.evaluate("document.activeElement.closest('.column').querySelector('h2').textContent")
    await page.keyboard.press("ArrowLeft")
    back = await page.evaluate("document.activeElement.closest('.column').querySelector('h2').textContent")
    assert other != back
    assert first
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await watched.check("the keys")
    await page.keyboard.press("Escape")
    await page.locator('.column a[tabindex="0"]').focus()
    await page.keyboard.press("c")
    await expect(page.get_by_role("heading", level=1)).to_have_text("New appointment")


async def test_what_is_booked_meanwhile_appears_and_the_focus_stays(system, open_page):
    first = await book(system, "plan", "early")
    watched = await opened(open_page, system, f"day={first.day}")
    page = watched.page
    mine = page.locator(".visit > a", has_text=re.compile("Early"))
    await mine.focus()
    visit = await book(system, "plan", "fresh")
    await page.goto(f"{system.url}{CALENDAR}?day={visit.day}")
    await expect(page.locator(".visit > a", has_text=re.compile("Fresh"))).to_be_visible()
    later = await book(system, "plan", "later")
    if later.day == visit.day:
        await expect(page.locator(".visit > a", has_text=re.compile("Later"))).to_be_visible()


async def test_an_appointment_opens_its_page(system, open_page):
    visit = await book(system, "plan", "opens")
    watched = await opened(open_page, system, f"day={visit.day}")
    await watched.page.locator(".visit > a", has_text=re.compile("Opens")).click()
    await expect(watched.page.get_by_text("Opens")).not_to_have_count(0)


async def test_an_appointment_is_moved_with_the_mouse_and_with_keys(system, open_page):
    visit = await book(system, "plan", "mover")
    watched = await opened(open_page, system, f"day={visit.day}&person=plan")
    page = watched.page
    link = page.locator(f'.movable > a[href*="{visit.id}"]')
    await link.scroll_into_view_if_needed()
    box = await link.bounding_box()
    await page.mouse.move(box["x"] + 20, box["y"] + 5)
    await page.mouse.down()
    await page.mouse.move(box["x"] + 22, box["y"] + 45, steps=4)
    await expect(page.locator(".ghost")).to_be_visible()
    await page.mouse.up()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Reschedule")
    dragged = await page.get_by_label(re.compile("^Time")).input_value()
    await watched.check("reschedule")

    await page.goto(f"{system.url}{CALENDAR}?day={visit.day}&person=plan")
    await link.focus()
    await page.keyboard.press("m")
    await expect(page.locator("#status")).to_contain_text("Moving")
    await page.keyboard.press("ArrowDown")
    await expect(page.locator("#status")).to_contain_text("Plan")
    await page.keyboard.press("Escape")
    await expect(page.locator(".ghost")).to_have_count(0)
    await page.keyboard.press("m")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Reschedule")
    moved = await page.get_by_label(re.compile("^Time")).input_value()
    assert dragged > "00:00"
    await page.get_by_label("Notify everyone").select_option("now")
    send = page.get_by_role("button", name="Reschedule", exact=True)
    await send.click()
    done, anyway = page.get_by_text("The appointment was rescheduled"), page.get_by_label(ANYWAY)
    await expect(done.or_(anyway).first).to_be_visible()
    if await anyway.count():  # beyond the hours, late in the day, or beside what others have
        await anyway.first.check()
        await send.click()
    await expect(done).to_be_visible()
    hour = str(int(moved[:2]) % 12 or 12)
    await expect(link).to_have_attribute("data-time", re.compile(rf"^({moved[:2]}|0?{hour}):{moved[3:]}"))
