"""Deletes many rows of a partition, as many in each transaction as the service allows."""

from collections.abc import Iterator, Sequence

from shared.records.table import Operation, Row, Stale, Table


AT_ONCE = 100


async def delete_keys(table: Table, name: str, partition: str, keys: Sequence[str]) -> int:
    """Delete the rows of these keys, in this order; return how many. Raise Stale if one is gone."""
    for some in _batches([Operation("delete", key) for key in keys]):
        await table.transact(name, partition, some)
    return len(keys)


async def delete_unchanged(table: Table, name: str, partition: str, rows: Sequence[Row]) -> int:
    """Delete rows as they were read; return how many.

    Of a transaction with a row that was changed or deleted since, all stay: whoever deletes regularly comes back.
    """
    done = 0
    for some in _batches([Operation("delete", row.key, etag=row.etag) for row in rows]):
        try:
            await table.transact(name, partition, some)
            done += len(some)
        except Stale:
            continue
    return done


def _batches(operations: Sequence[Operation]) -> Iterator[Sequence[Operation]]:
    return (operations[at : at + AT_ONCE] for at in range(0, len(operations), AT_ONCE))
