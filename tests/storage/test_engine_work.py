"""Rules 9 to 12 of DESIGN.md section 4: refusals of one moment, markers before work, and what cannot fit."""

import asyncio
from collections.abc import Iterable
from datetime import timedelta

import pytest
from pydantic import ValidationError

from shared.domain.errors import Refusal, SlotTaken, TryAgain
from shared.records.keys import AUDIT, DECISION, SESSION, WORK, appointment_key
from shared.records.table import Operation, Range, Rows
from shared.storage.engine import Engine
from shared.storage.limits import TooLarge
from shared.use_cases.ports import Writes
from tests.storage.take import (
    BIZ,
    LEDGER,
    OTHER,
    Take,
)
from tests.support.builders import a_service
from tests.support.fakes import START, MemoryTable
from tests.support.faulty_table import Call, Fault, FaultyTable
from tests.support.virtual_time import virtually


@virtually
async def test_rule_9_a_refusal_from_two_rows_that_never_held_together_is_not_given() -> None:
    """The free place moves from one row to the other between the two reads: at every moment there was one."""
    inner = MemoryTable()
    inner.apply(
        "bookings", BIZ, [Operation("insert", LEDGER, {"by": "x"}), Operation("insert", OTHER, {"by": ""})]
    )
    table, take = FaultyTable(inner), Take("ana")
    moved = False

    def move(call: Call) -> None:
        nonlocal moved
        if call == Call("get", "bookings", (OTHER,)) and not moved:
            moved = True
            writes = [Operation("upsert", LEDGER, {"by": ""}), Operation("upsert", OTHER, {"by": "x"})]
            inner.apply("bookings", BIZ, writes)

    def reads(rows: Rows) -> Iterable[str]:
        return [LEDGER] if not rows.has(LEDGER) else [LEDGER, OTHER]

    def decide(rows: Rows) -> Refusal | Writes:
        free = [one for one in (LEDGER, OTHER) if not (rows.values(one) or {})["by"]]
        return Writes({free[0]: {"by": "ana"}}, {"id": free[0]}) if free else SlotTaken()

    table.before_each = move
    decision = await Engine(table).decide(take.command, reads, decide)
    assert decision.outcome == {"id": LEDGER}


@virtually
async def test_rule_9_a_refusal_from_two_rows_that_stayed_as_they_were_is_given_after_reading_them_twice() -> None:
    inner = MemoryTable()
    inner.apply(
        "bookings", BIZ, [Operation("insert", LEDGER, {"by": "x"}), Operation("insert", OTHER, {"by": "x"})]
    )
    table = FaultyTable(inner)
    assert await Take("ana", rows=(LEDGER, OTHER)).answer(Engine(table)) == "taken"
    read = [
        call.keys[0]
        for call in table.calls
        if call.verb == "get" and call.keys[0] != DECISION + "ana".rjust(16, "0")
    ]
    assert sorted(read) == [LEDGER, LEDGER, OTHER, OTHER]


@virtually
async def test_rule_9_a_refusal_from_one_row_costs_no_second_reading() -> None:
    inner = MemoryTable()
    inner.apply("bookings", BIZ, [Operation("insert", LEDGER, {"by": "x"})])
    table = FaultyTable(inner)
    assert await Take("ana").answer(Engine(table)) == "taken"
    assert sum(call.verb == "get" for call in table.calls) == 2


@virtually
async def test_rule_9_a_range_of_several_answers_is_read_twice() -> None:
    inner = MemoryTable()
    for index in range(0, 1100, 100):
        inner.apply("bookings", BIZ, [Operation("insert", f"G|{n:05d}", {}) for n in range(index, index + 100)])
    table, take = FaultyTable(inner), Take("ana")
    with pytest.raises(SlotTaken):
        await Engine(table).decide(take.command, lambda _: [Range(SESSION, "G~")], lambda _: SlotTaken())
    assert sum(call.verb == "range" for call in table.calls) == 2


@virtually
async def test_rule_10_the_marker_is_durable_before_the_transaction_is_sent() -> None:
    table = FaultyTable(MemoryTable())
    await Take("ana").run(Engine(table))
    writes = [call.table for call in table.calls if call.verb == "transact"]
    assert writes == ["due", "bookings"]


@virtually
async def test_rule_10_without_its_marker_no_transaction_is_sent() -> None:
    table = FaultyTable(MemoryTable(), lambda call: Fault.BUSY if call.table == "due" else None)
    with pytest.raises(TryAgain):
        await Take("ana").run(Engine(table))
    assert table.sent == []


@virtually
async def test_rule_10_a_minute_that_only_the_plan_knows_is_marked_before_the_transaction() -> None:
    inner = MemoryTable()
    table, take = FaultyTable(inner), Take("ana")
    late = Writes({"M|202703010900|ana|r0": {"n": 1}}, {"id": "ana"})
    await Engine(table).decide(take.command, take.reads, lambda _: late)
    assert [call.table for call in table.calls if call.verb == "transact"][-1] == "bookings"
    keys = [row.key for shard in range(4) for row in inner.rows("due", f"s{shard}")]
    assert keys == [f"000000000000|{BIZ}", f"202703010900|{BIZ}"]


@virtually
async def test_rule_10_a_minute_that_was_named_in_advance_is_marked_beside_the_first_reads() -> None:
    table, take = FaultyTable(MemoryTable()), Take("ana")
    due = START + timedelta(days=49)
    late = Writes({"M|202703010700|ana|r0": {"n": 1}}, {"id": "ana"})
    await Engine(table).decide(take.command, take.reads, lambda _: late, due=[due])
    *reads_and_markers, last = [(call.verb, call.table) for call in table.calls]
    assert sorted(reads_and_markers) == [("get", "bookings")] * 2 + [("transact", "due")] * 2
    assert last == ("transact", "bookings")


@virtually
async def test_rule_10_a_transaction_is_never_sent_two_minutes_after_its_markers() -> None:
    """Each try may be slow, and a process remembers which markers it wrote; neither may make them old."""
    inner = MemoryTable()
    engine = Engine(FaultyTable(inner))
    loop = asyncio.get_running_loop()
    for number in range(60):
        await asyncio.sleep(7)
        await Take(f"who{number}", rows=(f"L|202701|p{number}",)).run(engine)
        (marker,) = [row for shard in range(4) for row in inner.rows("due", f"s{shard}")]
        assert loop.time() - (marker.written - START).total_seconds() < 120


@virtually
async def test_rule_10_markers_that_grew_old_while_waiting_are_written_again() -> None:
    inner = MemoryTable()
    engine, take = Engine(FaultyTable(inner)), Take("ana")
    await take.run(engine)
    await asyncio.sleep(59)
    other = Take("bob", rows=(OTHER,))

    run = asyncio.create_task(other.run(engine))
    async with engine.gates.holding(sorted(f"{BIZ}|{one}" for one in (OTHER, appointment_key("bob")))):
        await asyncio.sleep(19)
    await run
    (marker,) = [row for shard in range(4) for row in inner.rows("due", f"s{shard}")]
    assert asyncio.get_running_loop().time() - (marker.written - START).total_seconds() < 120


@virtually
async def test_rule_11_work_rows_are_put_whatever_is_there_and_whatever_a_timer_took_away() -> None:
    table = FaultyTable(MemoryTable())
    await Take("ana").run(Engine(table))
    (sent,) = table.sent
    assert {(one.verb, one.etag) for one in sent if one.key.startswith((WORK, AUDIT))} == {("upsert", "")}


@virtually
@pytest.mark.parametrize("values", [None, {"n": 2}])
async def test_rule_11_only_an_entry_that_a_command_reads_is_written_as_it_was_read(values) -> None:
    """A worker takes the entry between the command's reading and writing: the command decides again."""
    inner, entry, seen = MemoryTable(), f"{WORK}000000000000|ana|1", []
    inner.apply("bookings", BIZ, [Operation("insert", entry, {"n": 1})])

    def decide(rows: Rows) -> Refusal | Writes:
        row = rows.by_key[entry]
        seen.append(row.values["n"] if row else None)
        if len(seen) == 1:
            inner.apply("bookings", BIZ, [Operation("upsert", entry, {"n": 7})])
        return Writes({entry: values}, {}) if seen[-1] == 1 else SlotTaken()

    with pytest.raises(SlotTaken):
        await Engine(FaultyTable(inner)).decide(Take("ana").command, lambda _: [entry], decide)
    assert seen == [1, 7]
    assert [row.values for row in inner.rows("bookings", BIZ) if row.key == entry] == [{"n": 7}]


def test_rule_12_what_cannot_fit_into_a_transaction_is_refused_when_it_is_configured() -> None:
    from tests.support.builders import A_REMINDER

    a_service(assignment="all", staff=tuple(f"p{n}" for n in range(20)), reminders=(A_REMINDER,) * 10)
    with pytest.raises(ValidationError, match="at most 20 people"):
        a_service(assignment="all", staff=tuple(f"p{n}" for n in range(21)))
    with pytest.raises(ValidationError, match="at most 10 reminders"):
        a_service(reminders=(A_REMINDER,) * 11)


@virtually
async def test_rule_12_a_transaction_of_more_than_a_hundred_operations_is_never_sent() -> None:
    inner, take = MemoryTable(), Take("ana")
    with pytest.raises(TooLarge):
        await Engine(inner).decide(
            take.command, take.reads, lambda _: Writes({appointment_key(n): {} for n in range(100)}, {})
        )
    assert inner.rows("bookings", BIZ) == []
