"""Stretches of time as integers: bit i of a mask is the i-th tick of 5 minutes of its window."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


TICK = timedelta(minutes=5)
TICKS_A_DAY = 288
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def floor_tick(moment: datetime) -> int:
    """Return the tick that holds this aware moment, counted from the Unix epoch in UTC."""
    return (moment - EPOCH) // TICK


def ceil_tick(moment: datetime) -> int:
    """Return the first tick that begins at or after this aware moment."""
    return -((EPOCH - moment) // TICK)  # // rounds down, so the negative of it rounds up


def moment_of(tick: int) -> datetime:
    """Return when a tick begins, in UTC."""
    return EPOCH + tick * TICK


def ticks_in(duration: timedelta) -> int:
    """Return how many ticks a duration claims: rounded up."""
    return -(-duration // TICK)


def ones(count: int) -> int:
    """Return the mask with the lowest `count` bits set."""
    return (1 << count) - 1 if count > 0 else 0


def stretch(first: int, last: int) -> int:
    """Return the mask with the bits [first, last) set."""
    return ones(last - first) << first if last > first else 0


def free_runs(free: int, count: int) -> int:
    """Return the bits i for which `count` bits from i on are all free: ⌈log₂ count⌉ shift-and-ands."""
    done = 1  # bit i of `free` says that `done` bits from i on are free
    while done < count:
        step = min(done, count - done)
        free &= free >> step
        done += step
    return free


def bits(mask: int) -> Iterator[int]:
    """Yield the positions of the set bits, lowest first, in time linear in the mask's length."""
    digits = bin(mask)[:1:-1]
    position = digits.find("1")
    while position >= 0:
        yield position
        position = digits.find("1", position + 1)


def runs(mask: int) -> Iterator[tuple[int, int]]:
    """Yield the stretches [first, last) of set bits, lowest first, in time linear in the mask's length."""
    digits = f"{bin(mask)[:1:-1]}0"  # the 0 ends a stretch that reaches the highest bit
    first = digits.find("1")
    while first >= 0:
        last = digits.find("0", first)
        yield first, last
        first = digits.find("1", last)


def repeat(pattern: int, period: int, length: int) -> int:
    """Return `pattern` repeated every `period` bits, cut to `length` bits."""
    while period < length:
        pattern |= pattern << period
        period *= 2
    return pattern & ones(length)


@dataclass(frozen=True, slots=True)
class Window:
    """The ticks [first, last); masks within it have `len(window)` bits."""

    first: int
    last: int

    def __len__(self) -> int:
        return max(self.last - self.first, 0)

    @classmethod
    def around(cls, start: datetime, end: datetime) -> "Window":
        """Return the smallest window that contains [start, end)."""
        return cls(floor_tick(start), ceil_tick(end))

    def moment(self, bit: int) -> datetime:
        """Return when the tick of a bit begins, in UTC."""
        return moment_of(self.first + bit)

    def cut(self, first: int, last: int) -> int:
        """Return the mask, within this window, of the absolute ticks [first, last)."""
        return stretch(max(first, self.first) - self.first, min(last, self.last) - self.first)

    def place(self, mask: int, first: int) -> int:
        """Return the part of `mask`, whose bit 0 is the absolute tick `first`, within this window."""
        shift = first - self.first
        placed = mask << shift if shift >= 0 else mask >> -shift
        return placed & ones(len(self))
