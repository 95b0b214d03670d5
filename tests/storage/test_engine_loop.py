"""Rules 5 to 8 of DESIGN.md section 4: when to try again, what to read again, and the gates in front."""

import asyncio
from collections.abc import Sequence

import pytest

from shared.domain.errors import Refusal, TryAgain
from shared.records.keys import appointment_key
from shared.records.table import Operation, Rows
from shared.storage.engine import Engine
from shared.use_cases.ports import Writes
from tests.storage.take import (
    BIZ,
    LEDGER,
    NOT_APPLIED,
    OTHER,
    Take,
    appointments,
    commits,
    taken_by,
)
from tests.support.fakes import MemoryTable
from tests.support.faulty_table import Call, Fault, FaultyTable
from tests.support.virtual_time import virtually


@virtually
@pytest.mark.parametrize("fault", NOT_APPLIED)
async def test_rule_5_after_twenty_seconds_without_an_answer_it_says_try_again(fault: Fault) -> None:
    inner = MemoryTable()
    table = FaultyTable(inner, lambda call: fault if commits(call) else None)
    loop = asyncio.get_running_loop()
    with pytest.raises(TryAgain):
        await Take("ana").run(Engine(table, seed="5"))
    assert 19 < loop.time() <= 20.1
    assert 8 < len(table.sent) < 60
    table.plan = lambda _: None
    assert await Take("ana").answer(Engine(table)) == "ana"


@virtually
async def test_rule_5_a_service_that_hangs_is_left_at_the_deadline_and_the_key_still_has_one_answer() -> None:
    inner = MemoryTable()

    class Hanging(MemoryTable):
        async def transact(self, table: str, partition: str, operations: list[Operation]) -> list[str]:
            answer = await inner.transact(table, partition, operations)
            if table == "bookings":
                await asyncio.sleep(1000)
            return answer

        get, range = inner.get, inner.range

    with pytest.raises(TryAgain):
        await Take("ana").run(Engine(Hanging()))
    assert asyncio.get_running_loop().time() == pytest.approx(20)
    assert await Take("ana").answer(Engine(inner)) == "ana"


@virtually
async def test_rule_5_tries_are_spread_so_that_losers_do_not_march_in_step() -> None:
    times_sent: list[float] = []
    loop = asyncio.get_running_loop()

    def plan(call: Call) -> Fault | None:
        if not commits(call):
            return None
        times_sent.append(loop.time())
        return Fault.BUSY

    takes = [Take(f"who{n}").run(Engine(FaultyTable(MemoryTable(), plan), seed=f"{n}")) for n in range(20)]
    await asyncio.gather(*takes, return_exceptions=True)
    late = [when for when in times_sent if when > 5]
    assert len(late) > 60
    assert len(set(late)) == len(late)


@virtually
async def test_rule_6_after_a_conflict_everything_is_read_again_and_decided_again() -> None:
    inner = MemoryTable()
    table, take = FaultyTable(inner), Take("ana")
    spoiled = False

    def spoil(call: Call) -> None:
        nonlocal spoiled
        if commits(call) and not spoiled:
            spoiled = True
            inner.apply("bookings", BIZ, [Operation("insert", LEDGER, {"by": ""})])

    table.before_each = spoil
    assert await take.answer(Engine(table)) == "ana"
    assert take.decided == 2
    read = [key for call in table.calls if call.verb == "get" for key in call.keys]
    own = f"I|{take.command.hash}"
    assert sorted(read) == sorted([LEDGER, own, LEDGER, own, appointment_key("ana")])


@virtually
async def test_rule_6_a_row_that_was_to_be_inserted_and_is_there_is_read_before_the_next_plan() -> None:
    inner = MemoryTable()
    inner.apply("bookings", BIZ, [Operation("insert", appointment_key("ana"), {"by": "earlier"})])
    take = Take("ana")

    def decide(rows: Rows) -> Refusal | Writes:
        if rows.values(appointment_key("ana")):
            return Writes({}, {"id": "was there"})
        return Take.decide(take, rows)

    decision = await Engine(inner).decide(take.command, take.reads, decide)
    assert decision.outcome == {"id": "was there"}
    assert taken_by(inner) == ""


@virtually
async def test_rule_7_within_a_process_nobody_sends_what_is_bound_to_fail() -> None:
    table = FaultyTable(MemoryTable())
    engine = Engine(table)
    answers = await asyncio.gather(*(Take(f"who{n}").answer(engine) for n in range(100)))
    assert sum(answer != "taken" for answer in answers) == 1
    claims = [sent for sent in table.sent if len(sent) > 1]
    assert len(claims) == 1
    assert len(table.sent) == 100


@virtually
async def test_rule_7_safety_does_not_rest_on_the_locks() -> None:
    inner = MemoryTable()
    answers = await asyncio.gather(*(Take(f"who{n}").answer(Engine(inner)) for n in range(30)))
    assert sum(answer != "taken" for answer in answers) == 1
    assert len(appointments(inner)) == 1


@virtually
async def test_rule_7_two_who_need_the_same_ledgers_in_other_orders_do_not_wait_for_each_other_forever() -> None:
    engine = Engine(MemoryTable())
    pairs = [(LEDGER, OTHER), (OTHER, LEDGER)] * 10
    runs = [Take(f"who{n}", rows=pair).answer(engine) for n, pair in enumerate(pairs)]
    answers = await asyncio.wait_for(asyncio.gather(*runs), 5)
    assert sum(answer != "taken" for answer in answers) == 1


class Count(Take):
    """Takes one of what many can have: the ledger says how many were taken."""

    def decide(self, rows: Rows) -> Refusal | Writes:
        taken = (rows.values(LEDGER) or {}).get("taken", 0) + 1
        return Writes({LEDGER: {"taken": taken}, appointment_key(self.who): {"by": self.who}}, {"id": self.who})


class Slow(FaultyTable):
    """Requests take time to arrive."""

    def __init__(self, inner: MemoryTable) -> None:
        super().__init__(inner)
        self.slowness = lambda: 0.01

    def reads(self, key: str) -> int:
        return sum(call.verb == "get" and call.keys == (key,) for call in self.calls)


def ledger_of(table: MemoryTable) -> dict[str, object]:
    return next(dict(row.values) for row in table.rows("bookings", BIZ) if row.key == LEDGER)


@virtually
async def test_rule_7_a_crowd_for_one_ledger_reads_it_once_and_sends_nothing_in_vain() -> None:
    inner = MemoryTable()
    table = Slow(inner)
    engine = Engine(table)
    await asyncio.gather(*(Count(f"who{n}").run(engine) for n in range(20)))
    assert ledger_of(inner) == {"taken": 20}
    assert len(table.sent) == 20
    assert table.reads(LEDGER) == 1


class Reminded(Count):
    """Is to be reminded too: the marker of that minute is written after the ledger was read."""

    def decide(self, rows: Rows) -> Refusal | Writes:
        writes = super().decide(rows)
        assert isinstance(writes, Writes)
        return writes._replace(rows={**writes.rows, f"M|202703010900|{self.who}|r0": {"n": 1}})


@virtually
async def test_rule_7_a_change_that_nobody_waited_for_is_remembered_by_who_comes_to_it_later() -> None:
    inner = MemoryTable()
    table = Slow(inner)
    engine = Engine(table)
    await asyncio.gather(Count("ana").run(engine), Reminded("bob").run(engine))
    assert ledger_of(inner) == {"taken": 2}
    assert len(table.sent) == 2


@virtually
async def test_rule_7_what_another_process_has_changed_since_is_not_written_over() -> None:
    inner = MemoryTable()
    engine, done = Engine(Slow(inner)), list[str]()

    async def count(who: str) -> None:
        await Count(who).run(engine)
        done.append(who)
        if len(done) == 1:
            inner.apply("bookings", BIZ, [Operation("upsert", LEDGER, {"taken": 101})])

    await asyncio.gather(*(count(f"who{n}") for n in range(3)))
    assert ledger_of(inner) == {"taken": 103}


class AnsweredLate(FaultyTable):
    """Ana's change is made at once, and freed by another process; then Bob asks; then Ana has her answer."""

    def __init__(self, inner: MemoryTable) -> None:
        super().__init__(inner)
        self.memory = inner
        self.engine = Engine(self)
        self.bobs: asyncio.Task[str] | None = None

    async def transact(self, table: str, partition: str, operations: Sequence[Operation]) -> list[str]:
        etags = await super().transact(table, partition, operations)
        if table == "bookings" and self.bobs is None:
            self.memory.apply("bookings", BIZ, [Operation("upsert", LEDGER, {"by": ""})])
            self.bobs = asyncio.create_task(Take("bob").answer(self.engine))
            await asyncio.sleep(0.2)
        return etags


@virtually
async def test_rule_7_no_refusal_rests_on_a_change_that_was_sent_before_the_command_began() -> None:
    table = AnsweredLate(MemoryTable())
    assert await Take("ana").answer(table.engine) == "ana"
    assert table.bobs
    assert await table.bobs == "bob"


@virtually
async def test_rule_8_a_command_cannot_delete_a_ledger() -> None:
    engine, take = Engine(MemoryTable()), Take("ana")
    await take.run(engine)
    with pytest.raises(ValueError, match="never deleted"):
        await engine.decide(Take("bob").command, take.reads, lambda _: Writes({LEDGER: None}, {}))
