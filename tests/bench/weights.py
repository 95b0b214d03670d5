"""What the booking flow weighs on the wire, as a browser's network counts it, headers included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playwright.async_api import async_playwright

from infra.local.browser import CHROMIUM
from infra.local.pieces import ROOT
from tests.bench.system import app, show_demo
from tests.bench.table import Row


if TYPE_CHECKING:
    from playwright.async_api import Page

    from infra.local.pieces import Azurite

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
NAME, MAIL = "Ana Souza", "ana@bench.example"


async def measure(tables: Azurite) -> list[Row]:
    await show_demo(tables)
    async with app(tables) as running, async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        try:
            page = await (await browser.new_context(locale="fr-FR", timezone_id="Europe/Paris")).new_page()
            landing, whole = await _walk(page, running.url)
        finally:
            await browser.close()
    return [
        Row("landing page on the wire", landing["bytes"] / 1000, "KB", 10, note=_parts(landing)),
        Row("landing page: requests", landing["requests"], "", 6),
        Row(
            "booking flow to the confirmation",
            whole["bytes"] / 1000,
            "KB",
            30,
            note=f"{whole['requests']} requests",
        ),
        Row("embed.js, gzip", (ROOT / "functions/static/embed.js.gz").stat().st_size / 1000, "KB", 2),
    ]


async def _walk(page: Page, url: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Book a consultation by script-enhanced pages; return what the landing took, and all of it."""
    seen: dict[str, Any] = {"bytes": 0, "requests": 0, "parts": []}
    session = await page.context.new_cdp_session(page)
    await session.send("Network.enable")

    def finished(event: dict[str, Any]) -> None:
        seen["bytes"] += event["encodedDataLength"]
        seen["requests"] += 1
        seen["parts"].append(event["encodedDataLength"] / 1000)

    session.on("Network.loadingFinished", finished)
    await page.goto(f"{url}/book/demo-clinic", wait_until="networkidle")
    landing = {**seen, "parts": list(seen["parts"])}
    await page.locator("a[href*='/consultation']").first.click()
    await page.locator(".times .slot").nth(1).click()
    await page.locator("input[name=name]").fill(NAME)
    await page.locator("input[name=email]").fill(MAIL)
    await page.locator("input[name=consent]").check()
    await page.locator("form[data-send] button.button").click()
    await page.wait_for_url("**/manage/**")
    await page.wait_for_load_state("networkidle")
    return landing, seen


def _parts(seen: dict[str, Any]) -> str:
    return " + ".join(f"{part:.1f}" for part in seen["parts"])
