"""Sending the form: once, whatever the server says first."""

from time import monotonic

import pytest
from playwright.async_api import expect


pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.browser]


async def test_a_form_sent_again_with_other_content_says_that_it_is_booked_and_not_what(open_page):
    page = (await open_page("corner-shop/quick", java_script_enabled=False)).page
    await page.locator(".times .slot").nth(4).click()
    await page.get_by_label("Your name").fill("Ada")
    await page.get_by_label("Email").fill("ada@example.com")
    await page.get_by_role("button", name="Confirm booking").click()
    await expect(page.get_by_role("heading", name="You’re booked")).to_be_visible()
    await page.go_back()
    await page.get_by_label("Your name").fill("Somebody else")
    await page.get_by_role("button", name="Confirm booking").click()
    await expect(page.get_by_role("heading", name="Already booked")).to_be_visible()
    assert "/manage/" not in await page.content()
    await page.get_by_role("link", name="Book another appointment").click()
    await page.wait_for_url("**/corner-shop/quick*")


async def test_back_from_a_booking_leads_to_before_the_form_and_not_to_an_empty_one(open_page):
    page = (await open_page("corner-shop/quick")).page
    await page.locator(".times .slot").nth(11).click()
    await page.get_by_label("Your name").fill("Ada")
    await page.get_by_label("Email").fill("ada@example.com")
    await page.get_by_role("button", name="Confirm booking").click()
    await expect(page.get_by_role("heading", name="You’re booked")).to_be_visible()
    await page.go_back()
    await expect(page.locator(".times .slot").first).to_be_visible()
    await expect(page.locator("form.form")).to_have_count(0)
    await page.go_forward()
    await expect(page.get_by_role("heading", name="You’re booked")).to_be_visible()


async def test_a_busy_server_is_asked_again_with_the_same_key(open_page):
    watched = await open_page("corner-shop/quick")
    page, keys = watched.page, []

    async def busy(route):
        if route.request.method != "POST":
            return await route.continue_()
        keys.append(dict(pair.split("=") for pair in route.request.post_data.split("&"))["key"])
        return await (route.continue_() if len(keys) > 2 else route.fulfill(status=503))

    await page.route("**/book/**", busy)
    await page.locator(".times .slot").nth(6).click()
    await page.get_by_label("Your name").fill("Ada")
    await page.get_by_label("Email").fill("ada@example.com")
    await page.get_by_role("button", name="Confirm booking").click()
    await expect(page.get_by_role("heading", name="You’re booked")).to_be_visible()
    assert len(keys) == 3
    assert len(set(keys)) == 1


async def test_after_too_many_requests_the_page_waits_as_long_as_it_is_told(open_page):
    watched = await open_page("corner-shop/quick")
    page, sent = watched.page, []

    async def limited(route):
        if route.request.method != "POST":
            return await route.continue_()
        sent.append((monotonic(), route.request.post_data))
        return await (
            route.continue_() if len(sent) > 1 else route.fulfill(status=429, headers={"Retry-After": "2"})
        )

    await page.route("**/book/**", limited)
    await page.locator(".times .slot").nth(7).click()
    await page.get_by_label("Your name").fill("Ada")
    await page.get_by_label("Email").fill("ada@example.com")
    await page.get_by_role("button", name="Confirm booking").click()
    await expect(page.get_by_role("heading", name="You’re booked")).to_be_visible()
    assert len(sent) == 2
    assert sent[0][1] == sent[1][1]
    assert sent[1][0] - sent[0][0] >= 2


async def test_a_longer_wait_is_left_to_the_customer(open_page):
    watched = await open_page("corner-shop/quick")
    page = watched.page
    html = "<!doctype html><main><div id=errors tabindex=-1>Wait a minute</div></main>"

    async def limited(route):
        if route.request.method != "POST":
            return await route.continue_()
        return await route.fulfill(status=429, headers={"Retry-After": "60"}, body=html, content_type="text/html")

    await page.route("**/book/**", limited)
    await page.locator(".times .slot").nth(8).click()
    await page.get_by_label("Your name").fill("Ada")
    await page.get_by_role("button", name="Confirm booking").click()
    await expect(page.locator("#errors")).to_be_focused()


async def test_the_way_to_a_wrong_field_keeps_what_was_typed(open_page):
    watched = await open_page("corner-shop/quick")
    page = watched.page
    await page.locator(".times .slot").nth(11).click()
    await page.get_by_label("Email").fill("ada@example.com")
    await page.get_by_role("button", name="Confirm booking").click()
    await page.get_by_role("link", name="Enter a name").click()
    await expect(page.get_by_label("Your name")).to_be_focused()
    await page.locator(".skip").press("Enter")
    await page.go_back()
    await page.wait_for_load_state("networkidle")
    await expect(page.get_by_role("alert")).to_contain_text("Enter a name")
    await expect(page.get_by_label("Email")).to_have_value("ada@example.com")
    await page.get_by_label("Your name").fill("Ada")
    await page.get_by_role("button", name="Confirm booking").click()
    await expect(page.get_by_role("heading", name="You’re booked")).to_be_visible()
    await page.go_back()
    await expect(page.get_by_role("button", name="Confirm booking")).to_be_visible()
