"""The settings of a calendar in a browser: rules that follow the form, closed dates, and why a time is not offered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from playwright.async_api import expect

from shared.domain.calendar.business import BookingPage
from shared.domain.calendar.policy import SchedulingPolicy
from shared.storage.store import TableStore
from shared.storage.tables import Tables
from shared.use_cases.calendars.save_calendar import save_calendar
from tests.browser.conftest import SECRET
from tests.browser.seeding import EVERY_DAY
from tests.browser.signing_in import sign_in
from tests.browser.test_every_page import look
from tests.support.builders import a_business, a_calendar, a_key, a_person, a_service


pytestmark = [
    pytest.mark.browser,
    pytest.mark.azurite,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.timeout(240),
]
DAY = timedelta(days=1)


@pytest_asyncio.fixture(loop_scope="session")
async def settings(system, request):
    """A calendar of its own for a test; returns the address of its settings."""
    name = f"set{abs(hash(request.node.name)) % 10**8}"
    business = a_business(
        id=f"biz0{name}",
        slug=name,
        time_zone="UTC",
        hours=EVERY_DAY,
        policy=SchedulingPolicy(maximum_advance=60 * DAY),
        page=BookingPage(is_published=True),
    )
    tables = Tables(system.tables)
    calendar = a_calendar(business, [a_service(name="Checkup")], [a_person(email=f"claire@{name}.example")])
    await save_calendar(calendar, key=a_key(), store=TableStore(tables), secret=SECRET)
    await tables.close()
    return f"{system.url}/console/calendars/biz0{name}/settings"


async def enter(open_page, system, address: str, **options):
    watched = await open_page(**options)
    await sign_in(watched, system, "admin@demo.example", address)
    return watched, watched.page


def days_ahead(count: int) -> str:
    return (datetime.now(UTC) + count * DAY).date().isoformat()


async def test_what_the_rules_mean_follows_the_form_and_what_is_impossible_is_refused(system, open_page, settings):
    watched, page = await enter(open_page, system, f"{settings}/rules")
    count = page.locator("#counts td")
    before = int(await count.inner_text())
    await page.get_by_label("Offer a time every").fill("60")
    await expect(count).not_to_have_text(str(before))
    assert before // 2 - 1 <= int(await count.inner_text()) <= before // 2 + 1
    await page.get_by_label("In certain hours of the week").check()
    await expect(page.get_by_role("group", name="Hours of the week")).to_be_visible()
    await page.get_by_label("Not at all").check()
    await expect(page.locator("#meaning")).to_contain_text("a customer can book no time")
    await expect(page.get_by_role("group", name="Hours of the week")).to_be_hidden()
    await page.get_by_role("radio", name="When staff are free Within").check()
    await page.get_by_label("Customers must book at least this long ahead").fill("48")
    await page.get_by_label("Customers can book at most this far ahead").fill("2")
    await expect(page.locator("#meaning")).to_contain_text("contradict each other")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.locator("#advance-error")).to_contain_text("at least 3 days")
    watched.wrong.clear()  # the browser itself reports the 422
    await look(watched, "rules with an error")
    await page.get_by_label("Customers can book at most this far ahead").fill("30")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_role("status").filter(has_text="Saved.").first).to_be_visible()
    assert watched.wrong == []


async def test_without_a_script_a_button_shows_what_the_rules_mean(system, open_page, settings):
    _, page = await enter(open_page, system, f"{settings}/rules", java_script_enabled=False)
    await page.get_by_label("Not at all").check(force=True)
    await page.get_by_role("button", name="See what this means").click()
    await expect(page.locator("#meaning")).to_contain_text("a customer can book no time")
    await expect(page.get_by_label("Not at all")).to_be_checked()


async def test_a_closed_date_is_added_and_explains_why_a_time_is_not_offered(system, open_page, settings):
    watched, page = await enter(open_page, system, f"{settings}/dates")
    day = days_ahead(5)
    await page.get_by_role("link", name="Add dates").click()
    await page.get_by_label("First day").fill(day)
    await page.get_by_label("Reason").fill("Works")
    await page.get_by_label("Open at other hours than usual").check()
    await expect(page.get_by_label("Each day, from")).to_be_visible()
    await page.get_by_label("Closed", exact=True).check()
    await page.get_by_role("button", name="Add", exact=True).click()
    await expect(page.get_by_text("Works")).to_be_visible()
    await page.goto(f"{settings}/why?service=consultation&date={day}&time=10:00")
    await expect(page.get_by_text("This time isn’t offered")).to_be_visible()
    await look(watched, "why not")
    await page.get_by_role("link", name="Change it: Closed and special dates").click()
    await expect(page.get_by_label("Reason")).to_have_value("Works")
    await page.goto(f"{settings}/dates")
    await page.get_by_role("button", name="Remove").click()
    await expect(page.get_by_text("No upcoming closed or special dates.")).to_be_visible()
    assert watched.wrong == []


async def test_public_holidays_are_added_once(system, open_page, settings):
    watched, page = await enter(open_page, system, f"{settings}/dates/holidays?country=FR")
    boxes = page.locator("input[name=day]")
    offered = await boxes.count()
    await page.get_by_role("button", name="Add the selected days").click()
    await expect(page.locator(".dated li")).to_have_count(offered)
    await page.goto(f"{settings}/dates/holidays?country=FR")
    await expect(page.locator("input[name=day]:enabled")).to_have_count(0)
    assert watched.wrong == []


async def test_a_time_zone_is_found_by_typing(system, open_page, settings):
    watched, page = await enter(open_page, system, settings)
    zone = page.get_by_label("Time zone")
    await zone.fill("lisb")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(zone).to_have_value("Lisbon – Europe/Lisbon")
    assert watched.wrong == []
