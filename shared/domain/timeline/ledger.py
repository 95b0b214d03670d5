"""A person's UTC month as masks: claimed, off, external and held; busy is all of them.

`claimed` is a list of planes: plane k holds the ticks that are claimed at least k + 1 times. The central invariant
is that there is more than one plane only after overbooking on purpose.
"""

from collections.abc import Mapping, Sequence
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
    """One person, one UTC month; masks are relative to the month's first tick.

    `held` is claimed by the person's appointments in other calendars, in planes like `claimed`. `away` is what
    these calendars say of the person at the moment, for the command that has read it: it is never stored.
    `is_unread`: their own calendar could not be read for so long that what is booked is to be confirmed.
    """

    claimed: tuple[int, ...] = ()
    off: int = 0
    external: int = 0
    held: tuple[int, ...] = ()
    away: int = 0
    is_unread: bool = False

    @property
    def busy(self) -> int:
        """Return the ticks at which the person cannot be booked, for any reason."""
        return at_least_once(self.claimed) | self.off | self.external | at_least_once(self.held) | self.away

    @property
    def shared(self) -> int:
        """Return the ticks at which the person cannot be booked in other calendars either."""
        return at_least_once(self.claimed) | self.external | at_least_once(self.held)

    def claim(self, mask: int) -> "Ledger":
        """Return the ledger with each tick of `mask` claimed once more."""
        return self._replace(claimed=_raised(self.claimed, mask))

    def release(self, mask: int) -> "Ledger":
        """Return the ledger with each tick of `mask` claimed once less. Raise ValueError if it is not claimed."""
        return self._replace(claimed=_lowered(self.claimed, mask))

    def hold(self, mask: int) -> "Ledger":
        """Return the ledger with each tick of `mask` held once more."""
        return self._replace(held=_raised(self.held, mask))

    def unhold(self, mask: int) -> "Ledger":
        """Return the ledger with each tick of `mask` held once less. Raise ValueError if it is not held."""
        return self._replace(held=_lowered(self.held, mask))

    @classmethod
    def from_row(cls, row: Mapping[str, Any] | None) -> "Ledger":
        """Read the columns p0, p1, … off, external, h0, h1, …; an absent row is an empty month."""
        if row is None:
            return cls()
        off, external, away = (from_bytes(row.get(name, b"")) for name in ("off", "external", "away"))
        is_unread = bool(row.get("unread"))
        return cls(_planes(row, "p"), off, external, _planes(row, "h"), away, is_unread)

    def to_row(self) -> dict[str, Any]:
        """Return the columns of a row. `busy` is stored too, so that pages read one mask only."""
        row: dict[str, Any] = {f"p{index}": to_bytes(plane) for index, plane in enumerate(self.claimed)}
        row |= {f"h{index}": to_bytes(plane) for index, plane in enumerate(self.held)}
        for name in ("off", "external"):
            if mask := getattr(self, name):
                row[name] = to_bytes(mask)
        if self.is_unread:
            row["unread"] = True
        return {**row, "busy": to_bytes(self._replace(away=0).busy)}


def at_least_once(planes: Sequence[int]) -> int:
    """Return the ticks that the planes have at least once."""
    return planes[0] if planes else 0


def _planes(row: Mapping[str, Any], name: str) -> tuple[int, ...]:
    planes: list[int] = []
    while f"{name}{len(planes)}" in row:
        planes.append(from_bytes(row[f"{name}{len(planes)}"]))
    return tuple(planes)


def _raised(planes: Sequence[int], mask: int) -> tuple[int, ...]:
    """Return the planes with each tick of `mask` once more."""
    raised, carry = list(planes), mask
    # As in addition: ticks that a plane has already are carried to the next one.
    for index, plane in enumerate(raised):
        raised[index], carry = plane | carry, plane & carry
    return (*raised, carry) if carry else tuple(raised)


def _lowered(planes: Sequence[int], mask: int) -> tuple[int, ...]:
    """Return the planes with each tick of `mask` once less: plane k takes plane k + 1 there."""
    if mask & ~at_least_once(planes):
        raise ValueError("only what is there can be taken away")
    above = (*planes, 0)[1:]
    lowered = [(plane & ~mask) | (up & mask) for plane, up in zip(planes, above, strict=True)]
    while lowered and not lowered[-1]:  # without empty planes, equal claims are equal rows
        lowered.pop()
    return tuple(lowered)


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
