"""Breakages of what keeps people from being booked twice in two calendars: none may live."""

import asyncio
import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Any

from shared.domain.timeline.holds import Hold
from shared.records.keys import APPOINTMENT, HOLD, HOLDINGS, LEDGER
from shared.records.table import Ambiguous, Operation, Rows, Stale, Table
from shared.storage.holding.holds import Holds
from shared.use_cases.ports import Command, Decide, Decision, Reads
from tests.simulation.mutants import BUSY, DENSE, Mutant, Operations, Through
from tests.simulation.world.instance import Instance
from tests.simulation.world.offices import Offices
from tests.simulation.world.run import Plan, simulate
from tests.support.watching_store import NamingStore


OFFICES = replace(BUSY, length=120, ahead=6)
DENSE_OFFICES = replace(DENSE, length=30)


def _places_holds(operations: Operations) -> bool:
    return any(one.verb == "insert" and one.key.startswith(HOLD) for one in operations)


class HoldsAfterwards(Through):
    """The hold follows the commit."""

    async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
        if not _places_holds(operations):
            return await self.inner.transact(table, partition, operations)
        asyncio.get_running_loop().call_later(0.5, self._later, table, partition, operations)
        return [""] * len(operations)

    def _later(self, table: str, partition: str, operations: Operations) -> None:
        waiting: set[asyncio.Task[None]] = self.__dict__.setdefault("waiting", set())
        task = asyncio.create_task(self._send(table, partition, operations))
        waiting.add(task)

    async def _send(self, table: str, partition: str, operations: Operations) -> None:
        with suppress(Stale, Ambiguous):
            await self.inner.transact(table, partition, operations)


class HoldsUnconditional(Through):
    """A hold is written over whatever has come to the ledger since it was read."""

    async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
        if _places_holds(operations):
            operations = [
                Operation("upsert", one.key, one.values) if one.key.startswith(LEDGER) else one
                for one in operations
            ]
        return await self.inner.transact(table, partition, operations)


def dropping(is_dropped: Callable[[Operation], bool]) -> type[Through]:
    """Leave out some of the writes."""

    class Dropping(Through):
        async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
            kept = [one for one in operations if not is_dropped(one)]
            return await self.inner.transact(table, partition, kept) if kept else []

    return Dropping


def _is_entry(one: Operation, subject: str) -> bool:
    return one.verb == "upsert" and one.key.startswith("M|") and f"|{subject}-" in one.key


class RemovesAtOnce(Holds):
    """A hold without an appointment is removed, and its command may still follow."""

    async def refuse(self, hold: Hold) -> None:
        return


class RefusesOver(Holds):
    """The refusal that is put for a hold overwrites the answer that there is."""

    async def refuse(self, hold: Hold) -> None:
        values = {"fingerprint": hold.fingerprint, "outcome": json.dumps({"refused": "slot-taken"})}
        await self._table.transact("bookings", hold.home, [Operation("upsert", f"I|{hold.command}", values)])


def with_holds(kind: type[Holds]) -> Callable[[Table, str], NamingStore]:
    class Store(NamingStore):
        @cached_property
        def holds(self) -> Holds:
            return kind(self.table)

    return lambda table, seed: Store(table, seed=seed)


class MovesAlone(NamingStore):
    """What is booked already is moved without a look at other calendars."""

    async def decide(
        self,
        command: Command,
        reads: Reads,
        decide: Decide,
        *,
        due: Iterable[datetime] = (),
        earlier: Rows | None = None,
    ) -> Decision:
        is_there = any(isinstance(one, str) and one.startswith(APPOINTMENT) for one in reads(Rows()))
        known = command._replace(elsewhere={}) if is_there else command
        return await super().decide(known, reads, decide, due=due, earlier=earlier)


def moves_alone(table: Table, seed: str) -> NamingStore:
    return MovesAlone(table, seed=seed)


def _wrapped(
    name: str, wrap: Callable[[Instance, Table], Table], plan: Plan = DENSE_OFFICES, **more: Any
) -> Mutant:
    return Mutant(name, replace(plan, wrap=wrap), **more)


def _stored(name: str, make_store: Any) -> Mutant:
    return Mutant(name, replace(OFFICES, make_store=make_store), seeds=(2, 1, 3, 4, 5, 6))


HELD_APART = (
    _wrapped("the hold is put after the commit", HoldsAfterwards),
    _wrapped("holds are put without If-Match", HoldsUnconditional),
    _wrapped("holds are kept after their release", dropping(lambda one: _is_entry(one, "release"))),
    _wrapped(
        "nobody checks what a crash left behind",
        dropping(lambda one: _is_entry(one, "hold")),
        replace(OFFICES, length=60),
        seeds=(2, 3, 1, *range(4, 31)),
    ),
    _wrapped("home does not note what it holds", dropping(lambda one: one.key.startswith(HOLDINGS))),
    _stored("a refusal for a hold overwrites an answer", with_holds(RefusesOver)),
    _stored("moves ignore holds", moves_alone),
)


def is_found(mutant: Mutant) -> bool:
    """Return whether a breakage shows in one of its runs."""
    return any(simulate(replace(mutant.plan, seed=seed), Offices).problems for seed in mutant.seeds)


def unbroken(seed: int, length: float = 120) -> Plan:
    return replace(OFFICES, seed=seed, length=length)
