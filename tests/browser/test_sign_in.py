"""A person signs in to the console and out of it in a browser, by the demo's real provider."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from playwright.async_api import expect

from shared.storage.store import TableStore
from shared.storage.tables import Tables
from shared.use_cases.calendars.answer_invitation import invitation_token
from shared.use_cases.calendars.save_calendar import save_calendar
from tests.browser.conftest import SECRET
from tests.browser.signing_in import by_the_provider
from tests.support.builders import a_business, a_calendar, a_key, a_person


pytestmark = [
    pytest.mark.browser,
    pytest.mark.azurite,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.timeout(90),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_in_and_out_again(system, open_page, scheme):
    watched = await open_page(color_scheme=scheme, viewport={"width": 320, "height": 700})
    page = watched.page
    await by_the_provider(page, system, "outsider@demo.example")
    await expect(page.get_by_role("heading", level=1)).to_have_text("No calendar yet")
    await watched.check("no calendar")
    await page.get_by_text("More", exact=True).click()
    await page.get_by_role("button", name="Sign out").click()
    await page.wait_for_url(f"{system.url}/console/signed-out")
    await watched.check("signed out")
    await page.goto(f"{system.url}/console")  # the provider still knows them
    await page.wait_for_url(f"{system.url}/console")
    await page.get_by_text("More", exact=True).click()
    await page.get_by_role("button", name="Sign out").click()
    await page.get_by_role("link", name="Sign out everywhere").click()
    await page.get_by_role("button", name="Sign out").click()
    await page.wait_for_url(f"{system.url}/console/signed-out")
    await by_the_provider(page, system, "admin@demo.example")
    # whether they have calendars of their own depends on the tests before
    await expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("alendars$"))
    await watched.check("the organisation's calendars")


async def test_an_invitation_is_answered(system, open_page):
    person = a_person("zoe", membership="pending", email="zoe@clinic.example")
    business = a_business(id="biz0invited", slug="invited", name="Inviting clinic")
    tables = Tables(system.tables)
    await save_calendar(a_calendar(business, staff=[person]), key=a_key(), store=TableStore(tables), secret=SECRET)
    await tables.close()
    token = invitation_token(SECRET, business.id, person, datetime.now(UTC))
    watched = await open_page(f"{system.url}/membership/{token}", viewport={"width": 320, "height": 700})
    page = watched.page
    await watched.check("the question")
    for answer, heading in (("Decline", "You’re not taking bookings"), ("Accept", "You’re taking bookings")):
        await page.get_by_role("button", name=answer).click()
        await expect(page.get_by_role("heading", level=1)).to_have_text(heading)
        await watched.check(heading)
