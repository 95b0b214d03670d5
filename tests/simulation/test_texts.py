"""SMS and mails in bad weather: nobody gets an SMS after STOP, reports find their place, each breakage is found."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from shared.records.keys import FAILED, SENT, SMS
from shared.records.organisation import OPTED_OUT
from shared.records.table import Operation, Row
from tests.simulation.mutants import Operations, Through, without_condition
from tests.simulation.world.network import CALM
from tests.simulation.world.run import Plan, simulate
from tests.simulation.world.texts import NIGHT, Phone, TextInstance, TextRun, number_of
from tests.support.figures import say


TEXTS = Plan(
    0,
    length=420,
    clients=8,
    pause=10,
    has_desk=False,
    crash_every=90,
    outage_every=0,
    sweep_every=0,
    ahead=4,
    instance=TextInstance,
)
SHOWS = 240  # seconds, within which breakages do
CROWD, LENGTH = {"clients": 30, "pause": 5}, 600  # of a run in full: some thousand SMS
RUNS = {0: 7, 60: 12}  # of them, by the seconds between two crashes


class OptOutsLost(Through):
    """STOP is answered, and not stored."""

    async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
        if partition == OPTED_OUT:
            return [""]
        return await self.inner.transact(table, partition, operations)


class RepeatsCount(Through):
    """What a telephone has said is forgotten, so that a copy of it counts again."""

    async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
        sent = [_forgetful(one) for one in operations] if partition == OPTED_OUT else operations
        return await self.inner.transact(table, partition, sent)


def _forgetful(one: Operation) -> Operation:
    return one._replace(values={"body": json.dumps({**json.loads(one.values["body"]), "seen": []})})


class FailuresHidden(Through):
    """What a provider could not deliver is noted, and shown to nobody."""

    async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
        kept = [one for one in operations if not one.key.startswith(FAILED)]
        is_report = any(one.key.startswith(SMS) for one in operations)
        return await self.inner.transact(table, partition, kept if is_report else operations)


class BouncesHidden(Through):
    """What a mail provider could not deliver is noted, and shown to nobody."""

    async def transact(self, table: str, partition: str, operations: Operations) -> list[str]:
        keys = [one.key for one in operations]
        is_report = keys[0].startswith(SENT)  # a sender writes its entry first
        kept = [one for one in operations if not (is_report and one.key.startswith(FAILED))]
        return await self.inner.transact(table, partition, kept)


class EveryReportIsNews(Through):
    """Of a mail it is forgotten that something was reported."""

    async def get(self, table: str, partition: str, key: str, select: Sequence[str] = ()) -> Row | None:
        row = await self.inner.get(table, partition, key, select)
        if row is None or not key.startswith(SENT):
            return row
        return row._replace(values={"body": json.dumps({**json.loads(row.values["body"]), "report": ""})})


MUTANTS = {
    "an answer is not stored": OptOutsLost,
    "an answer that is repeated counts again": RepeatsCount,
    "a report overwrites another": without_condition((SMS,)),
    "what was not delivered is shown to nobody": FailuresHidden,
    "a mail that came back is shown to nobody": BouncesHidden,
    "a later report of a mail counts too": EveryReportIsNews,
}


def problems(plan: Plan, seeds: Sequence[int]) -> list[str]:
    return next((found for seed in seeds if (found := simulate(replace(plan, seed=seed), TextRun).problems)), [])


@pytest.mark.parametrize("seed", range(2))
def test_sms_hold_in_bad_weather(seed: int) -> None:
    outcome = simulate(replace(TEXTS, seed=seed), TextRun)
    assert outcome.problems == []
    run = outcome.run
    assert isinstance(run, TextRun)
    assert len(run.carrier.arrived) >= 15
    assert any(phone.stopped for phone in run.telephones)
    assert len(run.post.taken) >= 15


class SilentRun(TextRun):
    """Everybody gets SMS and nobody answers, so that every one must come."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        clients = [f"c{number}@example.com" for number in range(plan.clients)]
        self.phones = {one: number_of(one) for one in clients}
        self.telephones = [Phone(self, one) for one in clients]

    def more_lives(self) -> list[Any]:
        return []


@pytest.mark.parametrize("crash_every", RUNS, ids=["no crash", "a crash a minute"])
def test_of_sms_none_is_missing_and_hardly_one_comes_twice(crash_every: int, *, is_full: bool) -> None:
    plan = replace(TEXTS, weather=CALM, forgets=0, crash_every=crash_every, length=SHOWS)
    if is_full:
        plan = replace(plan, length=LENGTH, **CROWD)
    most, runs = 0.05 if crash_every else 0, RUNS[crash_every] if is_full else 1
    sent = twice = 0
    for seed in range(runs):
        outcome = simulate(replace(plan, seed=seed), SilentRun)
        assert outcome.problems == []
        assert isinstance(outcome.run, TextRun)
        names = Counter(one.name for one in outcome.run.carrier.arrived)
        sent, twice = sent + names.total(), twice + names.total() - len(names)
    say(f"SMS with a crash every {crash_every} s: {sent:,}, of which {twice} came twice, and none not at all")
    assert sent >= 15 * runs
    assert 100 * twice <= most * sent


class DayRun(SilentRun):
    """Reports come hours later, when other reminders of the day have been left out."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self.carrier.latest = 6 * 3600

    def _hours_ahead(self) -> int:
        return super()._hours_ahead() + NIGHT


def test_reminders_that_one_sms_tells_of_are_all_shown_where_it_fails() -> None:
    plan = replace(TEXTS, length=SHOWS, ahead=24)
    outcome = simulate(plan, DayRun)
    assert outcome.problems == []
    assert isinstance(outcome.run, DayRun)
    assert outcome.run.left_out >= 2
    hidden = simulate(replace(plan, wrap=BouncesHidden), DayRun)
    assert any("sent for" in one for one in hidden.problems)


@pytest.mark.parametrize("name", MUTANTS)
def test_a_breakage_of_sms_does_not_live(name: str) -> None:
    assert problems(replace(TEXTS, length=SHOWS, wrap=MUTANTS[name], drain=False), range(0, 24, 4))
