"""What the pages weigh on the wire."""

import pytest
from playwright.async_api import expect


pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.browser]


async def weigh(page):
    """Count the bytes and requests that a page's network sees from now on."""
    session = await page.context.new_cdp_session(page)
    await session.send("Network.enable")
    seen = {"bytes": 0, "requests": 0}

    def finished(event):
        seen["bytes"] += event["encodedDataLength"]
        seen["requests"] += 1

    session.on("Network.loadingFinished", finished)
    return seen


async def test_the_landing_page_and_the_whole_way_are_light(system, open_page):
    page = (await open_page()).page
    seen = await weigh(page)
    await page.goto(system.book("riverside"), wait_until="networkidle")
    landing = dict(seen)
    await page.get_by_role("link", name="First visit").click()
    await page.locator("#following").click()
    await expect(page.locator("#previous[href]")).to_be_visible()
    await page.locator(".times .slot").nth(2).click()
    await page.get_by_label("Patient’s name").fill("Ada")
    await page.get_by_label("Email").fill("ada@example.com")
    await page.get_by_label("Yes").check()
    await page.get_by_label("I agree").check()
    await page.get_by_role("button", name="Confirm booking").click()
    await expect(page.get_by_role("heading", name="You’re booked")).to_be_visible()
    print(
        f"landing {landing['bytes'] / 1000:.1f} KB in {landing['requests']} requests, all {seen['bytes'] / 1000:.1f} KB"
    )
    assert landing["bytes"] <= 10_000
    assert landing["requests"] <= 6
    assert seen["bytes"] <= 30_000
