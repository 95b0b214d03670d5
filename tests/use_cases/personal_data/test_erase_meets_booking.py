"""Erasing somebody while they book again, come to a visit's end or are merged: whichever is first, nothing is lost."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import pytest

from shared.domain.errors import Refusal
from shared.records.keys import CUSTOMER, CUSTOMER_APPOINTMENT
from shared.records.organisation import ORGANISATION
from shared.records.personal_data.erasures import ERASURES
from shared.records.table import Operation, Row, Table
from tests.support.builders import SECRET
from tests.support.clinic import ANA, HALF, TEN, World
from tests.support.invariants import audit
from tests.support.virtual_time import virtually
from tests.use_cases.personal_data.test_erase_customer import AFTER, erasing, id_of


STEPS = 140
SOON = TEN + timedelta(days=3)


class Unconditional:
    """A table whose deletes of customers hold for whatever is there by then."""

    def __init__(self, inner) -> None:
        self.inner = inner

    def __getattr__(self, name: str):
        return getattr(self.inner, name)

    async def transact(self, table: str, partition: str, operations: Sequence[Operation]) -> list[str]:
        def loose(one: Operation) -> Operation:
            return one._replace(etag="") if one.verb == "delete" and one.key.startswith(CUSTOMER) else one

        return await self.inner.transact(table, partition, [loose(one) for one in operations])


class SlowCustomers:
    """A table whose rows of customers take longer to read than anything else."""

    def __init__(self, inner) -> None:
        self.inner = inner

    def __getattr__(self, name: str):
        return getattr(self.inner, name)

    async def get(self, table: str, partition: str, key: str, select: Sequence[str] = ()) -> Row | None:
        for _ in range(STEPS // 2 if key.startswith(CUSTOMER) else 0):
            await asyncio.sleep(0)
        return await self.inner.get(table, partition, key, select)  # type: ignore[no-any-return]


class NeverWithdrawn:
    """A table in which whoever is listed as erased stays so."""

    def __init__(self, inner) -> None:
        self.inner = inner

    def __getattr__(self, name: str):
        return getattr(self.inner, name)

    async def transact(self, table: str, partition: str, operations: Sequence[Operation]) -> list[str]:
        if partition == ERASURES and any(one.verb == "delete" for one in operations):
            return [""]
        return await self.inner.transact(table, partition, operations)


async def one_after(steps: int, first: Awaitable[object], second: Callable[[], Awaitable[object]]) -> None:
    """Run the first, and begin the second after so many steps of it."""
    run = asyncio.ensure_future(first)
    for _ in range(steps):
        await asyncio.sleep(0)
    await asyncio.gather(run, second(), return_exceptions=True)


def faults_of(steps: int, through: Callable[[Table], Table] | None = None) -> list[str]:
    """Return what is wrong after somebody booked so many steps after they began to be erased."""
    found: list[str] = []
    virtually(_book_while_erased)(steps, found, through)
    return found


async def _book_while_erased(steps: int, found: list[str], through: Callable[[Table], Table] | None) -> None:
    world = await World.opened()
    await world.book()
    await world.wait_until(AFTER)
    beside = world.beside()
    if through:
        beside.table.inner = through(beside.inner)
    booked, refused = list[str](), list[str]()

    async def book() -> None:
        booked.append((await world.book(SOON)).appointment)

    async def erase() -> None:
        try:
            await erasing(beside).erase(id_of(world))
        except Refusal as refusal:
            refused.append(refusal.code)

    await one_after(steps, erase(), book)
    assert len(booked) == 1
    listed = [list(row.values) for row in world.inner.rows(ORGANISATION, ERASURES)]
    if listed != ([] if refused else [["at"]]):
        found.append(f"the list of the erased has {listed} after {refused or 'an erasure'}")
    found += await audit(world.inner, world.business, secret=SECRET)
    if not any(id_of(world) in key for key in world.rows(CUSTOMER_APPOINTMENT)):
        found.append("the new appointment is not listed")


@pytest.mark.walk
def test_who_books_at_any_moment_of_it_has_the_appointment_and_is_a_customer() -> None:
    assert [(steps, found) for steps in range(STEPS) if (found := faults_of(steps))] == []


@pytest.mark.walk
def test_a_removal_that_does_not_look_again_is_found() -> None:
    assert any(faults_of(steps, Unconditional) for steps in range(STEPS))


def test_who_is_refused_and_stays_listed_is_found() -> None:
    assert any(faults_of(steps, NeverWithdrawn) for steps in range(STEPS))


def test_what_was_read_of_before_and_after_a_booking_removes_nobody() -> None:
    steps = range(0, 2 * STEPS, 15)
    assert [(one, found) for one in steps if (found := faults_of(one, SlowCustomers))] == []


@pytest.mark.parametrize("steps", range(0, STEPS, 8))
@virtually
async def test_of_two_who_erase_the_same_person_at_once_both_end_well(steps: int) -> None:
    world = await World.opened()
    for number in range(3):
        await world.book(TEN + number * HALF)
    await world.wait_until(AFTER)
    ends = []

    async def erase(process: World) -> None:
        try:
            await erasing(process).erase(id_of(process))
            ends.append("erased")
        except Refusal as refusal:
            ends.append(refusal.code)

    await one_after(steps, erase(world), lambda: erase(world.beside()))
    assert set(ends) <= {"erased", "not-found"}
    assert "erased" in ends
    assert ANA not in str([row.values for row in world.rows("").values()])
    assert await audit(world.inner, world.business, secret=SECRET) == []
