"""A calendar's accent colour made readable: fills, text on them, and coloured text, in light and dark."""

from typing import NamedTuple

from shared.presentation.colours import READABLE, VISIBLE, WHITE, contrast, darkened, lightened, mixed


THEME_VERSION = 1  # part of the URL of a file that is cached for ever: raise it when these rules change
GROUNDS = {"light": "f6f7f9", "dark": "161a20"}
SURFACES = {"light": WHITE, "dark": "161a20"}
AWAY = {"light": darkened, "dark": lightened}
INKS = (WHITE, "0b0f14")
TINT = 0.18  # the strongest share of the accent that text stands on


class Legibility(NamedTuple):
    """How a colour can be read on a light page: as it is, and as the page uses it, with contrast ratios."""

    as_chosen: float
    text: str
    as_text: float
    fill: str
    ink: str
    on_fill: float


def legibility(accent: str) -> Legibility:
    """Return how an accent (six hexadecimal digits) can be read on a light page."""
    fill = AWAY["light"](accent, GROUNDS["light"], VISIBLE)
    text, ink = _text(accent, fill, "light"), ink_on(fill)
    ground = GROUNDS["light"]
    return Legibility(contrast(accent, ground), text, contrast(text, ground), fill, ink, contrast(ink, fill))


def theme_css(accent: str) -> str:
    """Return the stylesheet with the three accent properties of a colour (six hexadecimal digits)."""
    fills = {mode: AWAY[mode](accent, ground, VISIBLE) for mode, ground in GROUNDS.items()}
    pairs = {
        "--accent": fills,
        "--on-accent": {mode: ink_on(fill) for mode, fill in fills.items()},
        "--accent-text": {mode: _text(accent, fill, mode) for mode, fill in fills.items()},
    }
    rules = (f"{name}:light-dark(#{pair['light']},#{pair['dark']})" for name, pair in pairs.items())
    return ":root{" + ";".join(rules) + "}\n"


def ink_on(fill: str) -> str:
    """Return the colour of text on a fill: white if readable, else nearly black, else black."""
    return next((ink for ink in INKS if contrast(ink, fill) >= READABLE), "000000")


def _text(accent: str, fill: str, mode: str) -> str:
    """Return the accent as a text colour, readable on the page and on the strongest tint of the fill."""
    text = AWAY[mode](accent, GROUNDS[mode], READABLE)
    return AWAY[mode](text, mixed(fill, SURFACES[mode], TINT), READABLE)
