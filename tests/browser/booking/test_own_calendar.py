"""A doctor who works in two calendars: what she puts into her own a moment ago can be booked in neither."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from secrets import token_hex
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import expect

from infra.local.demo.own_calendar import CALENDAR, PASSWORD, USER, put_event
from shared.delivery.free_busy.own_calendars import OutsideCalendars
from shared.domain.calendar.business import BookingPage, Business, Calendar, StaffMember
from shared.domain.calendar.service import CustomerFields, Service
from shared.storage.store import TableStore
from shared.storage.tables import Tables
from shared.use_cases.calendars.save_calendar import save_calendar
from shared.use_cases.commands import Author
from shared.use_cases.free_busy.connect import connect
from shared.use_cases.free_busy.outside import CalendarPlace
from shared.use_cases.free_busy.read_calendar import ReadingRun
from tests.browser.conftest import SECRET
from tests.browser.seeding import EVERY_DAY, closed_first
from tests.support.builders import a_key


MINUTE = timedelta(minutes=1)
pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.browser]


def place(name: str, doctor: str) -> Calendar:
    page = BookingPage(is_published=True)
    business = Business(
        id=f"b-{name}",
        slug=name,
        name=name.title(),
        hours=EVERY_DAY,
        special_dates=closed_first(),
        page=page,
    )
    service = Service(id="visit", name="Visit", staff=("nora",), customer_fields=CustomerFields(phone="hidden"))
    return Calendar(business, {"visit": service}, {"nora": StaffMember(id="nora", name="Nora", email=doctor)}, {})


async def open_both(system) -> tuple[str, str]:
    """Open two calendars with a new Nora on the staff, and connect her own calendar; return their addresses."""
    token = token_hex(3)  # a second try has calendars of its own
    north, south, doctor = f"north-{token}", f"south-{token}", f"nora-{token}@two.example"
    tables, now = Tables(system.tables), datetime.now(UTC) - MINUTE  # what was read just now is not read again
    store = TableStore(tables)
    for name in (north, south):
        await save_calendar(place(name, doctor), key=a_key(), store=store, secret=SECRET)
    await put_event(system.calendars, "long-ago", now - timedelta(days=9), now - timedelta(days=8), "Holiday")
    run = ReadingRun(store, OutsideCalendars(SECRET, frozenset({system.calendars})), SECRET, now, f"nora-{token}")
    own = CalendarPlace("caldav", f"{system.calendars}{CALENDAR}", USER, PASSWORD)
    assert await connect(doctor, own, run, Author("test", a_key())) is None
    await tables.close()
    return north, south


async def test_an_event_of_a_moment_ago_is_booked_over_in_neither_calendar(open_page, system):
    north, south = await open_both(system)
    watched = await open_page(f"{north}/visit")
    page, slot = watched.page, watched.page.locator(".times .slot").nth(2)
    (start,) = parse_qs(urlsplit(await slot.get_attribute("href") or "").query)["start"]
    moment = datetime.fromisoformat(start)
    await slot.click()
    await page.get_by_label("name").fill("Ada Lovelace")
    await page.get_by_label("Email").fill("ada@example.com")
    await put_event(system.calendars, "dentist", moment, moment + timedelta(minutes=30), "Dentist")
    await page.get_by_role("button", name="Confirm booking").click()
    await expect(page.get_by_role("heading", name="was just taken")).to_be_visible()
    for name in (north, south):
        await page.goto(system.book(f"{name}/visit"))
        await expect(page.locator(".times .slot").first).to_be_visible()
        assert await page.locator(f'.slot[href*="{start.replace(":", "%3A")}"]').count() == 0, name
