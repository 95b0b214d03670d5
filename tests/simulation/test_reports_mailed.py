"""Reports by mail are filed once by sweeps that crash and meet, and reach each reader who has not left.

That of all calendars does so while the calendars that carry it are deleted and restored.
"""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.domain.calendar.business import Calendar
from shared.domain.errors import Refusal
from shared.domain.reports.report_mail import OrganisationReportMail, ReportMail
from shared.records.keys import DECISION, WORK
from shared.records.organisation import ORGANISATION
from shared.records.table import Ambiguous
from shared.storage.store import TableStore
from shared.use_cases.calendars.change_calendar import change_calendar, with_business
from shared.use_cases.calendars.save_calendar import save_calendar
from shared.use_cases.commands import Author, name_change
from shared.use_cases.context import Context
from shared.use_cases.organisation.settings import PARTITION, change_organisation
from shared.use_cases.reports.leave_report import leave_report, leave_token
from shared.use_cases.reports.report_mail import FILED, OF_ALL, REPORT, TO_READERS
from tests.simulation.mutants import Operations, Through, apart
from tests.simulation.people.desk import NoAnswer
from tests.simulation.world.clinic import BUSINESS
from tests.simulation.world.instance import Lost
from tests.simulation.world.run import Plan, Run, simulate
from tests.simulation.world.service import Changes, Direct
from tests.support.builders import SECRET, a_business, a_calendar


STAYS, LEAVES = ("ada@example.org", "bob@example.org"), "eve@example.org"
AN_HOUR_AHEAD = "Atlantic/Azores"  # where 07:00 of the Monday on which the run begins is 08:00 UTC
UNTIL = 3900  # seconds: the report is due after 3600
GRACE = timedelta(minutes=2)  # of a message that was written before its reader left
MAILED = Plan(
    0,
    length=4500,
    clients=0,
    has_desk=False,
    crash_every=15,
    outage_every=0,
    timer_every=20,
    sweep_every=90,
    drain=False,
)


class MailedRun(Run):
    """The world of one seed, over a Monday's 07:00; one of three readers leaves about then."""

    sender = BUSINESS

    def __init__(self, plan: Any) -> None:
        super().__init__(plan)
        self.filed: list[str] = []
        self.left: datetime | None = None
        self.service.watchers.append(self._look)

    def calendar(self) -> Calendar:
        mail = ReportMail(every="week", readers=(*STAYS, LEAVES))
        return with_business(super().calendar(), time_zone=AN_HOUR_AHEAD, report_mail=mail)

    def more_lives(self) -> list[Any]:
        return [self._leave()]

    async def _leave(self) -> None:
        """A reader leaves, however often it takes; the run goes on until it is over."""
        await asyncio.sleep(self.dice.uniform(3000, 3700))
        token = leave_token(SECRET, self.sender, LEAVES, self.service.clock())
        while self.left is None:
            one = self.dice.choice(self.instances)
            with suppress(Refusal, Ambiguous, NoAnswer, Lost):
                await one.call(leave_report(token, context=Context(one.store, SECRET, one.now())))
                self.left = self.service.clock()
            await asyncio.sleep(1)
        await asyncio.sleep(max(self.plan.length - asyncio.get_running_loop().time(), 0))

    def _look(self, table: str, partition: str, changes: Changes) -> None:
        if table == "bookings" and partition == BUSINESS:
            self.filed += [
                key for key, (before, after) in changes.items() if _is_report(key) and after and not before
            ]

    async def findings(self) -> list[str]:
        told = [one for one in self.post.arrived if one.letter.kind == "report"]
        problems = [f"filed {len(self.filed)} times"] if len(self.filed) != 1 else []
        problems += [f"{one} got none" for one in STAYS if not any(each.letter.to == one for each in told)]
        names = {one.name for one in told}
        problems += [f"{len(names)} different ones"] if len(names) > len({one.letter.to for one in told}) else []
        late = self.left and [one for one in told if one.letter.to == LEAVES and one.called > self.left + GRACE]
        return problems + (["sent to who has left"] if late else []) + self.watch.problems


def _is_report(key: str) -> bool:
    return key.startswith(WORK) and f"|{REPORT}|" in key


CARRIERS = ("biz0aaa", "biz0bbb")
OF_ALL_MAIL = OrganisationReportMail(every="week", readers=(*STAYS, LEAVES), time_zone=AN_HOUR_AHEAD)


class MailedOfAllRun(MailedRun):
    """The same for the report of all calendars; those that would carry it are deleted and restored all the time."""

    sender = PARTITION

    def calendar(self) -> Calendar:
        return with_business(super().calendar(), report_mail=ReportMail())

    async def go(self) -> None:
        store = TableStore(Direct(self.service))
        await change_organisation(
            lambda one: one.model_copy(update={"report_mail": OF_ALL_MAIL}),
            actor="head",
            number="0",
            store=store,
            now=self.service.clock(),
        )
        for name in CARRIERS:
            one = a_calendar(a_business(id=name, slug=name))
            await save_calendar(one, key=f"first-save-of-{name}", store=store, secret=SECRET)
        await super().go()

    def more_lives(self) -> list[Any]:
        return [*super().more_lives(), *(self._come_and_go(name) for name in CARRIERS)]

    async def _come_and_go(self, business: str) -> None:
        """Delete and restore a calendar until some time after the report is due."""
        number = 0
        while asyncio.get_running_loop().time() < UNTIL:
            await asyncio.sleep(self.dice.uniform(30, 400))
            number += 1
            await self._set_deleted(business, number, self.service.clock() if number % 2 else None)
        await self._set_deleted(business, number + 1, None)

    async def _set_deleted(self, business: str, number: int, at: datetime | None) -> None:
        author = Author("boss", f"deleted-or-restored-{number}")
        name = name_change(SECRET, business, "deleted", author, "")
        about: dict[str, Any] = {"action": "deleted", "subject": "", "author": author, "reaches_deleted": True}

        def change(before: Calendar) -> Calendar:
            return with_business(before, deleted_at=at)

        is_done = False
        while not is_done:
            one = self.dice.choice(self.instances)
            with suppress(Refusal, Ambiguous, NoAnswer, Lost):
                await one.call(change_calendar(name, change, store=one.store, now=one.now(), **about))
                is_done = True
            await asyncio.sleep(1)

    def _look(self, table: str, partition: str, changes: Changes) -> None:
        """Note each entry of the readers, in whatever calendar."""
        if table == "bookings":
            made = [key for key, (before, after) in changes.items() if after and not before]
            self.filed += [key for key in made if key.startswith(WORK) and f"|{TO_READERS[OF_ALL]}|" in key]


class FiledForgotten(Through):
    """Neither the report that was filed nor the decision on it is noted."""

    filed = FILED

    async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
        is_filing = table == "bookings" and any(one.key == self.filed for one in operations)
        noted = [one for one in operations if one.key != self.filed and not one.key.startswith(DECISION)]
        return await self.inner.transact(table, partition, noted if is_filing else operations)


class CarrierForgotten(Through):
    """Which calendar carries the report of all is not noted."""

    async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
        if table == ORGANISATION and any(one.key == FILED for one in operations):
            return ["" for _ in operations]
        return await self.inner.transact(table, partition, operations)


@pytest.mark.parametrize("world", [MailedRun, MailedOfAllRun])
@pytest.mark.parametrize("seed", [0, 4])
def test_a_report_is_filed_once_and_reaches_its_readers(seed: int, world: type[MailedRun]) -> None:
    outcome = simulate(replace(MAILED, seed=seed), world)
    assert outcome.problems == []
    assert isinstance(outcome.run, MailedRun)
    assert outcome.run.left
    assert outcome.crashes > 100


MUTANTS = {
    "which report was filed is forgotten": (FiledForgotten, MailedRun),
    "the entry is written apart from what was filed": (apart(WORK), MailedRun),
    "the calendar that carries the report of all is forgotten": (CarrierForgotten, MailedOfAllRun),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_breakage_of_mailed_reports_does_not_live(name: str) -> None:
    wrap, world = MUTANTS[name]
    plans = (replace(MAILED, seed=4 * number, wrap=wrap, crash_every=3) for number in range(8))
    assert any(simulate(plan, world).problems for plan in plans)
