"""Team members change what they serve themselves, judged in the transaction that changes it."""

import pytest

from shared.use_cases.appointments.staff_claims import Actor
from tests.support.builders import a_key
from tests.support.clinic import HALF, TEN, World, refusal_of, three_people
from tests.support.virtual_time import virtually
from tests.use_cases.appointments.desk import cancel, change, delete


MARC = Actor("marc", own=frozenset({"marc"}))


async def move(world: World, appointment: str, **how: object):
    return await change(world, appointment, start=TEN + HALF, **how)


@virtually
@pytest.mark.parametrize("command", [move, cancel, delete], ids=lambda one: one.__name__)
async def test_what_was_handed_over_in_this_moment_is_no_longer_theirs(command) -> None:
    world = await World.opened(three_people())
    booked, key = await world.book(staff="marc"), a_key()
    await world.reassign(booked.id, "claire")
    assert await refusal_of(command(world, booked.id, editor=MARC, key=key)) == "forbidden"
    assert world.appointment(booked.id).staff == ("claire",)
    await world.reassign(booked.id, "marc")
    await command(world, booked.id, editor=MARC, key=key)  # the same key: it was not theirs then, and is now


@virtually
@pytest.mark.parametrize("command", [move, cancel], ids=lambda one: one.__name__)
async def test_a_repetition_has_its_answer_also_when_the_appointment_has_gone_on_to_others(command) -> None:
    world = await World.opened(three_people())
    booked, key = await world.book(staff="marc"), a_key()
    await command(world, booked.id, editor=MARC, key=key)
    if command is not cancel:
        await world.reassign(booked.id, "claire")
    await command(world, booked.id, editor=MARC, key=key)


@virtually
async def test_nobody_hands_an_appointment_to_others_whose_own_it_is_not() -> None:
    world = await World.opened(three_people())
    booked = await world.book(staff="marc")
    assert await refusal_of(world.reassign(booked.id, "zoe", editor=MARC)) == "forbidden"
    assert await refusal_of(world.reassign(booked.id, "marc", "zoe", editor=MARC)) == "forbidden"
    await world.reassign(booked.id, "marc", "zoe")
    await world.reassign(booked.id, "marc", editor=MARC)
    assert world.appointment(booked.id).staff == ("marc",)
