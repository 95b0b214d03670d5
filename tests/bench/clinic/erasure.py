"""A person with 2,000 appointments among 4,000 of a clinic: handed out, and erased."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from shared.records.table import Operation, Values
from shared.storage.store import TableStore
from shared.storage.tables import Tables
from shared.storage.trace import Trace, traced
from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from shared.use_cases.personal_data.erase_customer import Erasing
from shared.use_cases.personal_data.export.customer import export_customer
from tests.bench.days.calendars import SECRET, many, save
from tests.bench.days.one_person import PERSON, STAFF, rows_of_clinic
from tests.bench.table import Row


if TYPE_CHECKING:
    from collections.abc import Sequence

    from infra.local.pieces import Azurite
    from shared.domain.calendar.business import Calendar

THEIRS, EVERY = 2000, 4000
AT_ONCE, SIDE_BY_SIDE = 100, 8
EXPORT, ERASURE = 2.0, 5.0  # seconds


async def measure(tables: Azurite) -> list[Row]:
    adapter = Tables(tables.connection_string)
    store, now, calendar = TableStore(adapter), datetime.now(UTC), many(STAFF, "erasure")
    await save(calendar, store, now)
    await _write(calendar.business.id, list(rows_of_clinic(now, THEIRS, EVERY)), store)
    rows = [await _export(calendar, store), await _erasure(calendar, store, now)]
    await adapter.close()
    return rows


async def _export(calendar: Calendar, store: TableStore) -> Row:
    async with traced() as trace:
        began, ours = time.perf_counter(), time.process_time()
        found = await export_customer(PERSON, calendar=calendar, store=store)
        seconds, ours = time.perf_counter() - began, time.process_time() - ours
    assert len(found["appointments"]) == THEIRS
    return Row("export of 2,000 appointments", seconds, "s", EXPORT, note=_note(trace, ours))


async def _erasure(calendar: Calendar, store: TableStore, now: datetime) -> Row:
    erasing = Erasing(calendar.business.id, Author("bench", "bench-erasure-0000001"), Context(store, SECRET, now))
    async with traced() as trace:
        began, ours = time.perf_counter(), time.process_time()
        await erasing.erase(PERSON)
        seconds, ours = time.perf_counter() - began, time.process_time() - ours
    return Row("erasure of 2,000 appointments", seconds, "s", ERASURE, note=_note(trace, ours))


def _note(trace: Trace, ours: float) -> str:
    return f"{trace.requests} requests, {trace.depth} deep; {ours:.1f} s of them on our side"


async def _write(business: str, rows: Sequence[tuple[str, Values]], store: TableStore) -> None:
    several = asyncio.Semaphore(SIDE_BY_SIDE)

    async def write(some: Sequence[tuple[str, Values]]) -> None:
        async with several:
            operations = [Operation("upsert", key, values) for key, values in some]
            await store.table.transact("bookings", business, operations)

    await asyncio.gather(*(write(rows[at : at + AT_ONCE]) for at in range(0, len(rows), AT_ONCE)))
