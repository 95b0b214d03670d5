"""Debian's WebKitGTK under a virtual display, driven by WebDriver over HTTP."""

from __future__ import annotations

import asyncio
import base64
import os
import tempfile
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

import aiohttp

from infra.local.pieces import free_port
from tests.prove.engines.engine import FIND, Engine, EngineError, as_function, read_json


if TYPE_CHECKING:
    from collections.abc import AsyncIterator

PROGRAM = "WebKitWebDriver"
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the name that the standard gives to a reference
STARTS_WITHIN = 30.0  # seconds


class WebKit(Engine):
    """One window of WebKit's small browser."""

    name = "WebKit"

    def __init__(self, http: aiohttp.ClientSession, address: str) -> None:
        self._http, self._address = http, address

    async def begin(self) -> None:
        wanted = {"alwaysMatch": {"webkitgtk:browserOptions": {"args": ["--automation", "--ignore-tls-errors"]}}}
        found = await self._ask("POST", "/session", capabilities=wanted)
        self._address += f"/session/{found['sessionId']}"

    async def end(self) -> None:
        await self._ask("DELETE", "")

    async def go(self, url: str) -> None:
        await self._ask("POST", "/url", url=url)

    async def resize(self, width: int, height: int) -> None:
        """Set the size of the window; the page is somewhat smaller."""
        await self._ask("POST", "/window/rect", width=width, height=height)

    async def run(self, expression: str, *arguments: object) -> Any:
        script = f"return ({as_function(expression)}).apply(null, arguments)"
        return read_json(await self._ask("POST", "/execute/sync", script=script, args=list(map(str, arguments))))

    async def click(self, css: str) -> None:
        await self.run(f"{FIND}.scrollIntoView({{ block: 'center', behavior: 'instant' }})", css)
        await self._ask("POST", f"/element/{await self._find(css)}/click")

    async def write(self, css: str, text: str) -> None:
        await self._ask("POST", f"/element/{await self._find(css)}/value", text=text)

    async def picture(self) -> bytes:
        return base64.b64decode(await self._ask("GET", "/screenshot"))

    async def _find(self, css: str) -> str:
        found = await self._ask("POST", "/element", using="css selector", value=css)
        return str(found[ELEMENT])

    async def _ask(self, method: str, path: str, **body: object) -> Any:
        sent = {"json": body} if method == "POST" else {}
        async with self._http.request(method, f"{self._address}{path}", **sent) as answer:
            said = (await answer.json(content_type=None))["value"]
        if answer.status != 200:
            raise EngineError(f"{path}: {said.get('error')}: {said.get('message')}")
        return said


@asynccontextmanager
async def webkit() -> AsyncIterator[WebKit]:
    """Start the driver, and by it a browser, on a display that nobody sees."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        read, write = os.pipe()
        display = await asyncio.create_subprocess_exec(
            *("Xvfb", "-displayfd", str(write), "-screen", "0", "1400x1000x24", "-nolisten", "tcp"),
            pass_fds=(write,),
            stderr=asyncio.subprocess.DEVNULL,
        )
        os.close(write)
        with os.fdopen(read) as told:
            number = (await asyncio.to_thread(told.readline)).strip()
        port = free_port()
        # root has no sandbox here, as with Chromium; nothing but our own pages is opened
        own = {"HOME": home, "XDG_RUNTIME_DIR": home, "DISPLAY": f":{number}", "GDK_BACKEND": "x11"}
        own |= {"WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1", "LIBGL_ALWAYS_SOFTWARE": "1"}
        own |= {"LANG": "C.UTF-8", "LANGUAGE": "en_GB:en"}
        driver = await asyncio.create_subprocess_exec(
            PROGRAM,
            f"--port={port}",
            "--host=127.0.0.1",
            env={**os.environ, **own},
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            timeout = aiohttp.ClientTimeout(total=90)
            async with aiohttp.ClientSession(timeout=timeout) as http:
                page = WebKit(http, f"http://127.0.0.1:{port}")
                await asyncio.wait_for(_begin(page), STARTS_WITHIN)
                yield page
                await page.end()
        finally:
            for process in (driver, display):
                with suppress(ProcessLookupError):  # it has ended by itself
                    process.terminate()
                await process.wait()


async def _begin(page: WebKit) -> None:
    while True:
        try:
            return await page.begin()
        except aiohttp.ClientConnectionError:  # the driver is not listening yet
            await asyncio.sleep(0.2)
