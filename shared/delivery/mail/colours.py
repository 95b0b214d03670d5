"""A business's accent colour in its mails, readable on light and dark ground."""

from __future__ import annotations

from dataclasses import dataclass

from shared.presentation.colours import READABLE, WHITE, contrast, darkened, lightened


INK, DARK_CARD = "131820", "161a20"
BRIGHT = 6.5  # contrast: the required minimum looks dull in the dark


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours: `accent` fills, `on_accent` is written on it, `text` is for words; then the same for dark mode."""

    accent: str
    on_accent: str
    text: str
    dark_accent: str
    on_dark_accent: str


def theme_of(accent: str) -> Theme:
    """Return the colours for an accent, all as "#rrggbb"."""
    light = accent.removeprefix("#")
    dark = lightened(light, DARK_CARD, BRIGHT)
    colours = (light, _on(light), darkened(light, WHITE, READABLE), dark, _on(dark))
    return Theme(*(f"#{colour}" for colour in colours))


def _on(ground: str) -> str:
    return WHITE if contrast(ground, WHITE) >= READABLE else INK
