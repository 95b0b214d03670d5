"""Every page, light and dark, on a phone and on a desk: axe finds nothing, nothing overflows, names hold what is shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import httpx
import pytest
from playwright.async_api import expect

from shared.domain.links import SignedLink, sign, stamp
from shared.use_cases.free_busy.connect_link import connect_token
from tests.browser.conftest import SECRET
from tests.browser.looking import AXE
from tests.browser.visit_seeding import PEOPLE


if TYPE_CHECKING:
    from tests.browser.conftest import System, Watched

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.browser, pytest.mark.timeout(240)]
SIZES = {"phone": {"width": 320, "height": 720}, "desk": {"width": 1280, "height": 900}}
SCHEMES = ("light", "dark")


async def look(watched: Watched, state: str) -> None:
    """Check a page as it stands in both schemes and at both widths; the pointer rests on what would be pressed."""
    page = watched.page
    for size, viewport in SIZES.items():
        await page.set_viewport_size(viewport)
        for scheme in SCHEMES:
            await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            name = f"{state}, {scheme}, on a {size}"
            await (watched.check(name) if scheme == SCHEMES[0] else watched.look_again(name))
            if await (button := page.locator("main .button:visible").first).count():
                await button.hover()
                await watched.look_again(f"{name}, with the pointer on it")
                await page.mouse.move(0, 0)


async def look_at(watched: Watched, *urls: str) -> None:
    for url in urls:
        await watched.page.goto(url)
        watched.wrong[:] = [one for one in watched.wrong if "status of 404" not in one]  # the browser's own report
        await look(watched, url)


async def booked(system: System, calendar: str, service: str, *, later: bool = False) -> dict[str, str]:
    """Book over the API: the next free time, or the last that is offered."""
    async with httpx.AsyncClient(base_url=f"{system.url}/api/{calendar}", timeout=20) as client:
        day = datetime.now(UTC).date() + timedelta(days=20)
        span = {"from": f"{day}", "to": f"{day + timedelta(days=3)}"} if later else {}
        slots = (await client.get("/slots", params={"service": service, **span})).json()["slots"]
        customer = {"name": "Ines Roy", "email": "ines@example.com"}
        body = {"service": service, "start": slots[-1 if later else 0]["start"], "customer": customer}
        body |= {"consent": True, "answers": {"before": "Yes"}} if calendar == "riverside" else {}
        key = {"Idempotency-Key": f"every-page-{calendar}-{service}-{later}"}
        answer = await client.post("/appointments", json=body, headers=key)
        assert answer.status_code == 201, answer.text
        return answer.json()


async def test_the_pages_of_a_calendar_and_its_form(system, open_page):
    watched = await open_page()
    page = watched.page
    await look_at(
        watched, *(system.book(one) for one in ("riverside", "riverside?embed=1", "corner-shop", "nobody"))
    )
    await look_at(watched, *(system.book(f"riverside/{one}") for one in ("visit", "group", "never", "unknown")))
    await look_at(watched, f"{system.url}/problems/slot-taken", f"{system.url}/now/online-clinic")
    await page.goto(system.book("riverside/visit"))
    await page.locator(".times .slot").first.click()
    await look(watched, "form")
    await page.get_by_role("button", name="Confirm booking").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    watched.wrong.clear()  # the browser itself reports the 422
    await look(watched, "form with errors")


async def test_the_pages_of_a_booking(system, open_page):
    watched = await open_page()
    page = watched.page
    manage = (await booked(system, "riverside", "visit", later=True))["manage"]
    await look_at(watched, manage, f"{manage}/cancel", f"{manage}/move")
    await page.locator(".times .slot").first.click()
    await expect(page.get_by_role("heading", name="Reschedule to this time?")).to_be_visible()
    await look(watched, "move?")
    await page.goto(f"{manage}/cancel")
    await page.get_by_role("button", name="Cancel appointment").click()
    await expect(page.get_by_role("heading", name="This appointment is cancelled")).to_be_visible()
    await look(watched, "cancelled")


async def test_the_pages_of_staff_without_an_account(system, open_page):
    watched, made = await open_page(), await booked(system, "online-clinic", "plan", later=True)
    start = datetime.fromisoformat(made["start"])
    host = sign(SECRET, SignedLink("host", "b-online", made["id"], "plan", 1, stamp(start)))
    own = connect_token(SECRET, "b-online", PEOPLE["plan"], datetime.now(UTC))
    await look_at(watched, f"{system.url}/host/{host}/appointment", f"{system.url}/own-calendar/{own}")


async def test_the_pages_of_a_visit(system, open_page):
    watched = await open_page()
    soon, later = (
        await booked(system, "online-clinic", "ended"),
        await booked(system, "online-clinic", "ended", later=True),
    )
    await look_at(watched, soon["joinUrl"], f"{soon['joinUrl']}/test", later["joinUrl"], later["manage"])
    async with httpx.AsyncClient(timeout=20) as client:
        token = later["manage"].rpartition("/")[2]
        assert (await client.delete(f"{system.url}/api/online-clinic/appointments/{token}")).status_code == 200
    await look_at(watched, later["joinUrl"])


async def test_no_style_holds_a_page_upright_or_lengthwise(system, open_page):
    """The one rule for which all styles are fetched once more, so that elsewhere it is left out."""
    watched = await open_page("riverside")
    for url in (system.book("riverside"), f"{system.url}/console/sign-in"):
        await watched.page.goto(url)
        await watched.page.evaluate(AXE)
        found = await watched.page.evaluate("axe.run({runOnly: {type: 'rule', values: ['css-orientation-lock']}})")
        assert (found["violations"], found["incomplete"]) == ([], [])
        assert [one["id"] for one in found["passes"]] == ["css-orientation-lock"]
