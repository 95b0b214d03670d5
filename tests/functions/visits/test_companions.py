"""Whom a customer or a host brings along: a link of their own, and the rights of an attendee alone."""

import re
from datetime import timedelta
from html import unescape

import pytest

from shared.domain.appointments.visit_links import MOST_COMPANIONS, join_token
from tests.functions.visits.app import SESSION, START
from tests.support.builders import MONDAY, SECRET, a_business, a_calendar, a_person, a_service


async def links_on(meeting, url: str) -> list[str]:
    page = unescape((await meeting.call("GET", url)).body.decode())
    return list(dict.fromkeys(re.findall(r'value="https://book\.example\.org(/join/[^"]+)"', page)))


async def test_companions_wait_are_let_in_and_count_like_anybody(meeting):
    meeting.now = MONDAY
    early = await links_on(meeting, meeting.join)
    meeting.now = START
    hers, theirs = await links_on(meeting, meeting.join), await links_on(meeting, meeting.host)
    assert early == hers
    assert len({*hers, *theirs}) == 2 * MOST_COMPANIONS
    await meeting.ana("enter", {"name": "Ana"})
    for link, name in ((hers[0], "Mother"), (theirs[0], "Interpreter")):
        assert (await meeting.call("POST", f"{link}/enter", {"name": name})).json()["view"] == "waiting"
    people = (await meeting.doc("beat")).json()["people"]
    assert {(one["name"], one["isCompanion"]) for one in people} == {
        ("Ana", False),
        ("Mother", True),
        ("Interpreter", True),
    }
    mother = next(one["party"] for one in people if one["name"] == "Mother")
    await meeting.doc("admit", {"party": mother})
    meeting.now += timedelta(seconds=1)
    assert (await meeting.ana("beat")).json()["view"] == "waiting"
    joined = (await meeting.call("POST", f"{hers[0]}/signals", {"session": SESSION, "join": True})).json()
    assert (joined["view"], joined["peers"]) == ("admitted", [])
    assert (await meeting.call("POST", f"{theirs[0]}/signals", {"session": SESSION, "join": True})).json()[
        "view"
    ] == "waiting"


async def test_a_companion_gets_nothing_of_the_booking_and_brings_nobody(meeting):
    (link, *_) = await links_on(meeting, meeting.join)
    await meeting.ana("enter", {"name": "Ana"})
    await meeting.ana("tell", {"text": "Private"})
    page = (await meeting.call("GET", link, accept_language="fr")).body.decode()
    assert '<html lang="fr"' in page
    for said in ("/manage/", "Bring someone", "Ana", "ana@example.com"):
        assert said not in page
    assert await links_on(meeting, link) == []
    refused = await meeting.call("POST", f"{link}/enter", {"name": "  "})
    assert (refused.status, refused.json()["errors"][0]["pointer"]) == (422, "/name")
    assert (await meeting.call("POST", f"{link}/enter", {"name": "Mother"})).json()["messages"] == []
    assert (await meeting.call("GET", link.replace("/join/", "/host/"))).status == 404


@pytest.mark.parametrize("name", ["x1", "c", "c12", "h1.h1", "", "c1 "])
async def test_no_other_name_than_a_companions_opens_a_seat(meeting, name):
    seat = meeting.appointment.seat.model_copy(update={"id": f"{meeting.appointment.seat.id}.{name}"})
    token = join_token(SECRET, "biz0clinic", meeting.appointment, seat)
    assert (await meeting.call("GET", f"/join/{token}")).status == 404


async def test_the_links_of_companions_end_with_the_customers_own(meeting):
    (link, *_) = await links_on(meeting, meeting.join)
    await meeting.in_the_room()
    await meeting.doc("mark", {"happening": "end"})
    assert b"This appointment has ended" in (await meeting.call("GET", link)).body
    meeting.now = MONDAY
    token = meeting.document["manage"].rpartition("/")[2]
    await meeting.call("DELETE", f"/api/clinic/appointments/{token}")
    page = await meeting.call("GET", link)
    assert b"This appointment is cancelled" in page.body
    assert b"You cancelled it" not in page.body


async def test_hosts_of_a_group_are_told_that_its_attendees_bring_people(meeting):
    group = a_service("class", is_online=True, staff=("claire",), maximum_attendees=5)
    await meeting.save(a_calendar(a_business(), [group], [a_person("claire")]))
    answer = await meeting.book(START + timedelta(hours=3), service="class")
    join = answer.json()["joinUrl"].removeprefix("https://book.example.org")
    await meeting.meet_of(answer.json())
    meeting.now = START + timedelta(hours=3)
    assert len(await links_on(meeting, join)) == MOST_COMPANIONS
    assert await links_on(meeting, meeting.host) == []
    page = (await meeting.call("GET", f"{meeting.host}?lang=en")).body.decode()
    assert "In a group, each attendee can bring someone" in page
    assert "In a group" not in (await meeting.call("GET", f"{join}?lang=en")).body.decode()
