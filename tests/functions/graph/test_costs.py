"""What the Graph API costs in round trips one after another, once settings are known."""

import asyncio
import re
from datetime import timedelta

import pytest

from shared.records.appointments import projection
from shared.records.codec import dump
from shared.records.keys import appointment_key, day_key
from shared.records.table import Operation
from shared.storage.calendars import JUST_READ
from tests.functions.graph.app import ADA, GraphWorld
from tests.functions.graph.appointments.bookings import booking
from tests.support.builders import MONDAY, a_calendar, a_person, a_service, an_appointment
from tests.support.edge import World
from tests.support.far_table import FarTable
from tests.support.virtual_time import virtually


WEEK = "start=2027-01-11T00:00:00Z&end=2027-01-18T00:00:00Z"
TIMING = re.compile(r'depth;desc="(\d+)", transactions;desc="(\d+)"')


async def opened(people: int) -> GraphWorld:
    """A calendar of so many people with a busy week, in a process that knows its settings."""
    world = World(FarTable())
    staff = [a_person(f"p{number:04d}") for number in range(people)]
    head = a_person("ada", role="administrator", is_listed=False)
    names = tuple(one.id for one in staff)
    services = [a_service("solo", staff=names), a_service("course", staff=names, maximum_attendees=5)]
    await world.save(a_calendar(staff=[*staff, head], services=services))
    graph = GraphWorld(world, world.tokens.of(ADA))
    await graph.get("services?$top=1")
    return graph


async def fill(graph: GraphWorld, count: int) -> None:
    """Appointments as the lists and pages read them, one after another."""
    made = [
        an_appointment(
            MONDAY + timedelta(minutes=7 * number), id=f"x{number:05d}", service="solo", staff=("p0001",)
        )
        for number in range(count)
    ]
    rows = [Operation("insert", day_key(one.start, one.id), projection(one)) for one in made]
    rows += [Operation("insert", appointment_key(one.id), dump(one)) for one in made]
    parts = [rows[first : first + 100] for first in range(0, len(rows), 100)]
    await asyncio.gather(*(graph.world.table.transact("bookings", "biz0clinic", part) for part in parts))


async def depth(graph: GraphWorld, method: str, path: str, document: object = None) -> int:
    await asyncio.sleep(JUST_READ)
    answer = await graph.call(method, path, document)
    assert answer.status == 200, answer.body
    found, transactions = TIMING.search(answer.headers["Server-Timing"]).groups()
    assert transactions == "0"
    return int(found)


@pytest.mark.walk
@pytest.mark.parametrize("people", [100, 1000])
@virtually
async def test_reads_are_one_round_trip_deep(people: int) -> None:
    graph = await opened(people)
    await fill(graph, 300)
    page = await graph.get("appointments")
    assert len(page["value"]) == 100
    following = page["@odata.nextLink"].removeprefix("https://book.example.org")
    for path in ("appointments", following, f"calendarView?{WEEK}", "appointments?$top=5"):
        assert await depth(graph, "GET", path) == 1
    assert await depth(graph, "GET", "appointments/x00001") == 2
    for path in ("services", "staffMembers", "customers", "timeOff", "auditLog"):
        assert await depth(graph, "GET", path) == 1
    await availability(graph, people)


async def availability(graph: GraphWorld, people: int) -> None:
    """Ask for a month of everybody."""
    for number in range(3):
        await graph.post("appointments", booking("14:00", staffMemberIds=[f"p{number:04d}"]))
    body = {
        "staffIds": [f"p{number:04d}" for number in range(people)],
        "startDateTime": {"dateTime": "2027-01-05T00:00:00", "timeZone": "UTC"},
        "endDateTime": {"dateTime": "2027-02-04T00:00:00", "timeZone": "UTC"},
    }
    app = graph.by_application()
    assert await depth(app, "POST", "getStaffAvailability", body) == 1
    found, url = {}, "getStaffAvailability"
    while url:
        page = await app.post(url, body, status=200)
        found |= {one["staffId"]: {it["status"] for it in one["availabilityItems"]} for one in page["value"]}
        url = page.get("@odata.nextLink", "").removeprefix("https://book.example.org")
    assert len(found) == people
    assert [one for one, statuses in found.items() if "busy" in statuses] == ["p0000", "p0001", "p0002"]


@virtually
async def test_the_customers_of_group_sessions_are_one_more_for_who_wants_them() -> None:
    graph = await opened(2)
    for clock in ("10:00", "12:00"):
        await graph.post("appointments", booking(clock, service="course"))
    assert await depth(graph, "GET", "appointments") == 2
    assert await depth(graph, "GET", f"calendarView?{WEEK}") == 2
    assert await depth(graph, "GET", "appointments?$select=id,serviceName,startDateTime") == 1


@virtually
async def test_changes_are_one_transaction_and_three_round_trips() -> None:
    graph = await opened(3)
    made = await graph.call("POST", "appointments", booking(staffMemberIds=["p0001"]))
    path = f"appointments/{made.json()['id']}"
    changed = await graph.call("PATCH", path, {"serviceNotes": "x"})
    cancelled = await graph.call("POST", f"{path}/cancel", {"cancellationMessage": "x"})
    await graph.world.drain()
    deleted = await graph.call("DELETE", path)
    assert [one.status for one in (made, changed, cancelled, deleted)] == [201, 204, 204, 204]
    for one in (made, changed, cancelled, deleted):
        found, transactions = TIMING.search(one.headers["Server-Timing"]).groups()
        assert (int(transactions), int(found) <= 3) == (1, True), one.headers["Server-Timing"]


@virtually
async def test_what_others_changed_meanwhile_costs_a_round_trip_and_is_not_overwritten() -> None:
    """Each process foresees by its own reading; the other's change moves the ledger that is to be read."""
    graph = await opened(3)
    made = await graph.post("appointments", booking(staffMemberIds=["p0001"]))
    path = f"appointments/{made['id']}"
    known = {"staffMemberIds": ["p0002"]}, {"startDateTime": booking("16:00")["startDateTime"]}
    answers = await asyncio.gather(*(graph.call("PATCH", path, one) for one in known))
    assert [one.status for one in answers] == [204, 204]
    found = await graph.get(path)
    assert found["staffMemberIds"] == ["p0002"]
    assert found["startDateTime"]["dateTime"].startswith("2027-01-12T16:00")
