"""The text of a reminder is edited in a browser: names go in where the cursor is, and the preview follows."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.console.test_booking_page import enter, place, save


__all__ = ["place"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.azurite,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.timeout(120),
]


async def test_a_text_is_written_with_names_from_the_list_and_seen_before_it_is_saved(system, open_page, place):
    address = f"{place[0].removesuffix('/page')}/settings/messages/reminder?language=ru"
    watched, page, preview = await enter(open_page, system, address)
    await watched.check("the editor")
    body = page.locator("#body")
    await body.fill("Ждём вас: , до встречи!")
    await body.evaluate("one => one.setSelectionRange(10, 10)")
    find = page.locator("#names-find")
    await find.fill("in full")
    await expect(page.locator("[data-insert]:visible")).to_have_count(1)
    await page.locator("[data-insert='{start}']").click()
    await find.fill("reschedule")
    await page.locator("[data-insert*='{manage link}']").click()
    await page.keyboard.type("Перенести")
    text = "Ждём вас: {start}[Перенести]({manage link}), до встречи!"
    await expect(body).to_have_value(text)
    await expect(preview.locator("a", has_text="Перенести")).to_be_visible()
    await expect(preview.locator("body")).to_contain_text("Cyrillic")
    await page.get_by_label("Dark").check()
    await expect(preview.locator("body")).to_have_css("background-color", "rgb(13, 16, 20)")
    await save(page)
    await expect(body).to_have_value(text)
    assert watched.wrong == []
