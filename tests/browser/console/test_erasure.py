"""Who booked, answered, waited, wrote and got mails is exported and erased from the console, and found nowhere."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from secrets import token_hex
from typing import TYPE_CHECKING

import pytest
from azure.data.tables.aio import TableServiceClient
from playwright.async_api import expect

from shared.domain.calendar.business import BookingPage
from shared.domain.calendar.policy import SchedulingPolicy
from shared.domain.calendar.service import AskedQuestion, Question
from shared.storage.store import TableStore
from shared.storage.tables import Tables
from shared.use_cases.calendars.save_calendar import save_calendar
from tests.browser.conftest import SECRET
from tests.browser.signing_in import sign_in
from tests.browser.visit_seeding import ALWAYS
from tests.browser.visiting import link_in_mail, tick
from tests.support.builders import a_business, a_calendar, a_key, a_person, a_service


if TYPE_CHECKING:
    from pathlib import Path

    from playwright.async_api import Page

    from tests.browser.conftest import System

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(120)]


class Typed:
    """What one run types; its mark is in all of it, so that nothing else is taken for it."""

    def __init__(self) -> None:
        self.mark = token_hex(4)
        self.name, self.email = f"Quilla {self.mark}", f"quill{self.mark}@example.com"
        self.form = {
            "name": self.name,
            "email": self.email,
            "phone": f"+33 6{int(self.mark, 16) % 10**8:08}",
            "notes": f"A sore knee {self.mark}",
            "q-where": f"On the left {self.mark}",
        }
        self.called, self.written = f"Quincy {self.mark}", f"I hear nothing {self.mark}"
        self.noted = f"Brings a dog {self.mark}"
        self.all = (*self.form.values(), self.called, self.written, self.noted)

    def found_in(self, text: str) -> list[str]:
        """Return what is in a text, however it is written there."""
        text = text.lower()
        return [one for one in self.all if one.lower() in text or one.replace(" ", "") in text]


def the_calendar(mark: str):
    """People are seen online at any hour, so that the waiting room opens as soon as a visit is booked."""
    business = a_business(
        id=f"biz0erase{mark}",
        slug=f"erase{mark}",
        business_type="health",
        hours=ALWAYS,
        policy=SchedulingPolicy(minimum_lead_time=timedelta(), time_slot_interval=timedelta(minutes=5)),
        page=BookingPage(is_published=True),
    )
    question = Question(id="where", text="Where does it hurt?")
    service = a_service("video", is_online=True, staff=("noa",), questions=(AskedQuestion(id="where"),))
    noa = a_person("noa", email=f"noa@{mark}.example")
    return a_calendar(business, [service], [noa], [question])


async def test_who_is_erased_is_found_nowhere(system, open_page, open_visit, tmp_path):
    typed = Typed()
    tables = Tables(system.tables)
    await save_calendar(the_calendar(typed.mark), key=a_key(), store=TableStore(tables), secret=SECRET)
    await tables.close()
    await book((await open_page(f"erase{typed.mark}/video")).page, typed)
    visit = await open_visit(await link_in_mail(system, typed.email, "join"))
    await wait_and_write(visit.page, typed)
    assert typed.found_in(await everything(system)) == list(typed.all[:-1])  # staff have noted nothing yet

    desk = await open_page()
    page = desk.page
    customers = f"{system.url}/console/calendars/biz0erase{typed.mark}/customers"
    await sign_in(desk, system, "admin@demo.example", customers)
    customer = await note(page, typed)
    assert typed.found_in(await export(page, tmp_path / "exported.json")) == list(typed.all)

    await page.get_by_role("link", name="Erase").click()
    await page.get_by_role("button", name="Erase").click()
    await expect(page.get_by_role("alert")).to_contain_text("appointments that aren’t over yet")
    desk.wrong.clear()  # the browser itself reports the 409
    await cancel(page, customer)
    await page.goto(f"{customer}/erase")
    await page.get_by_role("button", name="Erase").click()
    await page.wait_for_url(re.compile("news=erased"))
    await tick(system)
    assert typed.found_in(await everything(system)) == []
    assert desk.wrong == []


async def book(page: Page, typed: Typed) -> None:
    slots = page.locator(".times .slot")
    await expect(slots.first).to_be_visible()
    await slots.nth(min(1, await slots.count() - 1)).click()  # the first may pass while the form is filled in
    for field, value in typed.form.items():
        await page.locator(f"#{field}").fill(value)
    await page.get_by_role("button", name="Confirm booking").click()
    await expect(page.get_by_role("heading", name="You’re booked")).to_be_visible()


async def wait_and_write(page: Page, typed: Typed) -> None:
    """Go to the waiting room under another name, write to the staff, and leave."""
    await page.get_by_label("Your name").fill(typed.called)
    await page.get_by_role("button", name="Go to the waiting room").click()
    await page.get_by_label("Message to the staff").fill(typed.written)
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.locator("#messages")).to_contain_text(typed.written)
    await page.get_by_role("button", name="Leave the waiting room").click()
    await expect(page.get_by_role("heading", name="You left")).to_be_visible()


async def note(page: Page, typed: Typed) -> str:
    """Find the customer in the list and note something of them; return their page's address."""
    await page.get_by_role("link", name=typed.name).click()
    await page.get_by_label("Notes").fill(typed.noted)
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Saved.")).to_be_visible()
    return page.url.partition("?")[0]


async def export(page: Page, file: Path) -> str:
    await page.get_by_role("link", name="Personal data").click()
    async with page.expect_download() as coming:
        await page.get_by_role("link", name="Download as JSON").click()
    await (await coming.value).save_as(file)
    return as_text(file)


def as_text(file: Path) -> str:
    return json.dumps(json.loads(file.read_text("utf-8")), ensure_ascii=False)


async def cancel(page: Page, customer: str) -> None:
    await page.goto(customer)
    await page.locator("#coming + .moments a").click()
    await page.get_by_role("link", name="Cancel appointment").first.click()
    await page.get_by_role("button", name="Cancel appointment").click()
    await expect(page.get_by_role("button", name="Cancel appointment")).to_have_count(0)


async def everything(system: System) -> str:
    """Return all rows of all tables, and the log."""
    stored = [system.log.read_text("utf-8")]
    async with TableServiceClient.from_connection_string(system.tables) as service:
        async for table in service.list_tables():
            async for row in service.get_table_client(table.name).list_entities():
                parts = sorted((one for one in row if one.startswith("body")), key=lambda one: int(one[4:] or 0))
                stored += ["".join(str(row[one]) for one in parts), json.dumps(row, default=str)]
    return "\n".join(stored)
