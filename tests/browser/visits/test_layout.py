"""The room at every size: the picture fills the window, nothing covers a face, and each control is where one looks."""

from __future__ import annotations

import httpx
import pytest
from playwright.async_api import expect

from tests.browser.visiting import book, sees


pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.browser, pytest.mark.timeout(180)]
SIZES = {
    "desk": (1280, 800),
    "200 %": (640, 400),
    "phone": (390, 780),
    "phone on its side": (740, 360),
    "narrow": (320, 640),
}
# Where things are: the picture of the other, one's own, the controls and the open panel, as parts of the window.
PLACES = """() => {
  const box = (one) => {
    if (!one?.checkVisibility()) return null;
    const { left, top, right, bottom } = one.getBoundingClientRect();
    return { left, top, right, bottom, width: right - left, height: bottom - top };
  };
  const part = (one) => [...document.querySelectorAll(one)].map(box).find(Boolean) ?? null;
  return { theirs: part(".tile:not(.mine)"), mine: part(".tile.mine"), bar: part(".bar"), panel: part(".panel, #desk"),
    header: part("header.top"), footer: part(".foot"), width: innerWidth, height: innerHeight };
}"""
LEFT = """(minutes) => {
  document.getElementById("room").dataset.ends = new Date(Date.now() + minutes * 60_000 - 5000).toISOString();
}"""


def overlap(one: dict, other: dict) -> bool:
    return (
        one["left"] < other["right"] - 1
        and other["left"] < one["right"] - 1
        and one["top"] < other["bottom"] - 1
        and other["top"] < one["bottom"] - 1
    )


async def test_the_picture_fills_the_window_and_nothing_covers_it(system, open_visit):
    visit = await book(system, "wide", "rosa")
    ana = await open_visit(visit.join)
    await ana.page.get_by_role("button", name="Go to the waiting room").click()
    doc = await open_visit(visit.host)
    await doc.page.get_by_role("button", name="Admit: Rosa").click()
    await sees(ana.page)
    await sees(doc.page)
    for one in (ana, doc):
        for name, (width, height) in SIZES.items():
            await one.page.set_viewport_size({"width": width, "height": height})
            for panel in ("", "Chat", "People"):
                await _show(one.page, panel)
                seen = await one.page.evaluate(PLACES)
                said = (name, panel, seen)
                assert seen["header"] is None, said
                assert seen["footer"] is None, said
                assert not overlap(seen["theirs"], seen["bar"]), said
                assert seen["bar"]["bottom"] <= seen["height"] + 1, said
                shorter = min(seen["theirs"]["width"], seen["theirs"]["height"])
                assert seen["mine"]["height"] <= max(shorter, 216) / 3.5, said
                assert (seen["panel"] is not None) == bool(panel), said
                if panel:
                    assert not overlap(seen["theirs"], seen["panel"]), said
                else:
                    filled = seen["theirs"]["width"] * seen["theirs"]["height"] / (width * height)
                    assert filled > 0.7, said
        await one.check("the narrowest room, with a panel")


async def _show(page, panel: str) -> None:
    """Have this panel open, or none."""
    for name in ("Chat", "People"):
        button = page.locator(".bar").get_by_role("button", name=name)
        if (await button.get_attribute("aria-expanded") == "true") != (name == panel):
            await button.click()


async def test_the_menu_changes_devices_and_ones_own_picture_and_the_end_is_told(system, open_visit):
    visit = await book(system, "wide", "vera")
    vera = await open_visit(visit.join)
    page = vera.page
    await page.get_by_role("button", name="Go to the waiting room").click()
    doc = await open_visit(visit.host)
    await doc.page.get_by_role("button", name="Admit: Vera").click()
    await sees(page)
    mine = page.locator(".tile.mine")
    corner = (await page.evaluate(PLACES))["mine"]
    await _choose(page, "Move my picture to another corner")
    assert (await page.evaluate(PLACES))["mine"]["left"] < corner["left"]
    box = await mine.bounding_box()
    await page.mouse.move(box["x"] + 20, box["y"] + 20)
    await page.mouse.down()
    await page.mouse.move(1000, 60, steps=5)
    await page.mouse.up()
    dropped = (await page.evaluate(PLACES))["mine"]
    assert dropped["left"] > box["x"]
    assert dropped["top"] < box["y"]
    await _choose(page, "Hide my picture from myself")
    await expect(mine).to_be_hidden()
    await _choose(page, "Hide my picture from myself")
    await expect(mine).to_be_visible()

    await _choose(page, "Camera, microphone, speaker…")
    await expect(page.get_by_role("dialog", name="Camera, microphone, speaker")).to_be_visible()
    await vera.check("the choice of devices")
    await page.locator("#room-camera").select_option("off")
    await page.get_by_role("button", name="Done").click()
    await expect(doc.page.locator(".tile.blank:not(.mine)")).to_have_count(1)
    await expect(page.locator("#cam")).to_have_attribute("aria-pressed", "false")

    await expect(page.locator("#quality")).to_have_text("Good connection")
    await expect(page.locator("#ending")).to_be_hidden()
    await page.evaluate(LEFT, 4)
    await expect(page.locator("#ending")).to_have_text("Ends in 4 min")
    await page.evaluate(LEFT, -2)
    await expect(page.locator("#ending")).to_have_text("2 min over")
    await doc.page.get_by_role("button", name="End for all").click()
    await doc.page.locator("#sure").get_by_role("button", name="Stay").click()
    await expect(doc.page.locator("#room")).to_be_visible()
    await doc.page.get_by_role("button", name="End for all").click()
    await doc.check("the question before the end")
    await doc.page.keyboard.press("Escape")
    await expect(doc.page.locator("#room")).to_be_visible()


async def _choose(page, name: str) -> None:
    await page.locator(".menu.more summary").click()
    await page.get_by_role("button", name=name).click()
    await expect(page.locator(".menu.more ul")).to_be_hidden()


async def test_notes_are_saved_as_they_are_typed_and_what_two_people_wrote_is_kept(system, open_visit):
    visit = await book(system, "noted", "lena")
    doc = await open_visit(visit.host)
    notes = doc.page.get_by_label("Only staff see these.")
    await notes.press_sequentially("Asked for a chair")
    await expect(doc.page.locator("#notes-state")).to_have_text("Saved")
    async with httpx.AsyncClient() as client:
        (
            await client.post(f"{visit.host}/notes", json={"notes": "Asked for a chair\nCalled her"})
        ).raise_for_status()
    await notes.evaluate(
        "(field) => { field.value += '\\nBrought one'; field.dispatchEvent(new Event('input')); }"
    )
    await expect(doc.page.get_by_text("Called her")).to_be_visible()
    assert len(doc.wrong) == 1  # the browser tells the refusal
    doc.wrong.clear()
    await doc.check("notes that somebody else has changed")
    await doc.page.get_by_role("button", name="Keep both").click()
    await expect(doc.page.locator("#notes-state")).to_have_text("Saved")
    await doc.page.reload()
    await expect(notes).to_have_value("Asked for a chair\nCalled her\nBrought one")
