"""Rounds: who runs them, when others step in, and that one sweeps once an hour."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from shared.records.personal_data.exports import ALL_JOBS
from shared.records.table import Ambiguous, Table
from shared.storage.store import TableStore
from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from shared.use_cases.maintenance import run_round as rounds
from shared.use_cases.maintenance.rounds import REQUESTS, SWEEP, TIMER, BackupRound, read_rounds
from shared.use_cases.maintenance.run_round import run_if_late, run_round
from shared.use_cases.messages.send_counts import SendCounts
from shared.use_cases.personal_data.export.jobs import ask_export
from tests.support.fakes import MemoryTable, UnreadableTable
from tests.support.faulty_table import Fault, FaultyTable
from tests.support.virtual_time import virtually


class Sender:
    """Counts how often it was asked to send."""

    def __init__(self) -> None:
        self.times = 0

    async def __call__(self) -> SendCounts:
        self.times += 1
        return SendCounts(sent=1)


@pytest.fixture(params=["memory", "azurite"])
def table(request: pytest.FixtureRequest) -> Table:
    return MemoryTable() if request.param == "memory" else request.getfixturevalue("tables")


async def test_a_round_is_stamped_on_the_real_table_as_in_memory(table):
    store, send = TableStore(table), Sender()
    assert await read_rounds(table) == (None, None, None, "", BackupRound())
    await run_round(TIMER, send, store=store)
    first = await read_rounds(table)
    assert first.timer is not None
    assert first.timer < timedelta(seconds=5)
    assert (first.requests, send.times) == (None, 1)
    before = {row.key: (row.written, row.etag) for row in (await table.range("due", "rounds", "!", "~")).rows}
    await asyncio.sleep(0.01)
    await run_round(TIMER, send, store=store)
    after = {row.key: (row.written, row.etag) for row in (await table.range("due", "rounds", "!", "~")).rows}
    assert after[TIMER][0] > before[TIMER][0], "an empty row that is written again has a new time"
    assert after[SWEEP] == before[SWEEP], "within the hour nobody sweeps again"


@virtually
async def test_while_the_timer_runs_requests_send_nothing():
    store, send = TableStore(MemoryTable()), Sender()
    await run_round(TIMER, send, store=store)
    await asyncio.sleep(29)
    assert await run_if_late(send, store=store) is None
    assert send.times == 1


@virtually
async def test_where_it_is_late_one_of_many_instances_steps_in_and_the_timer_stays_late():
    table, send = MemoryTable(), Sender()
    await run_round(TIMER, send, store=TableStore(table))
    await asyncio.sleep(40)
    for _ in range(10):
        await run_if_late(send, store=TableStore(table))
    assert send.times == 2, "the first did it, and said so"
    found = await read_rounds(table)
    assert found.timer >= timedelta(seconds=39), "whoever watches the timer sees that it stopped"
    assert found.requests == timedelta()


@virtually
async def test_exports_that_cannot_be_gone_on_with_keep_nothing_else_waiting():
    inner = MemoryTable()
    asking = Context(TableStore(inner), "a secret", datetime(2027, 1, 11, tzinfo=UTC))
    await ask_export(
        "ana@example.com", subject="head", author=Author("head", "key-0000000000000001"), context=asking
    )
    table = FaultyTable(inner, lambda call: Fault.BUSY if call.keys[0] == ALL_JOBS.low else None)
    assert await run_round(TIMER, Sender(), store=TableStore(table)) == SendCounts(sent=1)
    found = await read_rounds(inner)
    assert (found.timer is not None, found.sweep is not None, table.faults > 0) == (True, True, True)


@virtually
async def test_a_new_installation_whose_timer_never_ran_is_served_by_requests():
    table, send = MemoryTable(), Sender()
    assert await run_if_late(send, store=TableStore(table)) == SendCounts(sent=1)
    assert (await read_rounds(table)).timer is None


@virtually
async def test_of_those_who_find_the_sweep_due_one_sweeps():
    table = MemoryTable()
    sweeps = []

    class Watching(MemoryTable):
        async def range(self, name, partition, *more, **options):
            if (name, partition) == ("org", "calendars"):
                sweeps.append(partition)
            return await table.range(name, partition, *more, **options)

        async def transact(self, *arguments):
            return await table.transact(*arguments)

    for _ in range(3):
        await asyncio.gather(*(run_round(TIMER, Sender(), store=TableStore(Watching())) for _ in range(5)))
        await asyncio.sleep(1800)
    assert len(sweeps) == 2, "at once, and after an hour"


@virtually
async def test_sending_goes_on_beside_a_long_sweep_which_has_an_end(caplog):
    table, send = MemoryTable(), Sender()

    class Endless(MemoryTable):
        async def range(self, name, partition, *more, **options):
            if (name, partition) == ("org", "calendars"):
                await asyncio.sleep(3600)
            return await table.range(name, partition, *more, **options)

        async def transact(self, *arguments):
            return await table.transact(*arguments)

    began = asyncio.get_running_loop().time()
    counts = await run_round(TIMER, send, store=TableStore(Endless()))
    assert asyncio.get_running_loop().time() - began < 300, "before the host ends it"
    assert counts.sent == send.times > 20
    assert (await read_rounds(table)).timer < timedelta(seconds=30)
    assert f"not done in {rounds.BESIDE_LASTS}" in caplog.text


@virtually
async def test_what_fails_is_not_stamped():
    table = MemoryTable()

    async def fails() -> SendCounts:
        raise Ambiguous("no answer")

    for by in (TIMER, REQUESTS):
        with pytest.raises(Ambiguous):
            await run_round(by, fails, store=TableStore(table))
    assert await read_rounds(table) == (None, None, None, "", BackupRound())
    with pytest.raises(Ambiguous):
        await run_if_late(Sender(), store=TableStore(UnreadableTable(Ambiguous)))


@virtually
async def test_who_could_not_ask_everywhere_what_is_due_has_not_done_a_round():
    table = MemoryTable()

    async def sends() -> SendCounts:
        return SendCounts(sent=1, unread=1)

    for by in (TIMER, REQUESTS):
        assert await run_round(by, sends, store=TableStore(table)) == SendCounts(sent=1, unread=1)
    found = await read_rounds(table)
    assert (found.timer, found.requests) == (None, None)
