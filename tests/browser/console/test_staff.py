"""The staff in a browser: ten people pasted with two errors, own hours, time off, removal, the last administrator."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from secrets import token_hex

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import expect

from shared.domain.calendar.business import BookingPage
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
    pytest.mark.timeout(120),
]
PASTE = """Ada Lovelace <ada@example.org>
Bob Berg, bob@example.org, viewer
eve@example.org
"Curie, Marie" <marie@example.org>
Lise <lise@example.org>; Emmy <emmy@example.org>; Rosalind <rosalind@example.org>
Nobody at all
Max, max@example.org, director
Chien <chien@example.org>"""
PHONE = {"width": 320, "height": 700}
DESK = {"width": 1280, "height": 860}


@pytest_asyncio.fixture(loop_scope="session")
async def slug(system):
    """A clinic of its own for a test."""
    name = f"staff{token_hex(4)}"
    business = a_business(id=f"biz0{name}", slug=name, hours=EVERY_DAY, page=BookingPage(is_published=True))
    service = a_service("checkup", staff=("claire", "marc"))
    people = [a_person(one, role="team_member", email=f"{one}@{name}.example") for one in ("claire", "marc")]
    boss = a_person("boss", role="administrator", email="scheduler@demo.example", is_bookable=False)
    tables = Tables(system.tables)
    await save_calendar(
        a_calendar(business, [service], [*people, boss]), key=a_key(), store=TableStore(tables), secret=SECRET
    )
    await tables.close()
    return name


async def enter(open_page, system, slug: str, path: str = "", who: str = "admin", **options):
    watched = await open_page(**options)
    url = f"{system.url}/console/calendars/biz0{slug}/staff{path}"
    await sign_in(watched, system, f"{who}@demo.example", url)
    return watched, watched.page


async def book(system, slug: str, hour: int, staff: str = "claire") -> str:
    """Book somebody in three days; return the appointment's id."""
    day = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=3)
    start = day.replace(hour=hour).isoformat()
    customer = {"name": f"Customer {hour}", "email": f"c{hour}{staff}@example.com"}
    order = {"service": "checkup", "start": start, "staff": staff, "customer": customer}
    async with httpx.AsyncClient(base_url=system.url) as client:
        key = {"Idempotency-Key": a_key()}
        answer = await client.post(f"/api/{slug}/appointments", json=order, headers=key)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def refused(watched) -> None:
    """Forget that the browser logs a form that was refused."""
    assert all("422" in one or "409" in one for one in watched.wrong), watched.wrong
    watched.wrong.clear()


@pytest.mark.parametrize(
    "options",
    [
        {"viewport": DESK},
        pytest.param({"viewport": PHONE, "color_scheme": "dark"}, marks=pytest.mark.long),
        {"viewport": DESK, "java_script_enabled": False},
    ],
    ids=["desk", "phone", "without scripts"],
)
async def test_ten_people_are_pasted_and_two_lines_corrected(system, open_page, slug, options):
    watched, page = await enter(open_page, system, slug, **options)
    has_scripts = options.get("java_script_enabled", True)

    async def check(state: str) -> None:
        if has_scripts:
            await watched.check(state)

    await check("the staff")
    await page.get_by_role("link", name="Add several").click()
    await check("a list to paste")
    await page.get_by_label("People").fill(PASTE)
    await page.get_by_role("button", name="Check the list").click()
    await expect(page.get_by_role("alert")).to_contain_text("2 lines need a correction")
    await check("a preview with errors")
    await page.get_by_role("textbox", name="Line 8").fill("Noa <noa@example.org>")
    await page.get_by_role("textbox", name="Line 9").fill("Max, max@example.org, scheduler")
    await page.get_by_role("button", name="Check again").click()
    await expect(page.get_by_text("10 people can be added.")).to_be_visible()
    await check("a preview")
    await page.get_by_role("button", name="Add 10 people").click()
    await expect(page.get_by_role("status").filter(has_text="10 people were added.")).to_be_visible()
    await page.get_by_label("Name or address").fill("max@")
    await page.get_by_role("button", name="Find", exact=True).click()
    await expect(page.locator(".list.staff li")).to_contain_text(["Max"])
    await check("found")


async def test_a_person_gets_hours_of_their_own(system, open_page, slug):
    watched, page = await enter(open_page, system, slug, "/person/claire", viewport=DESK)
    await expect(page.get_by_role("group", name="Their own hours")).to_be_hidden()
    await watched.check("a person")
    await page.get_by_label("Their own hours", exact=True).check()
    await page.get_by_label("Monday, to").fill("12:00")
    await watched.check("own hours")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    await expect(page.get_by_label("Monday, to")).to_have_value("12:00")


async def test_time_off_is_added_with_the_appointments_that_lie_in_it(system, open_page, slug):
    booked = await book(system, slug, 10)
    watched, page = await enter(open_page, system, slug, "/time-off", viewport=PHONE)
    await watched.check("nobody is away")
    await page.get_by_role("link", name="Add time off").click()
    await page.get_by_label("Claire").check()
    await page.get_by_label("Title").fill("Training")
    day = f"{datetime.now(UTC) + timedelta(days=3):%Y-%m-%d}"
    await expect(page.get_by_label("From")).to_be_hidden()
    await page.get_by_label("All day").uncheck()
    await page.get_by_label("First day").fill(day)
    await page.get_by_label("From").fill("09:00")
    await page.get_by_label("Last day").fill(day)
    await page.get_by_label("To", exact=True).fill("08:00")
    await page.get_by_role("button", name="Add", exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text("end is before the start")
    refused(watched)
    await watched.check("it ends before it starts")
    await page.get_by_label("To", exact=True).fill("18:00")
    await page.get_by_role("button", name="Add", exact=True).click()
    inside = page.get_by_role("region", name="Appointments in this time")
    await expect(inside.get_by_role("link")).to_have_attribute("href", re.compile(booked))
    refused(watched)
    await watched.check("what it hits")
    await inside.get_by_role("combobox").select_option(label="Stays with Claire")
    await page.get_by_role("button", name="Add", exact=True).click()
    await expect(page.get_by_role("button", name="Delete this time off")).to_be_visible()
    await expect(inside.get_by_role("link")).to_have_attribute("href", re.compile(booked))
    await watched.check("time off")
    await page.get_by_role("button", name="Delete this time off").click()
    await expect(page.get_by_role("status").filter(has_text="Deleted.")).to_be_visible()
    await watched.check("deleted")


async def test_somebody_is_removed_and_others_take_over(system, open_page, slug):
    await book(system, slug, 10)
    await book(system, slug, 11)
    watched, page = await enter(open_page, system, slug, "/person/claire/handover", viewport=PHONE)
    await expect(page.get_by_text(re.compile(r"\bMarc\b"))).to_have_count(4)  # not March
    await watched.check("what is coming")
    await book(system, slug, 11, "marc")
    await page.get_by_label("Then remove").check()
    await page.get_by_role("button", name="Confirm").click()
    await expect(page.get_by_role("alert")).to_contain_text(
        "No one else who provides this service is available at that time."
    )
    await expect(page.get_by_role("status").filter(has_text="1 appointment was handed over.")).to_be_visible()
    refused(watched)
    await watched.check("one is left")
    await expect(page.get_by_label("I choose for each")).to_be_checked()
    await page.get_by_label("Who takes over").last.select_option(label="Stays with Claire")
    await watched.check("one by one")
    await page.get_by_role("button", name="Confirm").click()
    said = page.get_by_role("status").filter(has_text="Removed from the staff of this calendar.")
    await expect(said).to_be_visible()
    await expect(page.get_by_role("link", name="Claire")).to_have_count(0)
    await watched.check("removed")


async def test_the_last_administrator_stays_until_the_organisation_says_so(system, open_page, slug):
    watched, page = await enter(open_page, system, slug, "/person/boss", "scheduler", viewport=DESK)
    await page.get_by_label("Viewer").check()
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("alert")).to_contain_text("This is the last administrator")
    refused(watched)
    await watched.check("the last administrator")
    head, top = await enter(open_page, system, slug, "/person/boss", viewport=DESK)
    await top.get_by_label("Viewer").check()
    await top.get_by_role("button", name="Save").click()
    await expect(top.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    await top.get_by_role("link", name="Staff").first.click()
    await expect(top.get_by_role("heading", name="This calendar has no administrator")).to_be_visible()
    await head.check("no administrator")
    await top.get_by_role("button", name="Make me administrator").click()
    await expect(top.get_by_role("status").filter(has_text="has an administrator again")).to_be_visible()
    await head.check("an administrator")
