"""Choosing a time zone and a person: shown when one asks for it, and never while one looks through the list."""

import re

import pytest
from playwright.async_api import expect


pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.browser]


async def open_zones(page):
    """Open the list of zones by the keyboard, and wait for all of them."""
    await page.locator("#clock").press("Enter")
    await expect(page.locator("#tz option")).not_to_have_count(23)
    await page.locator("#tz").focus()


def has_focus(page, selector):
    return page.wait_for_function("selector => document.activeElement?.matches(selector)", arg=selector)


async def test_keys_in_the_closed_list_of_zones_change_nothing_until_enter(open_page):
    watched = await open_page("riverside/visit?tz=Europe/Paris")
    page = watched.page
    times = await page.locator(".times .slot").first.inner_text()
    await open_zones(page)
    await page.keyboard.type("Tok", delay=30)
    await expect(page.locator("#tz")).to_have_value("Asia/Tokyo")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowUp")
    await page.wait_for_timeout(400)
    assert "tz=Europe" in page.url
    assert await page.locator(".times .slot").first.inner_text() == times
    await expect(page.locator("#zone")).to_have_attribute("open", "")
    await watched.check("choosing")
    await page.keyboard.press("Enter")
    await expect(page.locator(".zone")).to_contain_text("Japan Time (Tokyo)")
    await has_focus(page, "#clock")
    await expect(page.locator("#status")).to_have_text(re.compile("^Times are now in Tokyo. .+: .+ times?$"))
    await watched.check("Tokyo")


async def test_a_choice_is_shown_by_its_button_and_when_it_is_left(open_page):
    page = (await open_page("riverside/visit?tz=Europe/Paris")).page
    await open_zones(page)
    show = page.locator("#zone").get_by_role("button", name="Apply")
    await expect(show).to_be_hidden()
    await page.locator("#tz").select_option("Asia/Tokyo")
    await show.click()
    await expect(page.locator("#clock")).to_contain_text("Tokyo")
    await has_focus(page, "#clock")
    await open_zones(page)
    await page.locator("#tz").select_option("Europe/London")
    await page.keyboard.press("Tab")
    await has_focus(page, "#zone button")
    await expect(page.locator("#clock")).to_contain_text("Tokyo")
    await page.keyboard.press("Tab")
    await expect(page.locator("#clock")).to_contain_text("London")


async def test_what_is_clicked_beside_a_choice_still_counts(open_page):
    page = (await open_page("riverside/visit?tz=Europe/Paris")).page
    await page.get_by_label("With").focus()
    await page.get_by_label("With").select_option("Ada Byron")
    await page.locator(".times .slot").first.click(delay=150)
    await expect(page.get_by_role("heading", name="Patient details")).to_be_visible()


async def test_a_person_can_be_chosen_is_announced_and_kept(open_page):
    page = (await open_page("riverside/visit")).page
    await page.get_by_label("With").focus()
    await page.keyboard.press("ArrowDown")
    await page.wait_for_timeout(400)
    assert "staff=" not in page.url
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile("staff=ada"))
    await has_focus(page, "#staff")
    await expect(page.locator("#status")).to_have_text(re.compile("^Ada Byron. .+ times$"))
    await page.locator(".times .slot").first.click()
    await expect(page.locator(".about")).to_contain_text("Ada Byron")


@pytest.mark.parametrize(("lang", "own"), [("en", "Kyiv"), ("fr", "Kiev"), ("ru", "Киев")])
async def test_every_zone_is_listed_once_by_its_city_in_the_page_s_language(open_page, lang, own):
    page = (await open_page(f"riverside/visit?lang={lang}", timezone_id="Europe/Kiev")).page
    await expect(page).to_have_url(re.compile("tz=Europe%2FKyiv|tz=Europe%2FKiev"))
    before = (await page.locator("#tz option:checked").text_content()).strip()
    assert re.fullmatch(rf"{own} \(UTC\+[23]\)", before)
    await open_zones(page)
    assert (await page.locator("#tz option:checked").text_content()).strip() == before
    labels = await page.locator("#tz option").all_inner_texts()
    names = [label.split(" (")[0] for label in labels]
    assert len(names) == len(set(names)) > 400
    assert not [label for label in labels if "/" in label or "_" in label]
    values = await page.locator("#tz option").evaluate_all("options => options.map(option => option.value)")
    assert not {"Europe/Kiev", "Asia/Calcutta", "Asia/Saigon", "Asia/Katmandu", "America/Godthab"} & set(values)


async def test_without_the_long_list_the_short_one_stays(open_page):
    watched = await open_page("riverside/visit?tz=Europe/Paris")
    page = watched.page
    await page.route("**/s/zones*", lambda route: route.abort())
    await page.locator("#clock").press("Enter")
    await page.locator("#tz").select_option("Asia/Tokyo")
    await page.locator("#tz").press("Enter")
    await expect(page.locator("#clock")).to_contain_text("Tokyo")


async def test_the_names_of_people_are_shown_in_full(open_page):
    for lang in ("en", "fr", "ru", "pt-BR"):
        page = (await open_page(f"riverside/visit?lang={lang}", viewport={"width": 1280, "height": 800})).page
        fits = """select => {
            const pen = document.createElement("canvas").getContext("2d"), style = getComputedStyle(select);
            pen.font = style.font;
            const room = select.clientWidth - parseFloat(style.paddingInlineStart) - parseFloat(style.paddingInlineEnd);
            return [...select.options].filter(option => pen.measureText(option.text).width > room).map(option => option.text);
        }"""
        for width in (1280, 1024, 960, 700, 390, 320):
            await page.set_viewport_size({"width": width, "height": 800})
            assert await page.locator("#staff").evaluate(fits) == [], (lang, width)
