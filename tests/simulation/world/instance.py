"""One process of the app: its store and caches, its clock, its timers; it can die at any await and come back."""

import asyncio
import random
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any

from functions.due_work import LOOKS_EVERY
from shared.domain.errors import Refusal
from shared.records.markers import SHARDS
from shared.records.table import Ambiguous, Table
from shared.storage.store import TableStore
from shared.use_cases.context import Context
from shared.use_cases.free_busy.read_calendar import ReadingRun
from shared.use_cases.maintenance.run_round import run_if_late
from shared.use_cases.maintenance.sweep import sweep
from shared.use_cases.messages.send_counts import SendCounts
from shared.use_cases.messages.send_due import send_due
from shared.use_cases.ports import Mailer
from tests.simulation.world.network import Line, Network
from tests.support.builders import SECRET
from tests.support.watching_store import NamingStore


APART = 300.0  # seconds that a clock may be wrong


class Lost(Exception):
    """The process died before it answered."""


MakeStore = Callable[[Table, str], TableStore]
Wrap = Callable[["Instance", Table], Table]


def a_store(table: Table, seed: str) -> TableStore:
    return NamingStore(table, seed=seed)


class Instance:
    """`wrap` may put something between the app and its line, `make_store` another engine: for mutants."""

    def __init__(
        self,
        name: str,
        network: Network,
        mailer: Mailer,
        *,
        apart: float = APART,
        make_store: MakeStore = a_store,
        wrap: Wrap | None = None,
        looks: bool = False,
    ) -> None:
        self.name, self.network, self.mailer = name, network, mailer
        self._apart, self._make_store, self._wrap = apart, make_store, wrap
        self._dice = random.Random(f"{name} {network.dice.random()}")
        self._tasks: dict[asyncio.Task[Any], None] = {}
        self.looks, self._beside = looks, set[asyncio.Task[None]]()
        self.looked_at: list[datetime] = []
        self.lives, self.runs = 0, 0
        self.start()

    def start(self) -> None:
        self.lives += 1
        self.skew = timedelta(seconds=self._dice.uniform(-self._apart, self._apart))
        self._looked = float("-inf")
        self.line = Line(self.network)
        table: Table = self._wrap(self, self.line) if self._wrap else self.line
        self.table = table
        self.store = self._make_store(table, f"{self.name} {self.lives}")

    def crash(self) -> None:
        """Die now: whatever this process was waiting for, it never learns. Then start with empty caches."""
        self.line.is_cut = True
        for task in list(self._tasks):
            task.cancel()
        self.start()

    def reading_for(self, kind: str) -> Callable[[], ReadingRun] | None:
        """Return what reads the calendars that people have outside, before a command; None where they have none."""
        return None

    def now(self) -> datetime:
        return self.network.service.clock() + self.skew

    async def call(self, run: Coroutine[Any, Any, Any]) -> Any:
        """Run something in this process. Raises Lost where the process dies first."""
        task = asyncio.create_task(run)
        self._tasks[task] = None
        try:
            await asyncio.wait([task])
        finally:
            self._tasks.pop(task, None)
            task.cancel()
        if task.cancelled():
            raise Lost
        return task.result()

    async def answer(self, run: Coroutine[Any, Any, Any]) -> Any:
        """Run what a request asks for, and then look after due work, as each process does now and then."""
        try:
            answer = await self.call(run)
        except Refusal:
            self._look_if_due()  # who is refused is answered too
            raise
        self._look_if_due()
        return answer

    def _look_if_due(self) -> None:
        now = asyncio.get_running_loop().time()
        if self.looks and now - self._looked >= LOOKS_EVERY:
            self._looked = now
            self.looked_at.append(self.network.service.clock())
            self._beside.add(task := asyncio.create_task(self._quietly(self.look())))
            task.add_done_callback(self._beside.discard)

    async def look(self) -> None:
        await run_if_late(self._sent, store=self.store)

    async def _sent(self) -> SendCounts:
        await self.send_due()
        return SendCounts()

    async def send_due(self) -> None:
        self.runs += 1
        await self.drain(self.store, f"{self.name}-{self.lives}-{self.runs}")

    async def drain(self, store: TableStore, worker: str, **more: Any) -> None:
        await send_due(
            context=Context(store, SECRET, self.now()), mailer=self.mailer, worker=worker, shards=SHARDS, **more
        )

    async def timers(self, may_run: Callable[[], bool], every: float, sweep_every: float) -> None:
        """Run the timers, as the host does, until cancelled."""
        swept = 0.0
        while True:
            await asyncio.sleep(every * self._dice.uniform(0.9, 1.1))
            if not may_run():
                continue
            await self._quietly(self.send_due())
            now = asyncio.get_running_loop().time()
            if sweep_every and now - swept > sweep_every:
                swept = now
                await self._quietly(self.sweep())

    async def sweep(self) -> None:
        await sweep(store=self.store)

    async def _quietly(self, run: Coroutine[Any, Any, None]) -> None:
        try:
            await self.call(run)
        except (Lost, Ambiguous):
            return
