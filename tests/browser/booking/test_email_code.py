"""The step that asks for a code from the mail, with a real mail and a real browser."""

import re

import httpx
import pytest
from playwright.async_api import expect


pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.browser]
VIEWS = [
    pytest.param({}, "one@example.com", 2, id="desktop"),
    pytest.param(
        {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark"}, "two@example.com", 3, id="phone, dark"
    ),
    pytest.param({"java_script_enabled": False}, "three@example.com", 4, id="without scripts"),
]


async def code_for(system, address) -> str:
    """The code in the newest mail to an address, as the mail catcher shows it."""
    async with httpx.AsyncClient(base_url=system.mail, timeout=10) as client:
        found = (await client.get("/api/messages", params={"to": address})).json()
        raw = (await client.get(max(found, key=lambda mail: mail["date"])["raw"])).text
    return re.search(r"^ {4}(\d{6})\s*$", raw, re.MULTILINE)[1]


@pytest.mark.parametrize(("options", "address", "place"), VIEWS)
async def test_a_customer_reads_the_code_and_books(system, open_page, options, address, place):
    watched = await open_page("careful/quick", **options)
    page, has_scripts = watched.page, options.get("java_script_enabled", True)
    await page.locator(".times .slot").nth(place).click()
    await page.get_by_label("Your name").fill("Ada & Co")
    await page.get_by_label("Email").fill(address)
    await page.get_by_label("I agree").check()
    await page.get_by_role("button", name="Confirm booking").click()
    await expect(page.get_by_role("heading", name="Enter the code")).to_be_visible()
    await expect(page.locator("#sent")).to_contain_text(address)
    await expect(page.get_by_label("Code")).to_be_focused()
    if has_scripts:
        await watched.check("code")

    await page.get_by_label("Code").fill("000000")
    await page.get_by_role("button", name="Confirm booking").click()
    await expect(page.get_by_role("alert")).to_contain_text("wrong or has expired")
    watched.wrong.clear()  # the browser itself reports the 422
    if has_scripts:
        await watched.check("wrong code")

    await page.get_by_role("button", name="Change your details").click()
    await expect(page.get_by_label("Your name")).to_have_value("Ada & Co")
    await page.get_by_role("button", name="Confirm booking").click()
    await page.get_by_label("Code").fill(await code_for(system, address))
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="You’re booked")).to_be_visible()
