"""Markers: durable rows `due(minute, business)` by which timers find the calendars that have outbox entries.

A marker is written before the transaction with the entries that need it, and deleted long after the last command
that may rely on it. A crash or an outage therefore cannot hide an entry.
"""

import asyncio
from collections.abc import Iterable
from datetime import datetime

from shared.records.markers import marker_key, shard_of
from shared.records.table import Operation, Table


FRESH = 60.0  # seconds for which this process need not write a marker again


class Markers:
    """Writes markers, and remembers for a minute which ones this process has written."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._written: dict[str, tuple[float, asyncio.Future[list[str]]]] = {}

    async def write(self, business: str, minutes: Iterable[datetime | None]) -> float:
        """Write them; return the loop's time at which the oldest was sent, once all are durable."""
        now = asyncio.get_running_loop().time()
        keys = sorted({marker_key(due, business) for due in minutes})
        sent = [self._send(shard_of(business), key, now) for key in keys]
        await asyncio.gather(*(asyncio.shield(answer) for _, answer in sent))
        return min((when for when, _ in sent), default=now)

    def _send(self, shard: str, key: str, now: float) -> tuple[float, asyncio.Future[list[str]]]:
        known = self._written.get(key)
        if known and now - known[0] < FRESH and not _has_failed(known[1]):
            return known
        if len(self._written) > 5000:
            self._written = {name: it for name, it in self._written.items() if now - it[0] < FRESH}
        write = self._table.transact("due", shard, [Operation("upsert", key)])
        answer = asyncio.ensure_future(write)
        answer.add_done_callback(_has_failed)  # retrieves the exception even if the waiting task is gone
        self._written[key] = (now, answer)
        return self._written[key]


def _has_failed(answer: asyncio.Future[list[str]]) -> bool:
    return answer.done() and (answer.cancelled() or answer.exception() is not None)
