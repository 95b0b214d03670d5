"""An export out of many calendars: in rounds, gone on with after a crash, fetched by its asker, gone after a day."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from shared.domain.appointments.customer import CustomerRecord
from shared.domain.errors import NotFound
from shared.domain.links import new_id
from shared.records.keys import AUDIT
from shared.records.organisation import ORGANISATION
from shared.records.personal_data.exports import ALL_PARTS, EXPORTS
from shared.records.personal_data.registry import unregistered
from shared.records.table import Ambiguous, Operation
from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from shared.use_cases.customers.change_customer import Customers
from shared.use_cases.personal_data.export.jobs import (
    ask_export,
    delete_export,
    fetch_export,
    find_exports,
    forget_exported,
)
from shared.use_cases.personal_data.export.work import run_exports
from tests.support.builders import SECRET, a_business, a_calendar, a_key
from tests.support.clinic import ANA, HALF, TEN, World
from tests.support.faulty_table import Fault, no_faults, once
from tests.support.virtual_time import virtually
from tests.use_cases.personal_data.test_erase_customer import erasing, everything, id_of


HEAD, OTHER = "head-subject", "other-subject"
MANY = 20  # calendars beside the clinic, which knows Ana too; each second one does
DAY = timedelta(days=1)


async def many() -> World:
    world = await World.opened()
    await world.book()
    for number in range(MANY):
        name = f"biz9{number:03d}"
        calendar = a_calendar(a_business(id=name, slug=f"other{number}", name=f"Other {number:02d}"))
        await world.save(calendar)
        if number % 2:
            known = Customers(name, Author("desk", a_key()), "", context(world))
            await known.add(CustomerRecord(name="Ana", email=ANA))
    return world


def context(world: World) -> Context:
    return Context(world.store, SECRET, world.now)


async def asked(world: World, subject: str = HEAD, said: str = ANA) -> str:
    author = Author("head@example.com", a_key())
    return await ask_export(said, subject=subject, author=author, context=context(world))


async def fetched(world: World, name: str, subject: str = HEAD) -> list[str]:
    found = await fetch_export(name, subject=subject, context=context(world))
    return [one["calendar"] for one in found]


async def run_all(world: World, **bounds: int) -> None:
    """Run rounds until there is nothing to look through."""
    while await run_exports(store=world.store, **bounds):
        pass


def stored(world: World) -> list[str]:
    return [row.key for row in world.inner.rows(ORGANISATION, EXPORTS)]


@virtually
async def test_it_finds_all_in_rounds_of_some_and_its_asker_alone_fetches_it() -> None:
    world = await many()
    name = await asked(world)
    (waiting,) = await find_exports(HEAD, context=context(world))
    assert (waiting.name, waiting.job.looked, waiting.job.is_done) == (name, 0, False)
    with pytest.raises(NotFound):  # not before it is done
        await fetched(world, name)
    assert await run_exports(store=world.store, most=8) == 8
    (half,) = await find_exports(HEAD, context=context(world))
    assert (half.job.looked, half.job.calendars, half.job.is_done) == (8, MANY + 1, False)
    await run_all(world)
    (done,) = await find_exports(HEAD, context=context(world))
    assert (done.job.looked, done.job.found, done.job.is_done) == (MANY + 1, MANY // 2 + 1, True)
    found = await fetched(world, name)
    assert found == sorted(found)
    assert len(found) == MANY // 2 + 1
    assert await find_exports(OTHER, context=context(world)) == []
    for who, which in ((OTHER, name), (HEAD, new_id(SECRET, "another"))):
        with pytest.raises(NotFound):
            await fetched(world, which, who)
        with pytest.raises(NotFound):
            await delete_export(which, subject=who, store=world.store)


@virtually
async def test_each_calendar_that_knows_them_says_who_looked_and_no_other_does() -> None:
    world = await many()
    await asked(world)
    await run_all(world)
    for number in range(MANY):
        rows = world.inner.rows("bookings", f"biz9{number:03d}")
        seen = [row for row in rows if row.key.startswith(AUDIT) and "looked at" in str(row.values)]
        assert [number, len(seen)] == [number, number % 2]
        assert all("head@example.com" in str(row.values) for row in seen)


@virtually
@pytest.mark.parametrize("fault", [Fault.DROPPED_BEFORE, Fault.DROPPED_AFTER, Fault.FAILED_AFTER, Fault.ZOMBIE])
@pytest.mark.parametrize("which", range(3))
async def test_what_broke_off_is_gone_on_with_and_nothing_is_there_twice(fault: Fault, which: int) -> None:
    world = await many()
    name, writes = await asked(world), 0

    def breaks(call) -> bool:
        nonlocal writes
        writes += call.writes("J|")
        return call.writes("J|") and writes == which + 1

    world.table.plan = once(fault, breaks)
    with pytest.raises(Ambiguous):
        await run_exports(store=world.store)
    world.table.plan = no_faults
    await run_all(world)
    await world.table.settled()
    assert len(await fetched(world, name)) == MANY // 2 + 1
    (done,) = await find_exports(HEAD, context=context(world))
    assert (done.job.looked, done.job.found) == (MANY + 1, MANY // 2 + 1)


@virtually
async def test_what_fills_many_rows_is_whole_also_after_a_longer_one_broke_off() -> None:
    world = await many()
    name = await asked(world)
    first = [0]

    def second(call) -> bool:
        first[0] += call.writes("P|")
        return call.writes("P|") and first[0] == 2

    world.table.plan = once(Fault.DROPPED_BEFORE, second)
    with pytest.raises(Ambiguous):
        await run_exports(store=world.store, part=7)
    world.table.plan = no_faults
    await run_all(world, part=11)
    assert len(await fetched(world, name)) == MANY // 2 + 1


@virtually
async def test_a_calendar_that_cannot_be_read_is_named_and_the_others_are_handed_out() -> None:
    world = await many()
    key = next(row.key for row in world.inner.rows("bookings", "biz9001") if row.key.startswith("C|"))
    await world.inner.transact("bookings", "biz9001", [Operation("upsert", key, {"body": "{"})])
    name = await asked(world)
    await run_all(world)
    (done,) = await find_exports(HEAD, context=context(world))
    assert (done.job.unread, done.job.is_done) == (("Other 01",), True)
    assert len(await fetched(world, name)) == MANY // 2


@virtually
async def test_after_a_day_nothing_of_it_is_there() -> None:
    world = await many()
    name = await asked(world)
    await run_all(world)
    assert len(stored(world)) > MANY // 2
    await world.wait_until(world.now + DAY)
    assert await find_exports(HEAD, context=context(world)) == []
    with pytest.raises(NotFound):
        await fetched(world, name)
    await run_exports(store=world.store)
    assert stored(world) == []


@virtually
async def test_who_is_erased_is_in_no_export_that_is_done_or_under_way() -> None:
    world = await many()
    await asked(world)
    await run_all(world)
    await world.wait_until(TEN + HALF)  # her appointment is over
    rows = world.inner.rows(ORGANISATION, EXPORTS)
    assert [one for row in rows for one in unregistered(ORGANISATION, EXPORTS, row)] == []
    await asked(world, OTHER, ANA.upper())  # not begun
    kept = await asked(world, OTHER, "bob@example.com")
    await erasing(world).erase(id_of(world))
    assert [one.name for one in await find_exports(OTHER, context=context(world))] == [kept]
    assert await find_exports(HEAD, context=context(world)) == []
    assert [key for key in stored(world) if key.startswith(ALL_PARTS.low)] == []


class Erased:
    """A table that forgets the exports just before a round writes what it has found."""

    def __init__(self, world: World) -> None:
        self.world, self.inner, self.is_done = world, world.table, False

    def __getattr__(self, name: str):
        return getattr(self.inner, name)

    async def transact(self, table: str, partition: str, operations: Sequence[Operation]) -> list[str]:
        if partition == EXPORTS and not self.is_done and any(one.key.startswith("P|") for one in operations):
            self.is_done = True
            await forget_exported(lambda job: job.said == ANA, store=self.world.store)
        return await self.inner.transact(table, partition, operations)


@virtually
async def test_of_an_export_that_was_deleted_while_a_round_was_at_it_nothing_comes_back() -> None:
    world = await many()
    await asked(world)
    between = Erased(world)
    assert await run_exports(store=type(world.store)(between)) == 0
    assert (between.is_done, stored(world)) == (True, [])


@virtually
async def test_an_address_that_is_erased_has_asked_for_nothing() -> None:
    world = await many()
    await asked(world)
    await forget_exported(lambda job: job.actor == "head@example.com", store=world.store)
    assert stored(world) == []
    assert "head@example.com" not in everything(world)


@virtually
async def test_the_same_form_sent_twice_asks_once() -> None:
    world = await many()
    author = Author("head@example.com", a_key())
    names = {await ask_export(ANA, subject=HEAD, author=author, context=context(world)) for _ in range(2)}
    assert len(names) == 1
    assert len(stored(world)) == 1
