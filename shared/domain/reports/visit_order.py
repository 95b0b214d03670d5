"""The visits of one page of a table in any order, found by counting: what is not on the page is never sorted."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING, Any

from shared.domain.reports.ranks import RankedPlace, places_of_ranks


if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from shared.domain.reports.visit_columns import VisitColumns


def page_by_start(parts: Sequence[VisitColumns], first: int, most: int, *, is_down: bool) -> list[RankedPlace]:
    """Return the places of the visits from `first` on, at most so many, by when they began."""
    return places_of_ranks([one.starts for one in parts], first, most, is_down=is_down)


def page_by_keys(
    parts: Sequence[VisitColumns], keys: Sequence[Sequence[Any]], first: int, most: int, *, is_down: bool
) -> list[RankedPlace]:
    """Return the same by keys, which each part has for each visit; of equal ones the latest comes first."""
    wanted, skipped = _keys_within(_foremost(keys, first + most, is_down=is_down), first, most, is_down=is_down)
    groups = _places_of(keys, frozenset(wanted))
    found: list[RankedPlace] = []
    for key in wanted:
        group = groups[key]
        starts = [[parts[number].starts[place] for place in places] for number, places in group.items()]
        numbers, left = list(group), most - len(found)
        for one in places_of_ranks(starts, skipped, left, is_down=True):
            number = numbers[one.part]
            found.append(RankedPlace(number, group[number][one.place]))
        skipped = 0
    return found


def _foremost(keys: Sequence[Sequence[Any]], most: int, *, is_down: bool) -> Counter[Any]:
    """Return how often each key is there, at least of those of the first visits by them."""
    if most**2 > sum(map(len, keys)):  # too many to put those of each part in order with them
        return Counter(chain.from_iterable(keys))
    found: list[Any] = []
    for some in keys:
        if len(found) < most:
            more = list(some)
        elif is_down:
            more = [key for key in some if key > found[-1]]
        else:
            more = [key for key in some if key < found[-1]]
        found = sorted(found + more, reverse=is_down)[:most]
    return Counter(found)


def _keys_within(counts: Mapping[Any, int], first: int, most: int, *, is_down: bool) -> tuple[list[Any], int]:
    """Return the keys of which visits are on the page, in order, and how many of the first one come before it."""
    wanted: list[Any] = []
    at = skipped = 0
    for key in sorted(counts, reverse=is_down):
        if at >= first + most:
            break
        if at + counts[key] > first:
            skipped = skipped if wanted else first - at
            wanted.append(key)
        at += counts[key]
    return wanted, skipped


def _places_of(keys: Sequence[Sequence[Any]], wanted: Collection[Any]) -> dict[Any, dict[int, list[int]]]:
    """Return where the visits with these keys are: of each key the places in each part."""
    groups: dict[Any, dict[int, list[int]]] = {key: {} for key in wanted}
    for number, some in enumerate(keys):
        for place in [place for place, key in enumerate(some) if key in wanted]:
            groups[some[place]].setdefault(number, []).append(place)
    return groups
