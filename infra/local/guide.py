"""Takes the pictures and films of the guide for customers from a demo that runs: `make guide`.

In each language the device test, the waiting room, the room, the waiting room on a phone, and a film of them with
captions, second by second, go into functions/guide, which is packaged but never committed. PORT as for `make run`,
which has to have LIMITS=off. The person who signs in holds a trial appointment with a customer in another window.
"""

from __future__ import annotations

import asyncio
import base64
import os
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeVar

from playwright.async_api import Error, async_playwright, expect

from functions.pages.toolkit.guide_files import FILM, FOLDER, PICTURES, SHOWN
from infra.local.browser import CHROMIUM
from infra.local.film import film_of
from infra.local.plan import Plan
from infra.local.sitter import film_of_sitter
from shared.i18n import LANGUAGES, html_tag, translator


if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from playwright.async_api import Browser, BrowserContext, Page

Made = TypeVar("Made")
FLAGS = [
    "--no-sandbox",
    "--hide-scrollbars",
    "--headless=new",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]
WIDE, PHONE = {"width": 960, "height": 600}, {"width": 390, "height": 700}
NAMES = """Object.defineProperty(MediaDeviceInfo.prototype, "label", {
  get() { return { videoinput: "HD Webcam", audioinput: "Headset", audiooutput: "Headset" }[this.kind]; },
})"""
BOTH_SEEN = "() => [...document.querySelectorAll('video')].filter((one) => one.videoWidth).length > 1"
AS_WEBP = """async (source) => {
  const image = await new Promise((done) => {
    const made = new Image();
    made.onload = () => done(made);
    made.src = source;
  });
  const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
  canvas.getContext("2d").drawImage(image, 0, 0);
  return canvas.toDataURL("image/webp", 0.8).split(",")[1];
}"""


def main() -> None:
    _take(Plan.of_here().url)


def take_where_missing() -> str:
    """Take them from a demo that is started for it, where there are none; return what is to be said of them."""
    if any(FOLDER.glob("*/*.webp")):
        return "The guide has the pictures that were taken last: `make guide` takes them anew."
    if not Path(CHROMIUM).exists():
        return f"The guide has NO pictures, as {CHROMIUM} is not here: `make guide` takes them."
    with TemporaryDirectory() as data:
        own = {"PORT": str(_free_port()), "DATA_DIR": data, "LIMITS": "off"}
        command = [sys.executable, "-m", "infra.local.run"]
        demo = subprocess.Popen(command, env={**os.environ, **own}, stdout=subprocess.PIPE, text=True)
        try:
            if not any(line.startswith("ready") for line in demo.stdout or ()):
                return "The guide has NO pictures, as the demo did not start: `make guide` takes them."
            _take(f"http://localhost:{own['PORT']}")
        except (Error, AssertionError) as error:
            return f"The guide has NOT all its pictures ({str(error)[:100]}): `make guide` takes them."
        finally:
            demo.send_signal(signal.SIGINT)
            demo.communicate(timeout=60)
    return "The pictures of the guide were taken."


def _free_port() -> int:
    """Return the first of as many ports in a row as a demo takes."""
    for first in range(7400, 7900, 10):
        with ExitStack() as held:
            try:
                for port in range(first, first + 8):
                    held.enter_context(socket.socket()).bind(("127.0.0.1", port))
            except OSError:
                continue
        return first
    raise OSError("no ten ports in a row are free")


def _take(url: str) -> None:
    with TemporaryDirectory() as data:
        sitter = Path(data, "sitter.mjpeg")
        sitter.write_bytes(asyncio.run(_with_browser(FLAGS, film_of_sitter)))
        flags = [*FLAGS, f"--use-file-for-fake-video-capture={sitter}"]
        asyncio.run(_with_browser(flags, lambda browser: _take_with(browser, url)))


async def _with_browser(flags: list[str], work: Callable[[Browser], Awaitable[Made]]) -> Made:
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=CHROMIUM, args=flags, headless=False)
        made = await work(browser)
        await browser.close()
    return made


async def _customer(browser: Browser, size: Any = None) -> BrowserContext:
    """Return the window of a customer whose devices have usual names."""
    context = await browser.new_context(viewport=size or WIDE, permissions=["camera", "microphone"])
    await context.add_init_script(NAMES)
    return context


async def _take_with(browser: Browser, url: str) -> None:
    staff = await browser.new_context(viewport=WIDE, permissions=["camera", "microphone"])
    page = await staff.new_page()
    await page.goto(f"{url}/console")
    await page.get_by_role("button", name="admin@demo.example").first.click()
    await page.wait_for_url("**/console**")
    for tag, scenes in (await _visit(browser, staff, url)).items():
        await _keep(browser, url, tag, {"test": await _test(browser, url, tag), **scenes})
        print(f"  {tag}")


async def _keep(browser: Browser, url: str, tag: str, scenes: Mapping[str, Sequence[bytes]]) -> None:
    """Write the pictures of a language, and the film of them with its captions."""
    folder = FOLDER / tag
    folder.mkdir(parents=True, exist_ok=True)
    context = await browser.new_context()
    page = await context.new_page()
    for name in PICTURES:
        webp = await page.evaluate(AS_WEBP, _source(scenes[name][-1]))
        (folder / f"{name}.webp").write_bytes(base64.b64decode(webp))
    await page.goto(f"{url}/healthz")  # which may encode: its origin is secure
    (folder / "film.webm").write_bytes(await film_of([scenes[name] for name in FILM], page))
    (folder / "film.vtt").write_text(_captions(tag), "utf-8")
    await context.close()


async def _test(browser: Browser, url: str, tag: str) -> list[bytes]:
    context = await _customer(browser)
    page = await context.new_page()
    await page.goto(f"{url}/help/demo-clinic/test?lang={tag}")
    scene = await _scene(page)
    await context.close()
    return scene


async def _visit(browser: Browser, staff: BrowserContext, url: str) -> dict[str, dict[str, list[bytes]]]:
    """Hold a trial appointment, and return what its customer sees, by language: waiting, and in the room."""
    desk = await staff.new_page()
    await desk.goto(f"{url}/console?lang=en")
    async with staff.expect_page() as opened:
        await desk.locator("form[action*='/console/trial'] button").first.click()
    trial = await opened.value
    await trial.wait_for_url("**/join/**")
    join = trial.url.partition("?")[0]
    await trial.close()
    found: dict[str, dict[str, list[bytes]]] = {}
    for tag in map(html_tag, LANGUAGES):
        found[tag] = {
            "waiting": await _seen(browser, join, tag, WIDE, "lobby"),
            "phone": await _seen(browser, join, tag, PHONE, "lobby"),
            "enter": await _seen(browser, join, tag, WIDE, "enter"),  # who has waited and left enters anew
        }
    await desk.goto(f"{url}/console/trial?lang=en")
    waits = await _customer(browser)
    await _entered(waits, join, "en", "lobby")
    await desk.get_by_role("button", name="Admit").first.click()
    await desk.wait_for_timeout(4000)
    await waits.close()
    for tag, pictures in found.items():
        pictures["room"] = await _seen(browser, join, tag, WIDE, "room")
    await desk.close()
    return found


async def _seen(browser: Browser, join: str, tag: str, size: Any, part: str) -> list[bytes]:
    """Return what a customer sees in a part of the visit's page."""
    context = await _customer(browser, size)
    scene = await _scene(await _entered(context, join, tag, part))
    await context.close()
    return scene


async def _entered(context: BrowserContext, join: str, tag: str, part: str) -> Page:
    page = await context.new_page()
    await page.goto(f"{join}?lang={tag}")
    await page.wait_for_timeout(1500)
    enter = page.locator("#enter button").first
    if part == "enter":
        for _ in range(20):  # whoever opened the appointment to try it is in it for a moment
            if await enter.is_visible():
                with suppress(Error):  # it leads further by itself, maybe just now
                    await enter.scroll_into_view_if_needed(timeout=3000)
                    return page
            await page.wait_for_timeout(2000)
            await page.reload()
    if await enter.is_visible():
        with suppress(Error):  # who has entered before is led further by the page itself, maybe just now
            await enter.click(timeout=3000)
    await expect(page.locator(f"#{part}")).to_be_visible(timeout=30_000)
    if part == "room":
        with suppress(Error):  # without the other's picture it still shows the room
            await page.wait_for_function(BOTH_SEEN, timeout=30_000)
    return page


async def _scene(page: Page) -> list[bytes]:
    """Return what the page looks like, second by second."""
    await page.wait_for_timeout(2500)
    return [await _later(page) for _ in range(SHOWN)]


async def _later(page: Page) -> bytes:
    await page.wait_for_timeout(900)
    return await page.screenshot()


def _source(png: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"


def _captions(tag: str) -> str:
    """Return the captions of the film (WebVTT), which are the words of the guide."""
    _ = translator(tag).gettext
    lines = ["WEBVTT"]
    for place, text in enumerate(FILM.values()):
        first, last = (f"00:00:{second:02d}.000" for second in (place * SHOWN, (place + 1) * SHOWN))
        lines.append(f"{first} --> {last}\n{_(text)}")
    return "\n\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
