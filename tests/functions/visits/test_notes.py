"""What staff see of the customer in the room, and the internal notes that they write there."""

from datetime import timedelta
from html import unescape

import pytest

from shared.domain.calendar.service import AskedQuestion, Question
from tests.functions.visits.app import START, Meeting
from tests.support.builders import a_business, a_calendar, a_person, a_service


CANARY = "CANARY"


async def a_visit_with_role(role: str) -> Meeting:
    meeting = Meeting()
    people = [a_person("claire", role=role, email="claire@clinic.example")]
    questions = [
        Question(id="reason", text="What is it about?"),
        Question(id="first", text="First?", kind="checkbox"),
    ]
    asked = tuple(AskedQuestion(id=one.id) for one in questions)
    service = a_service("video", is_online=True, staff=("claire",), questions=asked)
    await meeting.save(a_calendar(a_business(), [service], people, questions))
    await meeting.meet()
    return meeting


async def page_of(meeting: Meeting, url: str) -> str:
    return unescape((await meeting.call("GET", url, accept_language="en")).body.decode())


async def write(meeting: Meeting, text: str, etag: str = ""):
    headers = {"if_match": f'"{etag}"'} if etag else {}
    return await meeting.call("POST", f"{meeting.host}/notes", {"notes": text}, **headers)


async def etag_of(meeting: Meeting) -> str:
    return (await meeting.call("GET", f"{meeting.host}/notes")).json()["etag"]


async def test_staff_see_what_the_customer_gave_and_the_customer_sees_none_of_the_notes():
    meeting = await a_visit_with_role("team_member")
    customer = {"name": "Bo", "email": "bo@example.com", "phone": "+33 1 99", "notes": "I come\nby train."}
    answers = {"reason": "A <cough>", "first": "yes"}
    start = START + timedelta(hours=1)
    booked = (await meeting.book(start, service="video", customer=customer, answers=answers)).json()
    await meeting.meet_of(booked)
    page = await page_of(meeting, meeting.host)
    for said in (
        "What is it about?",
        "A <cough>",
        "First?",
        "Yes",
        "I come\nby train.",
        "bo@example.com",
        "tel:+33199",
    ):
        assert said in page
    assert (await write(meeting, f"{CANARY}\nsecond line")).json()["notes"] == f"{CANARY}\nsecond line"
    assert f">\n{CANARY}\nsecond line</textarea>" in await page_of(meeting, meeting.host)
    assert (await meeting.stored(booked["id"])).terms.notes == f"{CANARY}\nsecond line"
    for url in (meeting.join, f"{meeting.join}/test"):
        assert CANARY not in await page_of(meeting, url)
    assert CANARY not in str((await meeting.ana("enter", {"name": "Bo"})).json())
    assert (await meeting.call("GET", f"{meeting.join}/notes")).status == 404
    assert (await meeting.ana("notes", {"notes": "mine"})).status == 404


async def test_of_a_group_each_customer_is_shown_with_what_they_gave():
    meeting = Meeting()
    service = a_service("course", is_online=True, staff=("claire",), maximum_attendees=4)
    await meeting.save(a_calendar(a_business(), [service], [a_person("claire")]))
    for name in ("Eva", "Finn"):
        customer = {"name": name, "email": f"{name.lower()}@example.com", "notes": f"{name} says"}
        booked = (await meeting.book(START, service="course", customer=customer)).json()
    await meeting.meet_of(booked)
    page = await page_of(meeting, meeting.host)
    for name in ("Eva", "Finn"):
        assert f"<summary><bdi>{name}</bdi></summary>" in page
        assert f"{name} says" in page


async def test_notes_over_somebody_elses_are_refused_with_what_they_wrote():
    meeting = await a_visit_with_role("team_member")
    old = await etag_of(meeting)
    assert (await write(meeting, "Claire's", old)).status == 200
    refused = await write(meeting, "The desk's", old)
    document = refused.json()
    assert (refused.status, document["type"], document["notes"]) == (412, "/problems/edit-conflict", "Claire's")
    assert (await write(meeting, "Both", document["etag"])).json()["notes"] == "Both"
    meeting.now += timedelta(seconds=1)
    await meeting.in_the_room()
    await meeting.doc("mark", {"happening": "end"})
    kept = (await meeting.call("GET", f"{meeting.host}/notes")).json()
    assert (kept["notes"], kept["mayWrite"]) == ("Both", True)
    assert (await write(meeting, "After the end", kept["etag"])).status == 200


@pytest.mark.parametrize("text", ["x" * 8001, "bell \x07"])
async def test_notes_that_cannot_be_kept_are_refused_by_their_field(text):
    meeting = await a_visit_with_role("team_member")
    refused = await write(meeting, text)
    assert (refused.status, refused.json()["errors"][0]["pointer"]) == (422, "/notes")
    assert (await meeting.call("POST", f"{meeting.host}/notes", {})).status == 422


@pytest.mark.parametrize(
    ("role", "reads", "writes"),
    [("scheduler", True, True), ("team_member", True, True), ("viewer", True, False), ("guest", False, False)],
)
async def test_a_host_reads_and_writes_notes_by_their_role(role, reads, writes):
    meeting = await a_visit_with_role(role)
    page = await page_of(meeting, meeting.host)
    assert ("Internal notes" in page, "<textarea" in page) == (reads, writes)
    assert (await meeting.call("GET", f"{meeting.host}/notes")).status == (200 if reads else 403)
    assert (await write(meeting, "Noted")).status == (200 if writes else 403)
    stored = await meeting.stored(meeting.document["id"])
    assert ((stored.terms.notes if stored.terms else "") == "Noted") == writes


async def test_nobody_is_told_of_notes_and_a_cancelled_appointment_takes_none():
    meeting = await a_visit_with_role("team_member")
    await meeting.drain()
    sent = len(meeting.postman.letters)
    await write(meeting, "Quiet")
    await meeting.drain()
    assert len(meeting.postman.letters) == sent
    token = meeting.document["manage"].rpartition("/")[2]
    meeting.now = START - timedelta(days=1)
    assert (await meeting.call("DELETE", f"/api/clinic/appointments/{token}")).status in (200, 204)
    refused = await write(meeting, "Too late")
    assert (refused.status, refused.json()["type"]) == (409, "/problems/already-cancelled")
