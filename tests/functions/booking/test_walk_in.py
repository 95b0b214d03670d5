"""Coming without an appointment and trying a visit, over HTTP."""

import re
from datetime import timedelta

import pytest_asyncio

from functions.settings.app import Limits, RateLimit
from shared.domain.calendar.business import WaitingRoom
from shared.records.keys import DAY, VISIT
from shared.records.visits import load_visit
from tests.support.builders import MONDAY, a_business, a_calendar, a_key, a_person, a_service
from tests.support.edge import World


TEN = MONDAY + timedelta(hours=2)


async def clinic_of(**changes) -> World:
    world = World(**changes)
    staff = [a_person("claire"), a_person("omar")]
    services = [a_service("video", is_online=True, staff=("claire", "omar"))]
    room = WaitingRoom(on_demand="video")
    await world.save(a_calendar(a_business(waiting_room=room, phone="+33 1 23"), services, staff))
    world.now = TEN
    return world


@pytest_asyncio.fixture
async def clinic() -> World:
    return await clinic_of()


def form(**changes: str) -> bytes:
    from urllib.parse import urlencode

    return urlencode({"key": a_key(), "name": "Rosa Lima", "email": "rosa@example.com", **changes}).encode()


async def send(world: World, **changes: str):
    return await world.call("POST", "/now/clinic?lang=en", body=form(**changes))


async def test_from_the_booking_page_into_the_waiting_room_and_the_queue(clinic):
    landing = (await clinic.call("GET", "/book/clinic")).body.decode()
    assert 'href="/now/clinic"' in landing
    page = (await clinic.call("GET", "/now/clinic")).body.decode()
    assert "Video" in page
    answer = await send(clinic)
    assert answer.status == 303
    joined = await clinic.call("GET", answer.headers["Location"])
    assert b"data-expected" in joined.body
    (line,) = (await clinic.table.range("bookings", "biz0clinic", DAY, "D~")).rows
    (visit,) = (await clinic.table.range("bookings", "biz0clinic", VISIT, "V~")).rows
    assert (line.values["name"], load_visit(visit.values).status) == ("Rosa Lima", "in_lobby")


async def test_what_is_wrong_is_said_and_what_was_typed_is_kept(clinic):
    answer = await send(clinic, email="nobody")
    text = answer.body.decode()
    assert answer.status == 422
    assert 'aria-invalid="true"' in text
    assert 'value="Rosa Lima"' in text


async def test_in_another_language_the_form_is_as_it_was_typed_and_nobody_comes(clinic):
    key = a_key()
    answer = await clinic.call("POST", "/now/clinic?lang=fr", body=form(key=key, email="half@", edit="1"))
    text = answer.body.decode()
    assert (answer.status, 'lang="fr"' in text, "aria-invalid" in text) == (200, True, False)
    assert all(f'value="{value}"' in text for value in ("Rosa Lima", "half@", key))
    assert (await clinic.table.range("bookings", "biz0clinic", DAY, "D~")).rows == []


async def test_robots_come_to_nothing(clinic):
    assert (await send(clinic, website="https://spam.example")).status == 422
    assert (await send(clinic, name="x" * 5000)).status == 422


async def test_while_the_calendar_is_closed_it_says_when_to_come(clinic):
    clinic.now = MONDAY + timedelta(hours=14)
    page = await clinic.call("GET", "/now/clinic?lang=en")
    assert (page.status, "We’re not available right now" in page.body.decode()) == (200, True)
    assert (await send(clinic)).status == 422


async def test_a_calendar_that_wants_none_has_no_such_page(clinic):
    await clinic.save(a_calendar(a_business(id="biz0plain", slug="plain")))
    assert (await clinic.call("GET", "/now/plain")).status == 404
    assert (await clinic.call("POST", "/now/plain", body=form())).status == 404
    assert b"/now/plain" not in (await clinic.call("GET", "/book/plain")).body


async def test_a_key_that_was_used_for_something_else_gets_a_fresh_form(clinic):
    key = a_key()
    assert (await send(clinic, key=key)).status == 303
    assert (await send(clinic, key=key)).status == 303  # the same again is the same visit
    again = await send(clinic, key=key, name="Somebody Else")
    assert again.status == 422
    assert f'value="{key}"' not in again.body.decode()


async def test_whoever_comes_too_often_is_told_when_to_try_again_and_keeps_the_key():
    clinic = await clinic_of(limits=Limits(address=RateLimit(1, 0.01)))
    key = a_key()
    assert (await send(clinic)).status == 303
    refused = await send(clinic, key=key)
    assert refused.status == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert re.search(rf'name="key" value="{key}"', refused.body.decode())


async def test_while_closed_nobody_is_sent_to_a_closed_door(clinic):
    for when, is_open in ((TEN, True), (TEN + timedelta(hours=12), False), (TEN + timedelta(days=5), False)):
        clinic.now = when
        landing = (await clinic.call("GET", "/book/clinic")).body.decode()
        assert ('href="/now/clinic"' in landing) == is_open


async def test_the_closed_page_says_when_it_opens_and_leads_to_booking(clinic):
    clinic.now = TEN + timedelta(days=5)  # a Saturday
    html = (await clinic.call("GET", "/now/clinic?lang=en-GB&tz=Europe/Paris")).body.decode()
    assert "We’re not available right now" in html
    assert "Opens again: Monday, 18 January 2027 at 09:00" in html
    assert re.search(r"Monday</dt><dd><bdi[^>]*>09:00 – ", html)
    assert "Saturday</dt>" not in html
    assert 'href="/book/clinic/video?' in html
    far = (await clinic.call("GET", "/now/clinic?lang=en-GB&tz=Asia/Tokyo")).body.decode()
    assert "Monday, 18 January 2027 at 09:00 (Central European" in far
