"""A calendar's accent colour, made readable: fills, the ink on them, and coloured text, in light and dark."""

from shared.presentation.colours import READABLE, VISIBLE, WHITE, contrast, darkened, lightened, mixed


THEME_VERSION = 1  # part of the address of the immutable file: raise it when the rules below change
GROUNDS = {"light": "f6f7f9", "dark": "161a20"}
SURFACES = {"light": WHITE, "dark": "161a20"}
AWAY = {"light": darkened, "dark": lightened}
INKS = (WHITE, "0b0f14")
TINT = 0.18  # the strongest share of the accent that text stands on


def theme_css(accent: str) -> str:
    """Return the three accent properties for a colour of six hexadecimal digits."""
    fills = {mode: AWAY[mode](accent, ground, VISIBLE) for mode, ground in GROUNDS.items()}
    pairs = {
        "--accent": fills,
        "--on-accent": {mode: ink_on(fill) for mode, fill in fills.items()},
        "--accent-text": {mode: _text(accent, fill, mode) for mode, fill in fills.items()},
    }
    rules = (f"{name}:light-dark(#{pair['light']},#{pair['dark']})" for name, pair in pairs.items())
    return ":root{" + ";".join(rules) + "}\n"


def ink_on(fill: str) -> str:
    """Return white where it can be read on the fill, else nearly black, else black."""
    return next((ink for ink in INKS if contrast(ink, fill) >= READABLE), "000000")


def _text(accent: str, fill: str, mode: str) -> str:
    """Return the accent as text: readable on the ground and on the strongest tint of the fill."""
    text = AWAY[mode](accent, GROUNDS[mode], READABLE)
    return AWAY[mode](text, mixed(fill, SURFACES[mode], TINT), READABLE)
