"""Sending a form where the server is busy or out of reach: everybody sees it, nothing typed is lost, nothing is done twice."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import expect


pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.browser]
BUSY = "The server is busy. Still trying…"
AWAY = "You’re offline. Still trying…"
LOST = "We couldn’t reach the server, so nothing is confirmed."
NO_PAGE = [
    pytest.param(lambda route: route.abort("connectionfailed"), id="no answer comes"),
    pytest.param(lambda route: route.fulfill(status=500, body=""), id="what comes is no page"),
]


async def fill_in_the_form(system, open_page):
    """The form as a customer filled it in, on a page whose clock can be wound forward."""
    watched = await open_page()
    page = watched.page
    await page.clock.install()
    await page.goto(system.book(f"corner-shop/quick?date={datetime.now(UTC).date() + timedelta(days=9)}"))
    await page.locator(".times .slot").first.click()
    await page.get_by_label("Your name").fill("Ada")
    await page.get_by_label("Email").fill("ada@example.com")
    return watched, page.get_by_role("button", name="Confirm booking")


async def wind(page, text):
    """Wind the clock until the text is there; each second real requests may come and go."""
    for _ in range(60):
        if await page.get_by_text(text).count():
            return
        await page.clock.run_for(1000)
        await page.wait_for_timeout(30)
    await expect(page.get_by_text(text)).to_be_visible()


async def test_everybody_sees_that_a_busy_server_is_asked_again(system, open_page):
    watched, button = await fill_in_the_form(system, open_page)
    page, is_busy = watched.page, True

    async def answer(route):
        await (route.fulfill(status=503) if is_busy and route.request.method == "POST" else route.continue_())

    await page.route("**/book/**", answer)
    await button.click()
    await expect(button).to_have_attribute("aria-busy", "true")
    await wind(page, BUSY)
    await expect(page.get_by_role("status").get_by_text(BUSY)).to_be_visible()
    await expect(page.get_by_text(BUSY)).to_have_count(1)
    await expect(page.locator("#status")).to_be_empty()
    watched.wrong.clear()  # the browser itself reports each 503
    await watched.check("busy")
    is_busy = False
    await wind(page, "You’re booked")


async def test_without_a_connection_the_page_says_so_and_goes_on_when_it_is_back(system, open_page):
    watched, button = await fill_in_the_form(system, open_page)
    page = watched.page
    await page.context.set_offline(True)
    await button.click()
    await expect(page.get_by_role("status").get_by_text(AWAY)).to_be_visible()
    await page.context.set_offline(False)
    await wind(page, "You’re booked")
    await page.get_by_role("link", name="Cancel appointment").click()
    await page.context.set_offline(True)
    await page.get_by_role("button", name="Cancel appointment").click()
    await expect(page.get_by_role("status").get_by_text(AWAY)).to_be_visible()
    await page.context.set_offline(False)
    await wind(page, "This appointment is cancelled")


@pytest.mark.parametrize("fail", NO_PAGE)
async def test_where_the_answer_never_comes_the_form_stays_to_be_sent_once_more(system, open_page, fail):
    watched, button = await fill_in_the_form(system, open_page)
    page, keys, booked, address = watched.page, [], [], watched.page.url

    async def answer(route):
        if route.request.method != "POST":
            return await route.continue_()
        keys.extend(parse_qs(route.request.post_data)["key"])
        done = await route.fetch(max_redirects=0)
        booked.append(urlsplit(done.headers["location"]).path)
        return await fail(route)

    await page.route("**/book/**", answer)
    await button.click()
    await wind(page, LOST)
    assert page.url == address
    await expect(page.get_by_label("Your name")).to_have_value("Ada")
    await expect(page.get_by_label("Email")).to_have_value("ada@example.com")
    await expect(page.get_by_text(LOST)).to_have_count(1)
    await expect(button).not_to_have_attribute("aria-busy", "true")
    await expect(button).not_to_have_attribute("aria-disabled", "true")
    watched.wrong.clear()  # the browser itself reports what did not come
    await watched.check("lost")

    await page.unroute("**/book/**")
    async with page.expect_request(lambda request: request.method == "POST") as sent:
        await button.click()
    await wind(page, "You’re booked")
    assert {*keys, *parse_qs((await sent.value).post_data)["key"]} == {keys[0]}
    assert {*booked, urlsplit(page.url).path} == {booked[0]}
