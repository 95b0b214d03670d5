"""The erasure of what was kept for reports: all calendars, a part at a time, and again after a crash."""

import pytest

from shared.records.table import Ambiguous, Operation
from shared.storage.store import TableStore
from shared.use_cases.calendars.save_calendar import save_calendar
from shared.use_cases.reports.erase_facts import erase_facts
from tests.support.builders import MONDAY, SECRET, a_business, a_calendar, a_key
from tests.support.fakes import MemoryTable


class Failing(MemoryTable):
    """A table that fails after so many transactions of facts."""

    left = 10**6

    async def transact(self, table, partition, operations):
        if table == "facts" and operations[0].verb == "delete":
            self.left -= 1
            if self.left < 0:
                raise Ambiguous(partition)
        return await super().transact(table, partition, operations)


async def a_store(each: int) -> tuple[TableStore, Failing]:
    """Two calendars with so many facts each."""
    table = Failing()
    store = TableStore(table)
    for name in ("clinic", "bank"):
        calendar = a_calendar(a_business(id=f"biz0{name}", slug=name))
        await save_calendar(calendar, key=a_key(), store=store, secret=SECRET)
        for at in range(0, each, 100):
            rows = [
                Operation("insert", f"20261130{number:04}|a{number}", {"body": "{}"})
                for number in range(at, min(at + 100, each))
            ]
            await table.transact("facts", f"biz0{name}", rows)
    return store, table


def left(table: Failing) -> int:
    return sum(len(table.rows("facts", f"biz0{name}")) for name in ("clinic", "bank"))


async def erase(store: TableStore, most: int = 10_000) -> bool:
    return await erase_facts(actor="head", number=a_key()[:12], store=store, now=MONDAY, most=most)


async def test_all_calendars_are_erased():
    store, table = await a_store(250)
    assert (await erase(store), left(table)) == (True, 0)


async def test_more_than_a_part_takes_several_calls():
    store, table = await a_store(250)
    assert (await erase(store, 300), left(table)) == (False, 200)
    assert (await erase(store, 300), left(table)) == (True, 0)


@pytest.mark.parametrize("moment", [0, 1, 3, 5])
async def test_what_a_crash_left_is_erased_by_the_next_call(moment):
    store, table = await a_store(250)
    table.left = moment
    with pytest.raises(Ambiguous):
        await erase(store)
    assert left(table) > 0
    table.left = 10**6
    assert (await erase(store), left(table)) == (True, 0)
