"""The pages in other sites: framed where the calendar allows it, and nowhere else; messages without names."""

import json

import pytest
from playwright.async_api import expect


pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.browser]


async def test_a_plain_iframe_works_on_an_allowed_site(system, open_page):
    system.friend.html = f'<!doctype html><iframe src="{system.book("riverside?embed=1")}" title="Book" width=360 height=700></iframe>'
    watched = await open_page(system.friend.url)
    frame = watched.page.frame_locator("iframe")
    await frame.get_by_role("link", name="Yoga").click()
    await expect(frame.locator(".times .slot").first).to_contain_text("3 places left")
    await expect(frame.locator("header")).to_have_count(0)
    assert watched.wrong == []


async def test_a_site_that_is_not_on_the_list_may_not_frame_it(system, open_page):
    system.stranger.html = f'<!doctype html><iframe src="{system.book("riverside?embed=1")}"></iframe>'
    watched = await open_page(system.stranger.url)
    await expect(watched.page.frame_locator("iframe").get_by_role("link", name="Yoga")).to_have_count(0)
    assert any("frame-ancestors" in said for said in watched.wrong)


async def test_a_page_that_is_not_meant_for_embedding_is_framed_by_nobody(system, open_page):
    system.friend.html = f'<!doctype html><iframe src="{system.book("riverside")}"></iframe>'
    watched = await open_page(system.friend.url)
    await expect(watched.page.frame_locator("iframe").get_by_role("link", name="Yoga")).to_have_count(0)
    assert any("frame-ancestors" in said for said in watched.wrong)


def widget(system, mode, **more):
    data = "".join(f' data-openslot-{name}="{value}"' for name, value in {"mode": mode, **more}.items())
    return f"""<!doctype html><title>Site</title><script src="{system.url}/embed.js" defer></script>
<script>window.said = []; addEventListener("message", e => said.push({{origin: e.origin, ...e.data}}));</script>
<div id="place" data-openslot-url="{system.book("riverside/group")}"{data}>Book now</div>"""


async def test_the_inline_widget_prefills_resizes_and_tells_what_happens(system, open_page):
    system.friend.html = widget(system, "inline", name="Ada", email="ada@example.com", utm_source="site")
    watched = await open_page(system.friend.url, viewport={"width": 700, "height": 900})
    page, frame = watched.page, watched.page.frame_locator("iframe")
    await frame.locator(".times .slot").first.click()
    assert await frame.get_by_label("Patient’s name").input_value() == "Ada"
    await frame.get_by_label("I agree").check()
    await frame.get_by_role("button", name="Confirm booking").click()
    await expect(frame.get_by_role("heading", name="You’re booked")).to_be_visible()

    said = await page.evaluate("said")
    events = [one["event"] for one in said if one["event"] != "openslot.page_height"]
    assert events == ["openslot.event_type_viewed", "openslot.date_and_time_selected", "openslot.event_scheduled"]
    assert {one["origin"] for one in said} == {system.url}
    assert set(said[-1]["payload"]) <= {"id", "start", "end", "height", "value"}
    assert "Ada" not in json.dumps(said)
    assert "example.com" not in json.dumps(said)
    height = next(one["payload"]["height"] for one in reversed(said) if one["event"] == "openslot.page_height")
    await expect(page.locator("iframe")).to_have_css("height", height)
    assert watched.wrong == []


async def test_another_month_is_no_other_step_and_another_step_is_shown_from_its_top(system, open_page):
    system.friend.html = widget(system, "inline") + "<p style='height:2000px'></p>"
    watched = await open_page(system.friend.url, viewport={"width": 360, "height": 500})
    page, frame = watched.page, watched.page.frame_locator("iframe")
    await frame.locator("#following").click()
    await expect(frame.locator("#previous[href]")).to_be_visible()
    await frame.locator(".times .slot").last.click()
    await expect(frame.get_by_role("heading", name="Patient details")).to_be_visible()
    await page.wait_for_function("scrollY < 60")
    events = [one["event"] for one in await page.evaluate("said") if one["event"] != "openslot.page_height"]
    assert events == ["openslot.event_type_viewed", "openslot.date_and_time_selected"]


async def test_a_closed_popup_hears_nothing_any_more(system, open_page):
    system.friend.html = (
        widget(system, "popup") + "<script>heard = 0; addEventListener('openslot', () => heard++)</script>"
    )
    watched = await open_page(system.friend.url)
    page = watched.page
    for _ in range(2):
        await page.get_by_role("button", name="Book now").click()
        await expect(page.frame_locator("dialog iframe").locator(".times .slot").first).to_be_visible()
        await page.wait_for_function("heard > 0")
        await page.keyboard.press("Escape")
        await expect(page.locator("dialog")).to_have_count(0)
    assert watched.wrong == []


async def test_a_widget_says_where_nothing_is(system, open_page):
    system.friend.html = f'<!doctype html><iframe src="{system.book("riverside/gone?embed=1")}"></iframe>'
    watched = await open_page(system.friend.url)
    frame = watched.page.frame_locator("iframe")
    await expect(frame.get_by_role("heading", name="Page not found")).to_be_visible()
    await frame.get_by_role("link", name="See all services").click()
    await expect(frame.get_by_role("link", name="Yoga")).to_be_visible()


async def test_the_popup_opens_a_dialog_that_the_keyboard_closes(system, open_page):
    system.friend.html = widget(system, "popup")
    watched = await open_page(system.friend.url)
    page = watched.page
    await page.get_by_role("button", name="Book now").press("Enter")
    await expect(page.frame_locator("dialog iframe").locator(".times .slot").first).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("dialog")).to_have_count(0)


async def test_an_origin_that_only_claims_to_be_a_friend_is_told_nothing(system, open_page):
    watched = await open_page(f"riverside?embed=1&embed_origin={system.stranger.url}")
    assert await watched.page.locator("html").get_attribute("data-parent") is None
    watched = await open_page(f"riverside?embed=1&embed_origin={system.friend.url}")
    assert await watched.page.locator("html").get_attribute("data-parent") == system.friend.url
