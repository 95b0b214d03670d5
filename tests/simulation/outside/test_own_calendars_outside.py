"""Nobody is booked over what their own calendar said when it was last read, whatever fails; each breakage is found."""

from dataclasses import replace

import pytest

from tests.simulation.held_apart import OFFICES
from tests.simulation.mutants import Mutant
from tests.simulation.outside.misreading import CALM_OFFICES, MISREADING, is_seen
from tests.simulation.outside.reading_offices import ReadingOffices
from tests.simulation.world.run import Plan, simulate
from tests.support.figures import say


@pytest.mark.parametrize("plan", [OFFICES, CALM_OFFICES], ids=["rough", "calm"])
def test_nobody_is_booked_over_what_their_own_calendar_said(plan: Plan, *, is_full: bool) -> None:
    seeds = range(1, 9 if is_full else 2)
    found = [simulate(replace(plan, seed=seed), ReadingOffices) for seed in seeds]
    worlds = [one.run for one in found if isinstance(one.run, ReadingOffices)]
    readings, claims = (sum(getattr(one.account, name) for one in worlds) for name in ("readings", "claims"))
    commands = sum(one.commands.total() for one in found)
    say(f"own calendars outside: {commands:,} commands, {readings:,} readings, {claims:,} claims of their owners")
    assert [problem for one in found for problem in one.problems] == []
    assert readings >= 60 * len(seeds)
    assert claims >= 12 * len(seeds)
    assert all(source.answered for one in worlds for source in one.sources.values())


@pytest.mark.parametrize("mutant", MISREADING, ids=lambda mutant: mutant.name)
def test_a_breakage_of_the_readings_does_not_live(mutant: Mutant) -> None:
    assert is_seen(mutant)


def test_one_seed_replays_one_run_with_what_is_outside() -> None:
    first, again = (simulate(replace(OFFICES, seed=5, length=15), ReadingOffices) for _ in range(2))
    assert first.digest == again.digest
