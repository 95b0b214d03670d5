"""What one command has written, for those that are to write nothing."""

from collections.abc import Sequence
from typing import Any

from shared.records.table import Operation, Table


class Noting:
    """A table that passes everything on, and notes what is written."""

    def __init__(self, inner: Table) -> None:
        self.inner, self.written = inner, list[str]()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    async def transact(self, table: str, partition: str, operations: Sequence[Operation]) -> list[str]:
        self.written += [f"{table} {partition} {one.key}" for one in operations]
        return await self.inner.transact(table, partition, operations)
