"""The widget's frame is as high as its page, at every width and on every screen: it never scrolls by itself."""

import pytest
import pytest_asyncio
from playwright.async_api import async_playwright

from infra.local.browser import WINDOWLESS
from tests.browser.launching import ENVIRONMENT, QUIET


pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.browser]

LONG = pytest.mark.long
WIDTHS = range(300, 1000, 20)
FITS = """() => {
    const { scrollHeight, scrollWidth, clientHeight, clientWidth } = document.documentElement;
    return clientWidth === innerWidth && scrollHeight <= clientHeight && scrollWidth <= clientWidth;
}"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def scrolling():
    """A browser with scroll bars that take room, as desktops have them."""
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(
            executable_path=WINDOWLESS, args=QUIET, env=ENVIRONMENT, ignore_default_args=["--hide-scrollbars"]
        )
        yield browser
        await browser.close()


@pytest.mark.parametrize("scale", [1, 1.25, pytest.param(1.5, marks=LONG), pytest.param(2, marks=LONG)])
@pytest.mark.parametrize("path", ["riverside", "riverside/group", "riverside/gone"])
async def test_no_width_gives_the_widget_a_scroll_bar_of_its_own(system, scrolling, path, scale):
    system.friend.html = f"""<!doctype html><title>Site</title><body style="margin: 7.3px">
        <script src="{system.url}/embed.js" defer></script>
        <p>Some words</p><div id="place" data-openslot-url="{system.book(path)}"></div>"""
    context = await scrolling.new_context(device_scale_factor=scale, viewport={"width": 1100, "height": 700})
    page = await context.new_page()
    await page.goto(system.friend.url)
    frame = await (await page.wait_for_selector("iframe")).content_frame()
    await frame.wait_for_selector("h1")
    for width in WIDTHS:
        await page.locator("#place").evaluate("(place, width) => place.style.width = `${width}px`", width)
        await frame.wait_for_function(f"innerWidth === {width}")
        await frame.wait_for_function(FITS)
    await context.close()


async def test_a_frame_that_does_not_follow_can_be_scrolled(system, scrolling):
    url = system.book(f"riverside/group?embed=1&embed_origin={system.friend.url}")
    system.friend.html = f"<!doctype html><title>Site</title><iframe src='{url}' width=400 height=300></iframe>"
    page = await scrolling.new_page()
    await page.goto(system.friend.url)
    frame = await (await page.wait_for_selector("iframe")).content_frame()
    await frame.wait_for_selector(".slot")
    await page.locator("iframe").evaluate("frame => frame.width = 380")
    await frame.wait_for_function("innerWidth === 380")
    await page.wait_for_timeout(700)  # longer than the page waits for its parent
    await frame.locator(".slot").last.scroll_into_view_if_needed()
    assert await frame.evaluate("scrollY > 0 && getComputedStyle(document.documentElement).overflowY !== 'hidden'")
    await page.close()
