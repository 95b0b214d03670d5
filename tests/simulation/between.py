"""Somebody else acts between two reads of one command."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from shared.records.keys import APPOINTMENT, SEAT
from shared.records.table import Operation, Page, Row, Table
from shared.use_cases.booking.result import Booked
from tests.support.clinic import BOB, HALF, TEN, World, a_group


class Between:
    """A table on which somebody else acts just before the first read of a kind of row, once `after` was read."""

    def __init__(
        self, world: World, prefix: str, act: Callable[[], Awaitable[object]], *, after: str = ""
    ) -> None:
        self._inner: Table = world.table.inner
        self._prefix, self._act, self._after = prefix, act, after
        self._has_acted, self._may_act = False, asyncio.Event()
        if not after:
            self._may_act.set()
        world.table.inner = self

    async def _before(self, key: str) -> None:
        if key.startswith(self._prefix) and not self._has_acted:
            self._has_acted = True
            await self._may_act.wait()
            await self._act()

    async def get(self, table: str, partition: str, key: str, select: Sequence[str] = ()) -> Row | None:
        await self._before(key)
        row = await self._inner.get(table, partition, key, select)
        if self._after and key.startswith(self._after):
            self._may_act.set()
        return row

    async def range(self, table: str, partition: str, low: str, high: str, select: Sequence[str] = ()) -> Page:
        await self._before(low)
        return await self._inner.range(table, partition, low, high, select)

    async def transact(self, table: str, partition: str, operations: Sequence[Operation]) -> list[str]:
        return await self._inner.transact(table, partition, operations)


async def a_seat_that_moves_while_it_is_read() -> tuple[World, Booked]:
    """A group in which Bob alone is left; the next to read his seat then reads its session after he has moved."""
    world = await World.opened(a_group(seats=3))
    ana, bob = await world.book(), await world.book(email=BOB)
    await world.cancel(ana.token)
    Between(world, APPOINTMENT, lambda: world.beside().move(bob.token, TEN + HALF), after=SEAT)
    return world, bob
