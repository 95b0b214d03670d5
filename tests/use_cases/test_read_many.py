"""Many rows at once: the same rows as one by one, in fewer requests, wherever they lie."""

import random

import pytest

from shared.records.keys import customer_key, sent_of
from shared.records.table import Operation, Range
from shared.storage.store import TableStore
from shared.use_cases.read_many import FEWEST, read_many
from tests.support.fakes import MemoryTable
from tests.support.virtual_time import virtually


B = "calendar"


def a_table(customers: int, appointments: int = 0) -> MemoryTable:
    table = MemoryTable()
    rows = [Operation("upsert", customer_key(f"{number:06d}")) for number in range(customers)]
    rows += [
        Operation("upsert", f"N|{number:06d}|{note}")
        for number in range(appointments)
        for note in range(number % 4)
    ]
    for one in rows:
        table.apply("bookings", B, [one])
    return table


@virtually
async def test_they_are_the_rows_that_reading_one_by_one_finds() -> None:
    table, dice = a_table(2000, 400), random.Random(1)
    for count in (0, 1, FEWEST - 1, FEWEST, 40, 260, 1500):
        keys = [customer_key(f"{number:06d}") for number in dice.sample(range(2100), count)]
        spans = [sent_of(f"{number:06d}") for number in dice.sample(range(450), count // 4)]
        wanted: list[str | Range] = [*keys, *spans]
        dice.shuffle(wanted)
        expected = {row.key for row in table.rows("bookings", B) if row.key in keys}
        expected |= {row.key for row in table.rows("bookings", B) for low, high in spans if low <= row.key < high}
        found = await read_many(wanted, business=B, store=TableStore(table))
        assert set(found) == expected
        assert all(found[key].key == key for key in found)


@virtually
@pytest.mark.parametrize(
    ("rows", "wanted", "step", "most"),
    [(2000, 2000, 1, 8), (6000, 2000, 3, 16), (2000, 20, 100, 21), (9000, 90, 100, 91), (9000, 3, 3000, 3)],
)
async def test_close_ones_cost_few_requests_and_scattered_ones_one_each(rows, wanted, step, most) -> None:
    table = a_table(rows)
    keys = [customer_key(f"{number * step:06d}") for number in range(wanted)]
    found = await read_many(keys, business=B, store=TableStore(table))
    assert sorted(found) == keys
    assert table.requests <= most
