"""The queues of days, cached in the process: only parts that changed are read again."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.domain.calendar.business import Calendar
from shared.domain.visits.queue import QueueEntry
from shared.records.keys import days_between, visits_between
from shared.records.queue import COLUMNS, listed_rows, version_of
from shared.records.queue_keys import queue_column, queue_hours
from shared.records.table import Marks, Page, Row, Table
from shared.storage.shared_reads import SharedReads


FEW = 60  # with more staff than this, a day is read in parts of an hour
WHOLE, PART = timedelta(days=2), timedelta(hours=1)
PRESENCE_LASTS = 45.0  # seconds: heartbeats do not change the marks
REMEMBERED = 60_000  # lines
TICK = timedelta(seconds=1)  # a Date header has no fractions, so it may be this much behind

Key = tuple[str, datetime, datetime]


@dataclass(slots=True)
class _Part:
    """A part of a day; `version` is empty while its state is uncertain."""

    version: str
    read: asyncio.Future[tuple[list[QueueEntry], list[Page]]]
    began: float
    lines: int = 0
    has_presence: bool = False

    def serves(self, version: str, now: float) -> bool:
        """Return whether it can be used at this version; presence ages without a new version."""
        is_fresh = not (self.has_presence and now - self.began > PRESENCE_LASTS)
        return self.version == version and is_fresh and not (self.read.done() and self.read.exception())


class Queues:
    """Reads queues. Marks are read before rows, so that rows are never older than their marks."""

    def __init__(self, table: Table, reads: SharedReads) -> None:
        self._table, self._reads = table, reads
        self._parts: dict[Key, _Part] = {}

    async def marks(self, calendar: Calendar, first: datetime, last: datetime) -> Marks:
        """Return the marks of the hours of [first, last): one point read on most days."""
        return _marks(await self._rows(calendar, first, last), first, last)

    async def day(
        self, calendar: Calendar, first: datetime, last: datetime, marks: Marks | None
    ) -> tuple[list[QueueEntry], str]:
        """Return the lines of [first, last) and their version; one round trip deep if nothing is cached."""
        keys = list(_cut(calendar, first, last))
        if marks is None and not any(key in self._parts for key in keys):
            return await self._all_at_once(calendar, keys)
        if marks is None:
            marks = await self.marks(calendar, first, last)
        parts = [self._part(calendar, key, _version(calendar, marks, key)) for key in keys]
        found = await asyncio.gather(*(asyncio.shield(part.read) for part in parts))
        return [line for lines, _ in found for line in lines], version_of(calendar, marks)

    async def _all_at_once(self, calendar: Calendar, keys: list[Key]) -> tuple[list[QueueEntry], str]:
        """Read marks and rows in parallel; they are of one state if the last change is older than the reads."""
        began = asyncio.get_running_loop().time()
        first, last = keys[0][1], keys[-1][2]
        parts = [self._part(calendar, key, "") for key in keys]
        rows, found = await asyncio.gather(
            self._rows(calendar, first, last), asyncio.gather(*(asyncio.shield(part.read) for part in parts))
        )
        took = timedelta(seconds=asyncio.get_running_loop().time() - began)
        asked = min(page.date for _, pages in found for page in pages) - took - TICK
        marks, version = _marks(rows, first, last), ""
        if all(row is None or row.written < asked for row in rows):
            version = version_of(calendar, marks)
            for key, part in zip(keys, parts, strict=True):
                part.version = _version(calendar, marks, key)
        return [line for lines, _ in found for line in lines], version

    async def _rows(self, calendar: Calendar, first: datetime, last: datetime) -> list[Row | None]:
        """Return the rows that hold the marks; simultaneous callers share the read."""
        names = sorted({queue_column(key)[0] for key in queue_hours(first, last)})
        since, business = self._reads.moment(), calendar.business.id
        found = await asyncio.gather(*(self._reads.get(business, name, since) for name in names))
        return [row for row, _ in found]

    def _part(self, calendar: Calendar, key: Key, version: str) -> _Part:
        """Return a part at this version; it is read once for all callers, unless it is cached."""
        now, known = asyncio.get_running_loop().time(), self._parts.get(key)
        if known and known.serves(version, now):
            return known
        self._forget_some()
        part = _Part(version, asyncio.ensure_future(self._read(calendar, key)), now)
        part.read.add_done_callback(lambda _: _note(part))
        self._parts.pop(key, None)
        self._parts[key] = part
        return part

    async def _read(self, calendar: Calendar, key: Key) -> tuple[list[QueueEntry], list[Page]]:
        business, first, last = key
        starts, visits = await asyncio.gather(
            self._table.range("bookings", business, *days_between(first, last), COLUMNS),
            self._table.range("bookings", business, *visits_between(first, last)),
        )
        return listed_rows(starts.rows, visits.rows, calendar), [starts, visits]

    def _forget_some(self) -> None:
        """Forget the oldest parts while there are too many lines."""
        while sum(part.lines + 1 for part in self._parts.values()) > REMEMBERED:
            del self._parts[next(iter(self._parts))]


def _note(part: _Part) -> None:
    if not part.read.cancelled() and part.read.exception() is None:
        lines = part.read.result()[0]
        part.lines = len(lines)
        part.has_presence = any(one.visit.parties and not one.visit.is_closed for one in lines)


def _cut(calendar: Calendar, first: datetime, last: datetime) -> Iterator[Key]:
    """Cut a day into parts at whole hours in UTC, if it may have more rows than one answer holds."""
    step = PART if len(calendar.staff) > FEW else WHOLE
    while first < last:
        until = min(first.replace(minute=0) + step, last)
        yield calendar.business.id, first, until
        first = until


def _marks(rows: Iterable[Row | None], first: datetime, last: datetime) -> Marks:
    columns = {(row.key, name): str(value) for row in rows if row for name, value in row.values.items()}
    return {key: columns.get(queue_column(key), "") for key in queue_hours(first, last)}


def _version(calendar: Calendar, marks: Marks, key: Key) -> str:
    """Return the version of a part: the version of the settings, and the last change of each hour."""
    return " ".join([calendar.business.version, *(marks[hour] for hour in queue_hours(key[1], key[2]))])
