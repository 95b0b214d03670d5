"""The report by mail is filed once by sweeps that crash and meet, and reaches each reader who has not left."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.domain.calendar.business import Calendar
from shared.domain.errors import Refusal
from shared.domain.reports.report_mail import ReportMail
from shared.records.keys import DECISION, WORK
from shared.records.table import Ambiguous
from shared.use_cases.calendars.change_calendar import with_business
from shared.use_cases.context import Context
from shared.use_cases.reports.leave_report import leave_report, leave_token
from shared.use_cases.reports.report_mail import FILED
from tests.simulation.mutants import Operations, Through, apart
from tests.simulation.people.desk import NoAnswer
from tests.simulation.world.clinic import BUSINESS
from tests.simulation.world.instance import Lost
from tests.simulation.world.run import Plan, Run, simulate
from tests.simulation.world.service import Changes
from tests.support.builders import SECRET


STAYS, LEAVES = ("ada@example.org", "bob@example.org"), "eve@example.org"
AN_HOUR_AHEAD = "Atlantic/Azores"  # where 07:00 of the Monday on which the run begins is 08:00 UTC
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
        token = leave_token(SECRET, BUSINESS, LEAVES, self.service.clock())
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
    return key.startswith(WORK) and "|report|" in key


class FiledForgotten(Through):
    """Neither the report that was filed nor the decision on it is noted."""

    async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
        is_filing = any(one.key == FILED for one in operations)
        noted = [one for one in operations if one.key != FILED and not one.key.startswith(DECISION)]
        return await self.inner.transact(table, partition, noted if is_filing else operations)


@pytest.mark.parametrize("seed", [0, 4])
def test_a_report_is_filed_once_and_reaches_its_readers(seed: int) -> None:
    outcome = simulate(replace(MAILED, seed=seed), MailedRun)
    assert outcome.problems == []
    assert isinstance(outcome.run, MailedRun)
    assert outcome.run.left
    assert outcome.crashes > 100


MUTANTS = {
    "which report was filed is forgotten": FiledForgotten,
    "the entry is written apart from what was filed": apart(WORK),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_breakage_of_mailed_reports_does_not_live(name: str) -> None:
    plans = (replace(MAILED, seed=4 * number, wrap=MUTANTS[name], crash_every=3) for number in range(8))
    assert any(simulate(plan, MailedRun).problems for plan in plans)
