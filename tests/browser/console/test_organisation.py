"""The organisation's pages in a browser: lists of names, an administrator again, a person removed, and the log."""

from __future__ import annotations

import pytest
import pytest_asyncio
from playwright.async_api import expect

from shared.domain.calendar.business import BookingPage
from shared.storage.store import TableStore
from shared.storage.tables import Tables
from shared.use_cases.calendars.save_calendar import save_calendar
from tests.browser.conftest import SECRET
from tests.browser.console.test_settings import enter
from tests.browser.test_every_page import look
from tests.support.builders import a_business, a_calendar, a_key, a_person


pytestmark = [
    pytest.mark.browser,
    pytest.mark.azurite,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.timeout(240),
]


@pytest_asyncio.fixture(loop_scope="session")
async def orphan(system, request):
    """A calendar that nobody administers; returns its name, by which people and pages are found."""
    name = f"org{abs(hash(request.node.name)) % 10**8}"
    business = a_business(id=f"biz0{name}", slug=name, name=name, page=BookingPage(is_published=False))
    eve = a_person("eve", email=f"eve@{name}.example", role="scheduler")
    tables = Tables(system.tables)
    await save_calendar(a_calendar(business, staff=[eve]), key=a_key(), store=TableStore(tables), secret=SECRET)
    await tables.close()
    return name


async def test_a_wrong_line_and_turning_it_off_are_answered_in_place(system, open_page):
    watched, page = await enter(open_page, system, f"{system.url}/console/organisation")
    await page.locator("input[name=is_on][value=off]").check()
    lines = page.get_by_role("textbox", name="More administrators")
    await lines.fill("ada@example.com\n@example.com")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.locator("#administrators-error")).to_contain_text("Line 2")
    await expect(lines).to_have_value("ada@example.com\n@example.com")
    await lines.fill("")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.locator("#sure-error")).to_be_visible()
    await expect(page.get_by_text("Booking pages will then take no bookings and say so")).to_be_visible()
    watched.wrong.clear()  # the browser itself reports the 422
    await look(watched, "the organisation, before it is turned off")


async def test_a_calendar_gets_an_administrator_in_one_click(system, open_page, orphan):
    watched, page = await enter(open_page, system, f"{system.url}/console/organisation/calendars?find={orphan}")
    await expect(page.get_by_text("No administrator")).to_be_visible()
    await page.get_by_role("button", name="Make me administrator").click()
    await page.goto(f"{system.url}/console/organisation/calendars?find={orphan}")
    await expect(page.get_by_text("No administrator")).to_have_count(0)
    await page.goto(f"{system.url}/console/calendars/biz0{orphan}/audit")
    await expect(page.get_by_text("Person added")).to_be_visible()
    await look(watched, "activity")
    assert watched.wrong == []


async def test_without_a_script_the_log_is_filtered_and_a_person_is_removed(system, open_page, orphan):
    address = f"{system.url}/console/organisation/people?find=eve@{orphan}"
    _, page = await enter(open_page, system, address, java_script_enabled=False)
    await page.get_by_role("link", name="Eve").click()
    await page.get_by_role("button", name="Remove from all calendars").click()
    await expect(page.get_by_text("Removed from all calendars")).to_be_visible()
    await page.goto(f"{system.url}/console/calendars/biz0{orphan}/audit")
    await page.get_by_text("Filter", exact=True).click()
    await page.get_by_label("What").select_option("staff")
    await page.get_by_role("button", name="Find", exact=True).last.click()
    await expect(page.locator(".audit > li")).to_have_count(1)
    await expect(page.locator(".audit")).to_contain_text("Person removed · Eve")
