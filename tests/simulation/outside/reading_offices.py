"""The four calendars, whose people have calendars of their own that are read by timers and before bookings."""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from shared.domain.appointments.appointment import Appointment
from shared.domain.calendar.business import Business
from shared.domain.timeline.ticks import Window
from shared.records.codec import load
from shared.records.keys import BUSINESS, DECISION
from shared.storage.store import TableStore
from shared.use_cases.commands import Author, name_command
from shared.use_cases.free_busy.connect import connect
from shared.use_cases.free_busy.outside import OwnCalendars
from shared.use_cases.free_busy.read_calendar import ReadingRun
from shared.use_cases.free_busy.read_due import read_due
from tests.simulation.outside.mask_account import MaskAccount, Wish
from tests.simulation.outside.own_source import HOST, OwnSource, OwnSources
from tests.simulation.outside.owner import Owner, place_of
from tests.simulation.people.clients import GRID, Client, Crowd
from tests.simulation.people.desk import Asked
from tests.simulation.world.clinic import HALF
from tests.simulation.world.instance import Instance
from tests.simulation.world.network import CALM
from tests.simulation.world.offices import STAFF, OfficeDesk, Offices
from tests.simulation.world.run import Plan
from tests.simulation.world.service import Direct
from tests.support.builders import SECRET


OWNERS = ("claire", "zoe")  # of four calendars, and of two
EVERY = timedelta(seconds=30)
REGULARS = 3
RARELY = 10.0  # compared with customers, somebody disconnects their calendar
SLOWER = 2.0  # than customers are people who change their calendars


class ReadingInstance(Instance):
    """A process that reads people's own calendars. `outside` is set by its world."""

    outside: OwnCalendars
    own_host = HOST
    readings = 0

    def reading(self) -> ReadingRun:
        self.readings += 1
        name = f"{self.name}-{self.lives}-{self.readings}"
        return ReadingRun(self.store, self.outside, SECRET, self.now(), name, self.own_host, EVERY)

    def reading_for(self, kind: str) -> Callable[[], ReadingRun] | None:
        return self.reading

    async def send_due(self) -> None:
        await super().send_due()
        await read_due(self.reading())


class ReadingDesk(OfficeDesk):
    """The desk notes who was asked for by name, and when."""

    account: MaskAccount
    is_calm = False

    async def ask(self, asked: Asked, tries: int = 12) -> Any:
        if self.is_calm:
            self._note(asked)
        return await super().ask(asked, tries)

    def _note(self, asked: Asked) -> None:
        named = {"book": asked.about[2:], "move": asked.about[2:], "reassign": asked.about[1:]}.get(asked.kind, ())
        staff = tuple(one for each in named if each for one in ((each,) if isinstance(each, str) else each))
        command = name_command(SECRET, self.watch.business, asked.route, asked.actor, asked.key, "")
        if staff:
            wish = Wish(self.watch.service.clock(), staff)
            self.account.wishes.setdefault(f"{DECISION}{command.hash}", wish)


class Regular(Client):
    """A customer who comes to one person, and mostly wants the times that this person has just given away."""

    def __init__(self, crowd: Crowd, number: int, source: OwnSource) -> None:
        super().__init__(crowd, 1000 + number)
        self.source = source

    async def _something(self) -> None:
        if not self.held:
            await self._ask(self.desk.book(self.email, "visit", self.crowd.a_start(), self.source.person))
        elif self.dice.random() < 0.2:
            await self.cancel()
        else:
            mine = self._mine()
            await self._ask(self.desk.move(mine.token, mine.id, self._wanted(), self.source.person))

    def _wanted(self) -> datetime:
        starts = sorted(one.start for one, _ in self.source.events.values())
        if not starts or self.dice.random() < 0.2:
            return self.crowd.a_start()
        start = self.dice.choice(starts)
        return start - (start - datetime(2027, 1, 1, tzinfo=UTC)) % GRID


class ReadingOffices(Offices):
    """The world of one seed, with what is outside of it."""

    desk_kind = ReadingDesk

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        first = Window.around(self.epoch - timedelta(days=1), self.epoch + timedelta(days=40))
        self.sources = {
            one: OwnSource(one, first, Random(f"{one} {plan.seed}"), self.service.clock, self._coming)
            for one in OWNERS
        }
        self.outside = OwnSources(self.sources.values())
        self.account = MaskAccount(self.service, self.sources, self.works, self.everywhere.problems)
        self._dice = Random(f"coming {plan.seed}")

    def _coming(self) -> datetime:
        """Return one of the next starts, as customers want them."""
        base = self.service.clock() + HALF
        base -= (base - datetime(2027, 1, 1, tzinfo=UTC)) % GRID
        return base + GRID * self._dice.randrange(self.plan.ahead)

    def _instance(self, name: str) -> Instance:
        kind = self.plan.instance if issubclass(self.plan.instance, ReadingInstance) else ReadingInstance
        kept, self.plan = self.plan, replace(self.plan, instance=kind)
        made = super()._instance(name)
        self.plan = kept
        assert isinstance(made, ReadingInstance)
        made.outside = self.outside
        return made

    async def open(self, desks: Sequence[OfficeDesk]) -> None:
        """Have each of the people connect their own calendar."""
        for one in desks:
            assert isinstance(one, ReadingDesk)
            one.account, one.is_calm = self.account, self.plan.weather == CALM and not self.plan.crash_every
        store = TableStore(Direct(self.service))
        for one in OWNERS:
            run = ReadingRun(store, self.outside, SECRET, self.epoch, f"first-of-{one}", HOST, EVERY)
            assert (
                await connect(f"{one}@clinic.example", place_of(one), run, Author(one, f"connects-{one}-outside"))
                is None
            )

    def more_lives(self) -> list[Coroutine[Any, Any, None]]:
        pause = SLOWER * self.plan.pause
        changing = [one.live(self._is_done, pause, self._ours) for one in self.sources.values()]
        regulars = [Regular(self.crowds[0], one, self.sources[OWNERS[0]]) for one in range(REGULARS)]
        leaving = self._owner().live(self._is_done, RARELY * self.plan.pause)
        return [*changing, leaving, *(one.live(self._is_done, self.plan.pause) for one in regulars)]

    def _owner(self) -> Owner:
        person = OWNERS[1]
        return Owner(person, self.instances, Random(f"owner {self.plan.seed}"))

    def _ours(self, person: str) -> list[Appointment]:
        return [one for one in self.everywhere.live.values() if person in one.staff]

    def works(self, person: str) -> list[str]:
        """Return the calendars that are there in which a person works."""
        found = [f"biz0{slug}" for slug, people in STAFF.items() if person in people]
        rows = [(one, self.service.row(BUSINESS, one)) for one in found]
        return [one for one, row in rows if row and load(Business, row.values).deleted_at is None]

    async def findings(self) -> list[str]:
        """What is wrong once everything is over."""
        return await super().findings() or list(self.account.left())
