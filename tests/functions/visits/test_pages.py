"""The pages of a visit, what leads to them, and when they open."""

import gzip
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from functions.pages.render import HERE
from functions.settings.ice_servers import RoomServers
from shared.domain.appointments.terms import TermsChange
from shared.domain.appointments.visit_links import join_token
from shared.use_cases.appointments.staff_request import CustomerInput, StaffBooking
from tests.functions.visits.app import START
from tests.support.builders import MONDAY, SECRET
from tests.support.figures import say


async def test_the_waiting_room_opens_half_an_hour_before_and_the_page_says_so(meeting):
    meeting.now = START - timedelta(minutes=31)
    page = await meeting.call("GET", meeting.join)
    assert b"The waiting room opens on Tue,\xc2\xa0Jan\xc2\xa012 at" in page.body
    assert b"9:30" in page.body
    early = await meeting.ana("enter", {"name": "Ana"})
    assert (early.status, early.json()["type"]) == (422, "/problems/visit-not-open")
    meeting.now += timedelta(minutes=1)
    page = await meeting.call("GET", meeting.join)
    assert b"Check your camera" in page.body
    assert (await meeting.ana("enter", {"name": "Ana"})).status == 200


async def test_the_room_is_light_with_its_styles_and_scripts(meeting):
    for url in (meeting.join, f"{meeting.join}/test", meeting.host):
        page = (await meeting.call("GET", url)).body
        names = set(re.findall(rb'(?:href|src)="/s/([\w.-]+\.(?:css|js))"', page))
        assert any(one.endswith(b".js") for one in names)
        sent = [page, *((HERE / "static" / one.decode()).read_bytes() for one in names)]
        size = sum(len(gzip.compress(one)) for one in sent)
        say(f"{url.partition('/')[2][:4]} {size / 1000:.1f} KB")
        assert size <= 40_000


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
    assert b"This appointment has ended" in (await meeting.call("GET", meeting.join)).body
    assert b"Start the appointment" in (await meeting.call("GET", meeting.host)).body
    meeting.now = MONDAY
    token = meeting.document["manage"].rpartition("/")[2]
    await meeting.call("DELETE", f"/api/clinic/appointments/{token}")
    assert b"This appointment is cancelled" in (await meeting.call("GET", meeting.join)).body
    assert (await meeting.ana("enter", {"name": "Ana"})).status == 422
    await meeting.meet("by-phone")
    assert "can’t be joined from a browser".encode() in (await meeting.call("GET", meeting.join)).body
    assert (await meeting.ana("enter", {"name": "Ana"})).status == 422
    assert (await meeting.doc("enter")).status == 200  # hosts hold it all the same


@pytest.mark.parametrize(("service", "allowed"), [("linked", False), ("by-phone", True)])
async def test_an_appointment_may_be_joined_otherwise_than_its_service_says(meeting, service, allowed):
    party = CustomerInput(name="Bob", email="bob@example.com")
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


async def test_the_first_button_of_an_appointment_is_what_one_looks_for_now(meeting):
    async def filled(document: dict, query: str = "") -> list[str]:
        path = f"/book/clinic/manage/{document['manage'].rpartition('/')[2]}"
        page = (await meeting.call("GET", f"{path}{query}", accept_language="en")).body.decode()
        return re.findall(r'<a class="button" href="[^"]*"[^>]*>(?:<svg.*?</svg>)?([^<]+)<', page)

    online, here = meeting.document, (await meeting.book(START + timedelta(hours=1), service="here")).json()
    meeting.now = START - timedelta(days=2)
    assert await filled(online, "?new=1") == ["Test camera and microphone"]
    assert await filled(here, "?new=1") == ["Calendar file"]
    assert await filled(online) == await filled(here) == ["Reschedule"]
    meeting.now = START - timedelta(hours=3)
    assert await filled(online) == await filled(online, "?new=1") == ["Join online"]
    meeting.now = START + timedelta(hours=4)
    assert await filled(online) == ["Book again"]


async def test_the_calendar_file_leads_to_the_waiting_room(meeting):
    file = (await meeting.call("GET", f"{meeting.document['ics'].removeprefix('https://book.example.org')}")).body
    text = file.replace(b"\r\n ", b"").decode()
    assert f"LOCATION:{meeting.document['joinUrl']}" in text


async def test_a_page_tests_its_network_with_credentials_of_some_minutes_until_the_visit_is_over(meeting):
    room = RoomServers(turn=("turn:relay.example",), turn_secret="s" * 16)
    meeting.services = replace(meeting.services, settings=replace(meeting.services.settings, room=room))
    meeting.now = MONDAY
    for link in (meeting.join, meeting.host):
        (server,) = (await meeting.call("GET", f"{link}/connection")).json()["iceServers"]
        until, _, party = server["username"].partition(":")
        assert (server["urls"], party in (meeting.party, "s.claire")) == (["turn:relay.example"], True)
        assert int(until) == (MONDAY + timedelta(minutes=5)).timestamp()
    meeting.now = START + timedelta(hours=3)
    assert (await meeting.call("GET", f"{meeting.join}/connection")).status == 422
    meeting.now = MONDAY
    await meeting.meet("linked", START + timedelta(hours=1))
    assert (await meeting.call("GET", f"{meeting.join}/connection")).json() == {"iceServers": []}
