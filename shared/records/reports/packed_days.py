"""A packed day: all visits of a calendar that were planned for a UTC day, in one row.

The columns are those of VisitColumns, as `planes` has them, each cut into parts. `l` has the services and the
people that the columns `v` and `p` count in, as JSON, and that there are planes: days that were packed earlier
have the numbers as they are, little-endian.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import overload

from shared.domain.reports.visit_columns import NamedService, NamedStaff, VisitColumns
from shared.records.reports.parts import cut, part_names, whole
from shared.records.reports.planes import from_planes, numbers, to_planes
from shared.records.table import Values


COUNTED = {"s": "q", "d": "q", "w": "q", "m": "B", "v": "H", "p": "H"}
LISTED = {"a": "H", "t": "h"}
NAMED, LISTS = "i", "l"
WIDEST = {"q": 3, "B": 1, "H": 1, "h": 1}  # the most parts of a column, as a row holds at most 17,000 visits
MOST_NAMES = 8
OWN = ("v", "p")  # columns that only some ways of counting need
SORTED_BY = {"attendees": "a", "together": "t", "meeting": "i"}
PLANES = 1


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
    lists = [[one.service for one in visits.service_list], [one.staff for one in visits.staff_list], PLANES]
    counted = (visits.starts, visits.durations, visits.waits, visits.marks, visits.services, visits.staff)
    parts = dict(zip(COUNTED, map(_packed, counted), strict=True))
    parts |= dict(zip(LISTED, map(_packed, (visits.attendees, visits.together)), strict=True))
    parts |= {NAMED: "\n".join(visits.meetings).encode(), LISTS: json.dumps(lists).encode()}
    return cut(parts)


def columns_to_list() -> list[str]:
    """Return the columns to read of visits that are listed: all."""
    return _columns((*COUNTED, *LISTED, NAMED))


def columns_to_name() -> list[str]:
    """Return the columns that are read beside those that count, of visits that are listed."""
    return _columns((*LISTED, NAMED))


def columns_to_count(sort: str = "", *, is_by_whom: bool = True) -> list[str]:
    """Return the columns to read of visits that are counted, by service and by person too if `is_by_whom`.

    `sort` names a column of the report by which they are sorted.
    """
    names = [name for name in COUNTED if is_by_whom or name not in OWN]
    return _columns((*names, *(SORTED_BY[one] for one in (sort,) if one in SORTED_BY)))


def _columns(names: Iterable[str]) -> list[str]:
    kinds = COUNTED | LISTED
    parts = {name: WIDEST[kinds[name]] if name in kinds else MOST_NAMES for name in (*names, LISTS)}
    return [part for name, most in parts.items() for part in part_names(name, most)]


def unpack(values: Values, business: str) -> VisitColumns:
    """Return the visits of a packed day; what was not read of it is empty."""
    services, staff, *form = json.loads(whole(values, LISTS))
    read = from_planes if form else numbers
    columns = {name: read(kind, whole(values, name)) for name, kind in COUNTED.items() if kind != "B"}
    columns |= {name: read(kind, whole(values, name)) for name, kind in LISTED.items()}
    named = whole(values, NAMED)
    return VisitColumns(
        columns["s"],
        columns["d"],
        columns["w"],
        whole(values, "m"),
        columns["v"],
        columns["p"],
        columns["a"],
        columns["t"],
        MeetingNames(named) if named else [],
        tuple(NamedService(business, one) for one in services),
        tuple(NamedStaff(business, tuple(one)) for one in staff),
    )


def _packed(column: Sequence[int]) -> bytes:
    return column if isinstance(column, bytes) else to_planes(column)  # type: ignore[arg-type]
