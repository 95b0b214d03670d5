"""A line chart as SVG: an image whose name states the finding, with its values in a table beside it.

The picture stretches with the page, so strokes keep their width and texts stand outside as HTML. Each series has
its own dash and marker. A range input walks through the days; see functions/assets/console/report.js.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log10
from typing import NamedTuple


WIDTH, HEIGHT, LINES = 1000, 240, 4  # of the viewBox; spaces between the horizontal lines


class Series(NamedTuple):
    """A line: a value for each day, None where there is none. `texts` are the values in words."""

    name: str
    values: list[float | None]
    texts: list[str]


class ScaleLine(NamedTuple):
    """A horizontal line with what it stands for."""

    y: float
    label: str


@dataclass(frozen=True)
class Chart:
    """Lines over days; `days` are their names, `links` the way to the visits of each."""

    series: list[Series]
    days: list[str]
    links: list[str]

    @property
    def top(self) -> int:
        """The value of the highest line: a round number that no value exceeds."""
        most = max((one for line in self.series for one in line.values if one is not None), default=0)
        return _round_up(most)

    @property
    def steps(self) -> list[ScaleLine]:
        """The horizontal lines, from the bottom."""
        return [ScaleLine(HEIGHT - HEIGHT * one / LINES, str(self.top * one // LINES)) for one in range(LINES + 1)]

    def path(self, line: Series) -> str:
        """Return the line as path data, interrupted where there is no value."""
        found, is_on = [], False
        for number, value in enumerate(line.values):
            if value is not None:
                found.append(f"{'L' if is_on else 'M'}{self.x(number):g} {self._y(value):g}")
            is_on = value is not None
        return "".join(found)

    def marks(self, line: Series) -> str:
        """Return a point for each value as path data: lines without length, of which only the caps are seen."""
        points = ((self.x(at), self._y(value)) for at, value in enumerate(line.values) if value is not None)
        return "".join(f"M{x:g} {y:g}h0" for x, y in points)

    def x(self, number: int) -> float:
        """Return where a day stands."""
        return round(WIDTH * number / max(len(self.days) - 1, 1), 1)

    def _y(self, value: float) -> float:
        return round(HEIGHT - HEIGHT * value / self.top, 1)


def _round_up(most: float) -> int:
    """Return a multiple of LINES with one leading figure or two, at least LINES."""
    if most <= LINES:
        return LINES
    part = most / LINES
    unit: int = 10 ** max(int(log10(part)), 0)
    nice: float = next(one for one in (1, 2, 2.5, 5, 10) if ceil(one * unit) >= part)
    return ceil(nice * unit) * LINES
