"""A table whose reads and plain writes are asked again: making a demo takes minutes, and connections close."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

from shared.records.table import Ambiguous


if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from shared.records.table import Operation, Page, Row, Table

PAUSES = (0.2, 1.0, 3.0)
PLAIN = ("upsert", "touch")  # twice is as once; the engine repeats the others by its own rules
Answer = TypeVar("Answer")


class RepeatedTable:
    """Passes everything on to another table."""

    def __init__(self, inner: Table) -> None:
        self._inner = inner

    async def get(self, table: str, partition: str, key: str, select: Sequence[str] = ()) -> Row | None:
        """Return a row. Raise Ambiguous after some tries."""
        return await _repeated(lambda: self._inner.get(table, partition, key, select))

    async def range(
        self, table: str, partition: str, low: str, high: str, select: Sequence[str] = (), limit: int = 0
    ) -> Page:
        """Return the rows of a range. Raise Ambiguous after some tries."""
        return await _repeated(lambda: self._inner.range(table, partition, low, high, select, limit))

    async def transact(self, table: str, partition: str, operations: Sequence[Operation]) -> list[str]:
        """Write all or nothing. Raise Stale, and Ambiguous, of plain writes after some tries."""
        if any(one.verb not in PLAIN for one in operations):
            return await self._inner.transact(table, partition, operations)
        return await _repeated(lambda: self._inner.transact(table, partition, operations))


async def _repeated(call: Callable[[], Awaitable[Answer]]) -> Answer:
    for pause in PAUSES:
        try:
            return await call()
        except Ambiguous:
            await asyncio.sleep(pause)
    return await call()
