"""The pictures of the infographic's steps, drawn by us as outlines: M, L, C and Z in a square of 48 by 48.

One drawing serves pages and print (SVG) and slides (shapes that can be edited), so it has no other commands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING


if TYPE_CHECKING:
    from collections.abc import Mapping


BEND = 0.5523  # of a quarter of a circle by a Bézier curve
SIZE = 48


def _line(*points: tuple[float, float]) -> str:
    first, *rest = (f"{x:g} {y:g}" for x, y in points)
    return f"M{first}" + "".join(f"L{one}" for one in rest)


def _circle(x: float, y: float, radius: float) -> str:
    bend = radius * BEND
    curves = (
        (x + radius, y + bend, x + bend, y + radius, x, y + radius),
        (x - bend, y + radius, x - radius, y + bend, x - radius, y),
        (x - radius, y - bend, x - bend, y - radius, x, y - radius),
        (x + bend, y - radius, x + radius, y - bend, x + radius, y),
    )
    return (
        f"M{x + radius:g} {y:g}" + "".join("C" + " ".join(f"{one:.3g}" for one in each) for each in curves) + "Z"
    )


def _box(x: float, y: float, width: float, height: float, bend: float = 3) -> str:
    right, bottom, near = x + width, y + height, bend * (1 - BEND)
    corners = (
        f"M{x + bend:g} {y:g}L{right - bend:g} {y:g}",
        f"C{right - near:.3g} {y:g} {right:g} {y + near:.3g} {right:g} {y + bend:g}L{right:g} {bottom - bend:g}",
        f"C{right:g} {bottom - near:.3g} {right - near:.3g} {bottom:g} {right - bend:g} {bottom:g}",
        f"L{x + bend:g} {bottom:g}",
        f"C{x + near:.3g} {bottom:g} {x:g} {bottom - near:.3g} {x:g} {bottom - bend:g}L{x:g} {y + bend:g}",
        f"C{x:g} {y + near:.3g} {x + near:.3g} {y:g} {x + bend:g} {y:g}Z",
    )
    return "".join(corners)


def _check(x: float, y: float, size: float) -> str:
    return _line((x, y), (x + size * 0.4, y + size * 0.4), (x + size, y - size * 0.4))


PICTURES: Mapping[str, str] = {
    "book": _box(6, 9, 36, 33)
    + _line((6, 18), (42, 18))
    + _line((15, 5), (15, 13))
    + _line((33, 5), (33, 13))
    + _check(17, 30, 14),
    "test": _box(4, 13, 28, 22) + _line((32, 22), (44, 15), (44, 33), (32, 26)) + _check(11, 24, 13),
    "join": _box(8, 7, 32, 25) + _line((2, 40), (46, 40)) + _circle(24, 17, 4)
    + _line((16, 28), (19, 24), (29, 24), (32, 28)),
    "trouble": "M10 6C8 6 6 8 6 10C7 27 21 41 38 42C40 42 42 40 42 38"
    "L42 32L34 28L30 32C25 30 18 23 16 18L20 14L16 6Z",
    "after": _box(8, 5, 32, 38) + _check(14, 15, 6) + _line((24, 14), (34, 14)) + _check(14, 25, 6)
    + _line((24, 24), (34, 24)) + _check(14, 35, 6) + _line((24, 34), (34, 34)),
    "prepare-health": _box(9, 8, 30, 36) + _box(18, 4, 12, 8, 2) + _line((24, 20), (24, 34))
    + _line((17, 27), (31, 27)),
    "prepare-finance": _box(4, 10, 40, 28) + _circle(15, 21, 4) + _line((8, 32), (11, 28), (19, 28), (22, 32))
    + _line((28, 19), (39, 19)) + _line((28, 25), (39, 25)) + _line((28, 31), (35, 31)),
    "prepare-retail": _box(4, 17, 40, 14, 2) + _line((11, 17), (11, 23)) + _line((18, 17), (18, 25))
    + _line((25, 17), (25, 23)) + _line((32, 17), (32, 25)) + _line((39, 17), (39, 23)),
    "prepare-general": _box(9, 5, 30, 38) + _line((16, 15), (32, 15)) + _line((16, 23), (32, 23))
    + _line((16, 31), (26, 31)),
}  # fmt: skip


def svg_of(name: str, colour: str = "currentColor") -> str:
    """Return a picture as SVG."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" fill="none" stroke="{colour}" '
        f'stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round"><path d="{PICTURES[name]}"/></svg>'
    )
