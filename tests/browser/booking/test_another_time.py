"""What was typed into the form survives each way to another time and back, with scripts and without."""

from __future__ import annotations

import pytest
from playwright.async_api import expect


pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.browser]
NAME, NOTES = "Ada Lovelace", "Stairs are hard"


@pytest.mark.parametrize("scripted", [True, False], ids=["with scripts", "without"])
async def test_another_time_all_services_and_back_keep_what_was_typed(open_page, scripted):
    watched = await open_page("riverside/solo", java_script_enabled=scripted)
    page = watched.page
    await page.locator(".times .slot").first.click()
    await page.get_by_label("Patient’s name").fill(NAME)
    await page.get_by_label("Is there anything we should know").fill(NOTES)

    await page.get_by_role("button", name="Change time").click()
    await expect(page.get_by_role("heading", name="One to one")).to_be_visible()
    await page.go_back()
    await is_kept(page)

    await page.get_by_role("button", name="Change time").click()
    await page.locator("button.day").nth(2).click()
    await page.get_by_role("button", name="All services").click()
    await expect(page.get_by_role("heading", name="Services")).to_be_visible()
    if scripted:
        await watched.check("all services, with what was typed")
    await page.get_by_role("button", name="First visit").click()
    await page.locator("button.slot").nth(1).click()
    await is_kept(page)
    assert "Ada" not in page.url
    assert watched.wrong == []


async def is_kept(page) -> None:
    await expect(page.get_by_label("Patient’s name")).to_have_value(NAME)
    await expect(page.get_by_label("Is there anything we should know")).to_have_value(NOTES)


async def test_back_from_the_form_to_the_times_and_on_keeps_what_was_typed_until_it_is_booked(open_page):
    watched = await open_page("riverside/solo")
    page = watched.page
    await page.locator(".times .slot").nth(2).click()
    await page.get_by_label("Patient’s name").fill(NAME)
    await page.get_by_label("Email").fill("ada@example.com")
    await page.get_by_label("Is there anything we should know").fill(NOTES)
    await page.get_by_label("I agree").check()
    await page.go_back()
    await page.locator(".times .slot").nth(3).click()
    await is_kept(page)
    await expect(page.get_by_label("I agree")).to_be_checked()

    await page.get_by_role("button", name="Confirm booking").click()
    await expect(page.get_by_role("heading", name="You’re booked")).to_be_visible()
    await page.go_back()
    await page.locator(".times .slot").first.click()
    await expect(page.get_by_label("Patient’s name")).to_be_empty()
    await expect(page.get_by_label("I agree")).not_to_be_checked()
    assert watched.wrong == []
