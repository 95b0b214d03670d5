"""How far an SVG reaches once it is scaled: those who draw it in pixels fail beyond some billions of them."""

from __future__ import annotations

import re


FARTHEST = 10**9  # pixels; drawing has been seen to end the process beyond 10**10
WIDEST_PIXELS = 1_000  # about the most that a whole picture is drawn in
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
COLOUR = re.compile(r"#\w+")
SCALED = re.compile(r"(?:scale|matrix|skew)\w*\s*\(([^)]*)")
STEEPEST = 60  # degrees; beyond it, a slant may be any factor
MEASURES = {
    "d", "points", "transform", "style", "viewBox", "width", "height", "x", "y", "x1", "x2", "y1", "y2", "cx",
    "cy", "r", "rx", "ry", "fx", "fy", "dx", "dy", "stroke-width", "stroke-miterlimit", "font-size",
    "letter-spacing", "word-spacing",
}  # fmt: skip


def farthest_number(values: dict[str, str]) -> float:
    """Return the largest number among an element's measures."""
    return max((abs(one) for name in MEASURES & values.keys() for one in numbers(values[name])), default=0)


def numbers(text: str) -> list[float]:
    """Return the numbers of a value, with colours left out."""
    return [float(one) for one in NUMBER.findall(COLOUR.sub("", text))]


def growth(values: dict[str, str]) -> float:
    """Return by how much an element enlarges what is within it, or more; at least 1."""
    factor = 1.0
    for name in ("transform", "style"):
        for kind in SCALED.finditer(values.get(name, "")):
            found = [abs(one) for one in numbers(kind[1])]
            is_steep = kind[0].startswith("skew") and max(found, default=0) > STEEPEST
            factor *= FARTHEST if is_steep else max([2 if kind[0].startswith("skew") else 1, *found[:4]])
    box = [abs(one) for one in numbers(values.get("viewBox", ""))][2:4]
    if len(box) == 2 and all(box):
        sizes = [abs(one) for name in ("width", "height") for one in numbers(values.get(name, ""))]
        factor *= max(1, max([WIDEST_PIXELS, *sizes]) / min(box))
    return min(factor, FARTHEST)
