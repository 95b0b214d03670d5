"""People who work in up to four calendars are claimed once, whatever fails; and each breakage of that is found."""

import pytest

from tests.simulation.held_apart import HELD_APART, is_found, unbroken
from tests.simulation.mutants import Mutant
from tests.simulation.world.offices import Offices
from tests.simulation.world.run import simulate
from tests.support.figures import say


LEAST = 900  # commands


def test_nobody_is_claimed_twice_in_any_two_calendars(*, is_full: bool) -> None:
    seeds = range(1, 10 if is_full else 4)
    found = [simulate(unbroken(seed), Offices) for seed in seeds]
    commands = sum(one.commands.total() for one in found)
    say(f"four calendars: {commands:,} commands, {sum(one.crashes for one in found)} crashes")
    assert [problem for one in found for problem in one.problems] == []
    assert commands >= LEAST * len(seeds) / 3
    assert all(one.crashes for one in found)


@pytest.mark.parametrize("mutant", HELD_APART, ids=lambda mutant: mutant.name)
def test_a_breakage_of_the_holds_does_not_live(mutant: Mutant) -> None:
    assert is_found(mutant)


def test_one_seed_replays_one_run_of_four_calendars() -> None:
    first, again = (simulate(unbroken(5, 40), Offices) for _ in range(2))
    assert first.digest == again.digest
