"""Writes one row outside of commands; an unclear answer is followed by the same write."""

import asyncio

from shared.domain.errors import TryAgain
from shared.records.table import Ambiguous, Operation, Table


PAUSES = (0.1, 0.5, 2.0)


async def write_alone(table: Table, name: str, partition: str, operation: Operation) -> None:
    """Write until the answer is clear. Raise Stale if the row's condition does not hold, TryAgain after all tries.

    After an unclear answer an insert may find its own row and raise Stale: callers look at the row that is there.
    """
    for pause in (*PAUSES, None):
        try:
            await table.transact(name, partition, [operation])
        except Ambiguous:
            if pause is None:
                raise TryAgain from None
            await asyncio.sleep(pause)
        else:
            return
