"""Markers: durable rows `due(minute, business)` by which timers find the calendars that have outbox entries.

A marker is written before the transaction with the entries that need it, and deleted long after the last command
that may rely on it. A crash or an outage therefore cannot hide an entry.
"""

import asyncio
from collections.abc import Iterable
from datetime import datetime
from functools import partial

from shared.records.markers import marker_key, shard_of
from shared.records.table import Operation, Table
from shared.use_cases.timed_cache import TimedCache


REMEMBERED = 5000
FRESH = 60.0  # seconds for which this process need not write a marker again


class Markers:
    """Writes markers, and remembers for a minute which ones this process has written."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._written: TimedCache[str, float] = TimedCache(REMEMBERED)

    async def write(self, business: str, minutes: Iterable[datetime | None]) -> float:
        """Write them; return the loop's time at which the oldest was sent, once all are durable."""
        keys = sorted({marker_key(due, business) for due in minutes})
        sent = await asyncio.gather(
            *(self._written.get(key, FRESH, partial(self._send, shard_of(business), key)) for key in keys)
        )
        return min(sent, default=asyncio.get_running_loop().time())

    async def _send(self, shard: str, key: str) -> float:
        when = asyncio.get_running_loop().time()
        await self._table.transact("due", shard, [Operation("upsert", key)])
        return when
