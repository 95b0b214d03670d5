"""Which characters the fonts of the infographic have."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from shared.domain.toolkit.font_file import characters_of


FONTS = Path(__file__).parents[1] / "built" / "fonts"  # by the build
MOST_NAMED = 10


def letters_without_font(text: str, most: int = MOST_NAMED, own: frozenset[int] = frozenset()) -> list[str]:
    """Return the characters of a text that no font has, the calendar's `own` included; of many the first."""
    known = _known()
    signs = dict.fromkeys(sign for sign in text if not sign.isspace())
    return [sign for sign in signs if ord(sign) not in known and ord(sign) not in own][:most]


def letters_lacking(text: str, own: frozenset[int]) -> list[str]:
    """Return the characters of a text that a calendar's own font lacks, and another one has to show."""
    signs = dict.fromkeys(sign for sign in text if not sign.isspace())
    return [sign for sign in signs if ord(sign) not in own][:MOST_NAMED]


@cache
def _known() -> frozenset[int]:
    return frozenset(code for file in sorted(FONTS.glob("*.ttf")) for code in characters_of(file.read_bytes()))
