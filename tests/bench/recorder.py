"""Records the storage calls of one command as they are made, so that bare clients can repeat their shape."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any


if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.records.table import Operation, Page, Row
    from shared.storage.tables import Tables


class Recorder:
    """A table that passes every call on; `waves` are calls that were under way together."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self.waves: list[list[dict[str, Any]]] = []
        self._under_way = 0

    async def get(self, table: str, partition: str, key: str, select: Sequence[str] = ()) -> Row | None:
        with self._noted(verb="get", table=table, partition=partition, key=key, select=list(select)):
            return await self._tables.get(table, partition, key, select)

    async def range(
        self, table: str, partition: str, low: str, high: str, select: Sequence[str] = (), limit: int = 0
    ) -> Page:
        with self._noted(verb="range", table=table, partition=partition, low=low, high=high, select=list(select)):
            return await self._tables.range(table, partition, low, high, select, limit)

    async def transact(self, table: str, partition: str, operations: Sequence[Operation]) -> list[str]:
        written = [
            {"verb": one.verb, "key": one.key, "conditional": bool(one.etag), "values": as_json(one.values)}
            for one in operations
        ]
        with self._noted(verb="transact", table=table, partition=partition, operations=written):
            return await self._tables.transact(table, partition, operations)

    def _noted(self, **call: Any) -> _UnderWay:
        if not self._under_way:
            self.waves.append([])
        self.waves[-1].append(call)
        return _UnderWay(self)


class _UnderWay:
    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def __enter__(self) -> None:
        self._recorder._under_way += 1

    def __exit__(self, *_: object) -> None:
        self._recorder._under_way -= 1


def as_json(values: Any) -> dict[str, Any]:
    return {
        name: {"bytes": base64.b64encode(value).decode()} if isinstance(value, bytes) else value
        for name, value in values.items()
    }


def from_json(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: base64.b64decode(value["bytes"]) if isinstance(value, dict) else value
        for name, value in values.items()
    }
