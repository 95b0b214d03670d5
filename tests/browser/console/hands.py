"""A person's hands in a browser: what they press and type is counted, as far as it is needed to get on."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from playwright.async_api import expect


if TYPE_CHECKING:
    from playwright.async_api import Locator

# Seconds of the keystroke-level model (Card, Moran and Newell): to think, to point and press, to press a key.
THINK, PRESS, KEY = 1.35, 1.3, 0.28


@dataclass
class Hands:
    """`clicks` are presses of buttons, links, boxes and fields; `fields` are those that something was typed into."""

    clicks: int = 0
    fields: int = 0
    keys: int = 0
    began: float = field(default_factory=time.monotonic)

    async def press(self, target: Locator) -> None:
        """Press a button, a link or a box."""
        self.clicks += 1
        await target.click()

    async def choose(self, target: Locator, value: str) -> None:
        """Choose from a list: one press opens it, one chooses."""
        self.clicks += 2
        await target.select_option(value)

    async def type(self, target: Locator, text: str) -> None:
        """Press into a field and replace what it holds."""
        self.clicks, self.fields, self.keys = self.clicks + 1, self.fields + 1, self.keys + len(text)
        await target.fill(text)

    @property
    def seconds(self) -> float:
        """What the pages took, the hands being as quick as a program's."""
        return time.monotonic() - self.began

    @property
    def as_a_person(self) -> float:
        """What a person who knows the way would take: they think before each press, and type."""
        return self.seconds + self.clicks * (THINK + PRESS) + self.keys * KEY

    def __str__(self) -> str:
        return (
            f"{self.clicks} clicks, {self.fields} fields, {self.seconds:.0f} s for the pages, "
            f"about {self.as_a_person:.0f} s for a person"
        )


class Keys(Hands):
    """A person who uses no pointer: what is pressed is reached with the focus, and pressed by a key."""

    async def press(self, target: Locator) -> None:
        """Press by Enter, and boxes and radio buttons by the space bar."""
        self.clicks += 1
        kind = await target.get_attribute("type")
        await target.focus()
        await expect(target).to_be_focused()
        await target.press("Space" if kind in ("checkbox", "radio") else "Enter")
