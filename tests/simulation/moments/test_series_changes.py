"""A process that dies while a series is changed, undone or told of: whoever asks again ends it, and all are told once."""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import pytest

from shared.records.keys import LEDGER, SEAT, SENT, WORK
from shared.records.table import Operation, Table
from shared.storage.store import TableStore
from shared.use_cases.appointments.staff_request import CustomerInput, StaffBooking
from shared.use_cases.calendars.save_calendar import save_calendar
from tests.simulation.mutants import Through
from tests.simulation.people.desk import Desk, given
from tests.simulation.people.series_desk import (
    SeriesDesk,
    calling_off,
    every,
    members,
    moving,
    repeating,
    taking_back,
)
from tests.simulation.world.clinic import BUSINESS, HALF, HOUR, a_clinic
from tests.simulation.world.instance import Instance, Lost
from tests.simulation.world.network import Network
from tests.simulation.world.post import Post
from tests.simulation.world.service import Direct, Service
from tests.simulation.world.watch import Watch
from tests.support.builders import SECRET
from tests.support.invariants import audit
from tests.support.virtual_time import VirtualTimeLoop


DESK = "desk@clinic.example"
ANA, KEY, COUNT, STEP = "ana@example.com", "a-key-of-a-change", 3, 0.001
DAY = timedelta(days=1)
Deed = Callable[[Instance, str, datetime], Awaitable[object]]
DEEDS: dict[str, Deed] = {
    "moved now": lambda one, series, first: moving(one, series, KEY, "now", first, HALF),
    "moved into each other's places": lambda one, series, first: moving(one, series, KEY, "later", first, DAY),
    "cancelled": lambda one, series, _: calling_off(one, series, KEY, "later"),
    "undone": lambda one, series, _: taking_back(one, series, f"{KEY}-back"),
    "told": lambda one, *_: one.send_due(),
}
OF_SEATS = {"seats moved": "moved now", "seats cancelled": "cancelled", "seats undone": "undone"}
"""The same deeds with a customer's seats in the sessions of a group."""


class Apart(Through):
    """What changes together does not know that."""

    async def transact(self, table: str, partition: str, operations: Sequence[Operation]) -> list[str]:
        return await self.inner.transact(table, partition, [_alone(one) for one in operations])


def _alone(one: Operation) -> Operation:
    if not one.key.startswith(WORK) or "body" not in one.values:
        return one
    body = json.loads(one.values["body"])
    return one._replace(values={**one.values, "body": json.dumps({**body, "together": ""})})


class FirstFinished(Through):
    """Of the entries that are told of in one message, only that which is written first is served by it."""

    def __init__(self, instance: Instance, inner: Table) -> None:
        super().__init__(instance, inner)
        self.served: dict[str, str] = {}  # by the message that was noted

    async def transact(self, table: str, partition: str, operations: Sequence[Operation]) -> list[str]:
        noted = next((one for one in operations if one.key.startswith(SENT)), None)
        sent = json.loads(noted.values["body"]) if noted else {}
        message = f"{sent.get('at')} {sent.get('recipient')}"
        if sent and self.served.setdefault(message, operations[0].key) != operations[0].key:
            return [one.etag for one in operations]
        return await self.inner.transact(table, partition, operations)


class Scene:
    """A series of which everybody knows, and two processes."""

    def __init__(self, wrap: type[Through] | None = None) -> None:
        self.service = Service()
        network, dice = Network(self.service, random.Random(1)), random.Random(2)
        self.watch, self.post = Watch(self.service, BUSINESS), Post(self.service, dice, slow=0)
        self.first, self.second = (
            Instance(name, network, self.post, apart=0, wrap=wrap) for name in ("first", "second")
        )
        self.desk = Desk([self.second], self.watch, dice)

    async def booked(self, service: str = "long") -> str:
        await save_calendar(
            a_clinic(), key="first-save-of-all", store=TableStore(Direct(self.service)), secret=SECRET
        )
        party = CustomerInput(name="Ana", email=ANA)
        request = StaffBooking(service=service, start=self.service.clock() + 8 * HOUR, parties=(party,))
        series = SeriesDesk(self.desk, request, every(DAY, COUNT, request), "a-key-of-a-series")
        await series.book()
        await self.minutes(4)
        self.post.arrived.clear()
        made = await repeating(self.second, request, series.occurrences, series.key)
        return made.id

    async def starts(self, series: str) -> list[datetime]:
        """Return when what a series is of, and is not cancelled, begins."""
        return [one.start for one in await members(series, await given(self.second)) if one.is_live]

    async def minutes(self, count: int) -> None:
        for _ in range(count):
            await self.second.send_due()
            await asyncio.sleep(60)

    def told(self, address: str) -> list[int]:
        return [len(one.letter.series) or 1 for one in self.post.arrived if one.letter.to == address]


async def dying_after(seconds: float, kind: str, wrap: type[Through] | None = None) -> list[str]:
    """Do something with a series, kill the process in the middle, do it again; return what is wrong."""
    scene, service = Scene(wrap), "yoga" if kind in OF_SEATS else "long"
    kind = OF_SEATS.get(kind, kind)
    series, deed = await scene.booked(service), DEEDS[kind]
    starts = await scene.starts(series)
    if kind in ("undone", "told"):
        await moving(scene.second, series, KEY, "later", starts[0], HALF)
    if kind == "told":
        await asyncio.sleep(timedelta(minutes=11).total_seconds())
    dying = asyncio.ensure_future(scene.first.call(deed(scene.first, series, starts[0])))  # type: ignore[arg-type]
    await asyncio.sleep(seconds)
    scene.first.crash()
    with suppress(Lost):
        await dying
    if kind != "told" and not await deed(scene.second, series, starts[0]):
        return ["what was asked for again was refused"]
    await scene.minutes(15)
    wrong = list(scene.watch.problems)
    wrong += await audit(Direct(scene.service), BUSINESS, secret=SECRET, deleted=scene.watch.gone())
    now = await scene.starts(series)
    by = {"undone": timedelta(), "moved into each other's places": DAY}.get(kind, HALF)
    wanted = [] if kind == "cancelled" else [one + by for one in starts]
    wrong += [] if now == wanted else [f"they begin at {now}, not {wanted}"]
    return wrong + [each for one in (ANA, DESK) for each in _told_wrongly(scene.told(one), kind)]


def _told_wrongly(told: list[int], kind: str) -> list[str]:
    """A sender that dies after it handed a message over has it told again; nobody is told of less than all."""
    if kind == "told":
        return [] if sum(told) >= COUNT and len(told) <= 2 else [f"told of {told}"]
    return [] if told == ([] if kind == "undone" else [COUNT]) else [f"told of {told}"]


def found(kind: str, steps: range, wrap: type[Through] | None = None) -> list[str]:
    wrong: list[str] = []
    for step in steps:
        with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
            wrong += [f"{one}, after {step * STEP} s" for one in runner.run(dying_after(step * STEP, kind, wrap))]
    return wrong


@pytest.mark.parametrize("kind", [*DEEDS, *OF_SEATS])
def test_death_at_each_moment_changes_each_once_and_tells_of_all_at_once(kind: str, *, is_full: bool) -> None:
    assert found(kind, range(0, 240, 12 if is_full else 24)) == []


class LeftApart(Through):
    """A seat that moves is written where it was by a transaction of its own, before what it goes to."""

    async def transact(self, table: str, partition: str, operations: Sequence[Operation]) -> list[str]:
        trail = [one for one in operations if '"status":"moved"' in str(one.values.get("body", ""))]
        rest = [one for one in operations if one not in trail]
        if trail and any(one.key.startswith(SEAT) for one in rest):
            await self.inner.transact(table, partition, trail)
            return await self.inner.transact(table, partition, rest)
        return await self.inner.transact(table, partition, operations)


class TimeKept(Through):
    """A seat that is back where it was leaves its time claimed where it had been moved."""

    async def transact(self, table: str, partition: str, operations: Sequence[Operation]) -> list[str]:
        is_undone = any('"action": "undone"' in str(one.values.get("body", "")) for one in operations)
        kept = [one for one in operations if not (is_undone and one.key.startswith(LEDGER))]
        return await self.inner.transact(table, partition, kept)


@pytest.mark.parametrize(("kind", "mutant"), [("seats moved", LeftApart), ("seats undone", TimeKept)])
def test_a_breakage_of_a_seats_change_does_not_live(kind: str, mutant: type[Through]) -> None:
    assert found(kind, range(0, 240, 80), mutant) != []


@pytest.mark.parametrize("mutant", [Apart, FirstFinished])
def test_a_breakage_of_telling_together_does_not_live(mutant: type[Through]) -> None:
    assert found("moved now", range(0, 240, 80), mutant) != []
