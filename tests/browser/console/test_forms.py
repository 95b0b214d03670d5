"""Settings in a browser: rearranged in place, guarded until they are saved, and merged with what others saved."""

from __future__ import annotations

import re

import pytest
import pytest_asyncio
from playwright.async_api import expect

from shared.storage.store import TableStore
from shared.storage.tables import Tables
from shared.use_cases.calendars.save_calendar import save_calendar
from tests.browser.conftest import SECRET
from tests.browser.seeding import EVERY_DAY
from tests.browser.signing_in import sign_in
from tests.support.builders import a_business, a_calendar, a_key, a_person, a_service


pytestmark = [
    pytest.mark.browser,
    pytest.mark.azurite,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.timeout(180),
]
PHONE, DESK = {"width": 320, "height": 640}, {"width": 1280, "height": 800}


@pytest_asyncio.fixture(loop_scope="session")
async def settings(system, request):
    """A calendar of its own for a test; returns the path of its settings."""
    name = f"form{abs(hash(request.node.name)) % 10**8}"
    business = a_business(id=f"biz0{name}", slug=name, name="Form clinic", hours=EVERY_DAY)
    tables = Tables(system.tables)
    service = a_service().model_copy(update={"name": "Checkup and cheer"})
    await save_calendar(
        a_calendar(business, [service], [a_person(email=f"claire@{name}.example")]),
        key=a_key(),
        store=TableStore(tables),
        secret=SECRET,
    )
    await tables.close()
    return f"{system.url}/console/calendars/biz0{name}/settings"


async def enter(open_page, system, address: str, **options):
    watched = await open_page(**options)
    await sign_in(watched, system, "admin@demo.example", address)
    return watched, watched.page


async def save(page) -> None:
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_role("status").filter(has_text="Saved.").first).to_be_visible()


async def test_hours_are_rearranged_in_place_and_the_focus_goes_where_work_goes_on(system, open_page, settings):
    watched, page = await enter(open_page, system, f"{settings}/hours", locale="en-GB", viewport=DESK)
    monday = page.get_by_role("group", name="Monday", exact=True)
    await watched.check("hours")
    await page.get_by_label("Monday, from").fill("08:15")
    await monday.get_by_role("button", name="Add hours on Monday").click()
    await expect(page.get_by_label("Monday, from").nth(1)).to_be_focused()
    await expect(page.locator("#status")).to_have_text("Added.")
    await expect(page.get_by_label("Monday, from").first).to_have_value("08:15")
    await expect(page.get_by_text("Not saved yet")).to_be_visible()
    await page.get_by_label("Monday, to").first.fill("12:00")
    await page.get_by_label("Monday, from").nth(1).fill("13:00")
    await page.get_by_label("Monday, to").nth(1).fill("17:00")
    await monday.locator("summary").click()
    await monday.get_by_label("Sunday").check()
    await watched.check("copying")
    await monday.get_by_role("button", name="Copy", exact=True).click()
    await expect(page.locator("#status")).to_have_text("Copied.")
    await expect(monday.locator("summary")).to_be_focused()
    await expect(page.get_by_label("Sunday, from").nth(1)).to_have_value("13:00")
    await page.get_by_role("button", name="Remove 13:00–17:00 on Sunday").click()
    await expect(page.locator("#status")).to_have_text("Removed.")
    await expect(page.get_by_label("Sunday, from")).to_be_focused()
    await save(page)
    await expect(page.get_by_label("Sunday, to")).to_have_value("12:00")
    await expect(page.get_by_label("Friday, to").nth(1)).to_have_value("17:00")


async def test_hours_are_rearranged_without_scripts(system, open_page, settings):
    plain = {"viewport": PHONE, "java_script_enabled": False, "locale": "en-GB"}
    _, page = await enter(open_page, system, f"{settings}/hours", **plain)
    await page.get_by_role("button", name="Add hours on Monday").click()
    await page.get_by_label("Monday, to").first.fill("12:00")
    await page.get_by_label("Monday, from").nth(1).fill("13:00")
    await page.get_by_label("Monday, to").nth(1).fill("17:00")
    await page.get_by_label("Tuesday, to").fill("03:00")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text("goes past midnight")
    await expect(page.get_by_label("Monday, from").nth(1)).to_have_value("13:00")
    await page.get_by_label("Tuesday, to").fill("20:00")
    await save(page)


async def test_what_is_not_saved_is_guarded_also_after_it_was_rearranged(system, open_page, settings):
    watched, page = await enter(open_page, system, f"{settings}/hours", locale="en-GB")
    asked = []

    async def stay(dialog) -> None:
        asked.append(dialog.type)
        await dialog.dismiss()

    page.on("dialog", stay)
    await page.get_by_role("link", name="Services", exact=True).click()
    await page.wait_for_url(re.compile("/services"))
    assert asked == []  # nothing was changed
    await page.goto(f"{settings}/hours")
    await page.get_by_role("button", name="Add hours on Monday").click()
    await expect(page.get_by_label("Monday, from").nth(1)).to_be_focused()
    await page.get_by_role("link", name="Services", exact=True).click(no_wait_after=True)
    await expect(page.get_by_text("Not saved yet")).to_be_visible()
    assert asked == ["beforeunload"]
    assert page.url.endswith("/hours")
    await save(page)
    await page.get_by_role("link", name="Services", exact=True).click()
    await page.wait_for_url(re.compile("/services"))
    assert asked == ["beforeunload"]
    await watched.check("services")


async def test_of_two_who_change_the_same_field_the_later_one_chooses(system, open_page, settings):
    mine, page = await enter(open_page, system, settings, viewport=PHONE)
    _, other = await enter(open_page, system, settings)
    await other.get_by_label("Phone").fill("+33 2")
    await save(other)
    await page.get_by_label("Phone").fill("+33 1")
    await page.get_by_label("Town").fill("Lyon")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_role("alert")).to_be_focused()
    mine.wrong.clear()  # the browser itself reports the 412
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        await mine.check(f"a conflict, {scheme}")
    await page.get_by_role("alert").get_by_role("link", name="Phone").click()
    await page.get_by_label("Keep theirs: +33 2").check()
    await save(page)
    await expect(page.get_by_label("Phone")).to_have_value("+33 2")
    await expect(page.get_by_label("Town")).to_have_value("Lyon")


async def test_what_has_the_focus_is_never_under_the_bars_of_a_phone(system, open_page, settings):
    """WCAG 2.4.11, with the navigation and the bar to save at the foot."""
    _, page = await enter(open_page, system, settings, viewport=PHONE)
    await page.get_by_label("Name of the business", exact=True).fill("Changed")
    bars = (
        "[...document.querySelectorAll('.rail > .places, .save-bar')].map(one => one.getBoundingClientRect().top)"
    )
    for _ in range(14):
        await page.keyboard.press("Tab")
        top, bottom, is_bar, name = await page.evaluate(
            """() => { const one = document.activeElement, at = one.getBoundingClientRect();
            return [at.top, at.bottom, !one.closest("main form") || Boolean(one.closest(".save-bar")), one.id]; }"""
        )
        if not is_bar:
            assert top >= 0, name
            assert bottom <= min(await page.evaluate(bars)), name


async def test_the_menus_of_the_frame_in_both_schemes_on_a_phone(system, open_page, settings):
    watched, page = await enter(open_page, system, settings, viewport=PHONE)
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        await page.locator(".account > summary").click()
        await watched.check(f"the menu of the account, {scheme}")
        await page.keyboard.press("Escape")
        await page.locator(".switcher summary").click()
        await watched.check(f"the calendars, {scheme}")
        await page.keyboard.press("Escape")


async def test_the_search_leads_anywhere_by_keyboard_alone(system, open_page, settings):
    watched, page = await enter(open_page, system, settings, viewport=DESK)
    find = page.get_by_role("combobox", name="Find a page or a calendar")
    listed = page.locator("#find-list")  # selects have options too
    await page.locator("h1").click()
    await page.keyboard.press("/")
    await expect(find).to_be_focused()
    await page.keyboard.type("open", delay=20)
    await expect(listed.get_by_role("option").first).to_have_text(re.compile("Opening hours"))
    await expect(find).to_have_attribute("aria-expanded", "true")
    await expect(page.locator("#status")).to_have_text(re.compile("Found: "))
    await watched.check("the search")
    await page.keyboard.press("Escape")
    await expect(listed).to_be_hidden()
    await find.fill("che")
    await expect(listed.get_by_role("option", selected=True)).to_have_count(1)
    await expect(listed.get_by_role("option", name="Checkup and cheer")).to_be_visible()
    await page.keyboard.press("ArrowUp")
    active = await find.get_attribute("aria-activedescendant")
    await expect(listed.get_by_role("option").last).to_have_id(active)
    await find.fill("zzz")
    await expect(listed.get_by_text("Nothing has this name")).to_be_visible()
    await find.fill("opening")
    await expect(listed.get_by_role("option", selected=True)).to_have_text(re.compile("Opening hours"))
    await page.keyboard.press("Enter")
    await page.wait_for_url(re.compile("/settings/hours"))
    await page.get_by_label("Monday, from").press("/")  # in a field it is a letter as any other
    await expect(listed).to_be_hidden()


async def test_the_search_is_a_page_without_scripts(system, open_page, settings):
    _, page = await enter(open_page, system, settings, viewport=PHONE, java_script_enabled=False)
    await page.get_by_role("searchbox", name="Find a page or a calendar").fill("hours")
    await page.keyboard.press("Enter")
    await page.get_by_role("link", name="Opening hours").click()
    await expect(page.get_by_role("link", name="Opening hours")).to_have_attribute("aria-current", "page")
