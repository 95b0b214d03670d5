"""The booking page is set up in a browser: its look before and after it is saved, its texts, and the code for a site."""

from __future__ import annotations

import asyncio
import base64
import re

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
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><rect width="1" height="1" fill="#a11"/></svg>'
PHOTO = """() => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1200, height: 800 });
  const paint = canvas.getContext("2d");
  const pixels = paint.createImageData(1200, 800);
  pixels.data.forEach((_, at) => { pixels.data[at] = at % 4 === 3 ? 255 : (at * 2654435761) >>> 24; });
  paint.putImageData(pixels, 0, 0);
  return canvas.toDataURL("image/png").split(",")[1];
}"""
PALE = "Too pale for text on white (1.1 : 1)"


@pytest_asyncio.fixture(loop_scope="session")
async def place(system, request):
    """A calendar of its own for a test; returns the path of its booking page at the console."""
    name = f"look{abs(hash(request.node.name)) % 10**8}"
    business = a_business(id=f"biz0{name}", slug=name, hours=EVERY_DAY, page=BookingPage(is_published=True))
    tables = Tables(system.tables)
    calendar = a_calendar(business, [a_service(name="Checkup")], [a_person(email=f"claire@{name}.example")])
    await save_calendar(calendar, key=a_key(), store=TableStore(tables), secret=SECRET)
    await tables.close()
    return f"{system.url}/console/calendars/biz0{name}/page", f"{system.url}/book/{name}"


async def enter(open_page, system, address: str, **options):
    watched = await open_page(**options)
    await sign_in(watched, system, "admin@demo.example", address)
    return watched, watched.page, watched.page.frame_locator("iframe[name=preview]")


def refused(watched) -> None:
    """Forget that the browser logs a form that was refused."""
    assert all("422" in one for one in watched.wrong)
    watched.wrong.clear()


async def save(page) -> None:
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_role("status").filter(has_text="Saved.").first).to_be_visible()


async def test_a_colour_is_seen_in_the_preview_before_it_is_saved_and_on_the_page_after(system, open_page, place):
    console, public = place
    watched, page, preview = await enter(open_page, system, console)
    await watched.check("the look")
    steps = await page.evaluate("history.length")
    await page.get_by_label("Purple").check()
    await expect(preview.locator("link[href*='/theme/7a3e9d.css']")).to_have_count(1)
    await page.get_by_label("Code of your own colour").fill("#FFEE00")
    await expect(preview.locator("link[href*='/theme/ffee00.css']")).to_have_count(1)
    await expect(page.locator("#accent-hint")).to_contain_text(PALE)
    await page.locator("#header").fill("Come **in**")
    await expect(preview.locator("strong", has_text="in")).to_be_visible()
    assert await page.evaluate("history.length") == steps
    assert "ffee00" not in await (await page.request.get(public)).text()
    await save(page)
    assert "/theme/ffee00.css" in await (await page.request.get(public)).text()
    assert watched.wrong == []


async def test_the_preview_is_dark_narrow_and_in_other_languages_and_nothing_in_it_works(system, open_page, place):
    watched, page, preview = await enter(open_page, system, place[0])
    await expect(preview.locator("html")).to_have_css("color-scheme", "light")
    await page.get_by_label("Dark").check()
    await expect(preview.locator("html")).to_have_css("color-scheme", "dark")
    await page.locator("#view-lang").select_option("fr")
    await expect(preview.locator("html")).to_have_attribute("lang", "fr")
    await page.get_by_label("Phone").check()
    await page.wait_for_function("document.getElementsByName('preview')[0].contentWindow.innerWidth <= 390")
    assert await page.locator("form[data-changed]").count() == 0
    box = await preview.get_by_text("Checkup").bounding_box()
    await page.mouse.click(box["x"] + 5, box["y"] + 5)
    await page.wait_for_timeout(300)
    assert all("/book/" not in one.url for one in page.frames)
    await watched.check("dark and narrow")


async def test_without_a_script_a_button_shows_what_is_not_saved(system, open_page, place):
    _, page, preview = await enter(open_page, system, place[0], java_script_enabled=False)
    await page.get_by_label("Green").check(force=True)
    await page.get_by_role("button", name="Update the preview").click()
    await expect(preview.locator("link[href*='/theme/3d6b1f.css']")).to_have_count(1)
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_text("Saved.")).to_be_visible()


async def test_a_logo_is_checked_shown_and_uploaded(system, open_page, place):
    watched, page, preview = await enter(open_page, system, place[0])
    field = page.get_by_label("Picture")
    await field.set_input_files({"name": "big.png", "mimeType": "image/png", "buffer": b"x" * 70_000})
    await expect(page.get_by_text("This picture is larger than 60 KB")).to_be_visible()
    await watched.check("a logo that is too large")
    await field.set_input_files({"name": "logo.svg", "mimeType": "image/svg+xml", "buffer": SVG})
    await expect(page.locator("form[data-picture] img")).to_be_visible()
    photo = base64.b64decode(await page.evaluate(PHOTO))
    assert len(photo) > 61_440
    await field.set_input_files({"name": "photo.png", "mimeType": "image/png", "buffer": photo})
    while await field.evaluate("one => one.files[0].type") != "image/jpeg":  # noqa: ASYNC110 - no page waits by eval
        await asyncio.sleep(0.05)
    assert await field.evaluate("one => one.files[0].size") <= 61_440, "it is made smaller before it is sent"
    await expect(page.locator("form[data-picture] .error")).to_be_hidden()
    await page.get_by_role("button", name="Upload").click()
    await expect(preview.locator(".brand img")).to_be_visible()
    assert "/logo/" in await (await page.request.get(place[1])).text()
    await page.get_by_role("button", name="Remove").click()
    await expect(preview.locator(".brand span.mark")).to_be_visible()
    assert watched.wrong == []


async def test_consent_is_previewed_saved_and_asked_for(system, open_page, place):
    console, public = place
    watched, page, preview = await enter(open_page, system, f"{console}/texts")
    await page.get_by_label("Ask customers to agree").check()
    await save_without_wording(watched, page)
    await watched.check("consent without a wording")
    await page.locator("#consent").fill("I agree to *this*")
    await expect(preview.locator("label[for=consent]")).to_have_text("I agree to this")
    await save(page)
    await watched.check("texts")
    await page.goto(f"{public}/Checkup")
    await page.locator(".times .slot").first.click()
    await expect(page.get_by_label("I agree to this")).to_be_visible()


async def save_without_wording(watched, page) -> None:
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.locator("#consent-error")).to_be_visible()
    refused(watched)


async def test_the_page_is_taken_offline_and_published_again(system, open_page, place):
    console, public = place
    watched, page, _ = await enter(open_page, system, console)
    for name, status in (("Unpublish", 404), ("Publish", 200)):
        await page.get_by_role("link", name=name, exact=True).click()
        await watched.check(name)
        await page.get_by_role("button", name=name, exact=True).click()
        await page.wait_for_url(f"{console}?news=*")
        assert (await page.request.get(public)).status == status


async def test_the_code_that_is_copied_works_on_a_site_that_is_allowed(system, open_page, place):
    watched, page, _ = await enter(open_page, system, f"{place[0]}/embed")
    await watched.check("embed")
    await page.get_by_label("A button in the text").check()
    await expect(page.locator("#code")).to_have_value(
        f'<script src="{system.url}/embed.js" async></script>\n'
        f'<div data-openslot-url="{place[1]}" data-openslot-mode="popup"></div>'
    )
    sample = page.frame_locator("iframe[src*=sample]")
    await sample.get_by_role("button", name="Book an appointment").click()
    await expect(sample.frame_locator("dialog iframe").get_by_text("Checkup")).to_be_visible()
    await page.get_by_label("Text of the button").fill("Book now")
    await expect(page.locator("#code")).to_have_value(re.compile("Book now</div>$"))
    sites = page.get_by_label("Sites that may embed the page")
    await sites.fill(system.friend.url.removeprefix("http://"))
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.locator("#frame_origins-error")).to_contain_text(f"Do you mean {system.friend.url}?")
    refused(watched)
    await watched.check("a site that is not complete")
    await sites.fill(f"{system.friend.url}/contact")
    await save(page)
    await page.goto(f"{place[0]}/embed?mode=inline")
    system.friend.html = f"<!doctype html><title>Site</title>{await page.locator('#code').input_value()}"
    guest = await open_page(system.friend.url)
    await expect(guest.page.frame_locator("iframe").get_by_role("link", name="Checkup")).to_be_visible()
    assert guest.wrong == watched.wrong == []
