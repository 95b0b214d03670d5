"""How many starts each service offers: as its own page shows them, by whatever settings are given."""

from dataclasses import replace
from datetime import timedelta

from shared.domain.calendar.policy import SchedulingPolicy
from shared.domain.timeline.hours import local_date
from shared.use_cases.availability.count_starts import count_starts
from shared.use_cases.booking.find_slots import SlotsRequest, find_slots
from tests.support.builders import MONDAY, a_business, a_calendar, a_person, a_service
from tests.support.clinic import TEN, World
from tests.support.virtual_time import virtually


GROUP = a_service("yoga", maximum_attendees=3, staff=("marc",), pre_buffer=timedelta(minutes=30))
CLINIC = a_calendar(a_business(), [a_service(), GROUP], [a_person("claire"), a_person("marc")])


@virtually
async def test_they_are_as_many_as_the_page_of_each_service_offers() -> None:
    world = await World.opened(CLINIC)
    await world.book(TEN, service="consultation")
    await world.book(TEN, service="yoga", email="bob@example.com")
    calendar, first = await world.store.calendars.find("clinic"), local_date(MONDAY, "Europe/Paris")
    counts = await count_starts(calendar, calendar.services.values(), 14, store=world.store, now=MONDAY)
    for service in calendar.services:
        request = SlotsRequest(service, first, first + timedelta(days=13), "Europe/Paris")
        offer = await find_slots(request, calendar=calendar, store=world.store, now=MONDAY)
        assert counts[service] == offer.mask.bit_count()
    assert counts == {"consultation": 159, "yoga": 158}


@virtually
async def test_settings_count_that_are_not_saved() -> None:
    world = await World.opened(CLINIC)
    none = replace(CLINIC, business=a_business(policy=SchedulingPolicy(availability="not_bookable")))
    counts = await count_starts(none, none.services.values(), 14, store=world.store, now=MONDAY)
    assert counts == {"consultation": 0, "yoga": 0}


@virtually
async def test_all_services_are_counted_by_one_wave_of_reads() -> None:
    world = await World.opened(CLINIC)
    world.table.calls.clear()
    await count_starts(CLINIC, CLINIC.services.values(), 14, store=world.store, now=MONDAY)
    assert [call.verb for call in world.table.calls] == ["range", "range"]  # a month of masks, and sessions


@virtually
async def test_no_service_is_no_count() -> None:
    world = await World.opened(CLINIC)
    assert await count_starts(CLINIC, [], 14, store=world.store, now=MONDAY) == {}
