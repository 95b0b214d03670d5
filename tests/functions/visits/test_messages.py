"""What a waiting attendee and the staff write to each other, and who reads it."""

from datetime import timedelta

import pytest

from tests.functions.visits.test_room_parties import a_room


async def said(meeting, side) -> list[tuple[str, bool]]:
    return [(one["text"], one["isOwn"]) for one in (await side("beat")).json()["messages"]]


async def test_who_waits_and_the_staff_write_to_each_other(meeting):
    await meeting.ana("enter", {"name": "Ana"})
    written = await meeting.call("POST", f"{meeting.join}/tell?lang=fr", {"text": "I have a train at six"})
    assert [(one["text"], one["isOwn"], one["language"]) for one in written.json()["messages"]] == [
        ("I have a train at six", True, "fr")
    ]
    meeting.now += timedelta(seconds=1)
    await meeting.doc("tell", {"text": "You are next"})
    meeting.now += timedelta(seconds=1)
    assert await said(meeting, meeting.ana) == [("I have a train at six", True), ("You are next", False)]
    seen = (await meeting.doc("beat")).json()["messages"]
    assert [(one["name"], one["isOwn"]) for one in seen] == [("Ana", False), ("Claire", True)]


@pytest.mark.parametrize("body", [{}, {"text": ""}, {"text": "x" * 501}, {"text": "a\x07"}, {"name": "a_moment"}])
async def test_what_cannot_be_said_is_refused_by_its_field(meeting, body):
    await meeting.ana("enter", {"name": "Ana"})
    assert (await meeting.ana("tell", body)).status == 422
    assert await said(meeting, meeting.doc) == []


async def test_only_who_is_there_writes(meeting):
    refused = await meeting.ana("tell", {"text": "Hello"})
    assert (refused.status, refused.json()["type"]) == (422, "/problems/visit-not-open")
    await meeting.ana("enter", {"name": "Ana"})
    meeting.now += timedelta(seconds=1)
    await meeting.ana("leave", {})
    assert (await meeting.ana("tell", {"text": "Hello"})).status == 422
    await meeting.ana("enter", {"name": "Ana"})
    await meeting.doc("mark", {"happening": "end"})
    meeting.now += timedelta(minutes=5)
    assert (await meeting.ana("tell", {"text": "Hello"})).status == 422


async def test_attendees_of_a_group_read_the_staff_and_themselves_and_nobody_else():
    room = await a_room()
    await room.say("waiting", "tell", text="I am unwell")
    await room.say("host", "tell", text="We begin soon")
    for name, texts in (("waiting", ["I am unwell", "We begin soon"]), ("bob", ["We begin soon"])):
        assert [one["text"] for one in (await room.say(name, "beat"))["messages"]] == texts
    assert await room.asked("never came", "tell", text="Hello") == 422
