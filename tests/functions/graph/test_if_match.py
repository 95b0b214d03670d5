"""If-Match of the Graph API (RFC 9110, 13.1.1): each write is made in a state that the client names, or not at all."""

import pytest

from functions.graph.routes import ROUTES
from tests.functions.graph.app import ADA, CLINIC, ROOT
from tests.functions.graph.appointments.bookings import at, booking
from tests.functions.graph.calendars.test_customers import CUSTOMER
from tests.support.builders import a_key


ONE = "solutions/bookingBusinesses/{business}"
LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>'
NEVER = 'W/"never", "neither"'
BODIES = {
    f"POST {ONE}/rename": {"displayName": "Other"},
    f"POST {ONE}/clone": {"displayName": "Other"},
    f"POST {ONE}/appointments/{{id}}/sendNewLink": {"staffMemberId": "claire"},
}
WRITES = [route for route in ROUTES if not route.is_read]


async def identifiers(graph) -> dict[str, str]:
    """Return an id for each kind that has entries."""
    off = {"title": "Out", "staffMemberId": "claire", "startDateTime": at("15:00"), "endDateTime": at("16:00")}
    return {
        "services": "solo",
        "staffMembers": "claire",
        "customQuestions": "before",
        "people": ADA,
        "messageTexts": "confirmation~en~",
        "undeliveredMessages": "none",
        "appointments": (await graph.post("appointments", booking()))["id"],
        "customers": (await graph.post("customers", CUSTOMER))["id"],
        "timeOff": (await graph.post("timeOff", off))["id"],
    }


@pytest.mark.walk
@pytest.mark.parametrize("route", WRITES, ids=lambda route: f"{route.method} {route.path}")
async def test_a_write_in_a_state_that_never_was_is_refused(graph, route):
    known = await identifiers(graph)
    kind = route.path.split("/{id}")[0].rpartition("/")[2]
    path = f"/v1.0/{route.path.replace(ONE, CLINIC.removeprefix('/v1.0/')).replace('{id}', known.get(kind, ''))}"
    document = BODIES.get(f"{route.method} {route.path}", {}) if route.method in ("POST", "PATCH") else None
    body = {"body": LOGO} if route.method == "PUT" else {}
    if route.path.endswith("/restore"):
        await graph.delete("")
    who = graph.by_organisation()
    status, error = await who.refused(
        route.method, path, document, **body, idempotency_key=a_key(), if_match=NEVER
    )
    assert (status, error["code"]) == (412, "PreconditionFailed")


@pytest.mark.walk
@pytest.mark.parametrize("named", ["{}", '"never", {}', '{}, "never"', '"{bare}"', "{bare}", "*"])
async def test_a_change_is_made_in_any_of_the_states_that_are_named(graph, named):
    for path in ("", "services/solo", "staffMembers/claire", "customQuestions/before"):
        tag = (await graph.get(path))["@odata.etag"]
        header = named.format(tag, bare=tag.removeprefix("W/").strip('"'))
        answer = await graph.call("PATCH", path, {"displayName": "Other"}, if_match=header)
        assert answer.status in (200, 204), answer.body
    tag = (await graph.get())["@odata.etag"]
    header = named.format(tag, bare=tag.removeprefix("W/").strip('"'))
    put = {"body": LOGO, "content_type": "image/svg+xml", "idempotency_key": a_key()}
    assert (await graph.call("PUT", "logo", **put, if_match=header)).status == 204
    if named != "*":
        again = {**put, "idempotency_key": a_key()}
        assert (await graph.call("PUT", "logo", **again, if_match=header)).status == 412, "the logo is another now"
        assert (await graph.call("DELETE", "logo", if_match=header)).status == 412


async def test_what_is_added_to_a_list_needs_no_state_of_it(graph):
    await graph.post("customers", CUSTOMER, if_match="*")
    await graph.by_organisation().post(ROOT, {"displayName": "New"}, if_match="*")
