"""Which characters the fonts of the infographic have, by the tables of the font files (cmap, formats 4 and 12)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from struct import unpack_from
from typing import TYPE_CHECKING


if TYPE_CHECKING:
    from collections.abc import Iterator

FONTS = Path(__file__).parents[1] / "built" / "fonts"  # by the build
MOST_NAMED = 10


def letters_without_font(text: str, most: int = MOST_NAMED) -> list[str]:
    """Return the characters of a text that no font has, each once; of many the first."""
    known = _known()
    found = dict.fromkeys(sign for sign in text if not sign.isspace() and ord(sign) not in known)
    return list(found)[:most]


@cache
def _known() -> frozenset[int]:
    return frozenset(code for file in sorted(FONTS.glob("*.ttf")) for code in _codes(file.read_bytes()))


def _codes(font: bytes) -> Iterator[int]:
    """Yield the characters of a TrueType font."""
    (tables,) = unpack_from(">H", font, 4)
    entries = (unpack_from(">4sLLL", font, 12 + 16 * place) for place in range(tables))
    start = next(offset for name, _, offset, _ in entries if name == b"cmap")
    (count,) = unpack_from(">H", font, start + 2)
    for place in range(count):
        (offset,) = unpack_from(">L", font, start + 8 + 8 * place)
        (kind,) = unpack_from(">H", font, start + offset)
        if kind == 4:
            yield from _segments(font, start + offset)
        elif kind == 12:
            (groups,) = unpack_from(">L", font, start + offset + 12)
            for group in range(groups):
                first, last, _ = unpack_from(">LLL", font, start + offset + 16 + 12 * group)
                yield from range(first, last + 1)


def _segments(font: bytes, at: int) -> Iterator[int]:
    (double,) = unpack_from(">H", font, at + 6)
    for place in range(0, double, 2):
        (last,) = unpack_from(">H", font, at + 14 + place)
        (first,) = unpack_from(">H", font, at + 16 + double + place)
        if last != 0xFFFF:
            yield from range(first, last + 1)
