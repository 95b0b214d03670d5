"""Debian's Firefox, driven by WebDriver BiDi over a WebSocket."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import re
import tempfile
from contextlib import asynccontextmanager, suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp

from tests.prove.engines.engine import FIND, Engine, EngineError, as_function, read_json


if TYPE_CHECKING:
    from collections.abc import AsyncIterator

PROGRAM = "firefox-esr"
LISTENS = re.compile(rb"WebDriver BiDi listening on (ws://\S+)")
# A test picture and a tone in place of devices; the room's two sides are on one machine, without a network.
PREFERENCES = {
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    "media.autoplay.default": 0,
    "media.peerconnection.ice.loopback": True,
    "media.peerconnection.ice.obfuscate_host_addresses": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.server": "",
    "app.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    "intl.accept_languages": "en-GB, en",
}


class Firefox(Engine):
    """One tab of Firefox."""

    name = "Firefox"

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket, self._numbers, self._tab = socket, count(1), ""

    async def begin(self) -> None:
        await self._send("session.new", capabilities={})
        self._tab = (await self._send("browsingContext.create", type="tab"))["context"]

    async def go(self, url: str) -> None:
        await self._send("browsingContext.navigate", context=self._tab, url=url, wait="complete")

    async def resize(self, width: int, height: int) -> None:
        viewport = {"width": width, "height": height}
        await self._send("browsingContext.setViewport", context=self._tab, viewport=viewport)

    async def run(self, expression: str, *arguments: object) -> Any:
        answer = await self._send(
            "script.callFunction",
            functionDeclaration=as_function(expression),
            arguments=[{"type": "string", "value": str(one)} for one in arguments],
            target={"context": self._tab},
            awaitPromise=True,
            userActivation=True,
        )
        if answer["type"] == "exception":
            raise EngineError(answer["exceptionDetails"]["text"])
        return read_json(answer["result"]["value"])

    async def click(self, css: str) -> None:
        middle = f"""(one => {{ one.scrollIntoView({{ block: "center" }}); const box = one.getBoundingClientRect();
            return [Math.round(box.x + box.width / 2), Math.round(box.y + box.height / 2)]; }})({FIND})"""
        x, y = await self.run(middle, css)
        press = [
            {"type": "pointerMove", "x": x, "y": y},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        await self._act({"type": "pointer", "id": "mouse", "actions": press})

    async def write(self, css: str, text: str) -> None:
        await self.click(css)
        keys = [{"type": kind, "value": one} for one in text for kind in ("keyDown", "keyUp")]
        await self._act({"type": "key", "id": "keyboard", "actions": keys})

    async def picture(self) -> bytes:
        shot = await self._send("browsingContext.captureScreenshot", context=self._tab)
        return base64.b64decode(shot["data"])

    async def _act(self, source: dict[str, object]) -> None:
        await self._send("input.performActions", context=self._tab, actions=[source])

    async def _send(self, method: str, **params: object) -> Any:
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": params})
        while True:
            said = await self._socket.receive_json(timeout=60)
            if said.get("id") == number:
                break
        if said["type"] == "error":
            raise EngineError(f"{method}: {said['message']}")
        return said["result"]


@asynccontextmanager
async def firefox() -> AsyncIterator[Firefox]:
    """Start Firefox with a profile of its own, without a window."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()]
        (Path(home) / "user.js").write_text("\n".join(lines))
        process = await asyncio.create_subprocess_exec(
            PROGRAM,
            *("--headless", "--no-remote", "--remote-debugging-port", "0", "--profile", home),
            env={**os.environ, "HOME": home, "MOZ_CRASHREPORTER_DISABLE": "1"},
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            address = await asyncio.wait_for(_address(process), 60)
            draining = asyncio.create_task(_drain(process))
            async with (
                aiohttp.ClientSession() as session,
                session.ws_connect(f"{address}/session", max_msg_size=0) as socket,
            ):
                page = Firefox(socket)
                await page.begin()
                yield page
            draining.cancel()
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def _address(process: asyncio.subprocess.Process) -> str:
    assert process.stderr
    async for line in process.stderr:
        if found := LISTENS.search(line):
            return found[1].decode()
    raise EngineError("Firefox ended before it listened")


async def _drain(process: asyncio.subprocess.Process) -> None:
    assert process.stderr
    while await process.stderr.read(65536):
        pass
