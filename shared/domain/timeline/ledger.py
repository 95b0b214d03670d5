"""A person's UTC month as masks: claimed, off, external and held; busy is all of them.

`claimed` is a list of planes: plane k holds the ticks that are claimed at least k + 1 times. The central invariant
is that there is more than one plane only after overbooking on purpose.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from shared.domain.timeline.ticks import EPOCH, TICK, Window, moment_of, ones


@lru_cache(maxsize=8192)
def month_of(tick: int) -> str:
    """Return the UTC month "yyyymm" of a tick."""
    return moment_of(tick).strftime("%Y%m")


@lru_cache(maxsize=512)
def month_window(month: str) -> Window:
    """Return the ticks of a UTC month "yyyymm"."""
    year, number = int(month[:4]), int(month[4:])
    start = datetime(year, number, 1, tzinfo=UTC)
    end = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=UTC)
    return Window((start - EPOCH) // TICK, (end - EPOCH) // TICK)


def months_in(window: Window) -> list[str]:
    """Return the UTC months that a window touches, in order."""
    months, tick = [], window.first
    while tick < window.last:
        months.append(month_of(tick))
        tick = month_window(months[-1]).last
    return months


def to_bytes(mask: int) -> bytes:
    """Return a mask as little-endian bytes, as few as it needs."""
    return mask.to_bytes((mask.bit_length() + 7) // 8, "little")


def from_bytes(data: bytes) -> int:
    """Return the mask of little-endian bytes."""
    return int.from_bytes(data, "little")


class Ledger(NamedTuple):
    """One person, one UTC month; masks are relative to the month's first tick."""

    claimed: tuple[int, ...] = ()
    off: int = 0
    external: int = 0
    held: int = 0

    @property
    def busy(self) -> int:
        """Return the ticks at which the person cannot be booked, for any reason."""
        return (self.claimed[0] if self.claimed else 0) | self.off | self.external | self.held

    def claim(self, mask: int) -> "Ledger":
        """Return the ledger with each tick of `mask` claimed once more."""
        planes, carry = list(self.claimed), mask
        # As in addition: ticks that a plane has already are carried to the next one.
        for index, plane in enumerate(planes):
            planes[index], carry = plane | carry, plane & carry
        if carry:
            planes.append(carry)
        return self._replace(claimed=tuple(planes))

    def release(self, mask: int) -> "Ledger":
        """Return the ledger with each tick of `mask` claimed once less: plane k takes plane k + 1 there."""
        if mask & ~(self.claimed[0] if self.claimed else 0):
            raise ValueError("only what is claimed can be released")
        above = (*self.claimed, 0)[1:]
        planes = [(plane & ~mask) | (up & mask) for plane, up in zip(self.claimed, above, strict=True)]
        while planes and not planes[-1]:  # without empty planes, equal claims are equal rows
            planes.pop()
        return self._replace(claimed=tuple(planes))

    @classmethod
    def from_row(cls, row: Mapping[str, Any] | None) -> "Ledger":
        """Read the columns p0, p1, … off, external, held; an absent row is an empty month."""
        if row is None:
            return cls()
        planes: list[int] = []
        while f"p{len(planes)}" in row:
            planes.append(from_bytes(row[f"p{len(planes)}"]))
        masks = (from_bytes(row.get(name, b"")) for name in ("off", "external", "held"))
        return cls(tuple(planes), *masks)

    def to_row(self) -> dict[str, Any]:
        """Return the columns of a row. `busy` is stored too, so that pages read one mask only."""
        row = {f"p{index}": to_bytes(plane) for index, plane in enumerate(self.claimed)}
        for name in ("off", "external", "held"):
            if mask := getattr(self, name):
                row[name] = to_bytes(mask)
        return {**row, "busy": to_bytes(self.busy)}


def cut_by_month(first: int, last: int) -> dict[str, int]:
    """Return, for each UTC month that the ticks [first, last) touch, their mask in that month."""
    masks = {}
    for month in months_in(Window(first, last)):
        window = month_window(month)
        masks[month] = window.cut(first, last)
    return masks


def busy_in(window: Window, busy_by_month: Mapping[str, int]) -> int:
    """Return the busy masks of months as one mask of the window."""
    mask = 0
    for month, busy in busy_by_month.items():
        if busy:
            mask |= window.place(busy, month_window(month).first)
    return mask & ones(len(window))
