"""A command that begins with rows read earlier: it reads less, and is as right as any other."""

import pytest

from shared.domain.errors import SlotTaken
from shared.records.table import Operation, Rows
from shared.storage.engine import Engine
from tests.storage.take import BIZ, LEDGER, Take, taken_by
from tests.support.fakes import MemoryTable
from tests.support.faulty_table import FaultyTable
from tests.support.virtual_time import virtually


async def read_earlier(inner: MemoryTable, by: str | None) -> Rows:
    """Return the ledger as it is read now."""
    if by is not None:
        inner.apply("bookings", BIZ, [Operation("insert", LEDGER, {"by": by})])
    return Rows({LEDGER: await inner.get("bookings", BIZ, LEDGER)})


async def run(table: FaultyTable, take: Take, earlier: Rows) -> str:
    decision = await Engine(table).decide(take.command, take.reads, take.decide, earlier=earlier)
    return str(decision.outcome["id"])


@virtually
@pytest.mark.parametrize("by", ["", None])
async def test_what_was_read_is_not_read_again(by: str | None) -> None:
    table = FaultyTable(inner := MemoryTable())
    earlier, take = await read_earlier(inner, by), Take("ana")
    assert await run(table, take, earlier) == "ana"
    assert [call.keys for call in table.calls if call.verb == "get"] == [(f"I|{take.command.hash}",)]


@virtually
@pytest.mark.parametrize("by", ["", None])
async def test_what_changed_since_is_read_anew_and_decided_anew(by: str | None) -> None:
    table = FaultyTable(inner := MemoryTable())
    earlier, take = await read_earlier(inner, by), Take("ana")
    inner.apply("bookings", BIZ, [Operation("upsert", LEDGER, {"by": "bob"})])
    with pytest.raises(SlotTaken):
        await run(table, take, earlier)
    assert [taken_by(inner), take.decided] == ["bob", 2]


@virtually
async def test_no_refusal_rests_on_what_is_not_so_any_more() -> None:
    table = FaultyTable(inner := MemoryTable())
    earlier, take = await read_earlier(inner, "bob"), Take("ana")
    inner.apply("bookings", BIZ, [Operation("upsert", LEDGER, {"by": ""})])
    assert await run(table, take, earlier) == "ana"
    assert await Take("ana").answer(Engine(inner)) == "ana"
