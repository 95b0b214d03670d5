"""Hours of hostile weather: whatever fails, whoever dies, the promises of DESIGN.md section 4 and 5 hold."""

from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

import pytest

from tests.figures import say
from tests.simulation.kinds import KINDS, Figures, Found, one
from tests.simulation.run import Plan, simulate


PROCESSES = 2
Runs = dict[str, "Future[Found]"]


@pytest.fixture(scope="module")
def runs() -> Iterator[Runs]:
    """One run of each kind of weather, side by side; the same seed gives the same run in any process."""
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        yield {kind: pool.submit(one, kind, seed) for seed, kind in enumerate(KINDS)}


def test_one_seed_replays_one_run_exactly() -> None:
    plan = Plan(11, length=90, clients=10, drain=False)
    first, again, other = simulate(plan), simulate(plan), simulate(replace(plan, seed=12))
    assert first.digest == again.digest
    assert first.commands == again.commands
    assert first.digest != other.digest


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_breaks_the_promises(kind: str, runs: Runs) -> None:
    found = runs[kind].result()
    say(f"{kind}: {found.figures}")
    assert found.problems == []
    assert found.figures.faults > 0 or not KINDS[kind].weather.writes
    assert found.figures.crashes > 0 or not KINDS[kind].crash_every


def test_where_nobody_dies_and_mail_servers_answer_nobody_gets_a_letter_twice(runs: Runs) -> None:
    figures = runs["no crash, good weather"].result().figures
    assert figures.letters > 1000
    assert figures.doubles == 0


def test_with_a_crash_a_minute_hardly_a_letter_comes_twice(runs: Runs) -> None:
    figures = runs["a crash a minute, good weather"].result().figures
    assert figures.crashes > 30
    assert figures.twice <= 0.05


def test_there_was_enough_of_it(runs: Runs) -> None:
    total = sum((run.result().figures for run in runs.values()), Figures())
    say(f"simulated: {total}")
    assert total.commands >= 50_000
    assert total.hours >= 24
