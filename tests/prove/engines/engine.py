"""A browser that is driven over its standard protocol: Firefox by WebDriver BiDi, WebKit by WebDriver."""

from __future__ import annotations

import asyncio
import json
from abc import ABC, abstractmethod
from typing import Any


PATIENCE, PAUSE = 30.0, 0.2  # seconds
FIND = "document.querySelector(arguments[0])"


class Engine(ABC):
    """One page of one browser. What is run in it is an expression, with `arguments` that JSON can hold."""

    name: str

    @abstractmethod
    async def go(self, url: str) -> None:
        """Open an address, and wait until it is loaded."""

    @abstractmethod
    async def resize(self, width: int, height: int) -> None:
        """Set the size of the page."""

    @abstractmethod
    async def run(self, expression: str, *arguments: object) -> Any:
        """Return what an expression is in the page, as JSON has it."""

    @abstractmethod
    async def click(self, css: str) -> None:
        """Press what is found first, as a mouse does."""

    @abstractmethod
    async def write(self, css: str, text: str) -> None:
        """Write into a field, as a keyboard does."""

    @abstractmethod
    async def picture(self) -> bytes:
        """Return a picture of the page, as PNG."""

    async def until(self, expression: str, *arguments: object) -> Any:
        """Return what an expression is once it is neither false nor empty. Raise AssertionError."""
        end, said = asyncio.get_running_loop().time() + PATIENCE, None
        while asyncio.get_running_loop().time() < end:
            try:
                if said := await self.run(expression, *arguments):
                    return said
            except EngineError:  # between two pages there is nothing to ask
                await asyncio.sleep(PAUSE)
            await asyncio.sleep(PAUSE)
        where = await self.run("location.pathname + ': ' + document.body.innerText.slice(0, 600)")
        raise AssertionError(f"{self.name}: never {expression} {arguments} at {where}")

    async def see(self, css: str) -> None:
        """Wait until it is found, and can be seen."""
        await self.until(f"(one => one && one.getClientRects().length > 0)({FIND})", css)

    async def press(self, css: str) -> None:
        """Wait until it can be seen, and press it; once more if the page is changing just then."""
        await self.see(css)
        try:
            await self.click(css)
        except EngineError:
            await asyncio.sleep(PAUSE)
            await self.see(css)
            await self.click(css)

    async def text(self, css: str) -> str:
        """Wait until it can be seen, and return what it says."""
        await self.see(css)
        return str(await self.run(f"{FIND}.innerText.trim()", css))


class EngineError(Exception):
    """The browser refused what was asked of it."""


def as_function(expression: str) -> str:
    """Return the source of a function that returns an expression as JSON."""
    return f"async function() {{ return JSON.stringify((await ({expression})) ?? null); }}"


def read_json(text: object) -> Any:
    return json.loads(str(text))
