"""A visit over HTTP: what each link may do, what each side is told, and the pages around it."""

from datetime import timedelta

import pytest

from functions.room_servers import RoomServers, read_room_servers
from shared.domain.account import Profile
from shared.domain.links import Link, sign
from shared.domain.terms import TermsChange
from shared.use_cases.accounts import change_account, create_account
from shared.use_cases.staff_booking import Party, StaffBooking
from shared.use_cases.visit_links import LIFE, join_token
from tests.builders import MONDAY, SECRET
from tests.functions.visit_world import OTHER, SESSION, START


async def test_an_attendee_waits_is_let_in_and_meets_the_host(meeting):
    waiting = (await meeting.ana("enter", {"name": "Ana", "devices": "camera"})).json()
    assert waiting == {"view": "waiting", "staffHere": False, "messages": [], "waited": 0} | waiting
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
    assert host["peers"] == [{"session": SESSION, "party": meeting.party, "name": "Ana", "isStaff": False}]
    assert host["people"][0]["isInRoom"] is True
    sent = {"session": OTHER, "send": [{"to": SESSION, "n": 0, "data": "offer"}]}
    await meeting.doc("signals", sent)
    (signal,) = (await meeting.ana("signals", {"session": SESSION})).json()["signals"]
    assert (signal["sender"], signal["data"]) == (OTHER, "offer")
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
    to = {"store": meeting.store, "secret": SECRET, "now": meeting.now}
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
    expires = int((START + LIFE).timestamp())
    link = Link("join", "biz0clinic", meeting.appointment.id, meeting.document["id"], 1, expires)
    link = {
        "expired": link._replace(expires=int(MONDAY.timestamp())),
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
        ("enter", {"name": "x" * 101}),
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
        ("mark", {"happening": "explode"}, 422),
    ],
)
async def test_what_a_host_cannot_do_is_refused(meeting, path, body, status):
    assert (await meeting.doc(path, body)).status == status


async def test_the_waiting_room_opens_half_an_hour_before_and_the_page_says_so(meeting):
    meeting.now = START - timedelta(minutes=31)
    page = await meeting.call("GET", meeting.join)
    assert b"You are early" in page.body
    assert b"9:30" in page.body
    early = await meeting.ana("enter", {"name": "Ana"})
    assert (early.status, early.json()["type"]) == (422, "/problems/visit-not-open")
    meeting.now += timedelta(minutes=1)
    page = await meeting.call("GET", meeting.join)
    assert b"Check your camera" in page.body
    assert (await meeting.ana("enter", {"name": "Ana"})).status == 200


async def test_pages_allow_camera_and_microphone_to_themselves_and_are_kept_nowhere(meeting):
    for url in (meeting.join, f"{meeting.join}/test", meeting.host):
        page = await meeting.call("GET", url)
        assert page.status == 200
        assert page.headers["Permissions-Policy"].startswith("camera=(self), microphone=(self)")
        assert page.headers["Cache-Control"] == "no-store"
        assert "script-src 'self'" in page.headers["Content-Security-Policy"]
        assert page.headers["Referrer-Policy"] == "no-referrer"
    other = await meeting.call("GET", "/book/clinic")
    assert other.headers["Permissions-Policy"].startswith("camera=()")


async def test_late_cancelled_and_not_from_a_browser_each_have_their_page(meeting):
    meeting.now = START + timedelta(hours=3)
    assert b"This appointment is over" in (await meeting.call("GET", meeting.join)).body
    assert b"Start the appointment" in (await meeting.call("GET", meeting.host)).body
    meeting.now = MONDAY
    token = meeting.document["manage"].rpartition("/")[2]
    await meeting.call("DELETE", f"/api/clinic/appointments/{token}")
    assert b"no online appointment here" in (await meeting.call("GET", meeting.join)).body
    assert (await meeting.ana("enter", {"name": "Ana"})).status == 422
    await meeting.meet("by-phone")
    assert b"cannot be joined from a browser" in (await meeting.call("GET", meeting.join)).body
    assert (await meeting.ana("enter", {"name": "Ana"})).status == 422
    assert (await meeting.doc("enter")).status == 200  # hosts hold it all the same


@pytest.mark.parametrize(("service", "allowed"), [("video", False), ("by-phone", True)])
async def test_an_appointment_may_be_joined_otherwise_than_its_service_says(meeting, service, allowed):
    party = Party(name="Bob", email="bob@example.com")
    terms = TermsChange(allow_anonymous_join=allowed)
    request = StaffBooking(service=service, start=START + timedelta(hours=1), parties=(party,), terms=terms)
    appointment = await meeting.book_by_staff(request)
    meeting.join = f"/join/{join_token(SECRET, 'biz0clinic', appointment, appointment.seat)}"
    meeting.now += timedelta(hours=1)
    assert (await meeting.ana("enter", {"name": "Bob"})).status == (200 if allowed else 422)


async def test_only_online_appointments_have_a_link(meeting):
    here = await meeting.book(START + timedelta(hours=1), service="here")
    assert "joinUrl" not in here.json()
    token = meeting.document["manage"].rpartition("/")[2]
    shown = (await meeting.call("GET", f"/api/clinic/appointments/{token}")).json()
    assert shown["joinUrl"] == meeting.document["joinUrl"]
    cancelled = (await meeting.call("DELETE", f"/api/clinic/appointments/{token}")).json()
    assert "joinUrl" not in cancelled
    manage = await meeting.call("GET", f"/book/clinic/manage/{here.json()['manage'].rpartition('/')[2]}")
    assert b"Join online" not in manage.body


async def test_the_calendar_file_leads_to_the_waiting_room(meeting):
    file = (await meeting.call("GET", f"{meeting.document['ics'].removeprefix('https://book.example.org')}")).body
    text = file.replace(b"\r\n ", b"").decode()
    assert f"LOCATION:{meeting.document['joinUrl']}" in text


def test_credentials_for_a_relay_are_the_partys_own_and_expire():
    servers = RoomServers(("stun:s.example:3478",), ("turn:t.example:3478?transport=udp",), "shared")
    stun, turn = servers.for_party("a.ana", START)
    assert stun == {"urls": ["stun:s.example:3478"]}
    assert turn["username"] == f"{int((START + timedelta(hours=8)).timestamp())}:a.ana"
    assert turn["credential"] == "z6x4JPOzNkK6zURTl1swpPfrXgQ="
    assert RoomServers().for_party("a.ana", START) == []


def test_settings_of_servers_are_read_and_wrong_ones_named():
    read = read_room_servers({"OPENSLOT_STUN": "stun:a:1, stun:b:2", "OPENSLOT_TURN": ""})
    assert read.stun == ("stun:a:1", "stun:b:2")
    with pytest.raises(ValueError, match="OPENSLOT_TURN_SECRET"):
        read_room_servers({"OPENSLOT_TURN": "turn:t:1"})
    for wrong in ("http://x", "turn:x", "stun:"):
        with pytest.raises(ValueError, match="OPENSLOT_STUN"):
            read_room_servers({"OPENSLOT_STUN": wrong})
