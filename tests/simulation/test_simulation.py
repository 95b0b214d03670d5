"""Hours of hostile weather: whatever fails, whoever dies, the promises of DESIGN.md section 4 and 5 hold."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

import pytest

from tests.simulation.kinds import KINDS, Figures, Found, one
from tests.simulation.world.run import Plan, simulate
from tests.support.figures import say


PROCESSES, PART = 2, 1 / 24  # of a run, unless `make prove` asks for all of it
LEAST = {
    "a day at the clinic": 13_000,
    "a rush on few starts": 8_000,
    "a crowd of 200": 11_000,
    "few clients, long outages": 1_500,
    "a crash a minute, good weather": 6_000,
    "no crash, good weather": 11_000,
    "timers dead for days": 5_000,
    "stale reads (safety only)": 3_000,
}
LEAST_HOURS = {"a day at the clinic": 12, "few clients, long outages": 18}
MOST_TWICE = {"no crash, good weather": 0.0, "a crash a minute, good weather": 0.05}  # of a hundred letters
Run = Callable[[str], Found]


@pytest.fixture(scope="module")
def part(*, is_full: bool) -> float:
    return 1 if is_full else PART


@pytest.fixture(scope="module")
def run(part: float) -> Iterator[Run]:
    """One run of each kind of weather, side by side; the same seed gives the same run in any process."""
    total, seeds = Figures(), {kind: seed for seed, kind in enumerate(KINDS)}
    is_alone = "PYTEST_XDIST_WORKER" not in os.environ  # else the tests are side by side themselves
    with ProcessPoolExecutor(PROCESSES if is_alone else 1, mp_context=get_context("spawn")) as pool:
        begun = {kind: pool.submit(one, kind, seed, part) for kind, seed in seeds.items() if is_alone}

        def done(kind: str) -> Found:
            nonlocal total
            found = (begun.get(kind) or pool.submit(one, kind, seeds[kind], part)).result()
            total += found.figures
            return found

        yield done
    say(f"simulated: {total}")


def test_one_seed_replays_one_run_exactly() -> None:
    plan = Plan(11, length=90, clients=10, drain=False)
    first, again, other = simulate(plan), simulate(plan), simulate(replace(plan, seed=12))
    assert first.digest == again.digest
    assert first.commands == again.commands
    assert first.digest != other.digest


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_breaks_the_promises(kind: str, run: Run, part: float) -> None:
    found = run(kind)
    say(f"{kind}: {found.figures}")
    assert found.problems == []
    assert found.figures.commands >= LEAST[kind] * part
    assert found.figures.hours >= LEAST_HOURS.get(kind, 0) * part
    assert found.figures.faults > 0 or not KINDS[kind].weather.writes
    assert found.figures.crashes > 0 or not KINDS[kind].crash_every
    assert found.figures.twice <= MOST_TWICE.get(kind, 100)


def test_it_is_enough_that_is_gone_through() -> None:
    assert sum(LEAST.values()) >= 50_000
    assert sum(LEAST.values()) * PART >= 2_250
    assert sum(LEAST_HOURS.values()) >= 24
