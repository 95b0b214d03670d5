"""A table on which calls go wrong in the ways that a network and a busy service have."""

import asyncio
import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import Enum, auto
from typing import NamedTuple

from shared.records.table import Ambiguous, Operation, Page, Row, Stale, Table


GIVEN_UP_AFTER = 0.01  # seconds, for an outcome that stays unclear
JUST_THEN = GIVEN_UP_AFTER + 1e-7  # before the engine, which pauses for a time by chance, tries again


class Fault(Enum):
    DROPPED_BEFORE = auto()  # the connection broke before the service saw the request
    DROPPED_AFTER = auto()  # it broke after the service had applied it
    FAILED_AFTER = auto()  # 500, and yet applied
    BUSY = auto()  # 503, not applied
    TOO_MANY = auto()  # 429, not applied
    ZOMBIE = auto()  # given up, and applied later
    DUPLICATED = auto()  # arrives twice


class Call(NamedTuple):
    verb: str  # get, range, transact
    table: str
    keys: tuple[str, ...]

    def writes(self, prefix: str) -> bool:
        return self.verb == "transact" and any(key.startswith(prefix) for key in self.keys)


Plan = Callable[[Call], Fault | None]


def no_faults(_: Call) -> Fault | None:
    return None


def once(fault: Fault, when: Callable[[Call], bool]) -> Plan:
    return times(1, fault, when)


def times(count: int, fault: Fault, when: Callable[[Call], bool]) -> Plan:
    left = count

    def plan(call: Call) -> Fault | None:
        nonlocal left
        if left and when(call):
            left -= 1
            return fault
        return None

    return plan


def at_random(rate: float, seed: int, faults: Sequence[Fault] = tuple(Fault)) -> Plan:
    dice = random.Random(seed)
    return lambda _: dice.choice(faults) if dice.random() < rate else None


class FaultyTable:
    """Wraps a table, asks the plan before each call, and remembers what was called."""

    def __init__(self, inner: Table, plan: Plan = no_faults) -> None:
        self.inner, self.plan = inner, plan
        self.calls: list[Call] = []
        self.sent: list[Sequence[Operation]] = []
        self.faults = 0
        self.zombie_delay: Callable[[], float] = lambda: 5.0
        self.before_each: Callable[[Call], None] = lambda _: None
        self.slowness: Callable[[], float] = lambda: 0.0  # seconds that a call takes to arrive
        self._zombies: set[asyncio.Task[None]] = set()

    def _fault(self, verb: str, table: str, *keys: str) -> Fault | None:
        call = Call(verb, table, keys)
        self.calls.append(call)
        self.before_each(call)
        fault = self.plan(call)
        self.faults += fault is not None
        return fault

    async def get(self, table: str, partition: str, key: str, select: Sequence[str] = ()) -> Row | None:
        await asyncio.sleep(self.slowness())
        if fault := self._fault("get", table, key):
            await asyncio.sleep(GIVEN_UP_AFTER)
            raise Ambiguous(fault.name)
        return await self.inner.get(table, partition, key, select)

    async def range(
        self, table: str, partition: str, low: str, high: str, select: Sequence[str] = (), limit: int = 0
    ) -> Page:
        await asyncio.sleep(self.slowness())
        if fault := self._fault("range", table, low, high):
            await asyncio.sleep(GIVEN_UP_AFTER)
            raise Ambiguous(fault.name)
        if limit:
            return await self.inner.range(table, partition, low, high, select, limit)
        return await self.inner.range(table, partition, low, high, select)

    async def transact(self, table: str, partition: str, operations: Sequence[Operation]) -> list[str]:
        await asyncio.sleep(self.slowness())
        fault = self._fault("transact", table, *(one.key for one in operations))
        if table == "bookings":
            self.sent.append(operations)
        if fault is None:
            return await self.inner.transact(table, partition, operations)
        await asyncio.sleep(GIVEN_UP_AFTER)
        if fault in (Fault.DROPPED_AFTER, Fault.FAILED_AFTER):
            await self._quietly(table, partition, operations)
        elif fault is Fault.ZOMBIE:
            zombie = asyncio.create_task(self._later(table, partition, operations))
            self._zombies.add(zombie)
            zombie.add_done_callback(self._zombies.discard)
        elif fault is Fault.DUPLICATED:
            answer = await self.inner.transact(table, partition, operations)
            await self._quietly(table, partition, operations)
            return answer
        raise Ambiguous(fault.name)

    async def _later(self, table: str, partition: str, operations: Sequence[Operation]) -> None:
        await asyncio.sleep(self.zombie_delay())
        await self._quietly(table, partition, operations)

    async def _quietly(self, table: str, partition: str, operations: Sequence[Operation]) -> None:
        with suppress(Stale):
            await self.inner.transact(table, partition, operations)

    async def settled(self) -> None:
        """Wait until every delayed request has arrived."""
        while self._zombies:
            await asyncio.gather(*self._zombies)
