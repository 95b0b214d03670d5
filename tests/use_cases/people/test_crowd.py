"""A crowd that wants one person's time through four calendars costs each of its parties what one calendar would."""

import asyncio
from collections import Counter

from shared.domain.errors import SlotTaken
from shared.records.keys import LEDGER
from tests.support.clinic import TEN, World
from tests.support.fakes import MemoryTable
from tests.support.virtual_time import virtually
from tests.use_cases.people.offices import NAMES, Offices, an_office


PARTIES, ANSWERS_AFTER = 80, 0.005  # seconds


class SlowTable(MemoryTable):
    """Answers after a while, as a service does; counts reads of ledgers."""

    ledgers = 0

    async def get(self, table, partition, key, *more):
        self.ledgers += key.startswith(LEDGER)
        await asyncio.sleep(ANSWERS_AFTER)
        return await super().get(table, partition, key, *more)

    async def transact(self, *write):
        await asyncio.sleep(ANSWERS_AFTER)
        return await super().transact(*write)


async def tried(world: World, number: int) -> str:
    try:
        await world.book(TEN, email=f"guest{number}@example.org")
    except SlotTaken:
        return "taken"
    return "won"


@virtually
async def test_a_crowd_shares_what_it_reads_and_waits_for_nobody():
    table, offices = SlowTable(), Offices()
    first = await World.opened(an_office(NAMES[0]), table)
    for name in NAMES:
        offices[name] = first.beside(an_office(name))
        if name != NAMES[0]:
            await offices[name].save(an_office(name))
    await offices.settle()
    for world in offices.values():
        world.store = first.store  # one process serves all
    table.ledgers = table.transactions = 0
    began = asyncio.get_running_loop().time()
    worlds = list(offices.values())
    found = await asyncio.gather(*(tried(worlds[number % 4], number) for number in range(PARTIES)))
    assert Counter(found) == {"won": 1, "taken": PARTIES - 1}
    assert table.ledgers <= 6 * len(NAMES), "a few times each, however many there are"
    assert table.transactions <= PARTIES + 10, "the answer of each, the holds of who won, and markers"
    assert asyncio.get_running_loop().time() - began <= 12 * ANSWERS_AFTER
