"""A newcomer comes to a published page of their own and a first booking on it, without reading anything."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import expect

from shared.domain.access.organisation import Organisation
from shared.storage.store import TableStore
from shared.storage.tables import Tables
from shared.use_cases.organisation.settings import LASTS, change_organisation
from tests.browser.console.hands import Hands
from tests.browser.visiting import link_in_mail
from tests.support.builders import a_key


if TYPE_CHECKING:
    from playwright.async_api import Page

    from tests.browser.conftest import System, Watched

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.browser, pytest.mark.timeout(180)]
MOST_CLICKS, MOST_FIELDS, MOST_SECONDS = 12, 5, 300
# each has no calendar before
PEOPLE = {
    "desk": ("newcomer@demo.example", {"viewport": {"width": 1280, "height": 860}}),
    "phone": ("bank@demo.example", {"viewport": {"width": 320, "height": 700}, "color_scheme": "dark"}),
    "without scripts": ("guest@demo.example", {"java_script_enabled": False}),
}
SOMEBODY = "viewer@demo.example"
STEPS = (
    "What is it called?",
    "When is it open?",
    "What can customers book?",
    "Who takes appointments?",
    "Your booking page",
)


@pytest_asyncio.fixture(scope="module", loop_scope="session", autouse=True)
async def creators(system: System) -> None:
    """Let them create calendars, and wait until the app has forgotten that they could not."""
    tables, emails = Tables(system.tables), (SOMEBODY, *(one for one, _ in PEOPLE.values()))
    await change_organisation(
        lambda known: Organisation(**{**known.model_dump(), "creators": emails}),
        actor="test",
        number=a_key(),
        store=TableStore(tables),
        now=datetime.now(UTC),
    )
    await tables.close()
    await asyncio.sleep(LASTS)


async def check(watched: Watched, state: str, options: dict) -> None:
    if options.get("java_script_enabled", True):
        await watched.check(state)
    assert watched.wrong == [], state


@pytest.mark.parametrize("way", ["desk", pytest.param("phone", marks=pytest.mark.long), "without scripts"])
async def test_a_newcomer_has_a_page_and_a_booking_on_it(system, open_page, way):
    email, options = PEOPLE[way]
    watched = await open_page(f"{system.url}/console", **options)
    page = watched.page
    await page.get_by_role("button", name=email).click()
    await expect(page).to_have_url(re.compile("/console/new"))  # which tells where they are instead
    hands = Hands()
    await check(watched, "kind", options)
    await hands.press(page.get_by_role("button", name=re.compile("^Health care")))
    for number, question in enumerate(STEPS):
        await expect(page.get_by_role("heading", level=1)).to_have_text(question)
        await check(watched, question, options)
        if not number:
            await hands.type(page.get_by_label("Name of the business"), f"Practice of a {way}")
        button = "Publish" if question == STEPS[-1] else "Next"
        await hands.press(page.get_by_role("button", name=button, exact=True))
    await expect(page.get_by_text("Your booking page is published.")).to_be_visible()
    print(f"\nfirst run ({way}): {hands}")
    assert hands.clicks <= MOST_CLICKS
    assert hands.fields <= MOST_FIELDS
    assert hands.as_a_person < MOST_SECONDS
    await check(watched, "home", options)

    address = await page.get_by_label("Its address").input_value()
    assert address.endswith("/book/practice-of-a-" + way.replace(" ", "-"))
    await a_customer_books(page, address)
    manage = await link_in_mail(system, f"ada.{way.replace(' ', '.')}@example.com", "manage")
    await page.goto(manage)
    await expect(page.get_by_role("heading", name="Your appointment")).to_be_visible()


async def a_customer_books(page: Page, address: str) -> None:
    """Book the first time that is offered, as a customer who got the address."""
    who = address.rpartition("practice-of-a-")[2].replace("-", ".")
    await page.goto(address)
    await page.get_by_role("link", name="First consultation").click()
    if not await page.locator(".times .slot").count():
        await page.locator(".day[href]").first.click()
    await page.locator(".times .slot").first.click()
    await page.get_by_label("Patient’s name").fill("Ada Park")
    await page.get_by_label("Email").fill(f"ada.{who}@example.com")
    await page.get_by_label("Phone").fill("+44 20 7946 0958")
    await page.get_by_role("button", name="Confirm booking").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("You’re booked")


async def test_what_is_wrong_is_said_in_place_and_the_browsers_back_loses_nothing(system, open_page):
    watched = await open_page(f"{system.url}/console", viewport={"width": 320, "height": 700})
    page = watched.page
    await page.get_by_role("button", name=SOMEBODY).click()
    await page.wait_for_url(re.compile("/console/new"))
    await page.get_by_role("button", name=re.compile("^Shop")).click()
    await page.get_by_label("Name of the business").press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("Enter a name")
    await expect(page.get_by_label("Name of the business")).to_have_attribute("aria-invalid", "true")
    await watched.check("no name")
    await page.get_by_label("Name of the business").fill("Café Élan")
    await expect(page.get_by_label("Address of the booking page")).to_have_attribute("placeholder", "cafe-elan")
    await page.get_by_label("Name of the business").press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("When is it open?")
    await page.get_by_role("button", name="Next").click()
    for box in await page.get_by_label("Offer it").all():
        await box.uncheck()
    await page.get_by_role("button", name="Next").click()
    await expect(page.get_by_role("alert")).to_contain_text("Choose at least one service")
    await watched.check("no service")
    await page.get_by_label("Another service").fill("Tasting")
    await page.get_by_role("button", name="Next").click()
    await page.get_by_label("Others, not me").check()
    await page.get_by_label("Email addresses of the others").fill("nobody")
    await page.get_by_role("button", name="Next").click()
    await expect(page.get_by_role("alert")).to_contain_text("“nobody” doesn’t contain an email address")
    await watched.check("no address")
    await page.get_by_label("Email addresses of the others").fill("Ada <ada@example.com>")
    await page.get_by_role("button", name="Next").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Your booking page")
    for question in (
        "Who takes appointments?",
        "Who takes appointments?",
        "What can customers book?",
    ):  # it was asked twice
        await page.go_back()
        await expect(page.get_by_role("heading", level=1)).to_have_text(question)
    await page.reload()
    await page.get_by_role("button", name="Business", exact=True).click()
    await expect(page.get_by_label("Name of the business")).to_have_value("Café Élan")
