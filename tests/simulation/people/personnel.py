"""Somebody who takes people on for a while, and erases them once they have left, while the activity is sealed."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random
from typing import Any

from shared.domain.access.organisation import Organisation
from shared.domain.appointments.appointment import TimeOff
from shared.domain.calendar.business import Calendar, StaffMember
from shared.domain.errors import Refusal, StillOnStaff, TryAgain, UnderLegalHold
from shared.records.keys import member_partition
from shared.records.organisation import ORGANISATION
from shared.records.personal_data.sessions import SESSIONS, address_hash
from shared.records.table import Ambiguous
from shared.storage.store import TableStore
from shared.use_cases.calendars.change_business import BusinessChange
from shared.use_cases.calendars.change_entity import SettingsChange
from shared.use_cases.calendars.change_time_off import add_time_off
from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from shared.use_cases.organisation.open_sessions import note_session
from shared.use_cases.organisation.seal_audit import OF_ORGANISATION, AuditPlace, check_audit, is_whole
from shared.use_cases.organisation.settings import change_organisation
from shared.use_cases.personal_data.erase_person import ErasingPerson
from shared.use_cases.personal_data.erase_staff import ErasingStaff
from tests.simulation.people.clients import Crowd
from tests.simulation.people.desk import Asked, NoAnswer, given
from tests.simulation.people.noting import Noting
from tests.simulation.people.staff_desk import EDITOR
from tests.simulation.world.clinic import BUSINESS
from tests.simulation.world.instance import Instance, Lost
from tests.simulation.world.service import Direct, Service
from tests.support.builders import SECRET


AT_ONCE = 3  # people who are there for a while
MOST_TRIES = 12
ON_THE_WAY = 100  # seconds after which nothing that they did is
STAYS = timedelta(hours=2).total_seconds()  # what they did is sealed after an hour
AUDITS = (AuditPlace(BUSINESS), OF_ORGANISATION)


@dataclass
class Temp:
    """Somebody who is there for a while; nobody else has a part of their names."""

    number: int
    id: str = ""
    names: list[str] = field(default_factory=list)
    is_listed: bool = False  # by the organisation too, which erases them itself

    @property
    def email(self) -> str:
        return f"temp{self.number}@staff.example"

    def traces(self, service: Service) -> Iterator[str]:
        """Name the rows that tell of them."""
        for (table, partition), rows in service.tables():
            for row in rows:
                text = json.dumps([row.key, *row.values.values()], default=str)
                if any(one in text for one in (self.email, *self.names)):
                    yield f"{self.email} was erased, and is in {table} {partition} {row.key}"
        for row in service.rows(ORGANISATION, SESSIONS):
            if row.values.get("address") == address_hash(self.email):
                yield f"{self.email} was erased, and has the session {row.key}"
        if service.rows("members", member_partition(self.email)):
            yield f"{self.email} was erased, and it is known where they worked"


class Personnel:
    """One of the crowd, whose dice are their own."""

    def __init__(self, crowd: Crowd, seed: int) -> None:
        self.crowd, self.dice, self.pause = crowd, Random(f"personnel {seed}"), 0.0
        self.erased: list[Temp] = []
        self._numbers = 0
        self._is_held = False

    async def live(self, until: Callable[[], bool], pause: float) -> None:
        self.pause = pause
        await asyncio.gather(*(self._careers(until) for _ in range(AT_ONCE)))

    async def _careers(self, until: Callable[[], bool]) -> None:
        while not until():
            await self._rest()
            with suppress(Refusal, NoAnswer):
                await self._career()

    async def _rest(self) -> None:
        await asyncio.sleep(self.dice.expovariate(1 / self.pause))

    async def _career(self) -> None:
        self._numbers += 1
        temp = Temp(self._numbers)
        temp.id = await self._ask("add person", "person added", self._added(temp))
        for _ in range(self.dice.randint(1, 4)):
            await self._rest()
            with suppress(Refusal):
                ways = (self._work, self._work, self._rename, self._rest_a_day, self._sign_in, self._list)
                await self.dice.choice(ways)(temp)
        await self._refused(temp, StillOnStaff)
        await self._ask("remove person", f"person removed {temp.id}", self._removed(temp))
        await asyncio.sleep(self.dice.uniform(ON_THE_WAY, STAYS))
        await self._under_hold(temp)
        await self._erase(temp)

    async def _ask(self, kind: str, route: str, change: Callable[[SettingsChange], Awaitable[Any]]) -> Any:
        return await self._ask_as(EDITOR.name, kind, route, change)

    async def _ask_as(
        self, actor: str, kind: str, route: str, change: Callable[[SettingsChange], Awaitable[Any]]
    ) -> Any:
        key = self.crowd.desk.a_key()

        async def run(instance: Instance) -> Any:
            context = Context(instance.store, SECRET, instance.now())
            return await change(SettingsChange(BUSINESS, Author(actor, key), "", context))

        return await self.crowd.desk.ask(Asked(kind, (route,), key, route, actor, run))

    def _added(self, temp: Temp) -> Callable[[SettingsChange], Awaitable[str]]:
        temp.names.append(f"Temp{temp.number} Leaver")

        async def add(settings: SettingsChange) -> str:
            made = lambda _, name: StaffMember(id=name, name=temp.names[0], email=temp.email)  # noqa: E731
            return (await settings.add("staff", made))[0].id

        return add

    def _removed(self, temp: Temp) -> Callable[[SettingsChange], Awaitable[None]]:
        return lambda settings: settings.remove("staff", temp.id, None)

    async def _work(self, temp: Temp) -> None:
        """They change what is offered: the activity says who did."""
        buffer = timedelta(minutes=self.dice.choice((0, 10, 20)))

        async def change(settings: SettingsChange) -> None:
            edit = lambda _, service: service.model_copy(update={"post_buffer": buffer})  # noqa: E731
            await settings.change("services", "long", edit, None)

        await self._ask_as(temp.email, "set", "service changed long", change)

    async def _rename(self, temp: Temp) -> None:
        temp.names.append(f"Temp{temp.number} Married{len(temp.names)}")
        named = {"name": temp.names[-1]}

        async def change(settings: SettingsChange) -> None:
            await settings.change("staff", temp.id, lambda _, one: one.model_copy(update=named), None)

        await self._ask("rename", f"person changed {temp.id}", change)

    async def _rest_a_day(self, temp: Temp) -> None:
        start = self.crowd.a_start()
        off = TimeOff(id="", staff=temp.id, title=temp.names[0], start=start, end=start + timedelta(hours=8))
        instance, key = self.dice.choice(self.crowd.desk.instances), self.crowd.desk.a_key()
        with suppress(Lost, Ambiguous, Refusal):  # also of a process that does not know them yet
            known = await given(instance)
            await instance.answer(add_time_off(off, key=key, actor=EDITOR.name, **known))

    async def _sign_in(self, temp: Temp) -> None:
        instance, session = self.dice.choice(self.crowd.desk.instances), f"{temp.number}-{self.dice.random()}"
        now = instance.now()
        more = {"expires": now + timedelta(hours=12), "store": instance.store, "now": now}
        with suppress(Lost):
            await instance.call(note_session(f"sub {temp.email}", session, "", address=temp.email, **more))

    async def _list(self, temp: Temp) -> None:
        """They may create calendars."""
        temp.is_listed = True
        instance, number = self.dice.choice(self.crowd.desk.instances), self.crowd.desk.a_key()

        def edit(organisation: Organisation) -> Organisation:
            others = tuple(one for one in organisation.creators if one != temp.email)
            return organisation.model_copy(update={"creators": (*others, temp.email)})

        told = {"actor": EDITOR.name, "number": number, "store": instance.store, "now": instance.now()}
        with suppress(Lost, Ambiguous, TryAgain):
            await instance.answer(change_organisation(edit, **told))

    async def _under_hold(self, temp: Temp) -> None:
        """Put the calendar under a legal hold, unless it is, and lift it once they were not erased."""
        if self._is_held:
            return
        self._is_held = True
        await self._hold("Case 7")
        await self._refused(temp, UnderLegalHold)
        await self._hold("")
        self._is_held = False

    async def _hold(self, reason: str) -> None:
        def edit(calendar: Calendar) -> Calendar:
            return replace(calendar, business=calendar.business.model_copy(update={"legal_hold": reason}))

        key = self.crowd.desk.a_key()
        while True:
            instance = self.dice.choice(self.crowd.desk.instances)
            context = Context(instance.store, SECRET, instance.now())
            try:
                return await instance.answer(
                    BusinessChange(BUSINESS, Author(EDITOR.name, key), "", context).edit(edit, None)
                )
            except (Lost, Ambiguous, TryAgain):
                await asyncio.sleep(self.dice.uniform(0, 3))

    async def _refused(self, temp: Temp, why: type[Refusal]) -> None:
        """Ask for their erasure where it is to be refused: nothing may be written."""
        desk = self.crowd.desk
        instance = self.dice.choice(desk.instances)
        table = Noting(instance.store.table)
        author = Author(EDITOR.name, desk.a_key())
        context = Context(TableStore(table), SECRET, instance.now())
        try:
            await instance.answer(self._erasure(temp, author, context))
            desk.watch.problems.append(f"{temp.email} was erased in spite of {why.code}")
        except (Lost, Ambiguous, TryAgain):
            pass
        except why:
            desk.asked["erase person refused"] += 1
        desk.watch.problems += [f"an erasure that was refused has written {one}" for one in table.written]

    def _erasure(self, temp: Temp, author: Author, context: Context) -> Coroutine[Any, Any, None]:
        if temp.is_listed:
            return ErasingPerson(author, context).erase(temp.email)
        return ErasingStaff(BUSINESS, author, context).erase(temp.id)

    async def _erase(self, temp: Temp) -> None:
        """Erase them, again with the same key where there was no answer; sometimes two people do."""
        key, desk = self.crowd.desk.a_key(), self.crowd.desk
        times = self.dice.choice((1, 1, 2))
        done = await asyncio.gather(*(self._erasing(temp, f"{key}-{one}") for one in range(times)))
        if any(done):
            self.erased.append(temp)
            desk.asked["erase person done"] += 1
            desk.watch.problems += temp.traces(desk.watch.service)

    async def _erasing(self, temp: Temp, key: str) -> bool:
        """Return whether it was answered that they are erased."""
        desk = self.crowd.desk
        for _ in range(MOST_TRIES):
            desk.asked["erase person"] += 1
            instance = self.dice.choice(desk.instances)
            author, context = Author(EDITOR.name, key), Context(instance.store, SECRET, instance.now())
            try:
                await instance.answer(self._erasure(temp, author, context))
            except (Lost, Ambiguous, TryAgain):
                await self._rest()
            except Refusal as refusal:
                desk.refused[refusal.code] += 1
                return False
            except Exception as error:  # noqa: BLE001 - as of every other command
                desk.watch.problems.append(f"erasing {temp.email} ended in {type(error).__name__}: {error}")
                return False
            else:
                return True
        return False

    async def problems(self) -> list[str]:
        """Name those who are back, and the audits whose seals prove them no more, once everything is over."""
        service = self.crowd.desk.watch.service
        found = [one for temp in self.erased for one in temp.traces(service)]
        for place in AUDITS:
            checked = await check_audit(place, None, store=TableStore(Direct(service)))
            found += [] if is_whole(checked) else [f"the audit of {place.partition} is not what was sealed"]
        return found
