"""Hours of hostile weather: whatever fails, whoever dies, the promises of DESIGN.md section 4 and 5 hold."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.simulation.network import ROUGH
from tests.simulation.run import Outcome, Plan, simulate


CALMER = Plan(0, length=900, clients=6, pause=30, desk_pause=60, crash_every=0, forgets=0)


def figures(outcomes: Sequence[Outcome]) -> str:
    """One line that tells what was gone through."""
    commands: Counter[str] = sum((one.commands for one in outcomes), Counter())
    faults: Counter[str] = sum((one.faults for one in outcomes), Counter())
    return (
        f"{commands.total():,} commands, {sum(one.hours for one in outcomes):,.1f} simulated hours, "
        f"{faults.total():,} faults, {sum(one.crashes for one in outcomes):,} crashes, "
        f"{sum(one.letters for one in outcomes):,} letters ({sum(one.doubles for one in outcomes)} twice), "
        f"{sum(len(one.problems) for one in outcomes)} violations, {sum(one.seconds for one in outcomes):.0f} s"
    )


def test_one_seed_replays_one_run_exactly() -> None:
    plan = Plan(11, length=90, clients=10, drain=False)
    first, again, other = simulate(plan), simulate(plan), simulate(replace(plan, seed=12))
    assert first.digest == again.digest
    assert first.commands == again.commands
    assert first.digest != other.digest


@pytest.mark.parametrize("seed", range(4))
def test_nothing_breaks_the_promises_under_faults_crashes_and_outages(seed: int) -> None:
    outcome = simulate(Plan(seed, length=500, desk_pause=4, weather=replace(ROUGH, latency=0.03)))
    print(figures([outcome]))
    assert outcome.problems == []
    assert outcome.largest <= 100
    assert outcome.crashes > 0


@pytest.mark.parametrize("seed", range(20, 22))
def test_a_rush_on_few_starts_with_instances_that_die_every_few_seconds(seed: int) -> None:
    plan = Plan(
        seed, length=240, clients=60, pause=3, desk_pause=3, instances=8, crash_every=8, ahead=3, drain=False
    )
    outcome = simulate(replace(plan, weather=ROUGH.times(1.5)))
    print(figures([outcome]))
    assert outcome.problems == []


@pytest.mark.parametrize("seed", range(30, 32))
def test_reads_of_how_things_were_cost_tries_and_never_safety(seed: int) -> None:
    weather = replace(ROUGH, stale=0.05)
    outcome = simulate(Plan(seed, length=300, weather=weather, drain=False))
    print(figures([outcome]))
    wrong = [one for one in outcome.problems if "claimed twice" in one or "planes" in one or "says" in one]
    assert wrong == []


def test_without_crashes_and_silent_mail_servers_nobody_gets_a_letter_twice() -> None:
    outcomes = [simulate(replace(CALMER, seed=seed)) for seed in (40, 41)]
    print(figures(outcomes))
    assert [problem for one in outcomes for problem in one.problems] == []
    assert sum(one.doubles for one in outcomes) == 0
