"""Places in the order of many numbers that lie in sorted columns, found without putting them in one order."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from math import ceil
from typing import TYPE_CHECKING, NamedTuple


if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


COARSE = 20  # bits; numbers that differ only in these are sorted together


class RankedPlace(NamedTuple):
    """A place in one of several columns."""

    part: int
    place: int


def numbers_within(columns: Sequence[Sequence[int]], *shares: float) -> list[int]:
    """Return the smallest numbers that these shares of all are not above, in columns in any order.

    Numbers below zero do not count; none are returned where there are no others.
    """
    coarse = [[number >> COARSE for number in one] for one in columns]
    counts = Counter[int]()
    for some in coarse:
        counts.update(some)
    for negative in [one for one in counts if one < 0]:
        del counts[negative]
    total = counts.total()
    ranks = [max(ceil(share * total) - 1, 0) for share in shares] if total else []
    return [_number_of(rank, counts, columns, coarse) for rank in ranks]


def _number_of(
    rank: int, counts: Mapping[int, int], columns: Sequence[Sequence[int]], coarse: Sequence[Sequence[int]]
) -> int:
    """Return the number of a rank; only those that are roughly like it are sorted."""
    for rough in sorted(counts):
        if rank < counts[rough]:
            break
        rank -= counts[rough]
    alike: list[int] = []
    for one, some in zip(columns, coarse, strict=True):
        alike += [number for number, its in zip(one, some, strict=True) if its == rough]
    return sorted(alike)[rank]


def value_at(columns: Sequence[Sequence[int]], rank: int) -> int:
    """Return the number of a rank, the smallest being of rank 0. Each column is in order, and one has a number."""
    told = [one for one in columns if one]
    low, high = min(one[0] for one in told), max(one[-1] for one in told)

    def number_up_to(value: int) -> int:
        return sum(bisect_right(one, value) for one in told)

    return low + bisect_left(range(low, high + 1), rank + 1, key=number_up_to)


def places_of_ranks(
    columns: Sequence[Sequence[int]], first: int, most: int, *, is_down: bool = False
) -> list[RankedPlace]:
    """Return the places of the numbers from a rank on, at most so many; `is_down` has the largest first.

    Of equal numbers the one in an earlier column, or earlier there, comes first; or last with `is_down`.
    """
    total = sum(map(len, columns))
    first, last = min(first, total), min(first + most, total)
    if first == last:
        return []
    if is_down:
        first, last = total - last, total - first
    low, high = value_at(columns, first), value_at(columns, last - 1)
    before = sum(bisect_left(one, low) for one in columns)
    found = sorted(
        (one[place], part, place)
        for part, one in enumerate(columns)
        for place in range(bisect_left(one, low), bisect_right(one, high))
    )
    places = [RankedPlace(part, place) for _, part, place in found[first - before : last - before]]
    return places[::-1] if is_down else places
