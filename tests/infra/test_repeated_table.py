"""A closed connection while the demo is made: reads and plain writes are asked again, the engine's are not."""

import pytest

from infra.local.demo import repeated
from infra.local.demo.repeated import RepeatedTable
from shared.records.table import Ambiguous, Operation
from tests.support.fakes import MemoryTable
from tests.support.faulty_table import Fault, FaultyTable
from tests.support.virtual_time import virtually


def failing(times: int) -> tuple[FaultyTable, RepeatedTable]:
    left = [times]

    def plan(_) -> Fault | None:
        left[0] -= 1
        return Fault.DROPPED_AFTER if left[0] >= 0 else None

    faulty = FaultyTable(MemoryTable(), plan)
    return faulty, RepeatedTable(faulty)


@virtually
async def test_what_does_no_harm_twice_is_asked_again() -> None:
    _, table = failing(2)
    await table.transact("org", "demo", [Operation("upsert", "a", {"n": 1})])
    _, reader = failing(len(repeated.PAUSES))
    assert await reader.get("org", "demo", "a") is None
    assert (await failing(1)[1].range("org", "demo", "a", "b")).rows == []


@virtually
async def test_what_never_answers_and_what_decides_are_ambiguous() -> None:
    _, table = failing(len(repeated.PAUSES) + 1)
    with pytest.raises(Ambiguous):
        await table.get("org", "demo", "a")
    faulty, table = failing(1)
    with pytest.raises(Ambiguous):
        await table.transact("org", "demo", [Operation("insert", "a", {"n": 1})])
    assert len(faulty.calls) == 1
