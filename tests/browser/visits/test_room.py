"""The room: four at once, a shared screen, devices turned off and on, and signals that are lost for a while."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import async_playwright, expect

from tests.browser.launching import launch, new_context
from tests.browser.visiting import ALLOWED, KEEP, MEDIA, STATS, book, host_link_in_mail, sees, sees_more, until


if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, Page

    from tests.browser.conftest import Watched

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.browser, pytest.mark.timeout(120)]
WIDTH = """() => Math.max(0, ...[...document.querySelectorAll(".tile:not(.mine) video")].map((one) => one.videoWidth))"""


@pytest_asyncio.fixture(loop_scope="session")
async def willing() -> AsyncIterator[Browser]:
    """A browser that shares its screen with whoever asks."""
    async with async_playwright() as driver:
        browser = await launch(driver, *MEDIA, ALLOWED)
        yield browser
        await browser.close()


async def _is_other(page: Page, width: int) -> bool:
    return await page.evaluate(WIDTH) != width


async def _open(browser: Browser, url: str) -> Page:
    context = await new_context(browser, KEEP, locale="en-GB", viewport={"width": 1000, "height": 700})
    page = await context.new_page()
    page.set_default_timeout(20_000)
    await page.goto(url)
    return page


async def test_a_screen_is_shared_and_taken_back_and_signals_may_be_lost_meanwhile(system, willing):
    visit = await book(system, "screen", "sia")
    sia, doc = await _open(willing, visit.join), await _open(willing, visit.host)
    await lose_connection(doc, at="#desk-state")
    await expect(doc.locator("#desk-state")).to_be_empty()
    await sia.get_by_role("button", name="Go to the waiting room").click()
    await doc.get_by_role("button", name="Admit: Sia").click()
    await sees(sia)
    before = await sia.evaluate(WIDTH)
    await doc.get_by_role("button", name="Share screen").click()
    await expect(doc.locator("#share")).to_have_attribute("aria-pressed", "true")
    await until(partial(_is_other, sia, before))
    await doc.get_by_role("button", name="Stop sharing").click()
    await expect(doc.locator("#share")).to_have_attribute("aria-pressed", "false")

    await doc.get_by_role("button", name="Camera").click()
    await expect(sia.locator(".tile.blank:not(.mine)")).to_have_count(1)
    await doc.get_by_role("button", name="Camera").click()
    await expect(sia.locator(".tile.blank:not(.mine)")).to_have_count(0)

    for one in (sia, doc):
        await lose_connection(one, at="#stage-note")
        seen = (await one.evaluate(STATS))["frames"]
        await until(partial(sees_more, one, seen))


async def lose_connection(page: Page, at: str) -> None:
    """Lose it, read so on the page, and have it again."""
    await page.context.set_offline(True)
    await expect(page.locator(at)).to_have_text("The connection was lost. Trying again…", timeout=20_000)
    await page.context.set_offline(False)
    await expect(page.locator("#status")).to_have_text("You’re connected again.", timeout=20_000)


async def test_a_name_that_is_no_text_is_told_at_its_field_and_another_is_taken(system, open_visit):
    visit = await book(system, "named", "nell")
    nell, doc = await open_visit(visit.join), await open_visit(visit.host)
    await nell.page.get_by_label("Your name").fill("Nell\u202egnp")
    await nell.page.get_by_role("button", name="Go to the waiting room").click()
    await expect(nell.page.locator("#name:invalid")).to_be_visible()
    await nell.page.get_by_label("Your name").fill("Dr Named")
    await nell.page.get_by_role("button", name="Go to the waiting room").click()
    await doc.page.get_by_role("button", name="Admit: Dr Named").click()
    await sees(nell.page)
    await expect(doc.page.locator(".tile:not(.mine) .name")).to_have_text("Dr Named (guest)")


async def test_an_offer_that_comes_before_its_sender_is_known_is_not_lost(system, open_visit):
    """The answer of the server is made by two reads: whoever comes in between is in the second alone."""
    visit = await book(system, "met", "olive")
    olive, doc = await open_visit(visit.join), await open_visit(visit.host)
    hidden = True

    async def hide(route, own: str) -> None:
        nonlocal hidden
        answer = await route.fetch()
        state = await answer.json()
        if "session" in state:
            state["session"] = own  # by which the doctor's page makes the first offer
        if own == "!" and hidden and state.get("peers"):
            hidden = not state["signals"]
            state["peers"] = []
        await route.fulfill(response=answer, json=state)

    await olive.page.route("**/signals", partial(hide, own="!"))
    await doc.page.route("**/signals", partial(hide, own="~"))
    await olive.page.get_by_role("button", name="Go to the waiting room").click()
    await doc.page.get_by_role("button", name="Admit: Olive").click()
    await sees(olive.page)
    await sees(doc.page)
    assert not hidden


@pytest.mark.parametrize(
    ("who", "staff"), [("ida", ("max",)), pytest.param("isa", ("max", "ned"), marks=pytest.mark.long)]
)
async def test_three_and_four_in_a_room_see_each_other(system, open_visit, who, staff):
    visit = await book(system, "together", who)
    others = [await host_link_in_mail(system, f"{one}@online.example", f"{who}@example.com") for one in staff]
    pages: list[Watched] = [await open_visit(url) for url in (visit.join, visit.host, *others)]
    customer, eve, *rest = pages
    await customer.page.get_by_role("button", name="Go to the waiting room").click()
    await eve.page.get_by_role("button", name=f"Admit: {who.title()}").click()
    for one in rest:
        await expect(one.page.get_by_text("In the room")).to_be_visible()
        await one.page.get_by_role("button", name="Start the appointment").click()
    for one in pages:
        await expect(one.page.locator(".tile:not(.mine):not(.blank)")).to_have_count(1 + len(rest), timeout=80_000)
        await sees(one.page)
        assert one.wrong == []
    await expect(customer.page.locator(".tile:not(.mine) .badge")).to_have_text(["Staff"] * (1 + len(rest)))
    await expect(eve.page.locator(".tile:not(.mine) .badge")).to_have_text(["Staff"] * len(rest))
    await rest[0].page.get_by_role("button", name="Leave").click()
    await expect(customer.page.locator(".tile:not(.mine)")).to_have_count(len(rest))
