"""A visit over HTTP: what each link may do, and what each side is told."""

from datetime import timedelta

import pytest

from shared.domain.access.account import Profile
from shared.domain.links import LINK_LIFE, SignedLink, sign, stamp
from shared.use_cases.context import Context
from shared.use_cases.organisation.accounts import change_account, create_account
from tests.functions.visits.app import OTHER, SESSION, START
from tests.support.builders import SECRET


async def test_an_attendee_waits_is_let_in_and_meets_the_host(meeting):
    waiting = (await meeting.ana("enter", {"name": "Ana", "devices": "camera"})).json()
    assert waiting == waiting | {"view": "waiting", "staffHere": False, "messages": [], "waited": 0}
    assert "people" not in waiting
    seen = (await meeting.doc("enter")).json()
    (person,) = seen["people"]
    assert (person["name"], person["isHere"], person["isAdmitted"], person["devices"]) == (
        "Ana",
        True,
        False,
        "camera",
    )
    meeting.now += timedelta(seconds=65)
    told = (await meeting.doc("tell", {"text": "Just a minute"})).json()
    assert told["status"] == "in_lobby"
    state = (await meeting.ana("beat")).json()
    assert (state["waited"], state["staffHere"], state["messages"][0]["text"]) == (65, True, "Just a minute")
    await meeting.doc("admit", {"party": meeting.party})
    assert (await meeting.ana("beat")).json()["view"] == "admitted"
    joined = (await meeting.ana("signals", {"session": SESSION, "join": True})).json()
    assert (joined["peers"], joined["signals"], joined["iceServers"]) == ([], [], [])
    host = (await meeting.doc("signals", {"session": OTHER, "join": True})).json()
    ana = {"session": joined["session"], "party": meeting.party, "name": "Ana"}
    assert host["peers"] == [{**ana, "isStaff": False, "isNamesake": False}]
    assert host["people"][0]["isInRoom"] is True
    sent = {"session": OTHER, "send": [{"to": joined["session"], "n": 0, "data": "offer"}]}
    await meeting.doc("signals", sent)
    (signal,) = (await meeting.ana("signals", {"session": SESSION})).json()["signals"]
    assert (signal["sender"], signal["data"]) == (host["session"], "offer")
    again = await meeting.ana("signals", {"session": SESSION, "received": [signal["id"]]})
    assert again.json()["signals"] == []


async def test_an_end_closes_the_room_for_everybody(meeting):
    await meeting.in_the_room()
    meeting.now += timedelta(minutes=10)
    ended = (await meeting.doc("mark", {"happening": "end"})).json()
    assert (ended["view"], ended["status"]) == ("ended", "completed")
    assert (await meeting.ana("signals", {"session": SESSION})).json()["view"] == "ended"
    assert "peers" not in (await meeting.ana("signals", {"session": SESSION})).json()


async def test_after_the_end_nobody_is_said_to_wait_until_they_come_again(meeting):
    await meeting.in_the_room()
    ended = (await meeting.doc("mark", {"happening": "end"})).json()
    assert [(one["isHere"], one["isAdmitted"]) for one in ended["people"]] == [(False, False)]
    meeting.now += timedelta(minutes=1)
    refused = await meeting.ana("enter", {"name": "Ana"})
    assert (refused.status, refused.json()["type"]) == (422, "/problems/visit-not-open")
    await meeting.doc("mark", {"happening": "undo"})
    meeting.now += timedelta(minutes=1)
    await meeting.ana("enter", {"name": "Ana"})
    again = (await meeting.doc("beat")).json()
    assert (again["view"], [one["isHere"] for one in again["people"]]) == ("admitted", [True])


async def test_who_is_put_back_waits_and_who_opens_a_second_page_closes_the_first(meeting):
    await meeting.in_the_room()
    meeting.now += timedelta(seconds=5)
    await meeting.ana("signals", {"session": "anotherpageofana", "join": True})
    assert (await meeting.ana("signals", {"session": SESSION})).json()["view"] == "replaced"
    await meeting.doc("put-back", {"party": meeting.party})
    assert (await meeting.ana("signals", {"session": "anotherpageofana"})).json()["view"] == "waiting"


async def test_whoever_leaves_is_gone_from_the_room_at_once(meeting):
    await meeting.in_the_room()
    meeting.now += timedelta(seconds=5)
    assert (await meeting.ana("leave", {"place": "room", "session": "someoldpage"})).status == 204
    assert len((await meeting.doc("signals", {"session": OTHER})).json()["peers"]) == 1
    assert (await meeting.ana("leave", {"place": "room", "session": SESSION})).status == 204
    assert (await meeting.doc("signals", {"session": OTHER})).json()["peers"] == []
    assert (await meeting.doc("leave", {"place": "room", "session": OTHER})).status == 204


async def test_a_host_whose_account_is_disabled_comes_in_no_more(meeting):
    assert (await meeting.doc("enter")).status == 200
    to = {"context": Context(meeting.store, SECRET, meeting.now)}
    account = await create_account(Profile(user_name="claire@clinic.example", active=False), **to)
    for path in ("enter", "beat"):
        assert (await meeting.doc(path)).status == 404
    assert (await meeting.call("GET", meeting.host)).status == 404
    assert (await meeting.ana("enter", {"name": "Ana"})).status == 200
    await change_account(account.id, lambda said: said.model_copy(update={"active": True}), **to)
    assert (await meeting.doc("enter")).status == 200


async def test_the_attendees_link_opens_nothing_of_the_host(meeting):
    token = meeting.join.removeprefix("/join/")
    for path in ("enter", "beat", "leave", "signals", "admit", "put-back", "tell", "mark"):
        body = {
            "admit": {"party": meeting.party},
            "put-back": {"party": meeting.party},
            "tell": {"text": "x"},
            "mark": {"happening": "end"},
            "signals": {"session": SESSION},
        }.get(path, {})
        assert (await meeting.call("POST", f"/host/{token}/{path}", body)).status == 404
    assert (await meeting.call("GET", f"/host/{token}")).status == 404
    assert (await meeting.call("GET", meeting.host.replace("/host/", "/join/"))).status == 404
    assert (await meeting.call("POST", "/join/x.y/beat", {})).status == 404


@pytest.mark.parametrize("wrong", ["expired", "revoked", "other"])
async def test_a_link_that_is_void_opens_nothing(meeting, wrong):
    link = SignedLink("join", "biz0clinic", meeting.appointment.id, meeting.document["id"], 1, stamp(START))
    assert (await meeting.call("GET", f"/join/{sign(SECRET, link)}")).status == 200
    meeting.now = meeting.appointment.end + LINK_LIFE if wrong == "expired" else meeting.now
    link = {
        "expired": link,
        "revoked": link._replace(link_version=0),
        "other": link._replace(seat="somebody"),
    }[wrong]
    assert (await meeting.call("GET", f"/join/{sign(SECRET, link)}")).status == 404


async def test_signals_of_somebody_who_waits_are_not_taken(meeting):
    await meeting.ana("enter", {"name": "Ana"})
    answer = await meeting.ana("signals", {"session": SESSION, "join": True})
    assert (answer.status, answer.json()["view"], "signals" in answer.json()) == (200, "waiting", False)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("enter", {"name": "x" * 121}),
        ("enter", {"name": "Bob\u202egnp"}),
        ("enter", {"name": "Bob\u0000\u001b[31m"}),
        ("enter", {"devices": "<script>"}),
        ("enter", {"unknown": 1}),
        ("beat", {"more": 1}),
        ("leave", {"place": "street"}),
        ("signals", {}),
        ("signals", {"session": "Not one!"}),
        ("signals", {"session": SESSION, "send": [{"to": SESSION, "n": 0, "data": "x" * 16_001}]}),
        ("signals", {"session": SESSION, "send": [{"to": SESSION, "n": -1, "data": ""}]}),
    ],
)
async def test_what_is_malformed_is_refused(meeting, path, body):
    assert (await meeting.ana(path, body)).status == 422


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("admit", {"party": "s.claire"}, 422),
        ("admit", {"party": "a.nobody"}, 404),
        ("tell", {"text": ""}, 422),
        ("tell", {"text": "Wait\u202e"}, 422),
        ("tell", {"text": "\u001b[31m"}, 422),
        ("mark", {"happening": "explode"}, 422),
    ],
)
async def test_what_a_host_cannot_do_is_refused(meeting, path, body, status):
    assert (await meeting.doc(path, body)).status == status
