"""Rules 1 to 3 of DESIGN.md section 4: one transaction, one decision, and no answer that is only a guess."""

import asyncio
from contextlib import suppress

import pytest

from shared.domain.errors import InvalidFields, KeyReused
from shared.records.table import Operation, Range, Rows
from shared.storage.engine import Engine
from shared.storage.limits import TooLarge
from shared.storage.plan import as_operations
from shared.use_cases.ports import Writes
from tests.storage.take import (
    ANYTHING,
    BIZ,
    LEDGER,
    Free,
    Take,
    appointments,
    commits,
    taken_by,
)
from tests.support.fakes import MemoryTable
from tests.support.faulty_table import JUST_THEN, Call, Fault, FaultyTable, at_random, once, times
from tests.support.virtual_time import virtually


@virtually
async def test_rule_1_everything_a_command_changes_is_in_one_transaction_with_its_decision() -> None:
    table = FaultyTable(MemoryTable())
    await Take("ana").run(Engine(table))
    (sent,) = table.sent
    assert [one.key[:2] for one in sent] == ["L|", "A|", "M|", "Z|", "I|"]
    assert sent[-1].verb == "insert"


@virtually
async def test_rule_1_ledgers_and_appointments_are_written_only_over_what_was_read() -> None:
    table = FaultyTable(MemoryTable())
    engine = Engine(table)
    await Take("ana").run(engine)
    await Free("free").run(engine)
    await Take("bob").run(engine)
    conditions = [next((one.verb, one.etag) for one in sent if one.key == LEDGER) for sent in table.sent]
    assert conditions[0] == ("insert", "")
    assert [(verb, etag != "") for verb, etag in conditions[1:]] == [("replace", True)] * 2
    assert all(one.verb == "insert" for sent in table.sent for one in sent if one.key.startswith("A|"))


@virtually
async def test_rule_1_an_appointment_that_changed_since_it_was_read_is_not_written_over() -> None:
    inner = MemoryTable()
    await Take("ana").run(Engine(inner))
    table, change = FaultyTable(inner), Take("change")
    change.reads = lambda _: ["A|ana"]
    decided: list[object] = []

    def decide(rows: Rows) -> Writes:
        decided.append((rows.values("A|ana") or {})["by"])
        return Writes({"A|ana": {"by": "changed"}}, {"id": "changed"})

    table.before_each = lambda call: (
        inner.apply("bookings", BIZ, [Operation("upsert", "A|ana", {"by": "meanwhile"})])
        if commits(call) and len(decided) == 1
        else None
    )
    await Engine(table).decide(change.command, change.reads, decide)
    assert decided == ["ana", "meanwhile"]


@virtually
async def test_rule_1_what_a_command_forgot_to_name_is_read_before_it_is_written() -> None:
    inner = MemoryTable()
    await Take("ana").run(Engine(inner))
    late = Take("bob")
    late.reads = lambda _: []
    assert await late.answer(Engine(inner)) == "taken"
    assert taken_by(inner) == "ana"


@virtually
async def test_rule_1_of_two_that_forgot_to_name_it_one_wins() -> None:
    inner = MemoryTable()
    takes = [Take(who) for who in ("ana", "bob", "eve")]
    for one in takes:
        one.reads = lambda _: []
    answers = await asyncio.gather(*(one.answer(Engine(FaultyTable(inner))) for one in takes))
    assert sorted(answers) == sorted([taken_by(inner), "taken", "taken"])


def test_rule_1_a_row_that_decides_is_not_written_unread() -> None:
    with pytest.raises(ValueError, match="read before it is written"):
        as_operations(Rows(), Writes({LEDGER: {"by": "x"}}, {}), "mark")


@virtually
@pytest.mark.parametrize("call", range(8))
async def test_rule_1_a_process_that_stops_at_any_call_leaves_all_or_nothing(call: int) -> None:
    inner = MemoryTable()
    table = FaultyTable(inner)
    task = asyncio.create_task(Take("ana").run(Engine(table)))
    for _ in range(call * 2):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    kinds = {row.key[:2] for row in inner.rows("bookings", BIZ)}
    assert kinds in (set(), {"L|", "A|", "M|", "Z|", "I|"})
    assert await Take("ana").answer(Engine(inner)) == "ana"


@virtually
async def test_rule_2_the_same_key_has_the_same_answer_when_it_won() -> None:
    engine = Engine(MemoryTable())
    first, second = await Take("ana").run(engine), await Take("ana").run(engine)
    assert (first.outcome, first.is_new) == ({"id": "ana"}, True)
    assert (second.outcome, second.is_new) == ({"id": "ana"}, False)


@virtually
async def test_rule_2_the_same_key_has_the_same_answer_when_it_lost_even_once_there_is_room() -> None:
    table = MemoryTable()
    engine = Engine(table)
    assert await Take("ana").answer(engine) == "ana"
    assert await Take("bob").answer(engine) == "taken"
    await Free("free").run(engine)
    assert await Take("bob").answer(engine) == "taken"
    assert await Take("bob", key="anew").answer(engine) == "bob"


@virtually
async def test_rule_2_the_same_key_with_other_content_is_refused_and_changes_nothing() -> None:
    table = MemoryTable()
    engine = Engine(table)
    await Take("ana").run(engine)
    before = table.rows("bookings", BIZ)
    with pytest.raises(KeyReused):
        await Take("ana", body="other").run(engine)
    assert table.rows("bookings", BIZ) == before


@virtually
async def test_rule_2_a_form_that_is_wrong_stays_so_and_another_may_follow_it_under_its_key() -> None:
    table = MemoryTable()
    take, wrong = Take("ana"), [("/a", "wrong"), ("/" + "x" * 300, "not asked")]
    for decide in (lambda _: InvalidFields(wrong), take.decide):
        with pytest.raises(InvalidFields) as refused:
            await Engine(table).decide(take.command, take.reads, decide)
        assert refused.value.errors[0] == ("/a", "wrong", "")
    assert await Take("ana", body="other").answer(Engine(table)) == "ana"
    with pytest.raises(KeyReused):
        await take.run(Engine(table))


@virtually
async def test_rule_2_a_form_may_come_again_with_another_proof() -> None:
    table = MemoryTable()
    take = Take("ana")
    with pytest.raises(InvalidFields):
        await Engine(table).decide(take.command, take.reads, lambda _: InvalidFields([("/code", "required")]))
    take.command = take.command._replace(proof="a code")
    assert await take.answer(Engine(table)) == "ana"
    take.command = take.command._replace(proof="")
    assert await take.answer(Engine(table)) == "ana"
    assert take.decided == 1


@virtually
@pytest.mark.parametrize("fault", [Fault.ZOMBIE, Fault.DROPPED_AFTER])
async def test_rule_2_no_try_lands_after_its_form_was_refused(fault: Fault) -> None:
    """The first try is on its way when settings change, or its code grows old."""
    inner = MemoryTable()
    take, away = Take("ana"), FaultyTable(inner, times(9, fault, lambda call: call.writes("A|")))
    first = asyncio.create_task(take.answer(Engine(away)))
    await asyncio.sleep(JUST_THEN)
    refused = ""
    try:
        await Engine(inner).decide(take.command, take.reads, lambda _: InvalidFields([("/code", "old")]))
    except InvalidFields:
        refused = "refused"
    with suppress(InvalidFields):
        await first
    await away.settled()
    is_there = any(row.key.startswith("A|") for row in inner.rows("bookings", BIZ))
    assert is_there == (fault is Fault.DROPPED_AFTER) == (refused == "")


@virtually
async def test_rule_2_what_a_decision_row_holds_is_the_outcome_and_no_more() -> None:
    table = MemoryTable()
    await Take("ana").run(Engine(table))
    (row,) = [row for row in table.rows("bookings", BIZ) if row.key.startswith("I|")]
    assert row.values == {"fingerprint": "ana", "outcome": '{"id": "ana"}'}


@virtually
@pytest.mark.parametrize("seed", range(20))
async def test_rule_2_one_command_sent_many_times_at_once_to_several_processes_has_one_answer(seed: int) -> None:
    inner = MemoryTable()
    engines = [Engine(FaultyTable(inner, at_random(0.3, seed * 10 + n))) for n in range(4)]
    who = ["ana", "bob", "eve"]
    runs = [(one, Take(one).answer(engine)) for one in who for engine in engines]
    answers = await asyncio.gather(*(run for _, run in runs))
    by_key = {one: {answer for (key, _), answer in zip(runs, answers, strict=True) if key == one} for one in who}
    assert all(len(found) == 1 for found in by_key.values()), by_key
    await asyncio.gather(*(engine.table.settled() for engine in engines))
    winners = [one for one in who if by_key[one] == {one}]
    assert appointments(inner) == winners == [taken_by(inner)]


@virtually
@pytest.mark.parametrize("fault", ANYTHING)
@pytest.mark.parametrize("count", [1, 3])
async def test_rule_3_whatever_becomes_of_the_transaction_the_answer_is_what_is_there(
    fault: Fault, count: int
) -> None:
    inner = MemoryTable()
    table = FaultyTable(inner, times(count, fault, commits))
    assert await Take("ana").answer(Engine(table)) == "ana"
    await table.settled()
    assert (taken_by(inner), appointments(inner)) == ("ana", ["ana"])
    assert await Take("bob").answer(Engine(inner)) == "taken"


@virtually
@pytest.mark.parametrize("fault", ANYTHING)
async def test_rule_3_a_refusal_whose_recording_was_unclear_is_still_one_answer(fault: Fault) -> None:
    inner = MemoryTable()
    await Take("ana").run(Engine(inner))
    table = FaultyTable(inner, once(fault, commits))
    assert await Take("bob").answer(Engine(table)) == "taken"
    await table.settled()
    assert appointments(inner) == ["ana"]


@virtually
@pytest.mark.parametrize("what", ["get", "range", "marker"])
async def test_rule_3_a_read_or_a_marker_that_failed_is_repeated(what: str) -> None:
    def fails(call: Call) -> bool:
        return call.table == "due" if what == "marker" else call.verb == what

    inner = MemoryTable()
    table = FaultyTable(inner, times(3, Fault.DROPPED_BEFORE, fails))
    take = Take("ana")
    take.reads = lambda _: [LEDGER, Range("G|", "G~")]
    assert await take.answer(Engine(table)) == "ana"
    assert table.faults == 3


@virtually
async def test_rule_3_a_request_that_arrives_after_its_command_was_refused_changes_nothing() -> None:
    inner = MemoryTable()
    table = FaultyTable(inner, once(Fault.ZOMBIE, commits))
    slow = asyncio.create_task(Take("ana").answer(Engine(table)))
    await asyncio.sleep(JUST_THEN)
    assert await Take("bob").answer(Engine(inner)) == "bob"
    assert await slow == "taken"
    await Free("free").run(Engine(inner))
    await table.settled()
    assert taken_by(inner) == ""
    assert appointments(inner) == ["bob"]
    assert await Take("ana").answer(Engine(inner)) == "taken"


@virtually
async def test_rule_3_an_error_of_ours_is_not_repeated() -> None:
    take = Take("ana")
    table = FaultyTable(MemoryTable())
    large = Writes({f"A|{n}": {} for n in range(101)}, {})
    with pytest.raises(TooLarge):
        await Engine(table).decide(take.command, take.reads, lambda _: large)
    assert len(table.sent) == 1
