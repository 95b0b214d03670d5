"""What a person with many appointments costs: some requests for hundreds of them, and not some for each."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from shared.records.keys import APPOINTMENT, CUSTOMER_APPOINTMENT, SENT, id_of
from shared.records.table import Operation
from shared.storage.store import TableStore
from shared.use_cases.personal_data.export.customer import export_customer
from shared.use_cases.personal_data.forget_messages import SIDE_BY_SIDE, IndexedSeat, forget_sent
from tests.bench.days.one_person import PERSON, rows_of_clinic
from tests.support.clinic import World
from tests.support.virtual_time import virtually
from tests.use_cases.personal_data.test_erase_customer import erasing, everything


THEIRS = 300


async def opened(theirs: int = THEIRS) -> World:
    """A calendar in which every second appointment is the person's; each was told of twice, half of them came."""
    world = await World.opened()
    for key, values in rows_of_clinic(world.now, theirs, 2 * theirs):
        world.inner.apply("bookings", world.business, [Operation("upsert", key, values)])
    await world.wait_until(world.now + timedelta(hours=1))
    return world


@virtually
async def test_hundreds_of_appointments_are_handed_out_and_erased_in_dozens_of_requests() -> None:
    world = await opened()
    before = world.inner.requests
    found = await export_customer(PERSON, calendar=world.calendar, store=world.store)
    exported = world.inner.requests - before
    assert [len(found["appointments"]), len(found["appointments"][0]["messages"])] == [THEIRS, 2]
    assert sum(one["visit"] is not None for one in found["appointments"]) == THEIRS / 2
    await erasing(world).erase(PERSON)
    erased = world.inner.requests - before - exported
    assert exported <= THEIRS / 20
    assert erased <= THEIRS / 5  # a transaction has at most a hundred operations, of which each needs some
    assert f"{PERSON}@" not in everything(world)
    assert [len(world.rows(one)) for one in (APPOINTMENT, SENT, CUSTOMER_APPOINTMENT)] == [
        2 * THEIRS,
        2 * THEIRS,
        THEIRS,
    ]


class Crowded:
    """A table whose transactions take their time, and that notes how many wait for it at most."""

    def __init__(self, inner: Any) -> None:
        self.inner, self.waiting, self.most = inner, 0, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    async def transact(self, table: str, partition: str, operations: Sequence[Operation]) -> list[str]:
        self.waiting += 1
        self.most = max(self.most, self.waiting)
        await asyncio.sleep(0.1)
        self.waiting -= 1
        return list(await self.inner.transact(table, partition, operations))


@pytest.mark.walk
@virtually
async def test_however_many_there_are_few_transactions_wait_for_a_partition_at_once() -> None:
    world = await opened(900)
    table = Crowded(world.inner)
    places = [
        IndexedSeat(row.key, str(row.values["appointment"]), id_of(row.key))
        for row in world.rows(CUSTOMER_APPOINTMENT).values()
    ]
    await forget_sent(world.business, places, store=TableStore(table))
    assert table.most == SIDE_BY_SIDE
