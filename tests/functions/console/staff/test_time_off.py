"""Time off at the console: for one or several, in hours, days and weeks, with the appointments that lie in it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from shared.use_cases.calendars.find_time_off import find_time_off
from tests.functions.console.app import START
from tests.functions.console.staff.office import BOSS, STAFF, Office, an_office, fill, plain, press
from tests.support.builders import a_person


if TYPE_CHECKING:
    from shared.domain.appointments.appointment import TimeOff


PAGE = f"{STAFF}/time-off"
NEW = f"{PAGE}/new"
DAY = "2027-01-11"  # the Monday of the clinic


@pytest.fixture
async def office() -> Office:
    return await an_office(nora=a_person("nora", time_zone="America/New_York"))


async def stored(office: Office) -> list[TimeOff]:
    return await find_time_off(business="biz0clinic", store=office.store)


async def added(office: Office, who: str = BOSS, **fields: str):
    answer = await fill(office, NEW, who, **{"title": "Holiday", "people": "claire", **fields})
    assert answer.status == 303, plain(answer.body)
    return answer.headers["Location"]


async def test_all_day_is_whole_days_of_each_persons_own_zone(office):
    for person, hour in (("claire", 23), ("nora", 5)):  # midnight in Paris and in New York, as in UTC
        await added(office, people=person, start_day="2027-01-12", end_day="2027-01-13", is_all_day="yes")
        (off,) = [one for one in await stored(office) if one.staff == person]
        assert off.start.hour == hour
        assert off.end - off.start == timedelta(days=2)


async def test_hours_are_by_the_clock_of_the_calendar(office):
    where = await added(office, is_all_day=None, start_day=DAY, end_day=DAY, start_time="09:30", end_time="12:00")
    (off,) = await stored(office)
    assert off.start == datetime(2027, 1, 11, 8, 30, tzinfo=UTC)
    assert off.end - off.start == timedelta(minutes=150)
    assert "No appointment" not in await office.page(where)


async def test_every_week_keeps_its_hours_when_clocks_change_and_is_told_once(office):
    where = await added(
        office, is_all_day=None, start_day="2027-03-22", end_day="2027-03-22",
        start_time="09:00", end_time="12:00", weeks="3",
    )  # fmt: skip
    found = await stored(office)
    assert [one.start.hour for one in found] == [8, 7, 7], "summer time begins in the second week"
    assert "3 times off were added." in await office.page(where)
    await office.drain()
    (letter,) = office.postman.to("claire@clinic.example")
    assert (letter.kind, letter.text) == ("time_off", "3")


async def test_several_people_are_away_at_once_and_nobody_is_told_if_it_is_quiet(office):
    page = (await office.open(BOSS, NEW)).body.decode()
    assert 'value="omar"' in page
    cookie, csrf = office.cookie(BOSS), re.search(r'name="csrf" value="([^"]+)"', page)[1]
    key = re.search(r'name="key" value="([^"]+)"', page)[1]
    form = f"csrf={csrf}&key={key}&people=claire&people=omar&title=Fair&is_all_day=yes&weeks=2&is_quiet=yes"
    body = f"{form}&start_day={DAY}&end_day={DAY}&notes=".encode()
    kind = "application/x-www-form-urlencoded"
    for _ in range(2):  # repeated, it adds nothing
        answer = await office.call("POST", NEW, body=body, content_type=kind, cookie=cookie, accept="text/html")
        assert answer.status == 303, plain(answer.body)
    assert sorted(one.staff for one in await stored(office)) == ["claire", "claire", "omar", "omar"]
    await office.drain()
    assert office.postman.to("claire@clinic.example") == []


async def test_appointments_in_it_are_listed_with_links_and_stay(office):
    booked = (await office.book(START, service="video")).json()["id"]
    where = await added(office, start_day=DAY, end_day=DAY)
    shown = await office.open(BOSS, where)
    assert f'href="/console/queue/biz0clinic/{booked}"' in shown.body.decode()
    assert "Ana Souza" in plain(shown.body)
    assert (await office.stored(booked)).is_live
    several = await added(office, start_day=DAY, end_day=DAY, weeks="2")
    assert booked in (await office.open(BOSS, several)).body.decode()
    office.now += timedelta(days=1)
    assert booked not in (await office.open(BOSS, where)).body.decode(), "what is over needs nobody"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"people": None}, "Choose who is away"),
        ({"title": ""}, "Fill this in"),
        ({"end_day": "2027-01-10"}, "ends before it starts"),
        ({"is_all_day": None, "start_time": "10:00", "end_time": "10:00"}, "ends before it starts"),
        ({"is_all_day": None, "start_time": "ten", "end_time": "10:00"}, "Enter a time such as 09:00"),
        ({"end_day": "2027-01-20", "weeks": "2"}, "cannot repeat every week"),
        ({"weeks": "27"}, "from 1 to 26"),
        ({"weeks": "1.5"}, "from 1 to 26"),
        ({"end_day": "2029-01-10"}, "at most 400 days"),
        ({"start_day": "1066-10-14"}, "within reach"),
        ({"is_all_day": None, "start_day": "2027-03-28", "end_day": "2027-03-28",
          "start_time": "02:30", "end_time": "04:00"}, "clocks leap over"),
    ],
)  # fmt: skip
async def test_what_is_impossible_is_refused_at_its_field_and_nothing_typed_is_lost(office, fields, said):
    answer = await fill(
        office,
        NEW,
        **{"title": "Holiday", "people": "claire", "start_day": DAY, "end_day": DAY, "notes": "kept", **fields},
    )
    assert answer.status == 422
    assert said in plain(answer.body)
    assert ">kept</textarea>" in answer.body.decode()
    assert await stored(office) == []


async def test_it_is_changed_and_deleted(office):
    where = (await added(office, start_day=DAY, end_day=DAY)).partition("?")[0]
    answer = await fill(office, where, title="Longer holiday", end_day="2027-01-12")
    assert answer.status == 303, plain(answer.body)
    (off,) = await stored(office)
    assert (off.title, off.end - off.start, off.version) == ("Longer holiday", timedelta(days=2), 2)
    assert "Longer holiday" in await office.page(PAGE)
    gone = await press(office, BOSS, where, f"{where}/delete")
    assert "Deleted." in await office.page(gone.headers["Location"])
    assert await stored(office) == []
    assert (await office.open(BOSS, where)).status == 404


async def test_team_members_manage_their_own_and_see_of_others_only_that_they_are_away(office):
    theirs = (await added(office, people="omar", title="Surgery", start_day=DAY, end_day=DAY)).partition("?")[0]
    await added(office, who="claire", title="Seaside", start_day=DAY, end_day=DAY)
    page = await office.page(PAGE, who="claire")
    assert "Seaside" in page
    assert "Surgery" not in page
    assert "Surgery" in await office.page(PAGE, who="desk")
    assert (await office.open("claire", theirs)).status == 403
    assert (await office.open("desk", theirs)).status == 200
    assert 'value="omar"' not in (await office.open("claire", NEW)).body.decode()
    answer = await fill(office, NEW, "claire", title="Not theirs", people="omar", start_day=DAY, end_day=DAY)
    assert answer.status == 422, "omar is none of their options"
    assert (await office.open("eye", NEW)).status == 403
    assert "Add time off" not in await office.page(PAGE, who="eye")


async def test_where_the_server_is_busy_the_same_form_goes_on_and_adds_nothing_twice(office):

    from tests.functions.console.staff.test_many import BusyStore

    busy = BusyStore(office.table, seed="busy")
    busy.left = 0
    lively, office.services = office.services, replace(office.services, store=busy)
    answer = await fill(office, NEW, title="Holiday", people="claire", start_day=DAY, end_day=DAY)
    assert answer.status == 503
    assert "Nothing is lost" in plain(answer.body)
    office.services = lively
    key = re.search(r'name="key" value="([^"]+)"', answer.body.decode())
    again = await fill(office, NEW, title="Holiday", people="claire", start_day=DAY, end_day=DAY, key=key[1])
    assert again.status == 303
    assert len(await stored(office)) == 1
