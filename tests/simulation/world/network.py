"""The way between an instance and the table service, on which everything goes wrong that can."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from shared.records.table import Ambiguous, Operation, Page, Row, Stale
from shared.storage.limits import check_names, check_operations
from tests.simulation.world.service import Service
from tests.support.virtual_time import VirtualTimeLoop


ONE_ANSWER = 1000
WRITE_FAULTS = {
    "dropped before": 0.04,
    "dropped after commit": 0.07,
    "500 after commit": 0.04,
    "503": 0.03,
    "429": 0.03,
    "zombie": 0.05,
    "duplicated": 0.04,
}
READ_FAULTS = {"dropped": 0.02, "503": 0.01, "429": 0.01, "slow": 0.02}
NOT_APPLIED, APPLIED = ("dropped before", "503", "429"), ("dropped after commit", "500 after commit")


@dataclass(frozen=True)
class Weather:
    """How often what goes wrong; `latency` is the mean of one way, in seconds."""

    writes: Mapping[str, float] = field(default_factory=dict)
    reads: Mapping[str, float] = field(default_factory=dict)
    latency: float = 0.004
    split: float = 0.0  # ranges that come in several answers, some of them empty
    stale: float = 0.0  # reads of how things were some seconds ago

    def times(self, factor: float) -> "Weather":
        writes = {name: rate * factor for name, rate in self.writes.items()}
        return replace(self, writes=writes, reads={name: rate * factor for name, rate in self.reads.items()})


CALM = Weather()
ROUGH = Weather(WRITE_FAULTS, READ_FAULTS, split=0.05)


class Network:
    """Shared by all instances, so that one seed decides everything."""

    def __init__(self, service: Service, dice: random.Random, weather: Weather = CALM) -> None:
        self.service, self.dice, self.weather = service, dice, weather
        self.faults: Counter[str] = Counter()
        self.requests = 0

    def fault(self, rates: Mapping[str, float]) -> str:
        self.requests += 1
        roll = self.dice.random()
        for name, rate in rates.items():
            if (roll := roll - rate) < 0:
                self.faults[name] += 1
                return name
        return ""

    def way(self) -> float:
        return self.dice.expovariate(1 / self.weather.latency)

    def giving_up(self) -> float:
        """Return after how long a caller sees that something went wrong: at once, or by its time limit."""
        return 8.0 if self.dice.random() < 0.1 else self.dice.uniform(0.001, 0.3)

    def delay(self) -> float:
        return self.dice.choice((self.dice.uniform(0.1, 2), self.dice.uniform(0.1, 60)))


class Line:
    """One instance's client: the three verbs. What was sent arrives though its sender is gone, or does not."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self.is_cut = False

    @cached_property
    def _loop(self) -> asyncio.AbstractEventLoop:
        return asyncio.get_running_loop()

    @cached_property
    def _pause(self) -> Callable[[float], Awaitable[None]]:
        return self._loop.pause if isinstance(self._loop, VirtualTimeLoop) else asyncio.sleep

    async def get(self, table: str, partition: str, key: str, select: Sequence[str] = ()) -> Row | None:
        check_names(partition, key)
        back = self._network.way()
        await self._there(back)
        return self._network.service.get(table, partition, key, select, back + self._age())

    async def range(
        self, table: str, partition: str, low: str, high: str, select: Sequence[str] = (), limit: int = 0
    ) -> Page:
        check_names(partition, low, high)
        found: list[Row] = []
        pages, position, age = 0, low, self._age()
        while True:
            await self._there()
            most = self._most()
            rows, after = self._network.service.range(table, partition, position, high, select, most, age)
            found, pages = found + rows, pages + 1
            date = self._network.service.clock().replace(microsecond=0)
            await self._pause(self._network.way())
            if after is None or (limit and len(found) >= limit):
                return Page(found[: limit or None], date, pages)
            position = after

    def _most(self) -> int:
        """An answer may hold nothing and still say that more follows."""
        network = self._network
        if network.weather.split and network.dice.random() < network.weather.split:
            network.faults["split"] += 1
            return network.dice.randrange(4)
        return ONE_ANSWER

    def _age(self) -> float:
        network = self._network
        if network.weather.stale and network.dice.random() < network.weather.stale:
            network.faults["stale"] += 1
            return network.dice.expovariate(1)
        return 0.0

    async def _there(self, back: float = 0.0) -> None:
        """Wait until a request has arrived, and its answer is here where the way `back` is given."""
        network = self._network
        fault = network.fault(network.weather.reads)
        if fault == "slow":
            await self._pause(network.dice.uniform(0.2, 6))
        elif fault:
            await self._pause(network.giving_up())
            raise Ambiguous(fault)
        await self._pause(network.way() + back)

    async def transact(self, table: str, partition: str, operations: Sequence[Operation]) -> list[str]:
        check_operations(partition, operations)
        network, loop = self._network, self._loop
        fault, sent = network.fault(network.weather.writes), (table, partition, operations)
        if fault in NOT_APPLIED:
            await self._pause(network.giving_up())
            raise Ambiguous(fault)
        answer: asyncio.Future[list[str]] = loop.create_future()
        if fault == "zombie":
            loop.call_later(network.delay(), self._arrive, None, sent)
            loop.call_later(network.giving_up(), self._settle, answer, Ambiguous(fault))
            return await answer
        if fault == "duplicated":
            loop.call_later(network.delay(), self._arrive, None, sent)
        loop.call_later(network.way(), self._arrive, answer, sent, fault if fault in APPLIED else "")
        return await answer

    def _arrive(
        self,
        answer: "asyncio.Future[list[str]] | None",
        sent: tuple[str, str, Sequence[Operation]],
        fault: str = "",
    ) -> None:
        network, result = self._network, None
        if self.is_cut and network.dice.random() < 0.5:
            return  # it had not left when its sender died
        try:
            result = network.service.apply(*sent)
        except Stale as stale:
            result = stale
        if answer is not None:
            wait = network.giving_up() if fault else network.way()
            outcome = Ambiguous(fault) if fault else result
            self._loop.call_later(wait, self._settle, answer, outcome)

    @staticmethod
    def _settle(answer: "asyncio.Future[list[str]]", outcome: list[str] | Exception) -> None:
        if answer.done():
            return
        if isinstance(outcome, Exception):
            answer.set_exception(outcome)
        else:
            answer.set_result(outcome)
