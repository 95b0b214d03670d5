"""A calendar that is set up has its address and its line in the list, whatever answers were lost on the way."""

from dataclasses import replace

import pytest

from shared.domain.errors import Conflict, TryAgain
from tests.support.builders import a_business, a_calendar, a_person
from tests.support.clinic import World
from tests.support.faulty_table import Call, Fault, times
from tests.support.virtual_time import virtually


TABLES = ("slugs", "org", "members")


def beside(table: str, count: int, fault: Fault):
    def is_it(call: Call) -> bool:
        return call.verb == "transact" and call.table == table

    return times(count, fault, is_it)


@virtually
@pytest.mark.parametrize("fault", tuple(Fault))
@pytest.mark.parametrize("table", TABLES)
async def test_a_write_whose_answer_was_lost_is_written_again(table: str, fault: Fault) -> None:
    world = await World.opened()
    other = a_calendar(a_business(id="biz0other", slug="other"), staff=[a_person("otto")])
    process = world.beside(other)
    process.table.plan = beside(table, 2, fault)
    await process.save(other)
    await process.table.settled()
    assert process.calendar.business.id == "biz0other"
    assert [row.values["business"] for row in world.inner.rows("slugs", "other")] == ["biz0other"]
    assert "biz0other" in [row.key for row in world.inner.rows("org", "calendars")]
    with pytest.raises(Conflict):
        await world.beside().save(replace(other, business=a_business(id="biz0third", slug="other")))


@virtually
@pytest.mark.parametrize("table", TABLES)
async def test_what_stays_unclear_is_to_be_tried_again(table: str) -> None:
    world = await World.opened()
    other = a_calendar(a_business(id="biz0other", slug="other"), staff=[a_person("otto")])
    process = world.beside(other)
    process.table.plan = beside(table, 99, Fault.BUSY)
    with pytest.raises(TryAgain):
        await process.save(other)
    process.table.plan = lambda _: None
    await process.save(other)
    assert process.calendar.business.slug == "other"
