"""Writes a row, or a few at once, outside of commands; an unclear answer is followed by the same write."""

import asyncio
from collections.abc import Sequence

from shared.domain.errors import TryAgain
from shared.records.table import Ambiguous, Operation, Table


PAUSES = (0.1, 0.5, 2.0)


async def write_alone(table: Table, name: str, partition: str, operation: Operation) -> None:
    """Write until the answer is clear. Raise Stale if the row's condition does not hold, TryAgain after all tries.

    After an unclear answer an insert may find its own row and raise Stale: callers look at the row that is there.
    """
    await write_together(table, name, partition, [operation])


async def write_together(table: Table, name: str, partition: str, operations: Sequence[Operation]) -> list[str]:
    """Write some rows or none, as `write_alone` writes one; return their new ETags."""
    for pause in PAUSES:
        try:
            return await table.transact(name, partition, operations)
        except Ambiguous:
            await asyncio.sleep(pause)
    try:
        return await table.transact(name, partition, operations)
    except Ambiguous:
        raise TryAgain from None
