"""People who work in up to four calendars are claimed once, whatever fails; and each breakage of that is found."""

import pytest

from tests.simulation.held_apart import HELD_APART, RemovesAtOnce, is_found, unbroken, with_holds
from tests.simulation.mutants import Mutant
from tests.simulation.world.offices import Offices
from tests.simulation.world.run import simulate
from tests.support.builders import a_key
from tests.support.figures import say
from tests.support.virtual_time import virtually
from tests.use_cases.people.offices import offices
from tests.use_cases.people.test_holds import settled, stopped_with_its_hold


LEAST = 900  # commands


def test_nobody_is_claimed_twice_in_any_two_calendars(*, is_full: bool) -> None:
    seeds = range(1, 10 if is_full else 2)
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
    first, again = (simulate(unbroken(5, 15), Offices) for _ in range(2))
    assert first.digest == again.digest


@virtually
async def test_a_hold_that_is_removed_before_the_refusal_lets_its_command_follow() -> None:
    """It takes a request that is late by more than a minute; whoever asks again with the same key is as late."""
    found, key = await offices("north", "south"), a_key()
    await stopped_with_its_hold(found, key)
    found["north"].store = with_holds(RemovesAtOnce)(found["north"].table, "removes at once")
    await settled(found)
    assert found.held("south") == 0
    await found["north"].book(key=key)  # as it is, it is refused: see test_holds.py
