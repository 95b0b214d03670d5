"""What is found of each start of a series before it is booked, and which time is offered in place of one."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from shared.domain.calendar.business import SpecialDates
from shared.use_cases.series.plan_series import PlannedOccurrence, plan_series
from tests.support.builders import a_business, a_calendar
from tests.support.clinic import HALF, TEN, World, three_people
from tests.support.virtual_time import virtually
from tests.use_cases.appointments.desk import make


WEEK = timedelta(weeks=1)
WEEKLY = [TEN, TEN + WEEK, TEN + 2 * WEEK]


async def planned(
    world: World, starts: Sequence[datetime] = WEEKLY, staff: Sequence[str] = ()
) -> list[PlannedOccurrence]:
    (service,) = world.calendar.services.values()
    about = {"calendar": world.calendar, "store": world.store, "now": world.now}
    return await plan_series(service, staff, starts, **about)


@virtually
async def test_free_starts_are_free_and_need_no_alternative() -> None:
    found = await planned(await World.opened())
    assert [(one.start, one.finding, one.instead) for one in found] == [(one, "free", None) for one in WEEKLY]


@virtually
async def test_what_is_there_is_named_and_the_nearest_free_time_is_offered() -> None:
    world = await World.opened()
    there = await make(world, TEN + WEEK)
    before, one, after = await planned(world)
    assert (before.finding, one.finding, after.finding) == ("free", "taken", "free")
    assert [each.id for each in one.over] == [there.id]
    assert one.rules == {"claire": "appointment"}
    assert one.instead is not None
    assert (abs(one.instead.start - one.start), one.instead.beyond) == (HALF, False)


@virtually
async def test_anyone_who_is_free_is_enough_and_each_named_person_must_be() -> None:
    world = await World.opened(three_people())
    await make(world, TEN, staff=("claire",))
    assert (await planned(world, [TEN]))[0].finding == "free"
    assert (await planned(world, [TEN], ["marc"]))[0].finding == "free"
    assert (await planned(world, [TEN], ["claire"]))[0].finding == "taken"
    for person in ("marc", "zoe"):
        await make(world, TEN, staff=(person,))
    (one,) = await planned(world, [TEN])
    assert (one.finding, len(one.over)) == ("taken", 3)


@virtually
async def test_a_closed_day_is_beyond_the_rules_and_another_day_is_offered() -> None:
    day = (TEN + WEEK).date()
    holiday = SpecialDates(title="Holiday", first=day, last=day)
    world = await World.opened(a_calendar(a_business(special_dates=(holiday,))))
    one = (await planned(world))[1]
    assert (one.finding, one.rules) == ("beyond", {"claire": "special_dates"})
    assert one.instead is not None
    assert one.instead.start.date() != day


@virtually
async def test_of_a_time_too_far_ahead_the_other_rules_are_told_and_the_alternative_is_as_far() -> None:
    far = TEN + 52 * WEEK
    world = await World.opened()
    (one,) = await planned(world, [far])
    assert (one.finding, one.rules, one.instead) == ("beyond", {"claire": "maximum_lead_time"}, None)
    await make(world, far)
    (one,) = await planned(world, [far])
    assert (one.finding, one.rules) == ("taken", {"claire": "appointment"})
    assert one.instead is not None
    assert (abs(one.instead.start - far), one.instead.beyond) == (HALF, True)


@virtually
async def test_no_alternative_is_offered_twice_or_at_another_time_of_the_series() -> None:
    world = await World.opened()
    starts = [TEN, TEN + HALF, TEN + 2 * HALF]
    await make(world, TEN)
    await make(world, TEN + 2 * HALF)
    found = await planned(world, starts)
    offered = [one.instead.start for one in found if one.instead]
    assert len(offered) == len(set(offered)) == 2
    assert not set(offered).intersection(starts)


@virtually
async def test_of_52_weeks_all_is_read_at_once() -> None:
    world = await World.opened()
    world.table.calls.clear()
    await planned(world, [TEN + number * WEEK for number in range(52)])
    assert len([one for one in world.table.calls if one.table == "bookings"]) <= 14  # months
