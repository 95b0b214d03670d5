"""services and customQuestions of the Graph API, and what they do to what is offered."""

from datetime import timedelta

import pytest

from tests.functions.graph.calendars.settings import PREFER
from tests.support.builders import MONDAY, a_key
from tests.support.edge import a_booking


async def test_a_service_starts_as_graphs_do(graph):
    made = await graph.post("services", {"displayName": "Plain"})
    assert (made["defaultDuration"], made["preBuffer"], made["maximumAttendeesCount"]) == ("PT30M", "PT0S", 1)
    assert (made["isHiddenFromCustomers"], made["isAnonymousJoinEnabled"], made["schedulingPolicy"]) == (
        False,
        False,
        None,
    )
    assert made["webUrl"] == f"https://book.example.org/book/clinic/{made['id']}"
    assert (await graph.world.call("GET", f"/book/clinic/{made['id']}")).status == 200


async def test_durations_as_pythons_sdk_sends_them_are_understood(graph):
    made = await graph.post(
        "services", {"displayName": "Plain", "defaultDuration": "0:45:00", "postBuffer": "1:00:00"}
    )
    assert (made["defaultDuration"], made["postBuffer"]) == ("PT45M", "PT1H")


async def test_a_policy_of_a_service_begins_as_the_calendars_and_null_gives_it_back(graph):
    made = await graph.post("services", {"displayName": "Plain", "schedulingPolicy": {"timeSlotInterval": "PT1H"}})
    path = f"services/{made['id']}"
    assert made["schedulingPolicy"]["maximumAdvance"] == "P60D"
    await graph.patch(path, {"schedulingPolicy": {"minimumLeadTime": "PT2H"}})
    policy = (await graph.get(path))["schedulingPolicy"]
    assert (policy["timeSlotInterval"], policy["minimumLeadTime"]) == ("PT1H", "PT2H")
    await graph.patch(path, {"schedulingPolicy": None})
    assert (await graph.get(path))["schedulingPolicy"] is None


@pytest.mark.parametrize("kind", ["fixedPrice", "startingAt", "hourly", "free", "priceVaries", "callUs", "notSet"])
async def test_prices_of_every_kind_come_back(graph, kind):
    made = await graph.post("services", {"displayName": "Plain", "defaultPriceType": kind, "defaultPrice": 0.1})
    assert (made["defaultPriceType"], made["defaultPrice"]) == (kind, 0.1)


async def test_a_removed_service_is_no_longer_offered_but_serves_whom_it_has(graph):
    world = graph.world
    token = await world.token()
    await graph.delete("services/consultation")
    assert (await world.book()).status == 404
    names = [one["id"] for one in (await world.call("GET", "/api/clinic")).json()["services"]]
    assert "consultation" not in names
    shown = (await world.call("GET", f"/api/clinic/appointments/{token}")).json()
    assert shown["service"] == "consultation"
    moved = await world.call(
        "PATCH", f"/api/clinic/appointments/{token}", {"start": (MONDAY + timedelta(days=2, hours=3)).isoformat()}, idempotency_key=a_key()
    )  # fmt: skip
    assert moved.status == 200
    told = [one["action"] for one in await world.audit()]
    assert any(one.startswith("service removed, coming appointments that stay: 1") for one in told)


async def test_a_removed_question_is_no_longer_asked(graph):
    await graph.delete("customQuestions/before")
    (service,) = [one for one in await graph.listed("services") if one["id"] == "detailed"]
    assert service["customQuestions"] == [{"questionId": "why", "isRequired": False}]
    booking = a_booking(
        service="detailed", customer={"name": "Ana", "email": "ana@example.com", "phone": "+33 1 23 45"}
    )
    answer = await graph.world.call("POST", "/api/clinic/appointments", booking, idempotency_key=a_key())
    assert answer.status == 201


async def test_tick_boxes_are_shown_to_those_who_know_them(graph):
    made = await graph.post("customQuestions", {"displayName": "Sure?", "answerInputType": "checkBox"})
    assert made["answerInputType"] == "unknownFutureValue"
    path = f"customQuestions/{made['id']}"
    changed = await graph.patch(path, {**made, "displayName": "Really?"}, status=200, **PREFER)
    assert (changed["answerInputType"], changed["displayName"]) == ("checkBox", "Really?")
