"""Why a time is not offered: the rule in plain words, where it is set, and who may see that."""

from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest

from shared.domain.calendar.business import BookingPage, SpecialDates
from shared.domain.calendar.policy import DatedAvailability, SchedulingPolicy
from shared.domain.timeline.hours import weekdays
from tests.functions.console.settings.desk import BOSS, SETTINGS, an_office, changed
from tests.functions.console.staff.office import plain
from tests.support.builders import MONDAY


WHY = f"{SETTINGS}/why"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def about(day="2027-01-12", time="10:00", **more: str) -> str:
    return f"{WHY}?{urlencode({'service': 'video', 'date': day, 'time': time, **more})}"


async def test_a_free_time_is_offered_and_its_neighbours_are_linked():
    office = await an_office()
    page = (await office.open(BOSS, about())).body.decode()
    assert "This time is offered" in page
    assert "time=09%3A30" in page
    assert "time=10%3A30" in page
    assert "Can be booked" in page


@pytest.mark.parametrize(
    ("change", "when", "said", "link"),
    [
        ({}, {"time": "10:10"}, "Times are offered every 30 minutes", "rules"),
        ({}, {"time": "20:00"}, "Outside the opening hours of this day: 09:00–17:00", "hours"),
        ({}, {"day": "2027-01-16"}, "Closed on this day of the week", "hours"),
        ({}, {"day": "2027-01-10"}, "This time is past", ""),
        ({}, {"day": "2027-08-10"}, "customers book at most 60 days ahead", "rules"),
        (
            {"policy": SchedulingPolicy(minimum_lead_time=48 * HOUR)},
            {},
            "customers book at least 48 h before",
            "rules",
        ),
        (
            {"special_dates": (SpecialDates(first=date(2027, 1, 12), last=date(2027, 1, 13), title="Works"),)},
            {},
            "Closed: Tuesday, January 12, 2027 – Wednesday, January 13, 2027 (Works)",
            "dates/range/2027-01-12.2027-01-13",
        ),
        (
            {
                "special_dates": (
                    SpecialDates(first=date(2027, 1, 12), last=date(2027, 1, 12), hours=weekdays((780, 900))),
                )
            },
            {},
            "Other hours on these dates: Tuesday, January 12, 2027, 13:00–15:00",
            "dates/range/2027-01-12.2027-01-12",
        ),
        ({"policy": SchedulingPolicy(availability="not_bookable")}, {}, "by the rules", "rules"),
        (
            {
                "policy": SchedulingPolicy(
                    exceptions=(
                        DatedAvailability(
                            first=date(2027, 1, 12), last=date(2027, 1, 12), availability="not_bookable"
                        ),
                    )
                )
            },
            {},
            "These dates have their own rule: Tuesday, January 12, 2027",
            "rules/range/2027-01-12.2027-01-12",
        ),
    ],
)
async def test_each_rule_of_the_calendar_is_named_with_its_setting(change, when, said, link):
    office = await an_office()
    await changed(office, **change)
    answer = await office.open(BOSS, about(**when))
    assert said in plain(answer.body)
    assert "This time is not offered" in plain(answer.body)
    assert (f'href="{SETTINGS}/{link}"' in answer.body.decode()) == bool(link)


@pytest.mark.parametrize(
    ("person", "said"),
    [
        ({"hours": weekdays((780, 1020))}, "Not within their own hours"),
        ({"membership": "pending"}, "Has not accepted the invitation yet"),
        ({"membership": "rejected"}, "Has declined the invitation"),
        ({"is_bookable": False}, "Cannot be booked, by their own setting"),
        ({"serves": "in_person"}, "Does not serve this way"),
    ],
)
async def test_each_rule_of_a_person_is_named_with_a_link_to_them(person, said):
    office = await an_office()
    calendar = await office.store.calendars.reload("biz0clinic")
    claire = calendar.staff["claire"].model_copy(update=person)
    await office.save(replace(calendar, staff={**calendar.staff, "claire": claire}))
    answer = await office.open(BOSS, about())
    assert f"Claire {said}" in plain(answer.body)
    assert "/staff/person/claire" in answer.body.decode()


async def test_an_appointment_is_named_and_a_buffer_leads_to_the_service():
    office = await an_office()
    calendar = await office.store.calendars.reload("biz0clinic")
    video = calendar.services["video"].model_copy(update={"post_buffer": timedelta(minutes=30)})
    await office.save(replace(calendar, services={**calendar.services, "video": video}))
    await office.book(MONDAY + DAY + 2 * HOUR, service="video")
    assert "Claire Has an appointment Nearest" in plain((await office.open(BOSS, about())).body)
    near = await office.open(BOSS, about(time="09:30"))
    assert "Has an appointment too close" in plain(near.body)
    assert "/services/service/video" in near.body.decode()


async def test_what_hides_a_free_time_is_said_too():
    office = await an_office()
    await changed(office, page=BookingPage(is_published=False))
    calendar = await office.store.calendars.reload("biz0clinic")
    video = calendar.services["video"].model_copy(update={"is_hidden": True})
    claire = calendar.staff["claire"].model_copy(update={"is_listed": False})
    await office.save(
        replace(
            calendar,
            services={**calendar.services, "video": video},
            staff={**calendar.staff, "claire": claire},
        )
    )
    page = plain((await office.open(BOSS, about(person="claire"))).body)
    assert "The booking page is not published" in page
    assert "The service is hidden" in page
    assert "Customers cannot choose this person" in page


async def test_a_service_that_nobody_serves_says_so():
    office = await an_office()
    calendar = await office.store.calendars.reload("biz0clinic")
    video = calendar.services["video"].model_copy(update={"staff": ()})
    await office.save(replace(calendar, services={**calendar.services, "video": video}))
    page = plain((await office.open(BOSS, about())).body)
    assert "Nobody serves this" in page
    assert "None within two weeks before and a month after." in page


@pytest.mark.parametrize("who", ["desk", "claire", "eye"])
async def test_everybody_who_reads_the_calendar_gets_the_reason_without_links_to_settings(who):
    office = await an_office()
    assert f'href="{WHY}"' in (await office.open(who, "/console/calendars/biz0clinic")).body.decode()
    answer = await office.open(who, about(time="20:00"))
    assert "Outside the opening hours" in plain(answer.body)
    assert f"{SETTINGS}/hours" not in answer.body.decode()
    assert "/services/service/" not in answer.body.decode()


@pytest.mark.parametrize(
    ("when", "error"),
    [
        ({"time": ""}, "Enter a date and a time, such as 09:30"),
        ({"day": "soon"}, "Enter a date and a time"),
        ({"day": "0001-01-01"}, "Enter dates between the years 1971 and 2200"),
        ({"day": "9999-12-31"}, "Enter dates between the years 1971 and 2200"),
        ({"day": "2027-03-28", "time": "02:30"}, "Clocks are put forward on this day"),
    ],
)
async def test_a_moment_that_is_none_is_told_in_place(when, error):
    office = await an_office()
    answer = await office.open(BOSS, about(**when))
    assert answer.status == 200
    assert error in plain(answer.body)
    assert "This time is" not in plain(answer.body)


async def test_unknown_services_and_people_of_others_do_no_harm():
    office = await an_office()
    assert (await office.open(BOSS, about(service="none", person="none"))).status == 200
    assert "Claire" in plain((await office.open(BOSS, about(person="omar"))).body)


async def test_a_rule_of_the_service_itself_leads_to_the_service():
    office = await an_office()
    calendar = await office.store.calendars.reload("biz0clinic")
    video = calendar.services["video"].model_copy(update={"policy": SchedulingPolicy(time_slot_interval=HOUR)})
    await office.save(replace(calendar, services={**calendar.services, "video": video}))
    answer = await office.open(BOSS, about(time="10:30"))
    assert "Times are offered every 60 minutes" in plain(answer.body)
    link = "/console/calendars/biz0clinic/services/service/video/rules"
    assert link in answer.body.decode()
    assert (await office.open(BOSS, link)).status == 200
