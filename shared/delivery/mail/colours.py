"""A business's accent in its mails, readable on light and dark ground."""

from __future__ import annotations

from dataclasses import dataclass

from shared.presentation.colours import READABLE, WHITE, contrast, darkened, lightened


INK, DARK_CARD = "131820", "161a20"
BRIGHT = 6.5  # what just suffices looks dull in the dark


@dataclass(frozen=True, slots=True)
class Theme:
    """`accent` fills, `on_accent` is written on it, `text` is the accent as words; then the same in the dark."""

    accent: str
    on_accent: str
    text: str
    dark_accent: str
    on_dark_accent: str


def theme_of(accent: str) -> Theme:
    """Return the colours for an accent "#rrggbb", all of them written so."""
    light = accent.removeprefix("#")
    dark = lightened(light, DARK_CARD, BRIGHT)
    colours = (light, _on(light), darkened(light, WHITE, READABLE), dark, _on(dark))
    return Theme(*(f"#{colour}" for colour in colours))


def _on(ground: str) -> str:
    return WHITE if contrast(ground, WHITE) >= READABLE else INK
