"""A table in memory that is as far away as a real one: how deep reads are does not depend on how fast they end."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from shared.storage.tables import ALONE
from shared.storage.trace import round_trip
from tests.support.fakes import MemoryTable


if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.records.table import Operation, Page, Row

TRIP = 0.001  # seconds, of virtual time: what is sent together ends together


class FarTable(MemoryTable):
    """Each answer takes a trip, and is counted as on the wire. It belongs on virtual time."""

    def copy(self) -> FarTable:
        """Return another table with the same rows."""
        other = FarTable(self._clock)
        other._rows = {name: dict(rows) for name, rows in self._rows.items()}
        other._writes = self._writes
        return other

    async def get(self, table: str, partition: str, key: str, select: Sequence[str] = ()) -> Row | None:
        async with round_trip():
            await asyncio.sleep(TRIP)
            return await super().get(table, partition, key, select)

    async def range(
        self, table: str, partition: str, low: str, high: str, select: Sequence[str] = (), limit: int = 0
    ) -> Page:
        async with round_trip():
            await asyncio.sleep(TRIP)
            page = await super().range(table, partition, low, high, select, limit)
        for _ in range(page.pages - 1):
            async with round_trip():
                await asyncio.sleep(TRIP)
        return page

    async def transact(self, table: str, partition: str, operations: Sequence[Operation]) -> list[str]:
        is_alone = len(operations) == 1 and operations[0].verb in ALONE
        async with round_trip(is_transaction=not is_alone):
            await asyncio.sleep(TRIP)
            return await super().transact(table, partition, operations)
