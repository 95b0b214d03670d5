"""A reminder in an administrator's own words reaches a customer, who stops texts; an address that fails is mended."""

from __future__ import annotations

from secrets import randbelow
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import expect

from shared.storage.store import TableStore
from shared.storage.tables import Tables
from shared.use_cases.calendars.save_calendar import save_calendar
from tests.browser.conftest import SECRET
from tests.browser.console.test_booking_page import enter, save
from tests.browser.seeding import EVERY_DAY
from tests.browser.visiting import tick
from tests.support.builders import a_business, a_calendar, a_key, a_person, a_service


if TYPE_CHECKING:
    from playwright.async_api import Locator, Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.azurite,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.timeout(120),
]
WORDS = "Ждём вас: {time}"


class Place(NamedTuple):
    """A calendar whose service sends SMS, and what no other run of a test has: its name, and a customer's phone."""

    name: str
    phone: str

    @property
    def id(self) -> str:
        return f"biz0{self.name}"


@pytest_asyncio.fixture(loop_scope="session")
async def place(system) -> Place:
    digits = f"{randbelow(10**5):05}"
    found = Place(f"texts{digits}", f"+33612{digits}8")  # not all that begins with +336 is a number
    business = a_business(id=found.id, slug=found.name, name="Texts", phone="+33 1 23 45 67 89", hours=EVERY_DAY)
    tables = Tables(system.tables)
    calendar = a_calendar(business, [a_service(send_sms=True)], [a_person(email=f"claire@{found.name}.example")])
    await save_calendar(calendar, key=a_key(), store=TableStore(tables), secret=SECRET)
    await tables.close()
    return found


async def booked(system, place: Place, name: str, email: str, **more: str) -> str:
    """A Russian customer books; return the id of the appointment."""
    async with httpx.AsyncClient(base_url=system.url, timeout=20) as client:
        found = await client.get(f"/api/{place.name}/slots", params={"service": "consultation"})
        customer = {"name": name, "email": email, "phone": place.phone}
        start = found.json()["slots"][-1]["start"]
        body = {"service": "consultation", "start": start, "customer": customer, "language": "ru"}
        key = {"Idempotency-Key": a_key()}
        answer = await client.post(f"/api/{place.name}/appointments", json={**body, **more}, headers=key)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def comes(system, page: Page, address: str, what: Locator) -> None:
    """Open a page until what was sent is seen there; another run of the timer may have it in hand."""
    for _ in range(60):
        await tick(system)
        await page.goto(address)
        if await what.count():
            return
    raise AssertionError(f"{what} is not at {address}")


async def test_own_words_reach_by_mail_and_sms_until_stop_and_a_refused_address_is_mended(
    system, open_page, place
):
    mails, home = place.name, f"{system.url}/console/calendars/{place.id}"
    ana = await booked(system, place, "Anna", f"anna@{mails}.example", smsConsent="Text me!")
    watched, page, preview = await enter(open_page, system, f"{home}/settings/messages/reminder?language=ru")
    await page.locator("#subject").fill("Скоро увидимся")
    await page.locator("#body").fill(f"{WORDS}, письмо")
    await page.locator("#sms").fill(f"{WORDS}, сообщение")
    for said in ("письмо", "сообщение"):
        await expect(preview.locator("body")).to_contain_text(said)
    await save(page)

    await page.goto(f"{system.url}/console/queue/{place.id}/{ana}")
    await page.get_by_role("button", name="Send reminder").click()
    await expect(page.get_by_role("status").first).to_contain_text("reminder")
    other = (await open_page(system.mail)).page
    mail = other.locator(".mails a", has_text="Скоро увидимся")
    await comes(system, other, f"{system.mail}/?to=anna@{mails}.example", mail)
    await mail.click()
    await expect(other.frame_locator("iframe").locator("body")).to_contain_text("письмо")
    text = other.locator("article", has_text="сообщение")
    await comes(system, other, f"{system.texts}/?to={quote(place.phone)}", text)
    await other.get_by_label(f"Answer from {place.phone}").first.fill("STOP")
    await other.get_by_role("button", name="Send").first.click()
    await expect(other.locator("article", has_text=f"{place.phone} →")).to_contain_text("STOP")
    await page.get_by_role("link", name="Anna", exact=True).click()
    await expect(page.get_by_text("Wants no texts")).to_be_visible()

    await booked(system, place, "Ivan", "ivan@refused.example")
    badge = page.get_by_role("link", name="1 undelivered message")
    await comes(system, page, home, badge)
    await badge.click()
    await watched.check("what failed")
    await page.get_by_label("Email: Ivan").fill("ivan@nowhere")
    await page.get_by_role("button", name="Send again").click()
    await expect(page.get_by_role("alert")).to_contain_text("Enter an email address such as")
    assert all("422" in one for one in watched.wrong)
    watched.wrong.clear()
    await watched.check("a wrong address")
    await page.get_by_label("Email: Ivan").fill(f"ivan@{mails}.example")
    await page.get_by_role("button", name="Send again").click()
    await expect(page.get_by_text("No undelivered messages.")).to_be_visible()
    await comes(system, other, f"{system.mail}/?to=ivan@{mails}.example", other.locator(".mails a"))
    assert watched.wrong == []
