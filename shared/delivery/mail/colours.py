"""A business's accent, made readable on light and dark ground."""

from __future__ import annotations

from colorsys import hls_to_rgb, rgb_to_hls
from dataclasses import dataclass


WHITE, INK = "#ffffff", "#131820"
DARK_CARD, LIGHT_CARD = "#161a20", "#ffffff"
READABLE = 4.5  # WCAG 2.2, 1.4.3
STEP = 0.02
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
    dark = _readable(accent, DARK_CARD, BRIGHT, STEP)
    return Theme(accent, _on(accent), _readable(accent, LIGHT_CARD, READABLE, -STEP), dark, _on(dark))


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _on(ground: str) -> str:
    return WHITE if contrast(ground, WHITE) >= READABLE else INK


def _readable(colour: str, ground: str, wanted: float, step: float) -> str:
    """The colour made lighter or darker by steps, its hue kept, until it can be read on the ground."""
    hue, lightness, saturation = rgb_to_hls(*(value / 255 for value in _channels(colour)))
    while contrast(colour, ground) < wanted:
        lightness = min(1.0, max(0.0, lightness + step))
        colour = "#" + "".join(f"{round(value * 255):02x}" for value in hls_to_rgb(hue, lightness, saturation))
    return colour


def _channels(colour: str) -> list[int]:
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]


def _luminance(colour: str) -> float:
    linear = [_linear(value / 255) for value in _channels(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)
