"""The page about a person's own calendar: they and administrators connect one, and see what we know of it."""

from datetime import timedelta

import pytest
import pytest_asyncio

from functions.console.staff.own_calendar.form import TypedCalendar
from shared.records.free_busy.own_calendars import own_of
from shared.use_cases.free_busy.connect import find_own
from shared.use_cases.free_busy.read_due import read_due
from tests.functions.console.app import PEOPLE, a_clinic, a_console, hidden
from tests.functions.console.staff.office import BOSS, STAFF, plain
from tests.support.builders import MONDAY, a_person
from tests.support.outside.published import published, reads


CLAIRE = f"{STAFF}/person/claire/own-calendar"
DAY = MONDAY + timedelta(days=1)


@pytest_asyncio.fixture
async def outside():
    async with published() as calendar:
        console = await a_console()
        await console.save(a_clinic({**PEOPLE, BOSS: a_person(BOSS, role="administrator")}))
        reads(console, calendar.origin)
        calendar.console = console
        yield calendar


async def text(outside, who="claire", query=""):
    answer = await outside.console.open(who, CLAIRE + query)
    assert answer.status == 200, answer.body
    return plain(answer.body)


async def connect(outside, who="claire", **fields):
    given = {"kind": "feed", "url": outside.url, "tentative": "yes", **fields}
    return await outside.console.send(who, CLAIRE, **given)


async def stored(outside):
    row = await find_own("claire@clinic.example", store=outside.console.store)
    return own_of(row) if row else None


@pytest.mark.parametrize("who", ["claire", BOSS])
async def test_a_calendar_is_connected_and_its_busy_times_are_shown(outside, who):
    outside.add(DAY + timedelta(hours=2), DAY + timedelta(hours=3))
    answer = await connect(outside, who)
    assert answer.status == 303
    shown = await text(outside, who, "?news=saved")
    assert "Connected. Busy times there block bookings now." in shown
    assert "Feed at 127.0.0.1" in shown
    assert "10:00" in shown.replace("10:00 AM", "10:00")
    assert outside.url not in shown


@pytest.mark.parametrize("who", ["omar", "desk", "eye"])
async def test_nobody_else_sees_or_changes_it(outside, who):
    assert (await outside.console.open(who, CLAIRE)).status == 403
    form = hidden(await outside.console.open(who, STAFF))
    assert (await outside.console.post(who, f"{CLAIRE}/act", act="disconnect", **form)).status == 403
    assert "own-calendar" not in (await outside.console.open(who, f"{STAFF}/person/claire")).body.decode()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"url": "http://intranet.example/a.ics"}, "it must begin with https://"),
        ({"url": "https://localhost/a.ics"}, "it must begin with https://"),
        ({"url": "nonsense"}, "it must begin with https://"),
        ({"url": "https://[::1"}, "it must begin with https://"),
        ({"url": ""}, "Enter the address of the calendar"),
        ({"kind": "other"}, "Choose one of these"),
    ],
)
async def test_what_cannot_be_read_is_said_at_its_field_and_nothing_typed_is_lost(outside, fields, words):
    answer = await connect(outside, user="anna", **fields)
    assert answer.status == 422
    assert words in plain(answer.body)
    assert 'value="anna"' in answer.body.decode()
    assert await stored(outside) is None


@pytest.mark.parametrize(
    ("status", "words"),
    [(404, "knows no calendar"), (401, "refuses the user name"), (500, "answers with an error")],
)
async def test_what_the_server_says_is_told(outside, status, words):
    outside.status = status
    answer = await connect(outside)
    assert answer.status == 422
    assert words in plain(answer.body)


@pytest.mark.parametrize("scheme", ["webcal", "WEBCAL", "webcals", "https"])
def test_an_address_for_subscribing_is_read_by_https(scheme):
    assert TypedCalendar("feed", f"{scheme}://x.example/a.ics").place.url == "https://x.example/a.ics"


async def test_a_calendar_that_cannot_be_read_any_more_is_told_after_three_tries(outside):
    await connect(outside)
    outside.status = 401
    console = outside.console
    for count in range(3):
        assert "refuses" not in await text(outside), count
        console.now += timedelta(minutes=5)
        await read_due(console.services.reading())
    shown = await text(outside)
    assert "The server refuses the user name or the password." in shown
    assert "It hasn’t been read since Monday" in shown


async def test_it_is_read_at_once_and_disconnected_by_buttons(outside):
    await connect(outside)
    console = outside.console
    outside.add(DAY + timedelta(hours=2), DAY + timedelta(hours=3))
    read = await console.send("claire", CLAIRE)
    form = hidden(await console.open("claire", CLAIRE))
    read = await console.post("claire", f"{CLAIRE}/act", act="read", **form)
    assert read.headers["Location"].endswith("news=read")
    assert "No busy times." not in await text(outside)
    outside.status = 500
    form = hidden(await console.open("claire", CLAIRE))
    unread = await console.post("claire", f"{CLAIRE}/act", act="read", **form)
    assert unread.headers["Location"].endswith("news=unread")
    gone = await console.post("claire", f"{CLAIRE}/act", act="disconnect", **form)
    assert gone.status == 303
    assert await stored(outside) is None
    assert (await console.post("claire", f"{CLAIRE}/act", act="other", **form)).status == 400


async def test_what_was_passed_over_is_told(outside):
    outside.events.append("BEGIN:VEVENT\nDTSTART:never\nEND:VEVENT")
    outside.events.append("BEGIN:VEVENT\nDTSTART;TZID=Nowhere:20270112T100000\nDURATION:PT1H\nEND:VEVENT")
    await connect(outside)
    shown = await text(outside)
    assert "1 event was skipped." in shown
    assert "An event couldn’t be understood: never" in shown
    assert "The time zone “Nowhere” is unknown; yours is used instead." in shown
