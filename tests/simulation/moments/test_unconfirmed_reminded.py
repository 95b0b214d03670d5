"""Who is to confirm an appointment is reminded of it by one entry a day, whatever crashes, until they have."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.domain.appointments.messages import Message
from shared.domain.calendar.business import Calendar
from shared.domain.errors import Refusal
from shared.records.keys import DECISION, WORK
from shared.records.table import Ambiguous
from shared.use_cases.appointments.staff_claims import Actor
from shared.use_cases.booking.create_appointment import create_appointment
from shared.use_cases.calendars.change_calendar import with_business
from shared.use_cases.staff_links.confirm_appointment import confirm_appointment
from shared.use_cases.staff_links.remind_unconfirmed import UNCONFIRMED
from tests.simulation.mutants import Operations, Through
from tests.simulation.people.desk import NoAnswer, given
from tests.simulation.world.clinic import BUSINESS, HOUR, UNREAD
from tests.simulation.world.instance import Instance, Lost
from tests.simulation.world.run import Plan, Run, simulate
from tests.simulation.world.service import Changes
from tests.support.builders import a_request
from tests.support.clinic import whoever


GRACE = timedelta(minutes=2)  # of a message that was written before it was confirmed
REMINDED = Plan(
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


class RemindedRun(Run):
    """The world of one seed, over eight in the morning; of two appointments one is confirmed about then."""

    def __init__(self, plan: Any) -> None:
        super().__init__(plan)
        self.filed: list[str] = []
        self.names: list[str] = []
        self.confirmed: datetime | None = None
        self.service.watchers.append(self._look)

    def calendar(self) -> Calendar:
        return with_business(super().calendar(), time_zone="UTC", when_unread="confirm", most_unread=1)

    def more_lives(self) -> list[Any]:
        return [self._live()]

    async def _live(self) -> None:
        await self._unread()
        for number in (1, 2):
            self.names.append(await self._asked(lambda one, number=number: self._book(one, number)))
        await asyncio.sleep(self.dice.uniform(2800, 3600))
        await self._asked(self._confirm)
        self.confirmed = self.service.clock()
        await asyncio.sleep(max(self.plan.length - asyncio.get_running_loop().time(), 0))

    async def _asked(self, make: Any) -> str:
        """Ask one process after another until one answers."""
        while True:
            one = self.dice.choice(self.instances)
            with suppress(Refusal, Ambiguous, NoAnswer, Lost):
                return str(await one.call(make(one)))
            await asyncio.sleep(1)

    async def _book(self, one: Instance, number: int) -> str:
        start, customer = self.epoch + number * 40 * HOUR, whoever(f"c{number}@example.com")
        request = a_request(start, service="visit", staff=UNREAD, customer=customer)
        booked = await create_appointment(request, key=f"simulated-booking-{number}", **await given(one))
        return booked.appointment

    async def _confirm(self, one: Instance) -> str:
        key = "simulated-confirmation"
        await confirm_appointment(self.names[0], editor=Actor("desk"), key=key, **await given(one))
        return self.names[0]

    def _look(self, table: str, partition: str, changes: Changes) -> None:
        if table == "bookings" and partition == BUSINESS:
            self.filed += [
                key for key, (before, after) in changes.items() if _is_filed(key) and after and not before
            ]

    async def findings(self) -> list[str]:
        told = [one for one in self.post.arrived if one.letter.kind == UNCONFIRMED]
        problems = [f"filed {len(self.filed)} times"] if len(self.filed) != 1 else []
        problems += [] if any(self.names[1] in _listed(one.letter) for one in told) else ["no one was reminded"]
        late = [one for one in told if self.confirmed and one.called > self.confirmed + GRACE]
        problems += (
            ["reminded of what is confirmed"] if any(self.names[0] in _listed(one.letter) for one in late) else []
        )
        return problems + self.watch.problems


def _is_filed(key: str) -> bool:
    return key.startswith(WORK) and f"|{UNCONFIRMED}|" in key


def _listed(letter: Message) -> set[str]:
    return {one.appointment.id for one in letter.series or (letter,) if one.appointment}


class DecisionForgotten(Through):
    """That the day's reminder was filed is not noted."""

    async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
        is_filing = any(_is_filed(one.key) for one in operations)
        noted = [one for one in operations if not (is_filing and one.key.startswith(DECISION))]
        return await self.inner.transact(table, partition, noted)


@pytest.mark.parametrize("seed", [0, 4])
def test_a_reminder_is_filed_once_a_day_and_lists_what_waits(seed: int) -> None:
    outcome = simulate(replace(REMINDED, seed=seed), RemindedRun)
    assert outcome.problems == []
    assert isinstance(outcome.run, RemindedRun)
    assert outcome.run.confirmed


def test_a_reminder_that_is_filed_again_and_again_does_not_live() -> None:
    plans = (replace(REMINDED, seed=4 * number, wrap=DecisionForgotten) for number in range(4))
    assert any(simulate(plan, RemindedRun).problems for plan in plans)
