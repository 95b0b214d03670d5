"""Rows as use cases see them: reads, writes, and the conditions of writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol


if TYPE_CHECKING:
    from datetime import datetime


Values = Mapping[str, Any]
"""A row's columns: str, int, bool or bytes."""


class Row(NamedTuple):
    """A row as it was read; `written` is the service's own clock at its last write."""

    key: str
    values: Values
    etag: str
    written: datetime


class Page(NamedTuple):
    """The rows of a range in key order, the number of answers they came in, and the service's clock at the end."""

    rows: list[Row]
    date: datetime
    pages: int = 1


class Operation(NamedTuple):
    """One write of a transaction.

    verb      condition on the row                    without it
    insert    absent                                  Stale
    replace   has `etag` (any where it is empty)      Stale
    merge     has `etag` (exists where it is empty)   Stale
    upsert    none
    touch     none: as merge where the row exists, as insert where it does not
    delete    has `etag` (exists where it is empty)   Stale
    """

    verb: str
    key: str
    values: Values = MappingProxyType({})
    etag: str = ""


class Stale(Exception):
    """The service answered that a condition of the transaction did not hold; nothing was written."""


class Ambiguous(Exception):
    """No clear answer: the call may take effect, now or later. Only the same command may follow."""


class Table(Protocol):
    """Table storage as the product sees it. Every call may raise Ambiguous."""

    async def get(self, table: str, partition: str, key: str, select: Sequence[str] = ()) -> Row | None:
        """Return a row, or only the columns in `select`; None if there is none."""
        ...

    async def range(
        self, table: str, partition: str, low: str, high: str, select: Sequence[str] = (), limit: int = 0
    ) -> Page:
        """Return the rows with low <= key < high; at most `limit` of them unless it is 0."""
        ...

    async def transact(self, table: str, partition: str, operations: Sequence[Operation]) -> list[str]:
        """Apply all operations or none; return the new ETag of each, empty for a delete."""
        ...


class Range(NamedTuple):
    """The rows with low <= key < high, as something to read."""

    low: str
    high: str


@dataclass(slots=True)
class Rows:
    """What a command has read so far: rows by key (None for absent ones) and whole ranges."""

    by_key: dict[str, Row | None] = field(default_factory=dict)
    ranges: dict[Range, Page] = field(default_factory=dict)

    def find(self, key: str) -> tuple[bool, Row | None]:
        """Return whether a key was read, by itself or within a range, and its row."""
        if key in self.by_key:
            return True, self.by_key[key]
        for wanted, page in self.ranges.items():
            if wanted.low <= key < wanted.high:
                return True, next((row for row in page.rows if row.key == key), None)
        return False, None

    def values(self, key: str) -> Values | None:
        """Return the columns of a row that was read; None if it does not exist or was not read."""
        row = self.find(key)[1]
        return row.values if row else None

    def between(self, wanted: Range) -> list[Row]:
        """Return the rows of a range that was read; empty if it was not."""
        return self.ranges[wanted].rows if wanted in self.ranges else []

    def has(self, wanted: str | Range) -> bool:
        """Return whether exactly this key or range was read."""
        return wanted in (self.ranges if isinstance(wanted, Range) else self.by_key)


Marks = Mapping[str, str]
"""For each hour of a queue, the command that changed it last."""
