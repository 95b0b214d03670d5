"""Takes the pictures of booking and console from a demo that runs: `python -m infra.local.screens FOLDER`.

Those of a visit itself come from the test that plays its day, tests/browser/test_day.py. PORT as for `make run`.
Both are large as they come: `pngquant --ext .png --force --quality 70-95 FOLDER/*.png` makes them small.
"""

from __future__ import annotations

import argparse
import asyncio
import re
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, async_playwright, expect

from infra.local.browser import CHROMIUM
from infra.local.demo.people import CREATOR, ORGANISATION_ADMINISTRATOR, PEOPLE
from infra.local.pieces import ROOT
from infra.local.plan import Plan


RECEPTION = next(one.email for one in PEOPLE if one.account == "reception")
WIDE = {"width": 1180, "height": 760}
REPORT = {"width": 1280, "height": 1180}
BOOKING = {"width": 1200, "height": 820}
PHONE = {"width": 390, "height": 780}
MAIL = {"width": 1200, "height": 1276}
ROSA = "rosa@example.com"


def main() -> None:
    parser = argparse.ArgumentParser(description="Take pictures of a demo that runs.")
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / ".github" / "docs")
    plan = Plan.of_here()
    asyncio.run(_take(plan.url, f"http://localhost:{plan.mail}", parser.parse_args().folder))


async def _take(url: str, mails: str, folder: Path) -> None:
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        await _booking(browser, url, mails, folder)
        for scheme in ("light", "dark"):
            context = await browser.new_context(viewport=WIDE, color_scheme=scheme, locale="en-GB")
            page = await context.new_page()
            await _sign_in(page, url, RECEPTION)
            suffix = "" if scheme == "light" else "-dark"
            await _queue(page, url, folder / f"queue{suffix}.png")
        for email, take in ((CREATOR, _setup), (ORGANISATION_ADMINISTRATOR, _settings)):
            context = await browser.new_context(viewport=WIDE, locale="en-GB", timezone_id="Europe/London")
            page = await context.new_page()
            await _sign_in(page, url, email)
            await take(page, url, folder)
        await browser.close()


async def _booking(browser: Browser, url: str, mails: str, folder: Path) -> None:
    """Book a visit as a customer does, and take its steps and its mail."""
    clinic = f"{url}/book/demo-clinic"
    options: dict[str, Any] = {"locale": "en-GB", "timezone_id": "Europe/Paris", "reduced_motion": "reduce"}
    phone = await browser.new_page(viewport=PHONE, device_scale_factor=2, **options)
    await phone.goto(clinic)
    await phone.screenshot(path=folder / "phone.png")
    page = await browser.new_page(viewport=BOOKING, **options)
    await page.goto(f"{clinic}/consultation")
    await page.screenshot(path=folder / "time.png")
    await page.locator(".times .slot").nth(3).click()
    await page.get_by_label("Patient’s name").fill("Rosa Lima")
    await page.get_by_label("Email").fill(ROSA)
    await page.get_by_label("Oui").first.check()
    await page.get_by_label("J’accepte").check()
    await page.emulate_media(color_scheme="dark")
    await page.evaluate("scrollTo(0, 0)")
    await page.screenshot(path=folder / "form-dark.png", animations="disabled")
    await page.emulate_media(color_scheme="light")
    await page.get_by_role("button", name="Confirm booking").click()
    await expect(page.get_by_role("heading", name="You’re booked")).to_be_visible()
    await page.screenshot(path=folder / "booked.png", animations="disabled")
    await page.set_viewport_size(MAIL)
    await page.goto(f"{mails}/?to={ROSA}")
    link = page.locator(".mails a").first
    while not await link.count():  # a timer sends it
        await page.wait_for_timeout(1000)
        await page.reload()
    await link.click()
    await page.wait_for_load_state("networkidle")
    await page.screenshot(path=folder / "mail.png")


async def _sign_in(page: Page, url: str, email: str) -> None:
    await page.goto(f"{url}/console")
    await page.get_by_role("button", name=email).click()
    await page.wait_for_url(re.compile(r"/console(/new)?(\?|$)"))


async def _queue(page: Page, url: str, file: Path) -> None:
    await page.goto(f"{url}/console/queue")
    await expect(page.locator("tr[data-status=in_lobby]").first).to_be_visible()
    await page.screenshot(path=file, animations="disabled")


async def _setup(page: Page, url: str, folder: Path) -> None:
    """Take the steps to a new calendar, which is not created in the end."""
    await page.goto(f"{url}/console/new")
    await page.screenshot(path=folder / "setup-kind.png", animations="disabled")
    await page.locator("button.kind").first.click()
    await page.get_by_label("Name of the business").fill("Riverside Clinic")
    for _ in range(2):
        await page.get_by_role("button", name="Next").click()
    await page.screenshot(path=folder / "setup-services.png", animations="disabled")
    for _ in range(2):
        await page.get_by_role("button", name="Next").click()
    frame = page.frame_locator("iframe")
    await expect(frame.get_by_role("heading", level=1, include_hidden=True)).to_be_visible()
    await page.screenshot(path=folder / "setup-page.png", animations="disabled")


async def _settings(page: Page, url: str, folder: Path) -> None:
    """Take the pages by which the clinic is changed."""
    clinic = f"{url}/console/calendars/a-demo-clinic"
    for name, path in {"home": "", "services": "/services", "page": "/page", "report": "/reports?days=90"}.items():
        await page.set_viewport_size(REPORT if name == "report" else WIDE)
        await page.goto(clinic + path)
        await page.wait_for_load_state("networkidle")
        await page.screenshot(path=folder / f"console-{name}.png", animations="disabled")
    await page.set_viewport_size(WIDE)
    await page.goto(f"{clinic}/calendar")
    await page.get_by_role("link", name="Later").click()
    await page.locator(".gap > a").nth(3).hover()
    await page.screenshot(path=folder / "console-calendar.png", animations="disabled")
    await _day(page, url, clinic, folder)
    await page.goto(f"{clinic}/settings/why")
    await page.get_by_label("Time").fill("12:30")
    await page.get_by_role("button", name="Explain").click()
    await page.wait_for_load_state("networkidle")
    await page.screenshot(path=folder / "console-why.png", animations="disabled")


async def _day(page: Page, url: str, clinic: str, folder: Path) -> None:
    """Take the week of all, one appointment, a series before it is booked, and the day on a phone."""
    await page.goto(f"{clinic}/calendar?view=week")
    await page.screenshot(path=folder / "console-week.png", animations="disabled")
    await page.goto(f"{clinic}/calendar?view=agenda")
    await page.locator("main .list a").first.click()
    await page.wait_for_load_state("networkidle")
    await page.screenshot(path=folder / "console-appointment.png", animations="disabled")
    await page.goto(
        f"{url}/console/bookings/a-demo-clinic/new?repeat=1&service=kinesitherapie&staff=zoe&time=next"
    )
    await page.get_by_label("Name", exact=True).fill("Ines Roy")
    await page.get_by_label("Phone").fill("+33 6 12 34 56 78")
    await page.get_by_role("button", name="Preview the series").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Preview of the series")
    await page.screenshot(path=folder / "console-series.png", animations="disabled")
    await page.set_viewport_size({"width": 390, "height": 760})
    await page.goto(f"{clinic}/calendar?view=agenda")
    await page.screenshot(path=folder / "console-phone.png", animations="disabled")
    await page.set_viewport_size(WIDE)


if __name__ == "__main__":
    main()
