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
        self.read = self.written = 0
        self.most, self.second, self.used = most, 0, 0

    async def _count(self, entities, table, partition):
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


async def test_the_model_counts_a_booking_as_it_is():
    table, world = await counted_world()
    assert (await world.book(MONDAY + timedelta(days=1, hours=3))).status == 201
    assert (table.read, table.written) == (scale.READ_TO_BOOK, scale.WRITTEN_TO_BOOK)


async def test_the_model_counts_what_each_booking_adds_to_a_round_of_messages():
    found = []
    for bookings in (2, 6):
        table, world = await counted_world()
        for day in range(bookings):
            start, email = MONDAY + timedelta(days=1 + day % 4, hours=3 + day // 4), f"ana{day}@example.com"
            assert (await world.book(start, customer={"name": "Ana", "email": email})).status == 201
        table.read = table.written = 0
        await world.drain()
        found.append((table.read, table.written))
    (few_read, few_written), (many_read, many_written) = found
    assert many_written - few_written == 4 * scale.WRITTEN_TO_TELL
    # less than the model where messages that go out together share a read of the settings
    assert 4 * (scale.READ_TO_TELL - 1) <= many_read - few_read <= 4 * scale.READ_TO_TELL


async def counted_world():
    """A clinic with one booking, told of, and its table, which counts from now on."""
    table = Counting()
    world = World(table)
    await world.save(clinic())
    await world.book()
    await world.drain()
    table.read = table.written = 0
    return table, world


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
    limit = scale.OF_A_PARTITION / scale.TO_BOOK
    assert set(done) == {201}
    # more than the model where commands that run at once share what they read
    assert 0.4 * limit <= len(done) / lasts <= 1.5 * limit, len(done)


def test_the_calendars_partition_gives_way_before_the_account():
    found = [one.what for one in scale.limits()]
    assert [one.partition(":")[0] for one in found] == [
        "one person's month",
        "one calendar, for long",
        "one calendar, in a rush",
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
    for bookings in (2_000, 20_000):
        assert f"{bookings:,} a second in all take {scale.accounts_for(bookings)}" in " ".join(text.split())
