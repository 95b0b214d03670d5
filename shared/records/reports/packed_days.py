"""A packed day: all visits of a calendar that were planned for a UTC day, in one row.

The columns are those of VisitColumns, little-endian, each cut into parts. `l` has the services and the people that
the columns `v` and `p` count in, as JSON.
"""

import json
import sys
from array import array
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import overload

from shared.domain.reports.visit_columns import NamedService, NamedStaff, VisitColumns
from shared.records.reports.parts import cut, part_names, whole
from shared.records.table import Values


COUNTED = {"s": "q", "d": "q", "w": "q", "m": "B", "v": "H", "p": "H"}
LISTED = {"a": "H", "t": "h"}
NAMED, LISTS = "i", "l"
WIDEST = {"q": 3, "B": 1, "H": 1, "h": 1}  # the most parts of a column, as a row holds at most 17,000 visits
MOST_NAMES = 8
IS_BIG = sys.byteorder == "big"


class MeetingNames(Sequence[str]):
    """The ids of meetings, apart only when one is asked for: a page shows few."""

    def __init__(self, packed: bytes) -> None:
        self._packed = packed

    @cached_property
    def _names(self) -> list[str]:
        return self._packed.decode().split("\n")

    def __len__(self) -> int:
        return len(self._names)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        return self._names[place]


def pack(visits: VisitColumns) -> Values | None:
    """Return the columns of a packed day; None if they are more than a row can hold."""
    lists = [[one.service for one in visits.service_list], [one.staff for one in visits.staff_list]]
    counted = (visits.starts, visits.durations, visits.waits, visits.marks, visits.services, visits.staff)
    parts = dict(zip(COUNTED, map(_bytes, counted), strict=True))
    parts |= dict(zip(LISTED, map(_bytes, (visits.attendees, visits.together)), strict=True))
    parts |= {NAMED: "\n".join(visits.meetings).encode(), LISTS: json.dumps(lists).encode()}
    return cut(parts)


def packed_columns(*, is_listed: bool) -> list[str]:
    """Return the columns to read: all, or those that count."""
    kinds = {**COUNTED, **LISTED} if is_listed else COUNTED
    names = [part for name, kind in kinds.items() for part in part_names(name, WIDEST[kind])]
    named = part_names(NAMED, MOST_NAMES) if is_listed else []
    return [*names, *part_names(LISTS, MOST_NAMES), *named]


def unpack(values: Values, business: str) -> VisitColumns:
    """Return the visits of a packed day; what was not read of it is empty."""
    services, staff = json.loads(whole(values, LISTS))
    columns = {name: _array(kind, whole(values, name)) for name, kind in (COUNTED | LISTED).items()}
    named = whole(values, NAMED)
    return VisitColumns(
        columns["s"],
        columns["d"],
        columns["w"],
        columns["m"].tobytes(),
        columns["v"],
        columns["p"],
        columns["a"],
        columns["t"],
        MeetingNames(named) if named else [],
        tuple(NamedService(business, one) for one in services),
        tuple(NamedStaff(business, tuple(one)) for one in staff),
    )


def _bytes(column: Sequence[int]) -> bytes:
    if isinstance(column, array) and IS_BIG:
        column = array(column.typecode, column)
        column.byteswap()
    return bytes(column) if isinstance(column, bytes) else column.tobytes()  # type: ignore[attr-defined]


def _array(kind: str, packed: bytes) -> "array[int]":
    found = array(kind, packed)
    if IS_BIG:
        found.byteswap()
    return found
