"""Undelivered messages are mended while others change what they are about, and each breakage of that is found."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from shared.domain.appointments.customer import CustomerRecord
from shared.domain.appointments.messages import Message, OutboxEntry
from shared.records.codec import dump, load, load_row
from shared.records.keys import AUDIT, CUSTOMER, FAILED, WORK, retried_key
from shared.records.table import Operation, Row
from shared.use_cases.messages.mend_undelivered import ACTIONS
from shared.use_cases.ports import NotAccepted
from tests.simulation.mutants import Operations, Through, apart, overwriting
from tests.simulation.people.mender import RIGHT, Mender
from tests.simulation.world.clinic import BUSINESS
from tests.simulation.world.post import Post
from tests.simulation.world.run import Plan, Run, simulate
from tests.simulation.world.service import Changes


MENDED = Plan(
    0,
    length=900,
    clients=8,
    pause=20,
    desk_pause=3,
    has_desk=False,
    crash_every=60,
    outage_every=0,
    sweep_every=0,
    timer_every=10,
    drain=False,
)


class Refusing(Post):
    """Takes nothing for two of three customers, nor for one of the staff, unless the address is the right one."""

    async def deliver(self, letter: Message, now: datetime) -> None:
        is_customers = letter.role == "customer" and letter.to[1:2].isdecimal() and int(letter.to[1:2]) % 3
        if is_customers or letter.to.startswith("zoe@"):
            raise NotAccepted("550 no such address")
        await super().deliver(letter, now)


class MendedRun(Run):
    """The world of one seed, in which much is refused, and somebody looks after it."""

    def __init__(self, plan: Any) -> None:
        super().__init__(plan)
        self.post = Refusing(self.service, self.dice, forgets=plan.forgets, slow=plan.slow_mail)
        self.mended = self.corrected = 0
        self.service.watchers.append(self._look)

    def more_lives(self) -> list[Any]:
        return [Mender(self.desk, self.plan.seed).live(self._is_done, self.plan.desk_pause)]

    def _look(self, table: str, partition: str, changes: Changes) -> None:
        if table == "bookings" and partition == BUSINESS:
            self.watch.problems += [f"{self.service.clock():%d %H:%M:%S} {one}" for one in self._wrong(changes)]

    def _wrong(self, changes: Changes) -> Iterator[str]:
        """Each mending takes one recipient off one message, who is to be told again, or is put away."""
        said = [_action(after) for key, (_, after) in changes.items() if key.startswith(AUDIT) and after]
        how = next((one for one in said if one in ACTIONS.values()), "")
        corrected = len(list(_corrected(changes)))
        if not how:
            yield from _unseen(changes)
            yield from ["a customer's record was corrected apart from the message"] * corrected
            return
        self.mended += 1
        self.corrected += corrected
        taken = [
            (key, _whom(before), _whom(after))
            for key, (before, after) in changes.items()
            if key.startswith(FAILED)
        ]
        for key, before, after in taken:
            gone = before - after
            if len(gone) != 1 or after - before:
                yield f"{how}: {sorted(before)} of {key} became {sorted(after)}"
            waiting = changes.get(retried_key(key), (None, None))
            if how == ACTIONS["resend"] and not gone <= _whom(waiting[1]):
                yield f"{how}: {sorted(gone)} of {key} is not to be told again"
            if not _whom(waiting[0]) <= _whom(waiting[1]):
                yield f"{how}: {key} is sent again in the place of others"
        if not taken:
            yield f"{how}, and nothing was taken off the list"


def _corrected(changes: Changes) -> Iterator[str]:
    """Yield the customers whose record gets the right address."""
    for key, (before, after) in changes.items():
        if key.startswith(CUSTOMER) and before and after:
            was, now = (load_row(CustomerRecord, one).email for one in (before, after))
            if now.startswith(RIGHT) and not was.startswith(RIGHT):
                yield key


def _unseen(changes: Changes) -> Iterator[str]:
    """Nobody leaves the list but by mending."""
    for key, (before, after) in changes.items():
        if key.startswith(FAILED) and not _whom(before) <= _whom(after):
            yield f"{sorted(_whom(before) - _whom(after))} of {key} is shown to nobody any more"


class RefusedAlone(Through):
    """Whoever is refused is shown in the place of those who were refused before."""

    async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
        is_mending = any(one.key.startswith(AUDIT) for one in operations)
        sent = [_alone(one) if one.key.startswith(FAILED) and not is_mending else one for one in operations]
        return await self.inner.transact(table, partition, sent)


def _alone(one: Operation) -> Operation:
    entry = load(OutboxEntry, one.values)
    return one._replace(values=dump(entry.model_copy(update={"recipients": entry.recipients[-1:]})))


def _action(row: Row) -> str:
    return str(json.loads(row.values["body"])["action"])


def _whom(row: Row | None) -> set[str]:
    return {f"{one.kind}:{one.person}" for one in load_row(OutboxEntry, row).recipients} if row else set()


@pytest.mark.parametrize("seed", range(2))
def test_what_is_mended_is_mended_once(seed: int) -> None:
    outcome = simulate(replace(MENDED, seed=seed), MendedRun)
    assert outcome.problems == []
    assert isinstance(outcome.run, MendedRun)
    assert outcome.run.mended > 20
    assert outcome.run.corrected > 2
    assert any(one.letter.to.startswith(RIGHT) for one in outcome.run.post.arrived)


MUTANTS = {
    "what is sent again overwrites what was done meanwhile": overwriting(ACTIONS["resend"]),
    "what is put away overwrites what was done meanwhile": overwriting(ACTIONS["dismiss"]),
    "the list is written apart from what is sent again": apart(FAILED),
    "what is sent again is written apart from the list": apart(WORK),
    "a customer's record is written apart from what is sent again": apart(CUSTOMER),
    "who is refused takes the place of others": RefusedAlone,
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_breakage_of_mending_does_not_live(name: str) -> None:
    seeds = (simulate(replace(MENDED, seed=seed, wrap=MUTANTS[name], stop_at=1), MendedRun) for seed in range(6))
    assert any(one.problems for one in seeds)
