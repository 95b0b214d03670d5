"""Whether a start is offered, why not to whom, and what is offered around it."""

from datetime import timedelta

from shared.domain.calendar.policy import SchedulingPolicy
from shared.use_cases.availability.explain_offer import explain_offer
from tests.support.builders import MONDAY, a_business, a_calendar, a_person, a_service
from tests.support.clinic import HALF, TEN, World, a_group
from tests.support.virtual_time import virtually


DAY = timedelta(days=1)


async def explained(world: World, start, person=None, service="consultation"):
    calendar = world.calendar
    return await explain_offer(
        calendar.services[service], start, person, calendar=calendar, store=world.store, now=MONDAY
    )


@virtually
async def test_a_taken_time_has_the_times_around_it() -> None:
    world = await World.opened()
    await world.book(TEN)
    found = await explained(world, TEN)
    assert (found.is_offered, found.rules) == (False, {"claire": "appointment"})
    assert (found.before, found.after) == (TEN - HALF, TEN + HALF)


@virtually
async def test_a_free_time_is_offered() -> None:
    world = await World.opened()
    found = await explained(world, TEN)
    assert (found.is_offered, found.rules) == (True, {"claire": "offered"})


@virtually
async def test_what_one_person_cannot_others_may() -> None:
    people = [a_person(), a_person("marc"), a_person("zoe", is_bookable=False)]
    world = await World.opened(a_calendar(services=[a_service(staff=("claire", "marc", "zoe"))], staff=people))
    await world.book(TEN, staff="claire")
    found = await explained(world, TEN)
    assert found.is_offered
    assert found.rules == {"claire": "appointment", "marc": "offered", "zoe": "not_bookable"}
    own = await explained(world, TEN, "claire")
    assert (own.is_offered, own.after) == (False, TEN + HALF)


@virtually
async def test_a_session_with_free_seats_is_offered_though_its_person_is_busy() -> None:
    world = await World.opened(a_group())
    await world.book(TEN)
    found = await explained(world, TEN, service="yoga")
    assert (found.is_offered, found.rules) == (True, {"claire": "appointment"})


@virtually
async def test_times_too_far_ahead_and_long_past_have_what_is_nearest() -> None:
    world = await World.opened()
    ahead = await explained(world, TEN + 3000 * DAY)
    assert ahead.rules == {"claire": "maximum_lead_time"}
    assert ahead.before is not None
    assert ahead.after is None
    past = await explained(world, TEN - 3000 * DAY)
    assert past.rules == {"claire": "in_the_past"}
    assert (past.before, past.after) == (None, MONDAY + timedelta(hours=1))


@virtually
async def test_where_nothing_is_offered_there_is_nothing_around() -> None:
    world = await World.opened(a_calendar(a_business(policy=SchedulingPolicy(availability="not_bookable"))))
    found = await explained(world, TEN)
    assert found == (False, {"claire": "bookable_dates"}, None, None)


@virtually
async def test_it_takes_one_wave_of_reads() -> None:
    world = await World.opened()
    world.table.calls.clear()
    await explained(world, TEN)
    assert len(world.table.calls) <= 4
