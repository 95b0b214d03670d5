"""The queues of days, cached in the process: only parts that changed are read again."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, partial
from math import inf

from shared.domain.calendar.business import Calendar
from shared.domain.visits.queue import QueueEntry
from shared.records.keys import days_between, following, visits_between
from shared.records.queue import COLUMNS, listed_rows, version_of
from shared.records.queue_keys import queue_column, queue_hours
from shared.records.table import Marks, Range, Row, Table
from shared.storage.shared_reads import SharedReads
from shared.use_cases.timed_cache import TimedCache


FEW = 60  # with more staff than this, a day is read in parts of an hour
WHOLE, PART = timedelta(days=2), timedelta(hours=1)
PRESENCE_LASTS = 45.0  # seconds
REMEMBERED = 60_000  # lines
TICK = timedelta(seconds=1)  # a Date header has no fractions, so it may be this much behind

UNCERTAIN = ""  # the version of a part whose marks are not known yet

Key = tuple[str, datetime, datetime]


@dataclass(frozen=True)
class QueuePart:
    """The entries of a part of a day.

    `began` is the loop's time before they were read, `date` the service's clock afterwards.
    """

    entries: list[QueueEntry]
    began: float
    date: datetime

    @property
    def weight(self) -> int:
        return len(self.entries) + 1

    @cached_property
    def has_presence(self) -> bool:
        """Whether somebody may still come and go without a new version."""
        return any(one.visit.parties and not one.visit.is_closed for one in self.entries)


class Queues:
    """Reads queues. Marks are read before rows, so that rows are never older than their marks."""

    def __init__(self, table: Table, reads: SharedReads) -> None:
        self._table, self._reads = table, reads
        self._parts: TimedCache[Key, QueuePart] = TimedCache(REMEMBERED, lambda part: part.weight)

    async def marks(self, calendar: Calendar, first: datetime, last: datetime) -> Marks:
        """Return the marks of the hours of [first, last), by one request."""
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
        versions = [_version(calendar, marks, key) for key in keys]
        parts = await asyncio.gather(*map(partial(self._part, calendar), keys, versions))
        return [one for part in parts for one in part.entries], version_of(calendar, marks)

    async def _all_at_once(self, calendar: Calendar, keys: list[Key]) -> tuple[list[QueueEntry], str]:
        """Read marks and rows in parallel; they are of one state if the last change is older than the reads."""
        began = asyncio.get_running_loop().time()
        first, last = keys[0][1], keys[-1][2]
        reading = asyncio.gather(*(self._part(calendar, key, UNCERTAIN) for key in keys))
        rows, parts = await asyncio.gather(self._rows(calendar, first, last), reading)
        took = timedelta(seconds=asyncio.get_running_loop().time() - began)
        asked = min(part.date for part in parts) - took - TICK
        marks, version = _marks(rows, first, last), ""
        if all(row is None or row.written < asked for row in rows):
            version = version_of(calendar, marks)
            for key, part in zip(keys, parts, strict=True):
                self._parts.put(key, part, _version(calendar, marks, key), part.began)
        return [one for part in parts for one in part.entries], version

    async def _rows(self, calendar: Calendar, first: datetime, last: datetime) -> list[Row | None]:
        """Return the rows that hold the marks; simultaneous callers share the read."""
        names = sorted({queue_column(key)[0] for key in queue_hours(first, last)})
        since, business = self._reads.moment(), calendar.business.id
        if len(names) == 1:
            return [(await self._reads.get(business, names[0], since))[0]]
        # a day of two weeks: both rows by one request
        page, _ = await self._reads.range(business, Range(names[0], following(names[-1])), since)
        return list(page.rows)

    async def _part(self, calendar: Calendar, key: Key, version: str) -> QueuePart:
        """Return a part at this version; it is read once for all callers, unless it is cached."""
        read = partial(self._read, calendar, key)
        part = await self._parts.get(key, inf, read, version)
        # Heartbeats do not change the marks, so presence ages although the version stays.
        return await self._parts.get(key, PRESENCE_LASTS, read, version) if part.has_presence else part

    async def _read(self, calendar: Calendar, key: Key) -> QueuePart:
        business, first, last = key
        began = asyncio.get_running_loop().time()
        starts, visits = await asyncio.gather(
            self._table.range("bookings", business, *days_between(first, last), COLUMNS),
            self._table.range("bookings", business, *visits_between(first, last)),
        )
        entries = listed_rows(starts.rows, visits.rows, calendar)
        return QueuePart(entries, began, min(starts.date, visits.date))


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
