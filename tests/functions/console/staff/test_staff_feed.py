"""The feed of a person's appointments: all calendars, by a private address that can be turned off."""

import html
import re
from datetime import timedelta

import icalendar
import pytest
import pytest_asyncio

from tests.functions.console.app import START, a_console, hidden
from tests.functions.console.staff.test_own_calendar import CLAIRE
from tests.support.builders import a_business, a_calendar, a_person, a_service


@pytest_asyncio.fixture
async def office():
    console = await a_console()
    second = a_business(id="biz0second", slug="second", name="Second clinic")
    await console.save(a_calendar(second, [a_service("talk")], [a_person()]))
    return console


async def press(office, name, who="claire"):
    form = hidden(await office.open(who, CLAIRE))
    answer = await office.post(who, f"{CLAIRE}/act", act=name, **form)
    assert answer.status == 303
    page = (await office.open(who, CLAIRE)).body.decode()
    found = re.search(r'id="feed-address"[^>]* value="([^"]+)"', page)
    return html.unescape(found[1]).removeprefix("https://book.example.org") if found else ""


async def events(office, address, **headers):
    answer = await office.call("GET", address, **headers)
    assert answer.status == 200, answer.body
    assert answer.headers["Content-Type"].startswith("text/calendar")
    calendar = icalendar.Calendar.from_ical(answer.body)
    assert "METHOD" not in calendar
    return {str(one["UID"]): one for one in calendar.walk("VEVENT")}


async def book_elsewhere(office):
    body = {
        "service": "talk",
        "start": (START + timedelta(days=2)).isoformat(),
        "customer": {"name": "Bea", "email": "bea@example.com"},
    }
    answer = await office.call("POST", "/api/second/appointments", body, idempotency_key="k" * 20)
    assert answer.status == 201, answer.body
    return answer.json()["id"]


async def test_it_has_the_appointments_of_all_calendars(office):
    other = await book_elsewhere(office)
    found = await events(office, await press(office, "feed"))
    assert set(found) == {f"{office.id}@example.org", f"{other}@example.org"}
    one = found[f"{office.id}@example.org"]
    assert one["DTSTART"].dt == START
    assert str(one["SUMMARY"]) == "Video"
    assert b"Ana" not in (await office.call("GET", await press(office, "feed"))).body


async def test_customers_are_named_if_that_is_wanted(office):
    found = await events(office, await press(office, "feed-names"))
    assert str(found[f"{office.id}@example.org"]["SUMMARY"]) == "Video – Ana Souza"


async def test_what_is_cancelled_is_gone_and_what_is_moved_keeps_its_uid(office):
    address = await press(office, "feed")
    other = await book_elsewhere(office)
    before = (await events(office, address))[f"{other}@example.org"]
    await office.send("desk", f"/console/queue/biz0clinic/{office.id}/cancel")
    found = await events(office, address)
    assert set(found) == {f"{other}@example.org"}
    assert found[f"{other}@example.org"] == before


async def test_an_unchanged_feed_is_not_sent_again(office):
    address = await press(office, "feed")
    first = await office.call("GET", address)
    again = await office.call("GET", address, if_none_match=first.headers["ETag"])
    assert (again.status, again.body) == (304, b"")
    await book_elsewhere(office)
    assert (await office.call("GET", address, if_none_match=first.headers["ETag"])).status == 200


async def test_old_appointments_are_not_in_it(office):
    address = await press(office, "feed")
    office.now += timedelta(days=29)
    assert len(await events(office, address)) == 1
    office.now += timedelta(days=2)
    assert await events(office, address) == {}


async def test_a_new_address_or_none_voids_the_one_before(office):
    first = await press(office, "feed")
    second = await press(office, "feed-names")
    assert (await office.call("GET", first)).status == 404
    assert (await office.call("GET", second)).status == 200
    assert await press(office, "feed-off") == ""
    assert (await office.call("GET", second)).status == 404


@pytest.mark.parametrize("token", ["forged", "a.b", "e30.e30"])
async def test_a_forged_address_is_as_none(office, token):
    assert (await office.call("GET", f"/feed/{token}/appointments.ics")).status == 404
