"""The usage report in a browser: its chart by pointer and keys, its tabs and its numbers."""

from __future__ import annotations

import csv
import re
from datetime import UTC, datetime, time, timedelta
from io import StringIO

import pytest
from playwright.async_api import expect

from functions.spreadsheets.bookings import HEADINGS
from shared.domain.reports.page_steps import PageSteps
from shared.domain.reports.utilisation import UsedDay, UsedTime
from shared.domain.visits.fact import VisitFact
from shared.records.appointments import projection
from shared.records.codec import dump
from shared.records.keys import day_key
from shared.records.reports.facts import fact_key
from shared.records.reports.page_days import dump_steps, page_key
from shared.records.reports.used_days import used_key
from shared.records.table import Operation
from shared.storage.tables import Tables
from tests.browser.console.test_services import a_salon, at_the_console
from tests.functions.spreadsheets.test_workbook import read_workbook
from tests.support.builders import an_appointment
from tests.support.moments import PARIS


pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.browser, pytest.mark.timeout(240)]


def noon() -> datetime:
    """Return noon of the day before yesterday, in the salon's zone."""
    return datetime.combine(datetime.now(PARIS).date() - timedelta(days=2), time(12), PARIS).astimezone(UTC)


async def a_past(system, business: str) -> None:
    """File visits: three two days ago, one of them nobody's, and one the day before."""
    tables = Tables(system.tables)
    for number, days in enumerate((0, 0, 0, 1)):
        start = noon() - timedelta(days=days)
        fact = VisitFact(
            meeting=f"m{number}",
            start=start,
            status="no_show" if number == 2 else "completed",
            duration=timedelta(minutes=0 if number == 2 else 20),
            wait=timedelta(minutes=3),
            service="cut",
            staff=("ana",),
        )
        await tables.transact("facts", business, [Operation("upsert", fact_key(start, f"m{number}"), dump(fact))])
    await tables.close()


async def test_the_chart_is_walked_and_every_number_leads_to_its_visits(system, open_page):
    services = await a_salon(system, "salon-report")
    await a_past(system, "b-salon-report")
    watched = await at_the_console(open_page, system, services.replace("/services", "/reports?days=7"))
    page = watched.page
    walk, said = page.get_by_role("slider", name="Day"), page.locator("output")
    await expect(said).to_contain_text("All visits 0")  # today
    await walk.focus()
    for _ in range(2):
        await page.keyboard.press("ArrowLeft")
    await expect(said).to_contain_text("All visits 3")
    await page.keyboard.press("Home")
    picture = page.get_by_role("img", name="Visits by day")
    box = await picture.bounding_box()
    await page.mouse.move(box["x"] + box["width"] * 3 / 6, box["y"] + 20)
    await expect(said).to_contain_text("All visits 1")
    await watched.check("report")
    await page.get_by_role("link", name="No-shows: 1").click()
    await expect(page.locator("table.visits tbody tr")).to_have_count(1)
    await page.get_by_role("link", name="Duration", exact=True).first.click()
    await page.get_by_label("Average wait (minutes)").uncheck()
    await expect(said).not_to_contain_text("wait")
    await expect(page.locator("svg[role=img] .series-2")).to_be_hidden()
    await page.get_by_label("First day").fill(f"{noon():%Y-%m-%d}")
    await expect(page.get_by_label("Period")).to_have_value("days")
    await page.get_by_label("Last day").fill(f"{noon():%Y-%m-%d}")
    await page.get_by_role("button", name="Show the report").click()
    await expect(page.locator("table.visits tbody tr")).to_have_count(3)
    await watched.check("a day's durations")


async def a_full_week(system, business: str) -> None:
    """File twelve places of one hour, two of them given up late, and what the page and the people did that day."""
    tables = Tables(system.tables)
    gone = {"status": "cancelled", "filled": 0, "left": "customer/1/time/1"}
    for number in range(12):
        one = an_appointment(noon(), id=f"a{number}", service="cut", staff=("ana",), status="completed")
        if number < 2:
            one = one.model_copy(update={"status": "cancelled"})
        row = projection(one) | (gone if number < 2 else {})
        await tables.transact("bookings", business, [Operation("upsert", day_key(noon(), one.id), row)])
    steps = dump_steps(PageSteps(seen=40, chosen=20, booked=10))
    rows = [(page_key(noon().date()), steps)]
    for days in range(-1, 9):  # the others too, which the sweep would else make up for
        day = noon().date() - timedelta(days=days)
        people = {} if days else {"ana": UsedTime(bookable=480, booked=120)}
        rows.append((used_key(day), dump(UsedDay(people=people))))
    for key, row in rows:
        await tables.transact("facts", business, [Operation("upsert", key, row)])
    await tables.close()


async def the_file_of_bookings_is_the_same(page, address: str) -> None:
    """The tab counts what is cancelled too, the file has what is left."""
    booked, gone = [int(one) for one in (await page.locator(".figure").all_inner_texts())[:2]]
    text = (await (await page.request.get(address)).body()).decode("utf-8-sig")
    lines = list(csv.reader(StringIO(text), delimiter="\t"))
    assert (lines[0], len(lines) - 1, booked) == (list(HEADINGS), booked - gone, 12)
    assert {line[0][:10] for line in lines[1:]} == {f"{noon():%Y-%m-%d}"}


async def test_days_that_are_typed_are_those_of_every_tab(system, open_page):
    services = await a_salon(system, "salon-tabs")
    await a_full_week(system, "b-salon-tabs")
    watched = await at_the_console(open_page, system, services.replace("/services", "/reports?days=7"))
    page = watched.page
    before = f"{noon() - timedelta(days=1):%Y-%m-%d}"
    for tab, shown in (("Cancellations", "17%"), ("Utilisation", "25%"), ("Demand", "50% of")):
        await page.get_by_role("link", name=tab, exact=True).first.click()
        await expect(page.get_by_label("Period")).to_have_value("7")
        await expect(page.locator("main")).to_contain_text(shown)
        await watched.check(tab)
        if tab == "Cancellations":
            await expect(
                page.get_by_role("region", name="Share of late").get_by_role("cell", name="17%")
            ).to_have_count(1)
            await the_file_of_bookings_is_the_same(page, services.replace("/services", "/bookings?days=7"))
        await page.get_by_label("First day").fill(before)
        await page.get_by_label("Last day").fill(before)
        await expect(page.get_by_label("Period")).to_have_value("days")
        await page.get_by_role("button", name="Show the report").click()
        await expect(page.locator("main")).not_to_contain_text(shown)
        await page.get_by_label("Period").select_option("7")
        await page.get_by_role("button", name="Show the report").click()
        await expect(page.locator("main")).to_contain_text(shown)


async def test_chosen_columns_stay_and_page_files_and_figures_agree_until_reports_are_off(system, open_page):
    services = await a_salon(system, "salon-files")
    await a_past(system, "b-salon-files")
    address = services.replace("/services", "/reports?days=7")
    watched = await at_the_console(open_page, system, address)
    page, table = watched.page, watched.page.locator("table.visits")
    await page.locator("summary", has_text=re.compile("^Columns$")).click()
    await page.get_by_label("Meeting", exact=True).uncheck()
    await page.get_by_label("Place of Status").fill("1")
    await page.get_by_label("Place of Start (UTC)").fill("2")
    await page.get_by_role("button", name="Show these columns").click()
    await page.goto(address)
    headings = await table.locator("th").all_inner_texts()
    assert headings[:3] == ["Status", "Start (UTC)", "Waiting time"]
    assert "Meeting" not in headings
    states = [await row.locator("td").first.inner_text() for row in await table.locator("tbody tr").all()]

    async def fetched(query: str, **headers: str):
        answer = await page.request.get(f"{address}{query}", headers=headers)
        assert answer.status == 200
        return answer

    csv_rows = list(csv.reader(StringIO((await (await fetched("&format=csv")).body()).decode("utf-8-sig"))))
    book = read_workbook(await (await fetched("&format=xlsx")).body())
    figures = (await (await fetched("", Accept="application/json")).json())["figures"]
    assert csv_rows[0] == book[0] == headings
    assert [row[0] for row in csv_rows[1:]] == [row[0] for row in book[1:]] == states
    assert (figures["visits"], figures["noShows"]) == (len(states), states.count("No-show")) == (4, 1)
    for state, status in (("Off", 403), ("On", 200)):
        await page.goto(f"{system.url}/console/organisation/reports")
        await page.get_by_role("radio", name=re.compile(f"^{state}")).check()
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_role("status").first).to_contain_text("Saved")
        assert (await page.request.get(address)).status == status
