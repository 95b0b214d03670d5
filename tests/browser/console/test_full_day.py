"""A day of hundreds of appointments, whose page leaves it to the script to say of each what it is."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from shared.storage.store import TableStore
from shared.storage.tables import Tables
from tests.bench.clinic.calendar import in_columns
from tests.bench.days.queue_day import a_day, save_day
from tests.browser.signing_in import sign_in
from tests.support.builders import a_person


if TYPE_CHECKING:
    from tests.browser.conftest import System

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.browser, pytest.mark.timeout(120)]
PEOPLE, EACH, DESK = 16, 10, "scheduler@demo.example"


async def a_clinic(system: System) -> str:
    """Store a day of 160 appointments; return its address."""
    start = (datetime.now(UTC) + timedelta(days=3)).replace(hour=7, minute=0, second=0, microsecond=0)
    day = in_columns(a_day(PEOPLE, PEOPLE * EACH, start), start, PEOPLE)
    desk = a_person("desk", role="scheduler", email=DESK, is_bookable=False)
    business = day.calendar.business.model_copy(update={"id": "b-full", "slug": "full"})
    staff = {**day.calendar.staff, "desk": desk}
    tables = Tables(system.tables)
    await save_day(
        day._replace(calendar=replace(day.calendar, business=business, staff=staff)), TableStore(tables)
    )
    await tables.close()
    return f"{system.url}/console/calendars/b-full/calendar?day={start:%Y-%m-%d}"


async def test_its_appointments_are_said_whole_opened_and_moved_by_keys_and_read_without_scripts(
    system, open_page
):
    address = await a_clinic(system)
    watched = await open_page(viewport={"width": 1280, "height": 900}, locale="en-GB")
    page = watched.page
    await sign_in(watched, system, DESK)
    await page.goto(address)
    heading = await page.get_by_role("heading", level=1).text_content()
    link = page.locator(".column .visit > a").nth(1)
    who, time = await link.text_content(), await link.get_attribute("data-time")
    name = re.compile(f"^{who}, (Video [\\w-]+), {time} – [\\d:]+, Booked, {heading}$")
    await expect(link).to_have_attribute("aria-label", name)
    service = name.fullmatch(await link.get_attribute("aria-label"))[1]
    assert await page.locator(".column a:not([tabindex='-1'])").count() == 1
    await watched.check("a full day")
    await link.focus()
    for key in ("ArrowRight", "m", "ArrowDown", "ArrowRight", "Enter"):
        await page.keyboard.press(key)
    await expect(page.get_by_role("heading", level=1)).to_have_text("Reschedule")
    await expect(page.get_by_label("Staff", exact=True)).not_to_have_value("")
    await expect(page.get_by_text("was here before you")).to_have_count(0)
    await page.goto(address)
    await link.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("main")).to_contain_text(who)
    await page.locator(".back").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(heading)

    plain = await open_page(java_script_enabled=False)
    await sign_in(plain, system, DESK, address)
    said = plain.page.get_by_role("link", name=re.compile(f"^\\d+:\\d+ ?[AP]?M?, {service}, {who}$"))
    await said.first.click()
    await expect(plain.page.locator("main")).to_contain_text(who)
