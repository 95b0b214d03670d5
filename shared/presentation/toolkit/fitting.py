"""How large a text may be written so that it stays within its place, whatever shows it."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, NamedTuple

from shared.domain.toolkit.infographic import DENSE


if TYPE_CHECKING:
    from collections.abc import Sequence

MM_PER_POINT = 0.3528
BROAD, BROADEST, LINE = 0.58, 0.66, 1.3  # a letter, one in bold, and a line, in sizes of the text


class TextRoom(NamedTuple):
    """Width and height in millimetres, and the sizes in points that a text may have there, the largest first."""

    width: float
    height: float
    sizes: Sequence[float]


def points(text: str, place: TextRoom) -> float:
    """Return the largest size at which a text fits; signs of scripts without spaces are twice as broad."""
    breadth, longest = _breadth(text), max(map(len, DENSE.sub(" ", text).split()), default=0)
    for size in place.sizes:
        unit = size * MM_PER_POINT
        lines = ceil(breadth * BROAD * unit / place.width)
        if lines * LINE * unit <= place.height and longest * BROADEST * unit <= place.width:
            return size
    return place.sizes[-1]


def _breadth(text: str) -> int:
    return len(text) + len(DENSE.findall(text))
