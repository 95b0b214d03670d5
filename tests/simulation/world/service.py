"""A table service in memory that keeps the contract of the real one, tells who watches of every commit, and remembers."""

import asyncio
from bisect import bisect_left, insort
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cached_property

from shared.records.table import Operation, Page, Row, Stale
from tests.support.fakes import START, _holds, _selected, _stored


Part = tuple[str, str]
Changes = dict[str, tuple[Row | None, Row | None]]
"""What a transaction did: each row's key with the row before and after."""

Watcher = Callable[[str, str, Changes], None]
Past = list[tuple[float, Row | None]]
"""What a row was, and since when; the newest last."""

MEMORY = 20.0  # seconds that the service can be asked how things were


class Service:
    """One for all instances. A read is one moment; a transaction is one moment; `clock` is the service's own."""

    def __init__(self, epoch: datetime = START, *, memory: float = MEMORY) -> None:
        self.epoch = epoch
        self.watchers: list[Watcher] = []
        self.commits = 0
        self.writes = 0
        self.largest = 0
        self._rows: dict[Part, dict[str, Row]] = {}
        self._keys: dict[Part, list[str]] = {}
        self._memory = memory
        self._past: dict[Part, dict[str, Past]] = {}

    @cached_property
    def _time(self) -> Callable[[], float]:
        return asyncio.get_running_loop().time

    def clock(self) -> datetime:
        return self.epoch + timedelta(seconds=self._time())

    def get(self, table: str, partition: str, key: str, select: Sequence[str], age: float = 0) -> Row | None:
        """Return a row; `age` makes a request's answer, which is on its way since then, one event instead of two."""
        row = self._at((table, partition), key, age) if age else self.row(key, partition, table)
        return _selected(row, select) if row else None

    def range(
        self, table: str, partition: str, low: str, high: str, select: Sequence[str], most: int, age: float = 0
    ) -> tuple[list[Row], str | None]:
        """Return up to `most` rows, and the key at which the next answer goes on."""
        keys = self._keys.get((table, partition), [])
        first, last = bisect_left(keys, low), bisect_left(keys, high)
        cut = min(last, first + most)
        part = (table, partition)
        now = self._rows.get(part, {})
        found = [self._at(part, key, age) if age else now[key] for key in keys[first:cut]]
        return [_selected(row, select) for row in found if row], keys[cut] if cut < last else None

    def _at(self, part: Part, key: str, age: float) -> Row | None:
        """Return a row as it was `age` seconds ago."""
        past = self._past.get(part, {}).get(key, ())
        moment = self._time() - age
        return next((row for since, row in reversed(past) if since <= moment), None)

    def apply(self, table: str, partition: str, operations: Sequence[Operation]) -> list[str]:
        """Apply all or none, in one step that nothing can come between."""
        part = (table, partition)
        rows, keys = self._rows.setdefault(part, {}), self._keys.setdefault(part, [])
        for operation in operations:
            if not _holds(operation, rows.get(operation.key)):
                raise Stale(f"{operation.verb} {operation.key}")
        self.writes += 1
        self.commits += table == "bookings"
        self.largest = max(self.largest, len(operations))
        etag, written, changes = f"e{self.writes}", self.clock(), {}
        for verb, key, values, _ in operations:
            before, after = rows.get(key), None
            if verb == "delete":
                del rows[key]
                keys.pop(bisect_left(keys, key))
            else:
                kept = before.values if before and verb in ("merge", "touch") else {}
                merged = {**kept, **_stored(values)}
                after = rows[key] = Row(key, merged, etag, written)
                if before is None:
                    insort(keys, key)
            changes[key] = (before, after)
        self._remember(part, changes)
        for watcher in self.watchers:
            watcher(table, partition, changes)
        return ["" if operation.verb == "delete" else etag for operation in operations]

    def _remember(self, part: Part, changes: Changes) -> None:
        now, pasts = self._time(), self._past.setdefault(part, {})
        for key, (_, after) in changes.items():
            past = pasts.setdefault(key, [])
            past.append((now, after))
            while len(past) > 1 and past[1][0] <= now - self._memory:
                del past[0]

    def row(self, key: str, partition: str, table: str = "bookings") -> Row | None:
        return self._rows.get((table, partition), {}).get(key)

    def rows(self, table: str, partition: str, prefix: str = "") -> list[Row]:
        """What is there, for checks to look at."""
        found = self._rows.get((table, partition), {})
        return [found[key] for key in self._keys.get((table, partition), []) if key.startswith(prefix)]

    def tables(self) -> list[tuple[Part, list[Row]]]:
        """Everything that is there, by table and partition."""
        return [(part, list(rows.values())) for part, rows in self._rows.items()]


class Direct:
    """The service without any network: for checks that read as the product does."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def get(self, table: str, partition: str, key: str, select: Sequence[str] = ()) -> Row | None:
        return self._service.get(table, partition, key, select)

    async def range(
        self, table: str, partition: str, low: str, high: str, select: Sequence[str] = (), limit: int = 0
    ) -> Page:
        rows, _ = self._service.range(table, partition, low, high, select, limit or 10**9)
        return Page(rows, self._service.clock())

    async def transact(self, table: str, partition: str, operations: Sequence[Operation]) -> list[str]:
        return self._service.apply(table, partition, operations)
