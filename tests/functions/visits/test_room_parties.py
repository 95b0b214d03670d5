"""Who speaks in a room is its server's to say: no party can be another, whatever sessions its page names."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from shared.domain.appointments.appointment import Seat
from shared.domain.appointments.visit_links import host_token, join_token
from shared.records.codec import load_row
from shared.records.keys import seat_key
from tests.support.builders import MONDAY, SECRET, a_business, a_calendar, a_person, a_service
from tests.support.edge import World


pytestmark = pytest.mark.walk
START = MONDAY.replace(hour=9)
VICTIM, HOST = "carolspage00", "thehostspage"
NOBODY = ("waiting", "never came", "another visit", "another host")
PAGES = {
    "waiting": "waitingspage",
    "never came": "neverspage00",
    "bob": "bobspage0000",
    "left": "leftspage000",
    "another visit": "othervisit00",
    "another host": "otherhost000",
}


@dataclass
class Room(World):
    """Carol and Bob are in a group's room with Claire; Wes waits, Lea has left, Ned never came, and Omar is elsewhere."""

    parties: dict[str, str] = field(default_factory=dict)

    async def open(self) -> None:
        staff = [a_person("claire"), a_person("omar")]
        service = a_service("video", is_online=True, maximum_attendees=8, staff=("claire", "omar"))
        await self.save(a_calendar(a_business(), [service], staff))
        for name in ("carol", "bob", "waiting", "left", "never came"):
            self.parties[name] = await self._seat(name, START, "claire")
        self.parties["another visit"] = await self._seat("another visit", START, "omar")
        self.now = START
        for name in ("carol", "bob", "waiting", "left", "another visit"):
            await self.say(name, "enter", name=name.title())
        await self.say("host", "enter")
        await self.say("another host", "enter")
        for name in ("carol", "bob", "left"):
            await self.say("host", "admit", party=self.seat_of[name])
        await self.say("another host", "admit", party=self.seat_of["another visit"])
        self.ids = {name: await self._join(name, page) for name, page in PAGES.items() if name not in NOBODY}
        self.ids |= {"carol": await self._join("carol", VICTIM), "host": await self._join("host", HOST)}
        await self.say("left", "leave", place="room", session=PAGES["left"])

    async def _seat(self, name: str, start, person: str) -> str:
        customer = {"name": name.title(), "email": f"{name.replace(' ', '-')}@example.com"}
        booked = (await self.book(start, service="video", staff=person, customer=customer)).json()
        appointment = await self.stored(booked["id"])
        row = await self.table.get("bookings", "biz0clinic", seat_key(appointment.id, booked["seat"]))
        seat = load_row(Seat, row)
        self.appointment_of = {**getattr(self, "appointment_of", {}), name: appointment.id}
        self.seat_of = {**getattr(self, "seat_of", {}), name: f"a.{seat.id}"}
        side = "host" if person == "claire" else "another host"
        self.parties[side] = f"/host/{host_token(SECRET, 'biz0clinic', appointment, person)}"
        return f"/join/{join_token(SECRET, 'biz0clinic', appointment, seat)}"

    async def _join(self, name: str, page: str) -> str:
        return str((await self.say(name, "signals", session=page, join=True))["session"])

    async def say(self, name: str, path: str, /, **body: Any) -> dict[str, Any]:
        self.now += timedelta(milliseconds=10)
        answer = await self.call("POST", f"{self.parties[name]}/{path}", body)
        assert answer.status in (200, 204), answer.body
        return answer.json() if answer.body else {}

    async def asked(self, name: str, path: str, /, **body: Any) -> int:
        return (await self.call("POST", f"{self.parties[name]}/{path}", body)).status


async def a_room() -> Room:
    room = Room()
    await room.open()
    return room


ATTACKERS = [*PAGES, "host"]


@pytest.mark.parametrize("borrowed", ["its page", "what others know it by"])
@pytest.mark.parametrize("attacker", ATTACKERS)
async def test_nobody_takes_anothers_place_by_naming_their_page(attacker: str, borrowed: str) -> None:
    room = await a_room()
    await room.say("host", "signals", session=HOST, send=[{"to": room.ids["carol"], "n": 0, "data": "offer"}])
    name = VICTIM if borrowed == "its page" else room.ids["carol"]
    (waiting,) = (await room.say("carol", "signals", session=VICTIM))["signals"]
    for body in (
        {"session": name},
        {"session": name, "received": [waiting["id"]]},
        {"session": name, "join": True},
        {"session": name, "join": True, "received": [waiting["id"]]},
        {"session": name, "send": [{"to": room.ids["host"], "n": 7, "data": "EVIL"}]},
        {"session": PAGES.get(attacker, HOST), "received": [waiting["id"]]},
    ):
        state = await room.say(attacker, "signals", **body)
        assert "offer" not in str(state.get("signals"))
        assert state.get("session") != room.ids["carol"]
    await room.say(attacker, "leave", place="room", session=name)
    kept = await room.say("carol", "signals", session=VICTIM)
    assert [(one["sender"], one["data"]) for one in kept["signals"]] == [(room.ids["host"], "offer")]
    if attacker == "host":
        return
    state = await room.say("host", "signals", session=HOST)
    assert room.ids["carol"] in [one["session"] for one in state["peers"]]
    evil = [one["sender"] for one in state["signals"] if one["data"] == "EVIL"]
    assert room.ids["carol"] not in evil
    assert (len(evil) == 1) == (attacker in ("bob", "left"))  # who is in the room speaks as who they are


@pytest.mark.parametrize("attacker", [one for one in PAGES if one not in ("bob", "left")])
async def test_whoever_is_not_in_the_room_learns_nothing_of_it(attacker: str) -> None:
    room = await a_room()
    for join in (True, False):
        state = await room.say(attacker, "signals", session=VICTIM, join=join)
        if attacker.startswith("another"):
            assert all(one["session"] not in room.ids.values() for one in state.get("peers") or [])
        else:
            assert "peers" not in state
            assert "signals" not in state


async def test_everybody_in_the_room_is_seen_once_and_by_a_name_of_their_own() -> None:
    room = await a_room()
    for page in (room.ids["host"], HOST, VICTIM):
        mine = (await room.say("bob", "signals", session=page, join=True))["session"]
        for name, session in (("carol", VICTIM), ("host", HOST)):
            peers = {
                one["session"]: one["party"] for one in (await room.say(name, "signals", session=session))["peers"]
            }
            assert peers[mine] == room.seat_of["bob"]
            assert len(set(peers)) == len(set(peers.values())) == 2


@pytest.mark.parametrize("attacker", [*PAGES, "carol"])
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("admit", {"party": "{waiting}"}),
        ("put-back", {"party": "{carol}"}),
        ("tell", {"text": "Go away"}),
        ("mark", {"happening": "end"}),
        ("enter", {}),
        ("beat", {}),
        ("leave", {"place": "room", "session": HOST}),
        ("signals", {"session": HOST, "join": True}),
    ],
)
async def test_what_hosts_do_is_done_by_this_visits_hosts_alone(
    attacker: str, path: str, body: dict[str, str]
) -> None:
    room = await a_room()
    filled = {name: _filled(value, room) for name, value in body.items()}
    token = room.parties[attacker].rpartition("/")[2]
    status = (await room.call("POST", f"/host/{token}/{path}", filled)).status
    if attacker != "another host":
        assert status == 404
    elif "party" in body:
        assert status == 404  # it is nobody of theirs
    state = await room.say("host", "beat")
    people = {one["party"]: one for one in state["people"]}
    assert (state["view"], state["messages"]) == ("admitted", [])
    assert people[room.seat_of["carol"]]["isAdmitted"]
    assert not people[room.seat_of["waiting"]]["isAdmitted"]


def _filled(value: Any, room: Room) -> Any:
    if isinstance(value, str) and value.startswith("{"):
        return room.seat_of[value.strip("{}")]
    return value


async def test_an_attendee_who_is_called_as_the_host_is_shown_as_none() -> None:
    room = await a_room()
    for name in ("Claire", "CLAIRE", "Dr. Cláire", "claire (doctor)"):
        await room.say("bob", "enter", name=name)
        state = await room.say("carol", "signals", session=VICTIM)
        bob = next(one for one in state["peers"] if one["party"] == room.seat_of["bob"])
        host = next(one for one in state["peers"] if one["isStaff"])
        assert (bob["isStaff"], bob["isNamesake"]) == (False, True)
        assert (host["name"], host["isNamesake"]) == ("Claire", False)


async def test_what_waits_for_a_page_has_a_bound_and_comes_some_at_a_time() -> None:
    room = await a_room()
    for first in range(0, 400, 40):
        send = [{"to": room.ids["carol"], "n": first + n, "data": "x" * 1000} for n in range(40)]
        await room.say("bob", "signals", session=PAGES["bob"], send=send)
    await room.say("host", "signals", session=HOST, send=[{"to": room.ids["carol"], "n": 0, "data": "offer"}])
    got: list[str] = []
    received: list[str] = []
    for _ in range(5):
        signals = (await room.say("carol", "signals", session=VICTIM, received=received))["signals"]
        assert len(signals) <= 40
        received = [one["id"] for one in signals]
        got += [one["data"] for one in signals]
    assert got.count("x" * 1000) == 60  # of one page to another
    assert got.count("offer") == 1


async def test_what_a_room_keeps_has_a_bound_and_pages_that_are_gone_make_place() -> None:
    room = await a_room()
    for page in range(40):
        mine = await room._join("bob", f"bobspage{page:04d}")
        send = [{"to": mine, "n": n, "data": "x"} for n in range(40)]
        await room.say("host", "signals", session=HOST, send=send)
    assert len(room.table.rows("signals", f"biz0clinic|{room.appointment_of['carol']}")) <= 1000
    await room.say("host", "signals", session=HOST, send=[{"to": room.ids["carol"], "n": 0, "data": "offer"}])
    assert [one["data"] for one in (await room.say("carol", "signals", session=VICTIM))["signals"]] == ["offer"]
