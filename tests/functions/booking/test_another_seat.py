"""A customer who has a seat in a session is told so, and has another one only where they ask for it."""

from datetime import timedelta as span
from urllib.parse import urlencode

import pytest

from tests.functions.pages.test_limits import FORM
from tests.support.builders import MONDAY, a_calendar, a_person, a_service
from tests.support.edge import World


START = MONDAY + span(days=1, hours=2)
LATER = START + span(hours=1)


@pytest.fixture
async def world():
    made = World()
    services = [a_service("yoga", staff=("omar",), maximum_attendees=5), a_service("visit", staff=("omar",))]
    await made.save(a_calendar(staff=[a_person("omar")], services=services))
    return made


async def send(world, path, **fields):
    headers = {"content_type": "application/x-www-form-urlencoded", "accept_language": "en"}
    return await world.call("POST", path, body=urlencode({**FORM, "staff": "", **fields}).encode(), **headers)


def of(email, **more):
    return {"service": "yoga", "customer": {"name": "Ana", "email": email}, **more}


async def test_a_second_seat_is_refused_unless_it_is_asked_for(world):
    assert (await world.book(**of("ana@example.com"))).status == 201
    again = await world.book(**of("ANA@example.com "))
    assert (again.status, again.json()["type"].rpartition("/")[2]) == (409, "already-seated")
    assert (await world.book(**of("ana@example.com", anotherSeat=True))).status == 201
    assert (await world.book(**of("bob@example.com"))).status == 201
    assert (await world.book(LATER, **of("ana@example.com"))).status == 201
    (first, *_) = [
        one
        for one in (
            await world.call("GET", f"/api/clinic/slots?service=yoga&from={START:%Y-%m-%d}&to={START:%Y-%m-%d}")
        ).json()["slots"]
        if one["start"].startswith(f"{START:%Y-%m-%dT}10:00")
    ]
    assert first["seats"] == 2


async def test_whoever_gave_their_seat_up_or_moved_away_takes_one_without_being_asked(world):
    gone = await world.token(**of("ana@example.com"))
    assert (await world.call("DELETE", f"/api/clinic/appointments/{gone}")).status == 200
    moved = await world.token(**of("ana@example.com"))
    path, key = f"/api/clinic/appointments/{moved}", {"idempotency_key": "moves-to-a-later-time"}
    assert (await world.call("PATCH", path, {"start": LATER.isoformat()}, **key)).status == 200
    assert (await world.book(**of("ana@example.com"))).status == 201


async def test_the_same_request_again_is_answered_by_the_seat_that_it_made(world):
    answers = [await world.book(**of("ana@example.com"), key="one-and-the-same-key") for _ in range(2)]
    assert [one.status for one in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()


async def test_a_seat_does_not_move_to_where_its_customer_sits_unless_it_is_asked_for(world):
    assert (await world.book(LATER, **of("ana@example.com"))).status == 201
    path = f"/api/clinic/appointments/{await world.token(**of('ana@example.com'))}"
    wanted = {"start": LATER.isoformat()}
    refused = await world.call("PATCH", path, wanted, idempotency_key="moves-to-a-later-time-1")
    assert (refused.status, refused.json()["type"].rpartition("/")[2]) == (409, "already-seated")
    done = await world.call(
        "PATCH", path, {**wanted, "anotherSeat": True}, idempotency_key="moves-to-a-later-time-1"
    )
    assert done.status == 200


async def test_the_form_asks_and_keeps_what_was_typed(world):
    form = {"start": START.isoformat(), "key": "a-key-of-the-form-2001"}
    assert (await send(world, "/book/clinic/yoga", **form)).status == 303
    asked = await send(world, "/book/clinic/yoga", **{**form, "key": "a-key-of-the-form-2002"})
    html = asked.body.decode()
    assert (asked.status, "You already have a seat in this session" in html) == (409, True)
    assert 'name="another" value="yes"' in html
    assert FORM["name"] in html
    ticked = {**form, "key": "a-key-of-the-form-2003", "another": "yes"}
    assert (await send(world, "/book/clinic/yoga", **ticked)).status == 303


async def test_the_page_asks_before_a_seat_moves_beside_another(world):
    await world.token(start=LATER, **of("ana@example.com"))
    path = f"/book/clinic/manage/{await world.token(**of('ana@example.com'))}/move"
    asked = await send(world, path, start=LATER.isoformat(), key="a-key-of-the-form-3001")
    assert asked.status == 409
    assert b"Reschedule this one to it too?" in asked.body
    assert b'name="another" value="yes"' in asked.body
    done = await send(world, path, start=LATER.isoformat(), key="a-key-of-the-form-3002", another="yes")
    assert done.status == 303


async def test_an_appointment_for_one_is_nobodys_second_seat(world):
    visit = {"service": "visit", "customer": {"name": "Ana", "email": "ana@example.com"}}
    assert (await world.book(**visit)).status == 201
    assert (await world.book(**of("ana@example.com"))).json()["type"].rpartition("/")[2] != "already-seated"
