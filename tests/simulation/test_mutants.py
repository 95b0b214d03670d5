"""The simulation finds what it is there to find: each deliberate breakage of the protocol is killed."""

from dataclasses import replace

import pytest

from shared.records.keys import APPOINTMENT, DECISION, LEDGER, SEAT, SESSION
from tests.simulation.between import a_seat_that_moves_while_it_is_read
from tests.simulation.mutants import DENSE, MUTANTS, FromMemory, Mutant, TornRefusals, is_killed, without_condition
from tests.simulation.world.run import Plan, simulate
from tests.support.virtual_time import virtually


WEATHERS = {
    "erased"
    if mutant.plan.has_eraser
    else "exported"
    if mutant.plan.has_exporter
    else "left"
    if mutant.plan.has_personnel
    else "ushered"
    if mutant.plan.has_usher
    else "answered"
    if mutant.plan.has_answers
    else "eager"
    if mutant.plan.has_eager
    else "drained"
    if mutant.plan.drain
    else "running": mutant.plan
    for mutant in MUTANTS
}
LONG_ENOUGH, SHORT = 240, 100  # seconds, within which most of the mutants are found


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_breakage_of_the_protocol_does_not_live(mutant: Mutant) -> None:
    assert is_killed(mutant)


@pytest.mark.parametrize("plan", WEATHERS.values(), ids=WEATHERS)
def test_in_the_same_weather_the_protocol_as_it_is_lives(plan: Plan, *, is_full: bool) -> None:
    whole = Plan(0)
    unbroken = replace(
        plan,
        length=plan.length if plan.has_personnel else min(plan.length, LONG_ENOUGH if is_full else SHORT),
        make_store=whole.make_store,
        wrap=None,
        instance=whole.instance,
        sweep_every=600,
        untold=0.3,
        seed=1,
    )
    assert simulate(unbroken).problems == []


def test_races_do_happen_once_nothing_is_conditional() -> None:
    """Without this the other tests would prove nothing."""
    plan = replace(
        DENSE,
        seed=2,
        wrap=without_condition((LEDGER, APPOINTMENT, SEAT, SESSION, DECISION)),
        stop_at=10**9,
        length=60,
        pause=0.5,
        instances=8,  # commands of one process rarely meet
    )
    problems = simulate(plan).problems
    assert sum("claimed twice" in one for one in problems) >= 10


@virtually
async def test_a_refusal_from_a_torn_read_is_told_to_somebody_who_has_the_seat() -> None:
    """The check of rule 9, taken out: the cancellation counts as done, and the seat lives on elsewhere."""
    world, bob = await a_seat_that_moves_while_it_is_read()
    world.store = TornRefusals(FromMemory(None, world.table), seed="torn")  # type: ignore[arg-type]
    assert (await world.cancel(bob.token)).status == "cancelled"
    assert (await world.beside().find(bob.token)).is_live
