"""A calendar that cannot be read is named where one's calendars are listed; the others are there as always."""

import json

import pytest

from shared.records.keys import BUSINESS
from shared.records.table import Ambiguous, Operation
from tests.functions.console.app import PEOPLE, START, Console, a_clinic
from tests.support.builders import MONDAY, a_business, a_calendar, a_person, a_service
from tests.support.fakes import MemoryTable


SCHOOL = "biz0school"
NOW_AND_THEN = "It can’t be read at the moment. Nothing is lost: try again in a minute."
OF_ANOTHER_VERSION = (
    "It was saved by another version of Openslot. Nothing is lost: tell the people who run Openslot."
)


class BrokenTable(MemoryTable):
    """Answers nothing about these partitions."""

    broken: tuple[str, ...] = ()

    async def get(self, table, partition, key, select=()):
        self._check(partition)
        return await super().get(table, partition, key, select)

    async def range(self, table, partition, low, high, select=(), limit=0):
        self._check(partition)
        return await super().range(table, partition, low, high, select, limit)

    def _check(self, partition: str) -> None:
        if partition in self.broken:
            raise Ambiguous


async def a_world() -> Console:
    """The boss works in the clinic and at the school."""
    world = Console(BrokenTable(), now=MONDAY)
    boss = a_person("boss", role="administrator", is_bookable=False)
    await world.save(a_clinic({**PEOPLE, "boss": boss}))
    school = a_business(id=SCHOOL, slug="school", name="School")
    tom = a_person("tom", role="team_member")
    await world.save(a_calendar(school, [a_service("talk", staff=("tom",))], [boss, tom]))
    await world.book(START, service="video")
    return world


async def of_another_version(world: Console) -> None:
    """Store a kind of business that this version does not know."""
    row = await world.table.get("bookings", SCHOOL, BUSINESS)
    values = {**row.values, "body": json.dumps({**json.loads(row.values["body"]), "businessType": "circus"})}
    change = Operation("upsert", BUSINESS, {**values, "version": "another"})
    await world.table.transact("bookings", SCHOOL, [change])


async def page(world: Console, path: str) -> str:
    answer = await world.open("boss", path)
    assert answer.status == 200, answer.body
    return answer.body.decode().partition("<main")[2]


@pytest.mark.parametrize("path", ["/console", "/console/appointments"])
async def test_one_of_another_version_is_named_with_what_to_do(path):
    world = await a_world()
    assert "Needs attention" not in await page(world, path)
    await of_another_version(world)
    html = await page(Console(world.table, now=MONDAY), path)
    assert ["School" in html, OF_ANOTHER_VERSION in html, "Clinic" in html or "Souza" in html] == [True] * 3


@pytest.mark.parametrize("path", ["/console", "/console/appointments"])
async def test_one_that_the_storage_does_not_answer_for_is_named_and_is_back_afterwards(path):
    world = await a_world()
    world.table.broken = (SCHOOL,)
    html = await page(Console(world.table, now=MONDAY), path)
    assert ["School" in html, NOW_AND_THEN in html, "Clinic" in html or "Souza" in html] == [True] * 3
    world.table.broken = ()
    assert "Needs attention" not in await page(Console(world.table, now=MONDAY), path)


async def test_the_days_of_one_that_stop_being_answered_are_named_and_the_others_shown():
    world = await a_world()
    await page(world, "/console/appointments")  # its settings are known from now on
    world.table.broken = (SCHOOL,)
    html = await page(world, "/console/appointments")
    assert NOW_AND_THEN in html
    assert "Souza" in html


async def test_without_its_name_it_is_one_of_ones_calendars():
    world = await a_world()
    world.table.broken = (SCHOOL, "calendars")
    assert "One of your calendars" in await page(Console(world.table, now=MONDAY), "/console")


async def test_the_pages_of_the_others_work_and_who_has_only_this_one_is_not_led_to_create_another():
    world = await a_world()
    world.table.broken = (SCHOOL,)
    other = Console(world.table, now=MONDAY)
    assert "Souza" in await page(other, "/console/calendars/biz0clinic")
    alone = (await other.open("tom", "/console")).body.decode()
    assert "No calendar yet" not in alone


async def test_one_that_was_deleted_meanwhile_is_not_named():
    world = await a_world()
    await world.save(a_calendar(a_business(id=SCHOOL, slug="school", name="School", deleted_at=MONDAY)))
    assert "Needs attention" not in await page(world, "/console/appointments")
