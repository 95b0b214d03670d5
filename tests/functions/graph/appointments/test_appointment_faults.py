"""Appointments of the Graph API where clients send what makes no sense, and storage does not answer."""

import pytest

from shared.records.keys import APPOINTMENT, SEAT
from tests.functions.graph.app import ADA, GraphWorld, staffed_clinic
from tests.functions.graph.appointments.bookings import FULL, booking
from tests.support.builders import a_key
from tests.support.edge import NO_LIMITS, World
from tests.support.fakes import MemoryTable
from tests.support.faulty_table import Fault, FaultyTable, once


ODD = [None, True, -1, 1e308, "", "é\u202e", "\ud800", "a" * 9000, "P99999D", "-PT5M", [], [None], [[]], [{}], {}, ["claire", "claire"], [1],
       {"dateTime": None}, {"dateTime": "9999-12-31T23:59:59", "timeZone": "Pacific/Kiritimati"}, {"dateTime": "0001-01-01T00:00:00", "timeZone": "Asia/Tokyo"},
       [{"name": "A"}] * 61, [{"customerId": "../x"}], [{"name": "A", "customQuestionAnswers": [{"answer": "x" * 7000}] * 3}],
       [{"name": "A", "location": {"coordinates": {"latitude": 1e9}}}]]  # fmt: skip
NAMES = [*FULL, "customerName", "customerPhone", "customerTimeZone", "start", "end", "isOverbooked", "invoiceUrl", "duration", "status", "id"]  # fmt: skip


CASES = [("solo", name) for name in NAMES] + [("course", name) for name in ("customers", "maximumAttendeesCount", "customerName")]  # fmt: skip


@pytest.mark.walk
@pytest.mark.parametrize(("service", "name"), CASES)
async def test_no_value_of_any_property_is_a_fault_of_ours(graph, service, name):
    """Whatever is taken can be shown, and sent back."""
    made = await graph.post("appointments", booking("06:00", service=service))
    path = f"appointments/{made['id']}"
    for value in ODD:
        asked = {**booking("14:00", service=service, isOverbooked=True), name: value}
        for call in (("POST", "appointments", asked), ("PATCH", path, {name: value})):
            answer = await graph.call(*call)
            assert answer.status in (201, 204, 400, 409), (call, answer.body)
    for one in await graph.listed("appointments"):
        await graph.patch(f"appointments/{one['id']}", await graph.get(f"appointments/{one['id']}"))


async def faulty(world_plan) -> GraphWorld:
    """The clinic over a table on which the plan's calls go wrong."""
    inner = MemoryTable()
    table = FaultyTable(inner)
    world = World(table, NO_LIMITS)
    await world.save(staffed_clinic())
    graph = GraphWorld(world, world.tokens.of(ADA))
    await graph.get("services")
    table.plan = world_plan
    return graph


@pytest.mark.parametrize(
    "fault", [Fault.DROPPED_AFTER, Fault.FAILED_AFTER, Fault.BUSY, Fault.TOO_MANY, Fault.DUPLICATED]
)
async def test_a_booking_that_storage_is_unclear_about_is_made_once(fault):
    graph = await faulty(once(fault, lambda call: call.writes(APPOINTMENT)))
    made = await graph.post("appointments", booking())
    (one,) = await graph.listed("appointments")
    assert one["id"] == made["id"]


async def test_what_was_booked_and_cannot_be_read_again_is_500_and_the_same_request_finds_it():
    """SDKs repeat a POST that 503 answers, and never one that 500 does."""
    reads = 0

    def plan(call):
        nonlocal reads
        reads += call.verb == "range" and call.keys[0].startswith(SEAT)
        return (
            Fault.DROPPED_BEFORE if call.verb == "range" and call.keys[0].startswith(SEAT) and reads == 1 else None
        )

    graph = await faulty(plan)
    key, joining = a_key(), booking(service="course")
    await graph.post("appointments", joining)  # only a session with others is read again
    status, error = await graph.refused("POST", "appointments", joining, idempotency_key=key)
    assert (status, error["code"], reads) == (500, "InternalServerError", 1)
    made = await graph.post("appointments", joining, idempotency_key=key)
    (one,) = await graph.listed("appointments")
    assert one["id"] == made["id"]


async def test_a_read_that_storage_does_not_answer_may_be_repeated():
    graph = await faulty(lambda call: Fault.BUSY if call.verb == "range" else None)
    status, error = await graph.refused("GET", "appointments")
    assert (status, error["code"]) == (503, "ServiceUnavailable")


@pytest.mark.parametrize("wrong", ["2036-01-01T00:00:00", "2199-01-01T00:00:00"])
async def test_an_end_of_years_later_is_refused_before_the_months_until_then_are_read(wrong):
    asked = []
    graph = await faulty(asked.append)
    made = await graph.post("appointments", booking())
    asked.clear()
    end = {"endDateTime": {"dateTime": wrong, "timeZone": "UTC"}}
    status, error = await graph.refused("PATCH", f"appointments/{made['id']}", end)
    assert (status, error["code"]) == (400, "BadRequest")
    assert len(asked) < 12
