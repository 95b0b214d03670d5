"""The queue in a browser: it shows who waits as it happens, lets them in, and works small, dark and by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.browser.test_sign_in import sign_in
from tests.browser.test_visit import book, cameras, open_visit  # noqa: F401 - fixtures


pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.browser, pytest.mark.timeout(120)]


async def test_the_queue_follows_a_visit(system, open_page, open_visit):  # noqa: F811
    visit = await book(system, "line", "vera")
    desk = await open_page(viewport={"width": 1200, "height": 800})
    await sign_in(desk, system, "scheduler@demo.example")
    await desk.page.goto(f"{system.url}/console/queue?calendar=online-clinic&staff=b-online.line")
    row = desk.page.locator("tr[data-key]")
    await expect(row).to_have_attribute("data-status", "booked")
    await desk.check("queue")

    vera = await open_visit(visit.join)
    await vera.page.get_by_role("button", name="Go to the waiting room").click()
    await expect(row).to_have_attribute("data-status", "in_lobby", timeout=7000)
    await expect(row.locator("[data-since]")).to_have_text(re.compile(r"00:\d\d"))
    await expect(desk.page).to_have_title(re.compile(r"^\(1\) Queue"))
    await expect(desk.page.locator("#status")).to_contain_text("Vera")
    await expect(desk.page.locator("#live")).to_have_text("Live")
    await desk.check("somebody waits")

    await row.locator("summary").focus()
    await desk.page.keyboard.press("Enter")
    await desk.page.get_by_label("Message to the waiting room").fill("Two minutes")
    await desk.check("more")
    await desk.page.keyboard.press("Enter")
    await expect(vera.page.locator("#messages li")).to_have_text("Two minutes")
    await desk.page.get_by_role("button", name="Let in").press("Enter")
    await expect(row).to_have_attribute("data-status", "in_progress", timeout=7000)
    await expect(vera.page.locator("#room")).to_be_visible()
    await vera.page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_queue_small_and_in_both_schemes(system, open_page, scheme):
    await book(system, "line", f"walt-{scheme}")
    desk = await open_page(viewport={"width": 320, "height": 700}, color_scheme=scheme)
    await sign_in(desk, system, "scheduler@demo.example")
    await desk.page.goto(f"{system.url}/console/queue?calendar=online-clinic")
    await expect(desk.page.locator("tr[data-key]").first).to_be_visible()
    await desk.check(f"queue {scheme}")
    await desk.page.get_by_role("link", name="The day after").click()
    await desk.check("another day")


async def test_a_queue_that_cannot_be_reached_says_so_and_comes_back(system, open_page):
    desk = await open_page()
    await sign_in(desk, system, "scheduler@demo.example")
    await desk.page.clock.install()
    await desk.page.goto(f"{system.url}/console/queue?calendar=online-clinic")
    await desk.page.route("**/console/queue*", lambda route: route.abort())
    for _ in range(12):
        await desk.page.clock.run_for(4000)
    await expect(desk.page.locator("#live")).to_have_text("Not up to date")
    await desk.page.unroute("**/console/queue*")
    for _ in range(20):
        await desk.page.clock.run_for(4000)
    await expect(desk.page.locator("#live")).to_have_text("Live")
