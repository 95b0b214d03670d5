"""The permissions of Graph's documentation, operation by operation: what a person's token needs, and a program's.

R, A, W and M stand for Bookings.Read.All, BookingsAppointment.ReadWrite.All, Bookings.ReadWrite.All and
Bookings.Manage.All, each of which may do what those before it may, unless the table says otherwise.
"""

import pytest

from functions.graph.routes import ROUTES
from shared.domain.access.permissions import CALENDARS, GRAPH_SCOPES
from tests.functions.graph.app import GraphWorld, staffed_clinic
from tests.support.edge import ORGANISATION_ADMINISTRATOR as HEAD
from tests.support.edge import World


ALL, ONE = "solutions/bookingBusinesses", "solutions/bookingBusinesses/{business}"
pytestmark = pytest.mark.walk
CURRENCIES = "solutions/bookingCurrencies"
TABLE = {
    f"GET {ALL}": ("RAWM", "RWM"),
    f"POST {ALL}": ("M", ""),
    f"GET {ONE}": ("RAWM", "RAWM"),
    f"PATCH {ONE}": ("WM", "WM"),
    f"DELETE {ONE}": ("M", ""),
    f"POST {ONE}/publish": ("M", "M"),
    f"POST {ONE}/unpublish": ("M", "M"),
    f"POST {ONE}/getStaffAvailability": ("", "RAWMC"),
    f"GET {ONE}/calendarView": ("RAWM", "RAWM"),
    f"GET {ONE}/appointments": ("RAWM", "RAWM"),
    f"POST {ONE}/appointments": ("AWM", "AWM"),
    f"GET {ONE}/appointments/{{id}}": ("RAWM", "RAWM"),
    f"PATCH {ONE}/appointments/{{id}}": ("AWM", "AWM"),
    f"DELETE {ONE}/appointments/{{id}}": ("AWM", "AWM"),
    f"POST {ONE}/appointments/{{id}}/cancel": ("AWM", "WM"),
    f"GET {ONE}/customers": ("RAWM", "RAWM"),
    f"POST {ONE}/customers": ("AWM", "AWM"),
    f"GET {ONE}/customers/{{id}}": ("RAWM", "RAWM"),
    f"PATCH {ONE}/customers/{{id}}": ("AWM", "AWM"),
    f"DELETE {ONE}/customers/{{id}}": ("AWM", "AWM"),
    f"GET {ONE}/services": ("RAWM", "RAWM"),
    f"POST {ONE}/services": ("WM", "WM"),
    f"GET {ONE}/services/{{id}}": ("RAWM", "RAWM"),
    f"PATCH {ONE}/services/{{id}}": ("WM", "WM"),
    f"DELETE {ONE}/services/{{id}}": ("WM", "WM"),
    f"GET {ONE}/staffMembers": ("RAWM", "RAWM"),
    f"POST {ONE}/staffMembers": ("WM", "WM"),
    f"GET {ONE}/staffMembers/{{id}}": ("RAWM", "RAWM"),
    f"PATCH {ONE}/staffMembers/{{id}}": ("WM", "WM"),
    f"DELETE {ONE}/staffMembers/{{id}}": ("WM", "WM"),
    f"GET {ONE}/customQuestions": ("RAWM", "RAWM"),
    f"POST {ONE}/customQuestions": ("AWM", "WM"),
    f"GET {ONE}/customQuestions/{{id}}": ("RAWM", "RAWM"),
    f"PATCH {ONE}/customQuestions/{{id}}": ("AWM", "WM"),
    f"DELETE {ONE}/customQuestions/{{id}}": ("AWM", "WM"),
    f"GET {CURRENCIES}": ("RAWM", ""),
    f"GET {CURRENCIES}/{{id}}": ("RAWM", ""),
}
LETTERS = {**dict(zip(GRAPH_SCOPES, "RAWM", strict=True)), **dict.fromkeys(CALENDARS, "C")}


async def a_graph() -> GraphWorld:
    world = World()
    await world.save(staffed_clinic())
    return GraphWorld(world, "")


def test_the_thirty_seven_operations_are_served():
    assert len(TABLE) == 37
    assert TABLE.keys() <= {f"{route.method} {route.path}" for route in ROUTES}


@pytest.mark.parametrize("line", TABLE)
async def test_a_token_does_as_far_as_it_reaches(line):
    method, _, path = line.partition(" ")
    url = f"/v1.0/{path}".replace("{business}", "biz0clinic@example.org").replace("{id}", "nothing")
    body = {"nothing": "of this kind"} if method in ("POST", "PATCH") else None
    granted = {"person": set(), "program": set()}
    for scope, letter in LETTERS.items():
        for who in granted:
            graph = await a_graph()
            caller = graph.by_application(scope) if who == "program" else graph.by(HEAD, scope)
            answer = await caller.call(method, url, body)
            assert answer.status in (200, 204, 400, 403, 404), answer.body
            granted[who] |= {letter} if answer.status != 403 else set()
    assert tuple(granted.values()) == tuple(set(letters) for letters in TABLE[line])
