"""What the Graph API tells of each customer of an appointment beside Graph: their seat, reference and consent."""

from dataclasses import replace

import pytest

from shared.domain.calendar.business import BookingPage
from tests.functions.graph.app import ADA, GraphWorld, staffed_clinic
from tests.functions.graph.appointments.bookings import booking
from tests.support.edge import World


CONSENT = "I agree to the [terms](https://clinic.example/terms)."


@pytest.fixture
async def graph():
    world = World()
    calendar = staffed_clinic()
    page = BookingPage(is_published=True, consent=CONSENT)
    await world.save(replace(calendar, business=calendar.business.model_copy(update={"page": page})))
    return GraphWorld(world, world.tokens.of(ADA))


async def booked(graph, email, **more):
    customer = {"name": email.partition("@")[0], "email": email}
    answer = await graph.world.book(service="course", customer=customer, consent=True, **more)
    assert answer.status == 201, answer.body
    return answer.json()


async def test_every_customer_of_a_group_holds_ids_that_graph_knows(graph):
    made = [await booked(graph, email, staff="omar") for email in ("ana@example.com", "bob@example.com")]
    assert made[0]["id"] == made[1]["id"]
    one = await graph.get(f"appointments/{made[1]['id']}")
    seats = {it["emailAddress"]: it["seatId"] for it in one["customers"]}
    assert seats == {"ana@example.com": made[0]["seat"], "bob@example.com": made[1]["seat"]}
    shown = (
        await graph.world.call("GET", "/api/clinic/appointments/" + made[1]["manage"].rpartition("/")[2])
    ).json()
    assert (shown["id"], shown["seat"]) == (made[1]["id"], made[1]["seat"])


async def test_an_appointment_shows_what_was_agreed_to_and_the_reference_it_came_by(graph):
    made = await booked(graph, "ana@example.com", refId="spring-2027")
    (customer,) = (await graph.get(f"appointments/{made['id']}"))["customers"]
    assert customer["refId"] == "spring-2027"
    assert customer["consent"] == {"dateTime": "2027-01-11T07:00:00Z", "text": CONSENT}
    (listed,) = await graph.listed("appointments")
    assert listed["customers"][0]["consent"] == customer["consent"]


async def test_they_are_nothing_where_there_was_none_and_cannot_be_changed(graph):
    made = await graph.post("appointments", booking())
    (customer,) = made["customers"]
    assert (customer["refId"], customer["consent"]) == (None, None)
    path, forged = f"appointments/{made['id']}", {"refId": "x", "consent": {"text": "all"}, "seatId": "another"}
    await graph.patch(path, {"customers": [{**customer, **forged, "name": "Ana de Souza"}]})
    (after,) = (await graph.get(path))["customers"]
    assert after == {**customer, "name": "Ana de Souza"}


async def test_a_change_of_what_was_read_keeps_them(graph):
    made = await booked(graph, "ana@example.com", refId="spring-2027")
    path = f"appointments/{made['id']}"
    before = await graph.get(path)
    await graph.patch(path, {**before, "serviceNotes": "x"})
    assert (await graph.get(path))["customers"] == before["customers"]
