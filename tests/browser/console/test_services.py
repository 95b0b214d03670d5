"""Services at the console in a browser: made, arranged, asked about and reminded of, by pointer and by keyboard."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from shared.domain.calendar.business import BookingPage
from shared.domain.timeline.hours import weekdays
from shared.storage.store import TableStore
from shared.storage.tables import Tables
from shared.use_cases.calendars.save_calendar import save_calendar
from tests.browser.conftest import SECRET
from tests.browser.signing_in import sign_in
from tests.support.builders import a_business, a_calendar, a_key, a_person, a_service


pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.browser, pytest.mark.timeout(240)]
NAMES = ("beard", "cut", "dye")  # as they are stored
DESK = {"width": 1280, "height": 900}


async def a_salon(system, name: str, services=NAMES) -> str:
    """Save a published calendar of its own for a test, and return the address of its services at the console."""
    business = a_business(
        id=f"b-{name}", slug=name, name="Salon", page=BookingPage(is_published=True), hours=weekdays((480, 1200))
    )
    people = [a_person("ana", email="", role="guest"), a_person("bo", email="", role="guest")]
    made = [a_service(one, staff=("ana",)) for one in services]
    tables = Tables(system.tables)
    await save_calendar(a_calendar(business, made, people), key=a_key(), store=TableStore(tables), secret=SECRET)
    await tables.close()
    return f"{system.url}/console/calendars/b-{name}/services"


async def at_the_console(open_page, system, url: str, **options):
    watched = await open_page(viewport=DESK, **options)
    await sign_in(watched, system, "admin@demo.example")
    await watched.page.goto(url)
    return watched


async def names_on_the_booking_page(system, page, name: str) -> list[str]:
    await page.goto(system.book(name))
    return [one for one in await page.locator("main h2, main h3").all_inner_texts() if one.casefold() in NAMES]


async def test_a_service_is_made_and_customers_can_book_it(system, open_page):
    services = await a_salon(system, "salon-new")
    watched = await at_the_console(open_page, system, services)
    page = watched.page
    await page.get_by_role("link", name="New service").click()
    await page.get_by_label("Service name").fill("Massage")
    await page.get_by_label("Minutes").fill("45")
    await page.get_by_label("Ana").check()
    await page.get_by_role("button", name="Add the service").click()
    await expect(page.get_by_role("status").first).to_contain_text("Added.")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Massage")
    await page.goto(system.book("salon-new"))
    await page.get_by_role("link", name=re.compile("Massage")).click()
    await expect(page.locator(".times .slot").first).to_be_visible()
    await expect(page.locator("main")).to_contain_text("45\u00a0min")


@pytest.mark.parametrize("way", ["handle", "buttons"])
async def test_services_are_arranged_by_keys_and_customers_see_the_order(system, open_page, way):
    services = await a_salon(system, f"salon-keys-{way}")
    watched = await at_the_console(open_page, system, services)
    page = watched.page
    control = page.get_by_role("button", name="Move Dye" if way == "handle" else "Move up: Dye")
    for place in (2, 1):
        async with page.expect_response(lambda one: one.request.method == "POST"):
            await control.focus()
            await page.keyboard.press("ArrowUp" if way == "handle" else "Enter")
        await expect(page.locator("#status")).to_have_text(f"Dye: place {place} of 3")
    await watched.check("arranged")
    assert await page.evaluate("document.activeElement.closest('li').dataset.name") == "Dye"
    assert await names_on_the_booking_page(system, page, f"salon-keys-{way}") == ["Dye", "Beard", "Cut"]


async def test_a_service_is_dragged_to_its_place(system, open_page):
    services = await a_salon(system, "salon-drag")
    watched = await at_the_console(open_page, system, services)
    page = watched.page
    grip = await page.get_by_role("button", name="Move Dye").bounding_box()
    first = await page.locator("#row-beard").bounding_box()
    await page.mouse.move(grip["x"] + 10, grip["y"] + 10)
    await page.mouse.down()
    await page.mouse.move(grip["x"] + 10, first["y"] + 20, steps=12)
    async with page.expect_response(lambda one: one.request.method == "POST"):
        await page.mouse.up()
    assert watched.wrong == []
    assert await names_on_the_booking_page(system, page, "salon-drag") == ["Dye", "Beard", "Cut"]


async def test_without_scripts_services_are_arranged_hidden_and_duplicated(system, open_page):
    services = await a_salon(system, "salon-plain")
    watched = await at_the_console(open_page, system, services, java_script_enabled=False)
    page = watched.page
    await page.get_by_role("button", name="Move up: Dye").click()
    await expect(page.locator(".arranged > li").nth(1)).to_contain_text("Dye")
    await page.locator("#row-dye summary").click()
    await page.locator("#row-dye").get_by_label("Place").fill("1")
    await page.locator("#row-dye").get_by_role("button", name="Move", exact=True).click()
    await expect(page.locator(".arranged > li").first).to_contain_text("Dye")
    await page.locator("#row-cut summary").click()
    await page.get_by_role("button", name="Hide from customers").locator("visible=true").click()
    await expect(page.locator("#row-cut")).to_contain_text("Hidden")
    await page.locator("#row-dye summary").click()
    await page.get_by_role("button", name="Duplicate").locator("visible=true").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Dye (copy)")
    assert await names_on_the_booking_page(system, page, "salon-plain") == ["Dye", "Beard"]


async def test_a_question_is_written_and_asked(system, open_page):
    services = await a_salon(system, "salon-questions")
    watched = await at_the_console(open_page, system, f"{services}/new-question")
    page = watched.page
    await page.locator("#text").fill("Long hair? [Why](https://example.com)")
    await page.get_by_role("button", name="Preview").click()
    await expect(page.locator(".preview a")).to_have_attribute("href", "https://example.com")
    await page.locator("#in-fr").evaluate("one => { one.closest('details').open = true; }")
    for name in ("options", "options-fr"):
        await expect(page.locator(f"#{name}")).to_be_hidden()
    await page.get_by_label("Choice", exact=True).check()
    await expect(page.locator("#options-fr")).to_be_visible()
    await page.locator("#options").fill("Yes\nNo")
    await watched.check("a question")
    await page.get_by_role("button", name="Add the question").click()
    await page.goto(f"{services}/service/cut/questions")
    await page.get_by_role("button", name="Ask another question").press("Enter")
    await page.get_by_label("Question", exact=True).select_option(label="Long hair? Why")
    await page.get_by_label("Required here").check()
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("status").first).to_contain_text("Saved.")
    await page.goto(system.book("salon-questions/cut"))
    await page.locator(".times .slot").first.click()
    await expect(page.get_by_role("group", name=re.compile("Long hair"))).to_be_visible()


async def test_a_reminder_is_added_with_the_keyboard(system, open_page):
    services = await a_salon(system, "salon-reminders")
    watched = await at_the_console(open_page, system, f"{services}/service/cut/messages")
    page = watched.page
    await page.get_by_role("button", name="Add a reminder").press("Enter")
    await expect(page.get_by_label("Before the start")).to_be_focused()
    await page.keyboard.type("2")
    await page.get_by_label("Unit").select_option(label="days")
    await page.get_by_role("button", name="Save").press("Enter")
    await expect(page.get_by_role("status").first).to_contain_text("Saved.")
    await expect(page.get_by_label("Before the start")).to_have_value("2")
    await page.get_by_label("Before the start").fill("90")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("alert")).to_contain_text("The longest possible is 30\u00a0days")
    watched.wrong.clear()  # the browser itself reports the 422
    await watched.check("a reminder too early")


async def test_people_are_found_by_typing_among_many(system, open_page):
    services = await a_salon(system, "salon-people")
    tables = Tables(system.tables)
    store = TableStore(tables)
    calendar = await store.calendars.reload("b-salon-people")
    people = [f"person-{number}" for number in range(30)]
    many = [a_person(one, email="", role="guest") for one in ("ana", "bo", *people)]
    await save_calendar(
        a_calendar(calendar.business, list(calendar.services.values()), many),
        key=a_key(),
        store=store,
        secret=SECRET,
    )
    await tables.close()
    watched = await at_the_console(open_page, system, f"{services}/service/cut/people")
    page = watched.page
    await page.get_by_label("Find: People").fill("son-17")
    await expect(page.locator(".options > .choice:visible")).to_have_count(1)
    await page.get_by_label("Person-17").check()
    await watched.check("people")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_label("Person-17")).to_be_checked()
    await expect(page.get_by_label("Ana")).to_be_checked()


async def test_own_rules_appear_when_they_are_chosen(system, open_page):
    services = await a_salon(system, "salon-rules")
    watched = await at_the_console(open_page, system, f"{services}/service/cut/rules")
    page = watched.page
    await expect(page.get_by_label("Offer a time every", exact=True)).to_be_hidden()
    await page.get_by_label("Rules of its own").check()
    await page.get_by_label("Not at all").check()
    await expect(page.locator("#meaning")).to_contain_text("can book no time")
    await watched.check("own rules")
