"""Rows of figures, and the one table in which they are printed."""

from __future__ import annotations

import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING


if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


@dataclass(frozen=True)
class Row:
    """One figure; `limit` is what it must reach, and without one it is told for information."""

    name: str
    value: float
    unit: str = ""
    limit: float | None = None
    at_least: bool = False
    exactly: bool = False
    note: str = ""

    @property
    def is_met(self) -> bool:
        if self.limit is None:
            return True
        if self.exactly:
            return self.value == self.limit
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def cells(self) -> tuple[str, str, str, str, str]:
        sign = "=" if self.exactly else "≥" if self.at_least else "≤"
        target = "" if self.limit is None else f"{sign} {_number(self.limit, self.unit)}"
        verdict = "" if self.limit is None else "ok" if self.is_met else "MISS"
        return self.name, _number(self.value, self.unit), target, verdict, self.note


def _number(value: float, unit: str) -> str:
    digits = 0 if value == int(value) or value >= 1000 else 2 if value < 10 else 1
    return f"{value:,.{digits}f}{unit if unit in ('', '%') else ' ' + unit}"


def show(title: str, rows: Iterable[Row], *, width: int) -> None:
    print(f"\n{title}")
    for row in rows:
        name, value, target, verdict, note = row.cells()
        print(f"  {name:<{width}}  {value:>12}  {target:>10}  {verdict:<4}  {note}".rstrip())


def cpu_ms(work: Callable[[], object], *, runs: int, before: Callable[[], object] = lambda: None) -> float:
    """Return the median CPU time of a call in milliseconds; what other processes do does not count."""
    work()
    times = []
    for _ in range(runs):
        before()
        started = time.process_time_ns()
        work()
        times.append(time.process_time_ns() - started)
    return median(times) / 1e6
