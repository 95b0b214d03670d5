"""A link is promised where it will open, and nowhere else: each face, each provider, each way to set it up."""

from datetime import timedelta

import pytest

from shared.domain.calendar.place import Location
from shared.domain.calendar.service import Service
from shared.records.codec import dump
from shared.records.keys import service_key
from shared.records.table import Operation
from tests.functions.booking.customers_view import seen_by_customer
from tests.functions.graph.appointments.bookings import booking
from tests.functions.visits.app import START, Meeting
from tests.support.builders import A_LINK, MONDAY, a_business, a_calendar, a_person, a_service


LINK = {"provider": "link", "linkTemplate": "https://meet.example/{meeting}"}
DOCUMENTED = {
    "displayName": "Video",
    "defaultDuration": "PT30M",
    "staffMemberIds": ["claire"],
    "isLocationOnline": True,
}
BOTH = ("isAnonymousJoinEnabled", "isLocationOnline")
NO_WAY = {"isLocationOnline": True, "isAnonymousJoinEnabled": False}


async def opened(world, join_url: str) -> str:
    """What the link shows at the start of Tuesday's ten o'clock."""
    world.now = START
    return (await world.call("GET", join_url.removeprefix("https://book.example.org"))).body.decode()


async def booked(world, service: str) -> dict:
    answer = await world.book(START, service=service)
    assert answer.status == 201, answer.body
    return answer.json()


@pytest.mark.parametrize("meeting", [None, LINK])
async def test_an_online_service_made_with_graphs_defaults_can_be_joined(graph, meeting):
    made = await graph.post("services", {**DOCUMENTED, "meetingRoom": meeting})
    assert made["isAnonymousJoinEnabled"] is True
    document = await booked(graph.world, made["id"])
    assert "Check your camera" in await opened(graph.world, document["joinUrl"])


async def test_a_service_that_becomes_online_can_be_joined_unless_it_is_said_otherwise(graph):
    made = await graph.post("services", {**DOCUMENTED, "isLocationOnline": False})
    path = f"services/{made['id']}"
    assert made["isAnonymousJoinEnabled"] is False
    await graph.patch(path, {"isLocationOnline": True})
    assert (await graph.get(path))["isAnonymousJoinEnabled"] is True
    await graph.patch(path, {"meetingRoom": LINK, "isAnonymousJoinEnabled": False})
    await graph.patch(path, {"displayName": "By telephone"})
    assert (await graph.get(path))["isAnonymousJoinEnabled"] is False


def names_both(error) -> bool:
    return all(name in error["message"] for name in BOTH)


async def test_our_own_room_without_joining_is_refused_whoever_saves_it(graph):
    status, error = await graph.refused("POST", "services", {**DOCUMENTED, **NO_WAY}, idempotency_key="a" * 16)
    assert (status, names_both(error)) == (400, True)
    online = (await graph.post("services", DOCUMENTED))["id"]
    elsewhere = (await graph.post("services", {**DOCUMENTED, **NO_WAY, "meetingRoom": LINK}))["id"]
    in_person = (await graph.post("services", {**DOCUMENTED, "isLocationOnline": False}))["id"]
    for path, sent in (
        (f"services/{online}", {"isAnonymousJoinEnabled": False}),
        (f"services/{in_person}", NO_WAY),
        (f"services/{elsewhere}", {"meetingRoom": None}),
        (f"services/{elsewhere}", {"meetingRoom": {"provider": "builtIn"}}),
    ):
        before = await graph.get(path)
        status, error = await graph.refused("PATCH", path, sent)
        assert (status, names_both(error)) == (400, True), sent
        assert await graph.get(path) == before


async def test_the_calendars_provider_cannot_leave_a_service_without_a_way_in(graph):
    await graph.patch("", {"meetingRoom": LINK})
    off = (await graph.post("services", {**DOCUMENTED, **NO_WAY}))["id"]
    status, error = await graph.refused("PATCH", "", {"meetingRoom": {"provider": "builtIn"}})
    assert (status, names_both(error)) == (400, True)
    assert off in error["details"][0]["target"]
    assert (await graph.get())["meetingRoom"]["provider"] == "link"
    await graph.patch(f"services/{off}", {"isAnonymousJoinEnabled": True})
    await graph.patch("", {"meetingRoom": {"provider": "builtIn"}})


async def test_an_appointment_cannot_be_left_without_a_way_in_either(graph):
    service = (await graph.post("services", DOCUMENTED))["id"]
    off = booking(service=service, isAnonymousJoinEnabled=False)
    for document in (off, booking(**NO_WAY)):
        status, error = await graph.refused("POST", "appointments", document, idempotency_key="b" * 16)
        assert (status, names_both(error)) == (400, True)
        assert error["details"][0]["target"] == "/isAnonymousJoinEnabled"
    path = f"appointments/{(await graph.post('appointments', booking(service=service)))['id']}"
    status, error = await graph.refused("PATCH", path, {"isAnonymousJoinEnabled": False})
    assert (status, names_both(error)) == (400, True)
    in_person = f"appointments/{(await graph.post('appointments', booking('11:00')))['id']}"
    assert (await graph.refused("PATCH", in_person, NO_WAY))[0] == 400
    await graph.patch(in_person, {"isLocationOnline": True})
    assert (await graph.get(in_person))["anonymousJoinWebUrl"]


async def an_older_service(world, **changes) -> Service:
    """Store a service as the version before let it be: in our own room, and not to be joined."""
    service = a_service("older", is_online=True, allow_anonymous_join=False, **changes)
    values = {**dump(service)}
    await world.table.transact("bookings", "biz0clinic", [Operation("upsert", service_key("older"), values)])
    await world.store.calendars.reload("biz0clinic")
    return service


async def test_a_service_of_the_version_before_is_mended_by_the_next_change(graph):
    await an_older_service(graph.world)
    assert (await graph.get("services/older"))["isAnonymousJoinEnabled"] is False
    await graph.patch("", {"displayName": "Clinic"})  # what it does not touch is not its concern
    await graph.patch("services/older", {"displayName": "Newer"})
    assert (await graph.get("services/older"))["isAnonymousJoinEnabled"] is True


async def test_a_clone_of_it_is_refused_by_name(graph):
    await an_older_service(graph.world)
    by = graph.by_organisation()
    status, error = await by.refused("POST", "clone", {"displayName": "Two"}, idempotency_key="d" * 16)
    assert (status, names_both(error)) == (400, True)


WITHOUT = ("/join/", "You are early", "Test camera", "test your camera", "Join online")
BUSINESS = {"phone": "+33 1 23 45", "email": "desk@clinic.example"}


async def a_meeting(service: Service) -> Meeting:
    world = Meeting()
    people = [a_person("claire"), a_person("omar")]
    await world.save(a_calendar(a_business(**BUSINESS), [service, a_service("here")], people))
    return world


async def everything(world: Meeting) -> dict[str, str]:
    """What a customer can get of a booking of the older service."""
    answer = await world.book(START, service="older")
    assert answer.status == 201, answer.body
    await world.drain()
    told = {"answer": answer.body.decode(), **await seen_by_customer(world, answer.json()["manage"])}
    return {name: text for name, text in told.items() if not name.endswith(("move", "cancel", "headers"))}


@pytest.mark.parametrize("meeting", [None, A_LINK])
async def test_where_it_cannot_be_joined_everything_says_how_to_take_part_and_nothing_promises_a_link(meeting):
    world = await a_meeting(a_service("older", is_online=True, allow_anonymous_join=False, meeting=A_LINK))
    if meeting is None:
        await an_older_service(world)
    for name, text in (await everything(world)).items():
        assert not [one for one in WITHOUT if one in text], name
        assert "will tell you how to join" in text, name
        assert "+33 1 23 45" in text, name


async def test_the_place_of_a_service_is_how_to_take_part(graph):
    place = Location(name="Ring 555", uri="https://phone.example/555")
    service = a_service("older", is_online=True, allow_anonymous_join=False, meeting=A_LINK, location=place)
    for name, text in (await everything(await a_meeting(service))).items():
        assert "Ring 555" in text, name
        assert "https://phone.example/555" in text, name
        assert "will tell you how to join" not in text, name


@pytest.mark.parametrize("before", [timedelta(days=1), timedelta(minutes=5)])
async def test_a_link_that_was_given_before_says_so_too_at_any_time(meeting, before):
    meeting.now = MONDAY
    await meeting.meet("by-phone", START + timedelta(hours=2))
    meeting.now -= before
    for url in (meeting.join, f"{meeting.join}/test"):
        page = (await meeting.call("GET", url)).body.decode()
        assert "can’t be joined from a browser" in page
        assert "will tell you how to join" in page
        assert 'href="tel:+33123"' in page
        assert not [one for one in WITHOUT if one in page.replace(meeting.join, "")]


async def test_a_promised_link_opens_after_its_service_has_moved_to_a_house(graph):
    service = (await graph.post("services", DOCUMENTED))["id"]
    document = await booked(graph.world, service)
    await graph.patch(f"services/{service}", {"isLocationOnline": False, "isAnonymousJoinEnabled": False})
    assert "Check your camera" in await opened(graph.world, document["joinUrl"])
    token = document["manage"].rpartition("/")[2]
    shown = (await graph.world.call("GET", f"/api/clinic/appointments/{token}")).json()
    assert shown["joinUrl"] == document["joinUrl"]


async def test_moving_and_cancelling_answer_by_what_was_agreed(graph):
    await graph.patch("", {"meetingRoom": LINK})
    service = (await graph.post("services", DOCUMENTED))["id"]
    document = await booked(graph.world, service)
    one = (await graph.listed("appointments"))[0]
    await graph.patch(f"appointments/{one['id']}", {"isAnonymousJoinEnabled": False})
    url = f"/api/clinic/appointments/{document['manage'].rpartition('/')[2]}"
    later = (START + timedelta(hours=2)).isoformat()
    moved = (await graph.world.call("PATCH", url, {"start": later}, idempotency_key="e" * 16)).json()
    assert "joinUrl" not in moved
    assert moved["takePart"]
    gone = (await graph.world.call("DELETE", url)).json()
    assert {"joinUrl", "takePart"}.isdisjoint(gone)
