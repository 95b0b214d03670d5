"""The model of costs and limits: it counts what the app does, and the guide shows what it says."""

import asyncio
from datetime import timedelta

import pytest

from infra.azure import scale
from infra.local.pieces import ROOT
from shared.domain.timeline.hours import ALWAYS
from shared.records.table import Ambiguous
from tests.support.builders import MONDAY, a_calendar, a_person, a_service
from tests.support.edge import World, clinic
from tests.support.fakes import MemoryTable
from tests.support.virtual_time import virtually


class Counting(MemoryTable):
    """Counts the entities that are asked for, and refuses those above a limit, as Azure's partitions do."""

    def __init__(self, most=10**9):
        super().__init__()
        self.read = self.written = self.calls = 0
        self.most, self.second, self.used = most, 0, 0

    async def _count(self, entities, table, partition):
        self.calls += 1
        await asyncio.sleep(0.004)
        second = int(asyncio.get_running_loop().time())
        if second != self.second:
            self.second, self.used = second, 0
        if (table, partition) == ("bookings", clinic().business.id):
            if self.used + entities > self.most:
                raise Ambiguous("ServerBusy")
            self.used += entities

    async def get(self, table, partition, key, select=()):
        self.read += 1
        await self._count(1, table, partition)
        return await super().get(table, partition, key, select)

    async def range(self, table, partition, *more, **options):
        self.read += 1
        await self._count(1, table, partition)
        return await super().range(table, partition, *more, **options)

    async def transact(self, table, partition, operations):
        await self._count(len(operations), table, partition)
        self.written += len(operations)
        return await super().transact(table, partition, operations)


async def test_the_model_counts_a_booking_and_its_messages_as_they_are():
    table = Counting()
    world = World(table)
    await world.save(clinic())
    await world.book()
    table.read = table.written = 0
    assert (await world.book(MONDAY + timedelta(days=1, hours=3))).status == 201
    assert (table.read, table.written) == (scale.READ_TO_BOOK, scale.WRITTEN_TO_BOOK)
    table.calls = 0
    await world.drain()
    assert table.calls <= 2 * scale.CALLS_TO_TELL, "two bookings were told of"


@pytest.mark.walk
@virtually
async def test_a_crowd_at_azures_limit_gets_what_the_model_says():
    table = Counting()
    world = World(table)
    people = [a_person(f"p{number:02}") for number in range(40)]
    services = [a_service(f"s{one.id}", staff=(one.id,)) for one in people]
    await world.save(a_calendar(clinic(hours=ALWAYS).business, services, people))
    table.most = scale.OF_A_PARTITION
    lasts, done = 2, []

    async def client(number):
        for again in range(20):
            start = MONDAY + timedelta(days=1 + number // 40, hours=again)
            customer = {"name": "Ana", "email": f"a{number}-{again}@example.com"}
            answer = await world.book(start, service=f"sp{number % 40:02}", customer=customer)
            if asyncio.get_running_loop().time() > ends:
                return
            done.append(answer.status)

    ends = asyncio.get_running_loop().time() + lasts
    await asyncio.gather(*(client(number) for number in range(80)))
    limit = scale.OF_A_PARTITION / (scale.READ_TO_BOOK + scale.WRITTEN_TO_BOOK)
    assert set(done) == {201}
    # more than the model where commands that run at once share what they read
    assert 0.4 * limit <= len(done) / lasts <= 1.5 * limit, len(done)


def test_the_calendars_partition_gives_way_before_the_account():
    found = [one.what for one in scale.limits()]
    assert [one.partition(":")[0] for one in found] == [
        "one person's month",
        "one calendar",
        "one account",
        "the timer",
    ]
    alone, ten = (next(one.bookings for one in scale.limits(n) if "account" in one.what) for n in (1, 10))
    assert ten == 10 * alone


def test_costs_grow_with_what_is_done_and_nothing_is_free_of_charge():
    bills = [scale.bill(scale.Plan(bookings)).total for bookings in (0, 1_000, 100_000, 1_000_000)]
    assert bills == sorted(bills)
    assert bills[0] > 0
    assert scale.bill(scale.Plan(1_000, memory=0.5)).total < bills[1]


def test_the_guide_shows_what_the_model_says():
    text = (ROOT / ".github/docs/azure.md").read_text()
    assert scale.costs_table() in text
    assert scale.limits_table() in text
