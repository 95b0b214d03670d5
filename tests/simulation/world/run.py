"""One run: a seed, a world, hours of hostile weather, then quiet; and what was found. One seed replays one run."""

import asyncio
import gc
import hashlib
import random
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from time import process_time
from types import MappingProxyType
from typing import Any

from shared.domain.appointments.messages import OutboxEntry
from shared.domain.appointments.notices import NewEntry
from shared.domain.calendar.business import Calendar
from shared.domain.timeline.ledger import Ledger, months_in
from shared.domain.timeline.ticks import Window
from shared.records.keys import WORK, failed_key, ledger_key, work_key
from shared.records.table import Operation
from shared.records.work import work_rows
from shared.storage.store import TableStore
from shared.use_cases.calendars.save_calendar import save_calendar
from tests.simulation.people.answerer import Answerer
from tests.simulation.people.arranger import Arranger
from tests.simulation.people.clients import Client, Crowd, Staff
from tests.simulation.people.desk import Desk
from tests.simulation.people.eraser import Eraser
from tests.simulation.people.exporter import Exporter
from tests.simulation.people.manager import Manager, Planner
from tests.simulation.people.personnel import Personnel
from tests.simulation.people.registrar import Registrar
from tests.simulation.people.usher import Usher
from tests.simulation.world.clinic import BUSINESS, PEOPLE, UNREAD, a_clinic
from tests.simulation.world.instance import SHARDS, Instance, MakeStore, Wrap, a_store
from tests.simulation.world.letters import Mailboxes, doubles
from tests.simulation.world.network import CALM, ROUGH, Network, Weather
from tests.simulation.world.post import Post
from tests.simulation.world.service import Changes, Direct, Service
from tests.simulation.world.watch import Watch
from tests.support.builders import SECRET
from tests.support.invariants import audit
from tests.support.virtual_time import VirtualTimeLoop


EPOCHS = (
    datetime(2027, 1, 11, 7, 0, tzinfo=UTC),  # any Monday
    datetime(2027, 1, 31, 20, 0, tzinfo=UTC),  # the month turns: appointments of two ledgers
    datetime(2027, 3, 27, 22, 0, tzinfo=UTC),  # clocks go forward in Paris
    datetime(2027, 10, 30, 21, 0, tzinfo=UTC),  # and back
)


POISON = OutboxEntry(
    kind="visit", appointment="poison", recipients=("visit",)
)  # it lacks the start that it is about
POISONED = work_key(None, "poison", "1")
GIVEN_UP = 16  # hours within which the last try has been made


@dataclass(frozen=True)
class Plan:
    """What a run is like; times are in seconds."""

    seed: int
    length: float = 3600.0
    clients: int = 24
    pause: float = 6.0
    desk_pause: float = 20.0
    has_desk: bool = True
    has_poison: bool = False
    instances: int = 4
    weather: Weather = ROUGH
    crash_every: float = 60.0
    apart: float = 300.0
    ahead: int = 10
    most_open: int = 20
    has_registrar: bool = False  # somebody who merges and blocks customers
    has_arranger: bool = False  # somebody who changes lengths, undoes changes, and evens out who serves
    untold: float = 0.0  # how many of the arranger's and the usher's changes nobody is to be told of
    has_usher: bool = False  # somebody who moves and cancels places of sessions, and undoes that
    has_answers: bool = False  # two who write the same answer to customers
    has_planners: bool = False  # two who book nothing but series
    has_eraser: bool = False  # somebody who erases customers, and the retention that does so by time
    has_exporter: bool = False  # somebody who has them looked for in all calendars, and erased meanwhile
    has_personnel: bool = False  # somebody who takes people on, and erases them after they left
    has_eager: bool = False  # customers who book several times at once
    timer_every: float = 15.0
    sweep_every: float = 1200.0
    has_timers: bool = True  # else requests alone send what is due
    forgets: float = 0.01
    outage_every: float = 1500.0
    outage_lasts: float = 400.0
    drain: bool = True
    make_store: MakeStore = a_store
    wrap: Wrap | None = None
    instance: type[Instance] = Instance
    slow_mail: float = 0.02
    stop_at: int = 3  # problems


@dataclass
class Outcome:
    """What came of a run, for checks and for figures."""

    seed: int
    problems: list[str]
    digest: str
    commands: Counter[str]
    refusals: Counter[str]
    faults: Counter[str]
    crashes: int
    hours: float
    letters: int
    doubles: int
    commits: int
    largest: int
    seconds: float
    run: "Run" = field(repr=False)


class Run:
    """The world of one seed. `phones` are the numbers of customers who want SMS."""

    phones: Mapping[str, str] = MappingProxyType({})
    personnel: Personnel | None = None

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        dice = random.Random(plan.seed)
        self.dice = dice
        self.epoch = EPOCHS[plan.seed % len(EPOCHS)]
        self.service = Service(self.epoch)
        self.network = Network(self.service, random.Random(dice.random()))
        self.post = Post(self.service, random.Random(dice.random()), forgets=plan.forgets, slow=plan.slow_mail)
        self.watch = Watch(self.service, BUSINESS, plan.most_open)
        self.trace = hashlib.blake2b(digest_size=16)
        self.service.watchers.append(self._trace)
        self.crashes = 0
        self.is_over = self.are_timers_off = False
        self.outages: list[tuple[datetime, datetime]] = []
        self.instances: list[Instance] = []

    def _trace(self, table: str, partition: str, changes: Changes) -> None:
        moment = asyncio.get_running_loop().time()
        for key, (_, after) in changes.items():
            self.trace.update(f"{moment!r} {table} {partition} {key} {after.etag if after else ''}\n".encode())

    async def go(self) -> None:
        plan = self.plan
        calendar = self.calendar()
        await save_calendar(
            calendar, key="first-save-of-all", store=TableStore(Direct(self.service)), secret=SECRET
        )
        if plan.has_poison:
            await self._poison()
        if plan.has_arranger:
            await self._unread()
        self.instances = [self._instance(f"app{number}") for number in range(plan.instances)]
        self.desk = Desk(self.instances, self.watch, self.dice)
        self.desk.phones = self.phones
        crowd = Crowd(self.desk, self.dice, PEOPLE, plan.ahead, is_eager=plan.has_eager)
        self.network.weather = plan.weather
        background = [self._background(one) for one in (self._crash(), self._break(), *self._timers())]
        lives: list[Coroutine[Any, Any, None]] = [
            Client(crowd, number).live(self._is_done, plan.pause) for number in range(plan.clients)
        ]
        background.append(self._background(self._clean()))
        desk = [Staff(crowd), Staff(crowd), Manager(crowd)] if plan.has_desk else []
        lives += [one.live(self._is_done, plan.desk_pause) for one in desk]
        if plan.has_planners:
            lives += [Planner(crowd).live(self._is_done, plan.desk_pause) for _ in range(2)]
        if plan.has_registrar:
            lives.append(Registrar(crowd, plan.seed).live(self._is_done, plan.desk_pause))
        if plan.has_arranger:
            lives.append(Arranger(crowd, plan.seed, plan.untold).live(self._is_done, plan.desk_pause))
        if plan.has_usher:
            lives.append(Usher(crowd, plan.seed, plan.untold).live(self._is_done, plan.desk_pause))
        if plan.has_answers:
            lives.append(Answerer(crowd, plan.seed).live(self._is_done, plan.desk_pause))
        if plan.has_eraser:
            lives.append(Eraser(crowd, plan.seed).live(self._is_done, plan.desk_pause))
        if plan.has_exporter:
            lives.append(Exporter(crowd, plan.seed).live(self._is_done, plan.desk_pause))
        if plan.has_personnel:
            self.personnel = Personnel(crowd, plan.seed)
            lives.append(self.personnel.live(self._is_done, plan.desk_pause))
        lives += self.more_lives()
        await asyncio.gather(*lives)
        await self._quiet(background)

    def calendar(self) -> Calendar:
        return a_clinic(most_open=self.plan.most_open)

    def more_lives(self) -> list[Coroutine[Any, Any, None]]:
        """Return who else lives in this world."""
        return []

    async def _unread(self) -> None:
        """One person's own calendar cannot be read: what is booked with them is to be confirmed."""
        months = months_in(Window.around(self.epoch, self.epoch + timedelta(days=40)))
        row = Ledger(is_unread=True).to_row()
        keys = [ledger_key(month, UNREAD) for month in months]
        await Direct(self.service).transact("bookings", BUSINESS, [Operation("upsert", key, row) for key in keys])
        self.watch.unread.add(UNREAD)

    async def _poison(self) -> None:
        """Put a work row there that nobody can serve: it is given up in the end, and in nobody's way until then."""
        table = TableStore(Direct(self.service))
        await table.markers.write(BUSINESS, [None])
        (row,) = work_rows([NewEntry(None, "poison", "1", POISON)]).items()
        await table.table.transact("bookings", BUSINESS, [Operation("upsert", row[0], row[1] or {})])

    def _instance(self, name: str) -> Instance:
        plan = self.plan
        return plan.instance(
            name,
            self.network,
            self.post,
            apart=plan.apart,
            make_store=plan.make_store,
            wrap=plan.wrap,
            looks=not plan.has_timers,
        )

    def _background(self, run: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        return asyncio.create_task(run)

    def _timers(self) -> list[Coroutine[Any, Any, None]]:
        plan = self.plan
        up: Callable[[], bool] = lambda: not self.are_timers_off  # noqa: E731
        return [one.timers(up, plan.timer_every, plan.sweep_every) for one in self.instances if plan.has_timers]

    def _is_done(self) -> bool:
        time = asyncio.get_running_loop().time()
        return time > self.plan.length or len(self.watch.problems) >= self.plan.stop_at

    async def _clean(self) -> None:
        """Collect garbage by the run's own clock: the engine's gates live as long as somebody refers to them."""
        for minute in count(1):
            await asyncio.sleep(60)
            gc.collect(1 if minute % 60 else 2)

    async def _crash(self) -> None:
        while self.plan.crash_every:
            await asyncio.sleep(self.dice.expovariate(1 / self.plan.crash_every))
            self.crashes += 1
            self.dice.choice(self.instances).crash()

    async def _break(self) -> None:
        """Take the timers away for a while, or the mail server, or both."""
        while self.plan.outage_every:
            await asyncio.sleep(self.dice.expovariate(1 / self.plan.outage_every))
            began = self.service.clock()
            self.are_timers_off = self.dice.random() < 0.5
            self.post.is_away = not self.are_timers_off or self.dice.random() < 0.3
            try:
                await asyncio.sleep(self.dice.expovariate(1 / self.plan.outage_lasts))
            finally:  # the run may end in the middle of it
                self.are_timers_off = self.post.is_away = False
                self.outages.append((began, self.service.clock()))

    async def _quiet(self, background: "list[asyncio.Task[None]]") -> None:
        """Let delayed requests arrive, end the bad weather, and serve what is due until the last of it."""
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)
        self.network.weather, self.post.forgets, self.post.is_away = CALM, 0.0, False
        self.ended = self.service.clock()
        await asyncio.sleep(70)
        self.is_over = True
        one = self.instances[0]
        one.crash()
        one.skew = timedelta()
        if not self.plan.drain or self.watch.problems:
            return
        hours = max(self._hours_ahead(), GIVEN_UP if self.plan.has_poison else 0)
        for pause, times in ((20, 30), (120, 35), (600, 6 * hours + 20)):
            for _ in range(times):
                await asyncio.sleep(pause)
                await one.send_due()

    def _hours_ahead(self) -> int:
        last = max((one.end for one in self.watch.appointments.values()), default=self.ended)
        return max(int((last - self.ended) / timedelta(hours=1)), 0) + 1

    async def findings(self) -> list[str]:
        """What is wrong once everything is over."""
        problems = list(self.watch.problems)
        problems += await audit(Direct(self.service), BUSINESS, secret=SECRET, deleted=self.watch.gone())
        problems += await self.personnel.problems() if self.personnel else []
        if self.plan.drain and not problems:
            problems += [f"{row.key} is left over" for row in self.service.rows("bookings", BUSINESS, WORK)]
            problems += [
                f"marker {row.key} is left over" for name in SHARDS for row in self.service.rows("due", name)
            ]
            if self.plan.has_poison and not self.service.row(failed_key(POISONED), BUSINESS):
                problems += ["nobody is shown what failed"]
            now = self.service.clock()
            looked_at = [moment for one in self.instances for moment in one.looked_at]
            looks = None if self.plan.has_timers else looked_at
            problems += Mailboxes(self.watch, self.post.arrived, self.outages, now, looks).problems()
        return problems


def simulate(plan: Plan, world: type[Run] = Run) -> Outcome:
    """Run it; the same plan gives the same outcome, whenever and wherever it is run."""
    began = process_time()
    run = world(plan)

    async def everything() -> list[str]:
        await run.go()
        return await run.findings()

    gc.collect()
    gc.disable()
    try:
        with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
            problems = runner.run(everything())
            hours = runner.get_loop().time() / 3600
    finally:
        gc.enable()
    return Outcome(
        seed=plan.seed,
        problems=problems,
        digest=run.trace.hexdigest(),
        commands=run.desk.asked,
        refusals=run.desk.refused,
        faults=run.network.faults,
        crashes=run.crashes,
        hours=hours,
        letters=len(run.post.arrived),
        doubles=doubles(run.post.arrived),
        commits=run.service.commits,
        largest=run.service.largest,
        seconds=process_time() - began,
        run=run,
    )
