"""What is left while the organisation has turned the product off: what was booked, and nothing new."""

import pytest

from tests.functions.graph.app import GraphWorld, staffed_clinic
from tests.functions.graph.calendars.test_organization import ORGANIZATION
from tests.support.builders import MONDAY, a_key
from tests.support.edge import ORGANISATION_ADMINISTRATOR, World, a_booking


DAY = f"{MONDAY:%Y-%m-%d}"
START = f"{MONDAY:%Y-%m-%d}T16:00:00Z"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
async def world():
    one = World()
    await one.save(staffed_clinic())
    return one


async def switch(world: World, *, on: bool):
    head = GraphWorld(world, world.tokens.of(ORGANISATION_ADMINISTRATOR))
    await head.patch(ORGANIZATION, {"isOn": on}, status=200)


def pages():
    return [
        ("GET", "/book/clinic", b""),
        ("GET", "/book/clinic?embed=1", b""),
        ("GET", "/book/clinic.md", b""),
        ("GET", "/book/clinic/solo", b""),
        ("GET", f"/book/clinic/solo?start={START}", b""),
        ("POST", "/book/clinic/solo", b"name=A"),
        ("GET", "/now/clinic", b""),
        ("POST", "/now/clinic", b"name=A"),
    ]


async def test_no_page_takes_bookings_and_each_says_so_kindly(world):
    await world.call("GET", "/book/clinic")  # which this process remembers
    await switch(world, on=False)
    for method, url, body in pages():
        answer = await world.call(method, url, body=body, content_type=FORM, accept_language="en")
        assert answer.status == 403, (method, url)
        assert b"No services are available to book right now" in answer.body
        assert b"see and cancel your appointments" in answer.body
    await switch(world, on=True)
    assert (await world.call("GET", "/book/clinic")).status == 200


async def test_the_api_takes_no_bookings(world):
    token = await world.token()
    at = f"/api/clinic/appointments/{token}"
    await switch(world, on=False)
    for method, url, body in (
        ("GET", "/api/clinic", None),
        ("GET", f"/api/clinic/slots?service=solo&from={DAY}&to={DAY}", None),
        ("POST", "/api/clinic/appointments", a_booking()),
        ("POST", "/api/clinic/codes", {"email": "a@example.org"}),
        ("PATCH", at, {"start": START}),
    ):
        answer = await world.call(method, url, body, idempotency_key=a_key())
        assert (answer.status, answer.json()["type"]) == (403, "/problems/switched-off"), (method, url)
    explained = await world.call("GET", "/problems/switched-off", accept_language="fr")
    assert explained.status == 200
    assert b"annuler" in explained.body


async def test_what_was_booked_is_seen_and_cancelled(world):
    token = await world.token()
    at, page = f"/api/clinic/appointments/{token}", f"/book/clinic/manage/{token}"
    await switch(world, on=False)
    assert (await world.call("GET", at)).json()["status"] == "booked"
    for url in (page, f"{page}/cancel", f"{page}/appointment.ics"):
        assert (await world.call("GET", url)).status == 200, url
    assert (await world.call("GET", f"{page}/move")).status == 403
    moved = f"start={START}&key={a_key()}".encode()
    assert (await world.call("POST", f"{page}/move", body=moved, content_type=FORM)).status == 403
    done = await world.call("POST", f"{page}/cancel", body=f"key={a_key()}".encode(), content_type=FORM)
    assert done.status == 303
    assert (await world.call("GET", at)).json()["status"] == "cancelled"
