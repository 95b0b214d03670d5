"""What tests of the table's contract do with a table."""

from typing import Any

from shared.records.table import Operation, Row, Table


P = "biz0contract"


async def put(table: Table, *keys: str, **values: Any) -> list[str]:
    return await table.transact("bookings", P, [Operation("upsert", key, values) for key in keys])


async def row(table: Table, key: str) -> Row:
    found = await table.get("bookings", P, key)
    assert found is not None
    return found


async def keys(table: Table, low: str = "!", high: str = "~") -> list[str]:
    return [row.key for row in (await table.range("bookings", P, low, high)).rows]
