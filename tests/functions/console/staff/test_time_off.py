"""Time off at the console: for one or several, in hours, days and weeks, with the appointments that lie in it."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from shared.use_cases.calendars.find_time_off import find_time_off
from tests.functions.console.app import START
from tests.functions.console.staff.office import BOSS, STAFF, Office, an_office, fields_of, fill, plain, press
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
    listed = await fill(office, NEW, title="Holiday", people="claire", start_day=DAY, end_day=DAY)
    saved = await again(office, listed.body, BOSS, **dict.fromkeys(kept_of(listed.body), ""))
    assert saved.status == 303, plain(saved.body)
    where = saved.headers["Location"]
    shown = await office.open(BOSS, where)
    assert f'href="/console/queue/biz0clinic/{booked}"' in shown.body.decode()
    assert "Ana Souza" in plain(shown.body)
    assert (await office.stored(booked)).is_live
    listed = await fill(office, NEW, title="Holiday", people="claire", start_day=DAY, end_day=DAY, weeks="2")
    saved = await again(office, listed.body, BOSS, **dict.fromkeys(kept_of(listed.body), ""))
    several = saved.headers["Location"]
    assert booked in (await office.open(BOSS, several)).body.decode()
    office.now += timedelta(days=1)
    assert booked not in (await office.open(BOSS, where)).body.decode(), "what is over needs nobody"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"people": None}, "Choose who is away"),
        ({"title": ""}, "Fill this in"),
        ({"end_day": "2027-01-10"}, "end is before the start"),
        ({"is_all_day": None, "start_time": "10:00", "end_time": "10:00"}, "end is before the start"),
        ({"is_all_day": None, "start_time": "ten", "end_time": "10:00"}, "Enter a time such as 09:00"),
        ({"is_all_day": None, "start_time": "09:00Z", "end_time": "10:00"}, "Enter a time such as 09:00"),
        ({"end_day": "2027-01-20", "weeks": "2"}, "can’t repeat every week"),
        ({"weeks": "27"}, "from 1 to 26"),
        ({"weeks": "1.5"}, "from 1 to 26"),
        ({"end_day": "2029-01-10"}, "at most 400 days"),
        ({"start_day": "1066-10-14"}, "closer to today"),
        ({"is_all_day": None, "start_day": "2027-03-28", "end_day": "2027-03-28",
          "start_time": "02:30", "end_time": "04:00"}, "clocks go forward"),
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
    assert "Nothing was lost" in plain(answer.body)
    office.services = lively
    key = re.search(r'name="key" value="([^"]+)"', answer.body.decode())
    again = await fill(office, NEW, title="Holiday", people="claire", start_day=DAY, end_day=DAY, key=key[1])
    assert again.status == 303
    assert len(await stored(office)) == 1


async def a_busy_office() -> tuple[Office, list[str]]:
    """Claire and Omar serve both kinds of visit; Claire has three on Monday, from START on, an hour apart."""
    office = await an_office()
    clinic = await office.store.calendars.find("clinic")
    both = {one.id: one.model_copy(update={"staff": ("claire", "omar")}) for one in clinic.services.values()}
    await office.save(replace(clinic, services=both))
    found = []
    for hour in range(3):
        customer = {"name": f"Guest {hour}", "email": f"g{hour}@example.com"}
        start = START + timedelta(hours=hour)
        answer = await office.book(start, service="video", staff="claire", customer=customer)
        assert answer.status == 201, answer.body
        found.append(str(answer.json()["id"]))
    return office, found


async def again(office: Office, body: bytes, who: str, **fields: str):
    """Send a page's form as it is but for these fields."""
    return await office.post(who, NEW, **{**fields_of(body), **fields})


def kept_of(body: bytes) -> list[str]:
    """Return the fields by which appointments in the time stay as they are."""
    return re.findall(r'<select class="input" id="(to-[^"]+)"', body.decode())


MONDAY_OFF = {"title": "Ill", "people": "claire", "is_all_day": "yes", "start_day": DAY, "end_day": DAY}


async def test_what_it_hits_is_listed_before_it_is_saved_and_each_goes_as_chosen():
    office, (first, second, third) = await a_busy_office()
    listed = await fill(office, NEW, "desk", **MONDAY_OFF)
    assert listed.status == 422
    assert "There are appointments in this time" in plain(listed.body)
    assert all(f"Guest {hour}" in plain(listed.body) for hour in range(3))
    assert 'value="omar" selected' in listed.body.decode()
    assert await stored(office) == []
    chosen = {f"to-{first}": "omar", f"to-{second}": "cancel", f"to-{third}": "", "hit-message": "She is ill"}
    saved = await again(office, listed.body, "desk", **MONDAY_OFF, **chosen)
    assert saved.status == 303, plain(saved.body)
    repeated = await again(office, listed.body, "desk", **MONDAY_OFF, **chosen)
    assert repeated.headers["Location"] == saved.headers["Location"]
    assert len(await stored(office)) == 1
    one, two, three = [await office.appointment(name) for name in (first, second, third)]
    assert (one.staff, two.status, three.staff) == (("omar",), "cancelled", ("claire",))
    await office.drain()
    (letter,) = [one for one in office.postman.to("g1@example.com") if one.kind == "cancellation"]
    assert "She is ill" in letter.text


async def test_who_is_not_free_any_more_is_not_given_more():
    office, (first, *_) = await a_busy_office()
    listed = await fill(office, NEW, "desk", **MONDAY_OFF)
    bob = {"name": "Bob", "email": "b@example.com"}
    await office.book(START, service="video", staff="omar", customer=bob)
    answer = await again(office, listed.body, "desk", **MONDAY_OFF, **{f"to-{first}": "omar"})
    assert answer.status == 422
    assert "not free any more" in plain(answer.body)
    assert await stored(office) == []
    assert (await office.appointment(first)).staff == ("claire",)


async def test_a_team_member_sees_what_their_time_off_hits_and_it_stays():
    office, (first, *_) = await a_busy_office()
    shown = await office.open("claire", f"{NEW}?day={DAY}")
    assert "a scheduler can hand them over" in plain(shown.body)
    assert f"to-{first}" not in shown.body.decode()
    saved = await again(office, shown.body, "claire", **MONDAY_OFF, **{f"to-{first}": "cancel"})
    assert saved.status == 303
    assert (await office.appointment(first)).status == "booked"


async def test_from_the_staff_calendar_it_is_of_that_day_and_leads_back():
    office, _ = await a_busy_office()
    calendar = "/console/calendars/biz0clinic/calendar"
    page = (await office.open("desk", f"{calendar}?view=week&day=2027-01-20&person=omar")).body.decode()
    link = html.unescape(re.search(r'href="([^"]+)" id="off" aria-keyshortcuts="o"', page)[1])
    form = (await office.open("desk", link)).body.decode()
    assert 'value="2027-01-20"' in form
    saved = await fill(office, link, "desk", title="Course")
    assert saved.status == 303, plain(saved.body)
    assert saved.headers["Location"] == f"{calendar}?view=week&day=2027-01-20&person=omar"
    assert [one.staff for one in await stored(office)] == ["omar"]
    assert 'id="off"' not in (await office.open("eye", calendar)).body.decode()
    odd = (await office.open("desk", f"{NEW}?back=calendar%3Fview%3Dweek%26x%3Dhttps://evil&day=no")).body.decode()
    assert f'class="back" href="{calendar}?view=week"' in odd


@pytest.mark.parametrize("weeks", ["inf", "nan", "1e400", "-3", "999999", "999999999999", "٣", "9" * 5000, "1_0"])
async def test_no_number_of_weeks_keeps_the_page_from_saying_what_is_wrong(office, weeks):
    typed = {"title": "Holiday", "people": "claire", "start_day": DAY, "end_day": DAY, "is_all_day": "yes"}
    answer = await office.send(BOSS, NEW, **typed, weeks=weeks)
    assert [answer.status, "weeks-error" in answer.body.decode()] == [422, True]
    assert await stored(office) == []


async def test_no_week_at_all_is_refused_beside_the_appointments_that_were_confirmed(office):
    typed = {"title": "Holiday", "people": "claire", "start_day": DAY, "end_day": DAY, "is_all_day": "yes"}
    for hit in ("", "seen before"):
        answer = await office.send(BOSS, NEW, **typed, weeks="0", hit=hit)
        assert [answer.status, "weeks-error" in answer.body.decode()] == [422, True]
