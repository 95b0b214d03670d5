"""bookingOrganization/people: where somebody works, and taking them off every calendar in one step."""

from datetime import timedelta

import pytest

from tests.functions.graph.app import TIM, GraphWorld, staffed_clinic
from tests.support.builders import MONDAY


PEOPLE = "/v1.0/solutions/bookingOrganization/people"
OTHER = "/v1.0/solutions/bookingBusinesses/biz0other"


@pytest.fixture
async def graph(graph: GraphWorld) -> GraphWorld:
    """Everybody of the clinic works in another one too."""
    await graph.world.save(staffed_clinic(id="biz0other", slug="other", name="Another"))
    return graph


async def test_somebody_is_found_wherever_they_work_with_what_is_coming_for_them(graph):
    await graph.patch("services/consultation", {"staffMemberIds": ["tim"]})
    await graph.patch("staffMembers/tim", {"isListed": True})
    await graph.world.book(MONDAY + timedelta(days=1, hours=2))
    found = await graph.by_organisation().listed(f"{PEOPLE}/Tim%40clinic.example")
    assert [(one["displayName"], one["staffMemberId"], one["role"]) for one in found] == [
        ("Another", "tim", "teamMember"),
        ("Clinic", "tim", "teamMember"),
    ]
    assert [len(one["appointments"]) for one in found] == [0, 1]
    coming = found[1]["appointments"][0]
    assert coming["startDateTime"]["dateTime"].startswith("2027-01-12T09:00:00")
    assert coming["id"]
    assert coming["serviceName"]


async def test_who_is_removed_is_off_every_calendar_at_once_and_what_was_coming_is_listed(graph):
    head = graph.by_organisation()
    await graph.patch("services/consultation", {"staffMemberIds": ["tim"]})
    await graph.world.book(MONDAY + timedelta(days=1, hours=2))
    answer = await head.call("DELETE", f"{PEOPLE}/tim%40clinic.example")
    assert answer.status == 200
    assert [len(one["appointments"]) for one in answer.json()["value"]] == [0, 1]
    for path in ("", OTHER):
        assert (await graph.by(TIM).refused("GET", path))[0] == 404
    assert (await graph.world.book(MONDAY + timedelta(days=2, hours=2))).status == 422
    told = [one["action"] for one in await graph.listed("auditLog")]
    assert any(action.startswith("person removed, coming appointments that stay: 1") for action in told)
    assert (await head.refused("DELETE", f"{PEOPLE}/tim%40clinic.example"))[0] == 404
    assert await head.listed(f"{PEOPLE}/tim%40clinic.example") == []


async def test_even_the_last_administrator_of_a_calendar_can_leave_the_organisation(graph):
    assert (await graph.by_organisation().call("DELETE", f"{PEOPLE}/ada%40clinic.example")).status == 200
    assert (await graph.refused("GET", ""))[0] == 404


@pytest.mark.parametrize("name", ["nobody%40clinic.example", "tim", "%00", "a%2Fb", "tim%40CLİNİC.example"])
async def test_who_is_nowhere_cannot_be_removed(graph, name):
    assert (await graph.by_organisation().refused("DELETE", f"{PEOPLE}/{name}"))[0] == 404


async def test_only_the_organisation_removes_from_all_calendars(graph):
    for method in ("GET", "DELETE"):
        assert (await graph.refused(method, f"{PEOPLE}/tim%40clinic.example"))[0] == 403
