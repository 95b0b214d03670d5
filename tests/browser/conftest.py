"""One browser and one running system for all browser tests; a watched page for each."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest_asyncio
from aiohttp import web
from playwright.async_api import async_playwright, expect

from infra.local import pieces
from tests.browser.launching import launch, new_context
from tests.browser.looking import FITS, SEEN_HERE, UNSAID
from tests.browser.seeding import seed
from tests.browser.visiting import ALLOWED, KEEP, MEDIA


if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    import pytest
    from playwright.async_api import Browser, BrowserContext, Page

PATIENCE = 20_000  # milliseconds: what is right comes at once, and on a busy machine late
expect.set_options(timeout=PATIENCE)
SECRET = "a-secret-of-the-browser-tests-which-is-long-enough-47"
WATCH = "addEventListener('securitypolicyviolation', e => console.error('CSP ' + e.violatedDirective + ' ' + e.blockedURI))"


@dataclass
class Site:
    """Another origin, whose page is whatever a test wants it to be."""

    url: str
    html: str = ""


@dataclass
class System:
    url: str
    mail: str
    tables: str
    friend: Site
    stranger: Site
    browser: Browser
    texts: str  # the SMS service
    calendars: str  # the CalDAV server of people's own calendars
    log: Path
    cookies: dict[str, list[Any]] = field(default_factory=dict)  # of people who have signed in, by address

    def book(self, path: str) -> str:
        return f"{self.url}/book/{path}"


@dataclass
class Watched:
    """A page with what went wrong on it: console errors, policy violations, exceptions."""

    page: Page
    wrong: list[str] = field(default_factory=list)

    def listen(self) -> None:
        """Note what the browser reports from now on."""
        self.page.set_default_timeout(PATIENCE)
        self.page.on("console", lambda said: said.type == "error" and self.wrong.append(said.text))
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))

    async def check(self, state: str) -> None:
        """Nothing went wrong, nothing overflows, names hold what is shown, and axe has nothing to say."""
        await self.page.wait_for_load_state()  # a page without its styles yet has other colours
        assert self.wrong == [], (state, self.wrong)
        assert (unsaid := await self.page.evaluate(UNSAID)) == [], (state, unsaid)
        await self._look(state, at_all=True)

    async def look_again(self, state: str) -> None:
        """Check what colours and widths decide, of a page that `check` has gone through."""
        await self._look(state, at_all=False)

    async def _look(self, state: str, *, at_all: bool) -> None:
        assert await self.page.evaluate(FITS), f"{state} overflows"
        await SEEN_HERE.look(self.page, state, at_all=at_all)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def system(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[System]:
    log = tmp_path_factory.mktemp("browser") / "host.log"
    async with AsyncExitStack() as stack:
        friend, stranger = [await stack.enter_async_context(_site()) for _ in range(2)]
        tables = await stack.enter_async_context(pieces.azurite())
        mail = await stack.enter_async_context(pieces.mailbox())
        calendars = await stack.enter_async_context(pieces.caldav())
        own = f"http://127.0.0.1:{calendars.port}"
        port = pieces.free_port()
        identity = await stack.enter_async_context(pieces.identity_provider(f"http://localhost:{port}"))
        texts = await stack.enter_async_context(pieces.sms_service(f"http://localhost:{port}"))
        settings = {
            **identity.settings,
            **texts.settings,
            "OPENSLOT_TABLES": tables.connection_string,
            "OPENSLOT_SECRET": SECRET,
            "OPENSLOT_PUBLIC_URL": f"http://localhost:{port}",
            "OPENSLOT_SMTP": mail.smtp,
            "OPENSLOT_MAIL_FROM": "bookings@example.org",
            "OPENSLOT_LIMITS": "off",
            "OPENSLOT_CALENDAR_HOSTS": own,
        }
        await seed(tables, SECRET, (friend.url,))
        app = await stack.enter_async_context(pieces.host(pieces.ROOT, port, settings, log=log))
        driver = await stack.enter_async_context(async_playwright())
        browser = await launch(driver, *MEDIA, ALLOWED)
        addresses = f"http://localhost:{port}", mail.url, tables.connection_string
        yield System(*addresses, friend, stranger, browser, texts.url, own, log)
        await browser.close()
        assert app.process.poll() is None, log.read_text()


@asynccontextmanager
async def _site() -> AsyncIterator[Site]:
    port = pieces.free_port()
    site = Site(f"http://localhost:{port}")

    async def show(_: web.Request) -> web.Response:
        return web.Response(text=site.html, content_type="text/html")

    app = web.Application()
    app.router.add_get("/{path:.*}", show)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "localhost", port).start()
    try:
        yield site
    finally:
        await runner.cleanup()


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(system: System):
    """Open a watched page; options are those of a browser context."""
    contexts = []

    async def open_one(path: str = "", **options) -> Watched:
        options = {"timezone_id": "Europe/Paris", "locale": "en-GB", "reduced_motion": "reduce", **options}
        context = await new_context(system.browser, WATCH, **options)
        contexts.append(context)
        watched = Watched(await context.new_page())
        watched.listen()
        if path:
            await watched.page.goto(path if path.startswith("http") else system.book(path))
        return watched

    yield open_one
    await _close(contexts)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def asking(system) -> AsyncIterator[Browser]:
    """A browser with windows, which goes by what a person allows of camera and microphone."""
    async with async_playwright() as driver:
        browser = await launch(driver, *MEDIA, has_windows=True)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def open_visit(system):
    """Open a watched page with a camera that shows a test picture and a microphone that beeps."""
    async with _visits(system.browser) as open_one:
        yield open_one


@pytest_asyncio.fixture(loop_scope="session")
async def open_asking(asking):
    """The same for people of whom `allow` says what they allow."""
    async with _visits(asking) as open_one:
        yield open_one


@asynccontextmanager
async def _visits(browser: Browser) -> AsyncIterator[Callable[..., Awaitable[Watched]]]:
    contexts = []

    async def open_one(url: str, allow=("camera", "microphone"), script: str = "", **options) -> Watched:
        options = {"timezone_id": "Europe/Paris", "locale": "en-GB", "reduced_motion": "reduce", **options}
        context = await new_context(browser, WATCH, KEEP, script, permissions=list(allow), **options)
        contexts.append(context)
        watched = Watched(await context.new_page())
        watched.listen()
        await watched.page.goto(url)
        return watched

    yield open_one
    await _close(contexts)


async def _close(contexts: list[BrowserContext]) -> None:
    """Close them, whatever requests of theirs a test is still answering."""
    for context in contexts:
        for page in context.pages:
            await page.unroute_all(behavior="ignoreErrors")
        await context.close()
