"""A calendar's accent colour, made readable: fills, the ink on them, and coloured text, in light and dark."""

from __future__ import annotations

import colorsys


THEME_VERSION = 1  # part of the address of the immutable file: raise it when the rules below change
READABLE = 4.5
VISIBLE = 3.0
GROUNDS = {"light": "f6f7f9", "dark": "161a20"}
INKS = ("ffffff", "0b0f14")

Rgb = tuple[float, float, float]


def theme_css(accent: str) -> str:
    """The three accent properties for a colour of six hexadecimal digits."""
    fills = {mode: _visible(accent, mode, VISIBLE) for mode in GROUNDS}
    texts = {mode: _text(accent, fills[mode], mode) for mode in GROUNDS}
    pairs = {
        "--accent": fills,
        "--on-accent": {mode: ink_on(fill) for mode, fill in fills.items()},
        "--accent-text": texts,
    }
    rules = (f"{name}:light-dark(#{pair['light']},#{pair['dark']})" for name, pair in pairs.items())
    return ":root{" + ";".join(rules) + "}\n"


def ink_on(fill: str) -> str:
    """White where it can be read on the fill, else nearly black, else black."""
    return next((ink for ink in INKS if contrast(ink, fill) >= READABLE), "000000")


def contrast(one: str, other: str) -> float:
    """The WCAG contrast ratio of two colours."""
    dark, light = sorted((_luminance(_rgb(one)), _luminance(_rgb(other))))
    return (light + 0.05) / (dark + 0.05)


def _text(accent: str, fill: str, mode: str) -> str:
    """The accent as text: readable on the ground and on the strongest tint of the fill."""
    surface = {"light": "ffffff", "dark": "161a20"}[mode]
    text = _visible(accent, mode, READABLE)
    while contrast(text, _mix(fill, surface, 0.18)) < READABLE:
        text = _shift(text, mode)
    return text


def _visible(colour: str, mode: str, ratio: float) -> str:
    while contrast(colour, GROUNDS[mode]) < ratio:
        colour = _shift(colour, mode)
    return colour


def _shift(colour: str, mode: str) -> str:
    """One step away from the ground: darker in light mode, lighter in dark mode."""
    hue, light, full = colorsys.rgb_to_hls(*_rgb(colour))
    step = -0.02 if mode == "light" else 0.02
    return _hex(colorsys.hls_to_rgb(hue, min(max(light + step, 0.0), 1.0), full))


def _mix(one: str, other: str, share: float) -> str:
    return _hex(tuple(a * share + b * (1 - share) for a, b in zip(_rgb(one), _rgb(other), strict=True)))


def _rgb(colour: str) -> Rgb:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return red, green, blue


def _hex(rgb: tuple[float, ...]) -> str:
    return "".join(f"{round(part * 255):02x}" for part in rgb)


def _luminance(rgb: Rgb) -> float:
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
