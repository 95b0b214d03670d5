"""The twelve rules of DESIGN.md section 4, each by its number, against a table on which everything goes wrong."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import ValidationError

from shared.domain.errors import InvalidFields, KeyReused, Refusal, SlotTaken, TryAgain
from shared.storage.engine import Engine
from shared.storage.limits import TooLarge
from shared.use_cases.ports import Command, Decision, Operation, Range, Rows, Writes
from tests.builders import a_service
from tests.fakes import START, MemoryTable
from tests.storage.faults import Call, Fault, FaultyTable, at_random, once, times
from tests.virtual_time import virtually


BIZ, LEDGER, OTHER = "biz0engine", "L|202701|claire", "L|202701|marc"
ANYTHING = tuple(Fault)
NOT_APPLIED = (Fault.DROPPED_BEFORE, Fault.BUSY, Fault.TOO_MANY)


class Take:
    """A command that takes what only one can have; refused where somebody has it."""

    def __init__(self, who: str, key: str = "", body: str = "", rows: tuple[str, ...] = (LEDGER,)) -> None:
        self.command = Command(BIZ, (key or who).rjust(16, "0"), body or who)
        self.who, self.ledgers = who, rows
        self.decided = 0

    def reads(self, _: Rows) -> Iterable[str]:
        return self.ledgers

    def decide(self, rows: Rows) -> Refusal | Writes:
        self.decided += 1
        if any((rows.values(one) or {}).get("by") for one in self.ledgers):
            return SlotTaken()
        taken = {one: {"by": self.who} for one in self.ledgers}
        work = {f"M|000000000000|{self.who}|1": {"n": 1}, f"Z|1|{self.who}": {"n": 1}}
        return Writes({**taken, f"A|{self.who}": {"by": self.who}, **work}, {"id": self.who})

    async def run(self, engine: Engine) -> Decision:
        return await engine.decide(self.command, self.reads, self.decide)

    async def answer(self, engine: Engine) -> str:
        try:
            return str((await self.run(engine)).outcome["id"])
        except SlotTaken:
            return "taken"


class Free(Take):
    """Gives back what was taken."""

    def decide(self, rows: Rows) -> Refusal | Writes:
        return Writes({LEDGER: {"by": ""}}, {"id": "freed"})


def commits(call: Call) -> bool:
    return call.verb == "transact" and call.table == "bookings"


def taken_by(table: MemoryTable) -> str:
    return next((str(row.values["by"]) for row in table.rows("bookings", BIZ) if row.key == LEDGER), "")


def appointments(table: MemoryTable) -> list[str]:
    return [row.key[2:] for row in table.rows("bookings", BIZ) if row.key.startswith("A|")]


# Rule 1


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
async def test_rule_1_a_row_that_decides_is_not_written_unread() -> None:
    take = Take("ana")
    with pytest.raises(ValueError, match="read before it is written"):
        await Engine(MemoryTable()).decide(take.command, lambda _: [], lambda _: Writes({LEDGER: {"by": "x"}}, {}))


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


# Rule 2


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
        assert refused.value.errors[0] == ("/a", "wrong")
    assert await Take("ana", body="other").answer(Engine(table)) == "ana"
    with pytest.raises(KeyReused):
        await take.run(Engine(table))


@virtually
async def test_rule_2_a_form_may_come_again_with_another_proof() -> None:
    table = MemoryTable()
    take = Take("ana")
    with pytest.raises(InvalidFields):
        await Engine(table).decide(take.command, take.reads, lambda _: InvalidFields([("/code", "required")]))
    take.command = replace(take.command, proof="a code")
    assert await take.answer(Engine(table)) == "ana"
    take.command = replace(take.command, proof="")
    assert await take.answer(Engine(table)) == "ana"
    assert take.decided == 1


@virtually
@pytest.mark.parametrize("fault", [Fault.ZOMBIE, Fault.DROPPED_AFTER])
async def test_rule_2_no_try_lands_after_its_form_was_refused(fault: Fault) -> None:
    """The first try is on its way when settings change, or its code grows old."""
    inner = MemoryTable()
    take, away = Take("ana"), FaultyTable(inner, times(9, fault, lambda call: call.writes("A|")))
    first = asyncio.create_task(take.answer(Engine(away)))
    await asyncio.sleep(0.011)
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


# Rule 3


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
    await asyncio.sleep(0.011)
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


# Rule 5


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


# Rule 6


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
    assert sorted(read) == sorted([LEDGER, own, LEDGER, own, "A|ana"])


@virtually
async def test_rule_6_a_row_that_was_to_be_inserted_and_is_there_is_read_before_the_next_plan() -> None:
    inner = MemoryTable()
    inner.apply("bookings", BIZ, [Operation("insert", "A|ana", {"by": "earlier"})])
    take = Take("ana")

    def decide(rows: Rows) -> Refusal | Writes:
        if rows.values("A|ana"):
            return Writes({}, {"id": "was there"})
        return Take.decide(take, rows)

    decision = await Engine(inner).decide(take.command, take.reads, decide)
    assert decision.outcome == {"id": "was there"}
    assert taken_by(inner) == ""


# Rule 7


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


# Rule 8


@virtually
async def test_rule_8_a_command_cannot_delete_a_ledger() -> None:
    engine, take = Engine(MemoryTable()), Take("ana")
    await take.run(engine)
    with pytest.raises(ValueError, match="never deleted"):
        await engine.decide(Take("bob").command, take.reads, lambda _: Writes({LEDGER: None}, {}))


# Rule 9


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
        call.keys[0] for call in table.calls if call.verb == "get" and call.keys[0] != "I|" + "ana".rjust(16, "0")
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
        await Engine(table).decide(take.command, lambda _: [Range("G|", "G~")], lambda _: SlotTaken())
    assert sum(call.verb == "range" for call in table.calls) == 2


# Rule 10


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
    assert [call.table for call in table.calls] == ["due", "due", "bookings", "bookings", "bookings"]


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
    async with engine.holding(BIZ, [OTHER, "A|bob"]):
        await asyncio.sleep(19)
    await run
    (marker,) = [row for shard in range(4) for row in inner.rows("due", f"s{shard}")]
    assert asyncio.get_running_loop().time() - (marker.written - START).total_seconds() < 120


# Rule 11


@virtually
async def test_rule_11_work_rows_are_put_whatever_is_there_and_whatever_a_timer_took_away() -> None:
    table = FaultyTable(MemoryTable())
    await Take("ana").run(Engine(table))
    (sent,) = table.sent
    assert {(one.verb, one.etag) for one in sent if one.key.startswith(("M|", "Z|"))} == {("upsert", "")}


# Rule 12


def test_rule_12_what_cannot_fit_into_a_transaction_is_refused_when_it_is_configured() -> None:
    from tests.builders import A_REMINDER

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
            take.command, take.reads, lambda _: Writes({f"A|{n}": {} for n in range(100)}, {})
        )
    assert inner.rows("bookings", BIZ) == []
