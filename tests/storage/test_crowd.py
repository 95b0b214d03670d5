"""What a crowd costs in storage: who loses reads what is their own, and shares the rest with all the others."""

import asyncio
from collections import Counter

import pytest

from shared.domain.errors import GroupFull, SlotTaken
from shared.records.keys import LEDGER, ledger_key
from shared.records.table import Ambiguous, Range
from shared.storage.shared_reads import PATIENCE, TRIES, SharedReads
from tests.support.builders import a_calendar
from tests.support.clinic import HALF, TEN, World, a_group, three_people
from tests.support.fakes import MemoryTable
from tests.support.faulty_table import Fault, FaultyTable, times
from tests.support.virtual_time import virtually


CROWD = 200


async def rush(world: World, slots: int = 1) -> tuple[int, float, int]:
    """Let a crowd book at once; return how many won, and how many calls and transactions it took for each of them."""
    world.table.slowness = lambda: 0.003
    starts = [TEN + number % slots * HALF for number in range(CROWD)]
    world.table.calls.clear()
    world.inner.transactions = 0
    answers = await asyncio.gather(
        *(world.book(start, email=f"c{number}@x.org") for number, start in enumerate(starts)),
        return_exceptions=True,
    )
    lost = Counter(type(one) for one in answers if isinstance(one, Exception))
    assert set(lost) <= {SlotTaken, GroupFull}
    assert await world.problems() == []
    return CROWD - lost.total(), len(world.table.calls) / CROWD, world.inner.transactions


@pytest.mark.walk
@virtually
@pytest.mark.parametrize(
    ("name", "world", "slots", "room", "calls"),
    [
        ("one slot", a_calendar(), 1, 1, 4.2),
        ("ten slots", a_calendar(), 10, 10, 4.6),
        ("anyone of three", three_people(), 1, 3, 5.5),
        ("a group of ten", a_group(10), 1, 10, 6.5),
    ],
)
async def test_whoever_loses_shares_what_others_read_too(name, world, slots, room, calls) -> None:
    won, made, transactions = await rush(await World.opened(world), slots)
    print(f"{CROWD} on {name}: {made:.2f} calls for each")
    assert (won, transactions) == (room, room)
    assert made <= calls


BIZ, KEY = "biz0shared", ledger_key("202701", "claire")


class Slow(MemoryTable):
    """Answers with what is there when it is asked, seconds later."""

    def __init__(self, *seconds: float) -> None:
        super().__init__()
        self.seconds = list(seconds)

    async def get(self, table, partition, key, select=()):
        self.requests += 1
        number = self.requests
        await asyncio.sleep(self.seconds.pop(0) if self.seconds else 1.0)
        return number


@virtually
async def test_a_read_is_shared_only_by_those_who_had_asked_before_it_began() -> None:
    table = Slow()
    reads = SharedReads(table)

    async def get(after: float) -> int:
        await asyncio.sleep(after)
        return (await reads.get(BIZ, KEY, reads.moment()))[0]

    assert await asyncio.gather(get(0), get(0.1), get(0.9), get(1.1), get(1.9)) == [1, 2, 2, 3, 3]
    assert table.requests == 3


@virtually
async def test_a_finished_read_serves_whoever_needs_no_later_one() -> None:
    table = Slow()
    reads = SharedReads(table)
    since = reads.moment()
    first, read_by = await reads.get(BIZ, KEY, since)
    assert (await reads.get(BIZ, KEY, since))[0] == first == 1
    assert (await reads.get(BIZ, KEY, read_by))[0] == 2


@virtually
async def test_nobody_waits_long_for_somebody_elses_read_that_hangs() -> None:
    reads = SharedReads(Slow(3600.0))
    hanging = asyncio.create_task(reads.get(BIZ, KEY, reads.moment()))
    await asyncio.sleep(0.1)
    began = asyncio.get_running_loop().time()
    assert (await reads.get(BIZ, KEY, reads.moment()))[0] == 2
    assert asyncio.get_running_loop().time() - began <= PATIENCE + 1
    assert (await hanging)[0] == 2


@virtually
async def test_a_storage_that_hangs_is_no_answer_after_some_tries() -> None:
    reads = SharedReads(Slow(*[3600.0] * TRIES))
    began = asyncio.get_running_loop().time()
    with pytest.raises(Ambiguous):
        await reads.get(BIZ, KEY, reads.moment())
    assert asyncio.get_running_loop().time() - began == TRIES * PATIENCE
    assert (await reads.get(BIZ, KEY, reads.moment()))[0] == TRIES + 1


@virtually
async def test_a_read_that_failed_is_nobodys_answer_afterwards() -> None:
    table = FaultyTable(MemoryTable(), times(1, Fault.BUSY, lambda call: call.verb == "range"))
    reads, wanted = SharedReads(table), Range(LEDGER, "L~")
    asked = [reads.range(BIZ, wanted, reads.moment()) for _ in range(3)]
    first, *others = await asyncio.gather(*asked, return_exceptions=True)
    assert isinstance(first, Ambiguous)
    assert [type(one) for one in others] == [Ambiguous] * 2
    assert (await reads.range(BIZ, wanted, reads.moment()))[0].rows == []


@virtually
async def test_who_goes_away_takes_the_read_from_nobody() -> None:
    reads = SharedReads(Slow())
    since = reads.moment()
    gone, here = (asyncio.create_task(reads.get(BIZ, KEY, since)) for _ in range(2))
    await asyncio.sleep(0.5)
    gone.cancel()
    assert (await here)[0] == 1


@virtually
async def test_what_was_read_long_ago_is_forgotten() -> None:
    reads = SharedReads(MemoryTable())
    for number in range(5000):
        await reads.get(BIZ, f"L|202701|p{number}", reads.moment())
    assert len(reads._reads) <= 2001
