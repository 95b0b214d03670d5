"""How long a search in 50,000 customers takes on the CPU: as somebody types, and when all of them are read anew."""

from __future__ import annotations

import asyncio
from functools import partial

from shared.domain.appointments.customer import CustomerRecord
from shared.records.codec import dump
from shared.records.keys import customer_key
from shared.records.table import Operation
from shared.storage.store import TableStore
from shared.use_cases.customers.search_customers import Register, search_customers
from tests.bench.table import Row, cpu_ms
from tests.support.fakes import MemoryTable


MANY, BUSINESS = 50_000, "bench"
TYPED = ("a", "ana", "souza12 ana", "4999", "99 88", "nobody at all")
WHILE_TYPING = 150.0  # ms


def measure() -> list[Row]:
    loop = asyncio.new_event_loop()
    table = loop.run_until_complete(_table())
    rows, store = table.rows("bookings", BUSINESS), TableStore(table, seed="bench")
    first = cpu_ms(lambda: Register().updated(rows), runs=3)
    searches = [partial(_found, loop, store, text) for text in TYPED]
    search = max(cpu_ms(one, runs=9) for one in searches)
    known = Register().updated(rows)
    changed = [*rows[:-1], rows[-1]._replace(etag="another")]
    again = cpu_ms(lambda: known.updated(changed), runs=5)
    loop.close()
    return [
        Row(f"search in {MANY:,} customers, the slowest text", search, "ms CPU", WHILE_TYPING),
        Row("the list read anew, one customer changed", again, "ms CPU", WHILE_TYPING * 2),
        Row("the list read for the first time", first, "ms CPU"),
    ]


async def _table() -> MemoryTable:
    table = MemoryTable()
    for number in range(MANY):
        table.apply("bookings", BUSINESS, [Operation("insert", customer_key(_id(number)), _customer(number))])
    return table


def _found(loop: asyncio.AbstractEventLoop, store: TableStore, text: str) -> None:
    loop.run_until_complete(search_customers(text, 0, 8, business=BUSINESS, store=store))


def _id(number: int) -> str:
    return f"{number * 2654435761 % (1 << 32):08x}{number:018x}"


def _customer(number: int) -> dict[str, str]:
    record = CustomerRecord(
        name=f"Ana{number % 977} Souza{number % 4999}",
        email=f"ana{number}@example.com",
        phone=f"+33 1 {number:08d}",
    )
    return {**dump(record), "firstSeen": "2026-01-01T00:00:00+00:00"}
