"""staffMembers of the Graph API: their roles, their hours, and who of them is offered."""

from datetime import timedelta

import pytest

from tests.functions.graph.app import staffed_clinic
from tests.functions.graph.calendars.settings import PERSON, PREFER, WEEK
from tests.support.builders import MONDAY


async def test_a_removed_person_is_no_longer_booked_seen_or_let_in(graph):
    world = graph.world
    start = MONDAY + timedelta(days=1, hours=2)
    await world.token(start=start, staff="claire")
    await graph.delete("staffMembers/claire")
    assert (await world.book(start + timedelta(hours=1), staff="claire")).status == 422
    assert "claire" not in [one["id"] for one in (await world.call("GET", "/api/clinic")).json()["staff"]]
    services = await graph.listed("services")
    assert all("claire" not in one["staffMemberIds"] for one in services)
    assert (await graph.by("claire@clinic.example").refused("GET", ""))[0] == 404
    await graph.patch("services/consultation", {"displayName": "Visit"})
    again = await graph.post("staffMembers", {**PERSON, "emailAddress": "claire@clinic.example"})
    assert again["id"] != "claire"


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        ("administrator", "administrator"),
        ("scheduler", "unknownFutureValue"),
        ("teamMember", "unknownFutureValue"),
        ("member", "unknownFutureValue"),
        ("viewer", "viewer"),
        ("guest", "guest"),
        ("externalGuest", "externalGuest"),
    ],
)
async def test_roles_beyond_the_sentinel_are_shown_to_those_who_know_them(graph, role, shown):
    made = await graph.post("staffMembers", {"displayName": "Sam", "emailAddress": "s@x.example", "role": role})
    assert made["role"] == shown
    path = f"staffMembers/{made['id']}"
    await graph.patch(path, {**made, "displayName": "Sam S."})
    answer = await graph.call("GET", path, **PREFER)
    assert answer.headers["Preference-Applied"] == "include-unknown-enum-members"
    assert answer.json()["role"] == {"member": "teamMember"}.get(role, role)
    assert answer.json()["@odata.type"] == "#microsoft.graph.bookingStaffMember"


async def test_a_role_takes_effect_at_once(graph):
    newcomer = graph.by("new@clinic.example")
    assert (await newcomer.refused("GET", ""))[0] == 404
    made = await graph.post(
        "staffMembers", {"displayName": "New", "emailAddress": "New@Clinic.example", "role": "viewer"}
    )
    assert (await newcomer.get())["displayName"] == "Clinic"
    assert len(await newcomer.listed("/v1.0/solutions/bookingBusinesses")) == 1
    await graph.patch(f"staffMembers/{made['id']}", {"role": "guest"})
    assert (await newcomer.refused("GET", ""))[0] == 404
    assert await newcomer.listed("/v1.0/solutions/bookingBusinesses") == []


async def test_working_hours_begin_as_the_business_hours_and_are_kept_while_those_count(graph):
    plain = {"displayName": "P", "emailAddress": "p@x.example", "role": "guest"}
    made = await graph.post("staffMembers", plain)
    assert made["useBusinessHours"]
    assert made["workingHours"] == (await graph.get())["businessHours"]
    own = await graph.post("staffMembers", {**plain, "emailAddress": "q@x.example", "workingHours": WEEK})
    assert own["useBusinessHours"] is False
    await graph.patch(f"staffMembers/{own['id']}", {"useBusinessHours": True})
    found = await graph.get(f"staffMembers/{own['id']}")
    assert (found["useBusinessHours"], found["workingHours"]) == (True, WEEK)
    assert (await graph.world.store.calendars.reload("biz0clinic")).staff[own["id"]].hours is None


async def test_who_serves_in_one_way_only_is_offered_for_that(graph):
    for serves, is_online, is_offered in (
        ("virtual", True, True),
        ("virtual", False, False),
        ("inPerson", True, False),
        ("inPerson", False, True),
        ("both", True, True),
    ):
        await graph.patch("staffMembers/claire", {"serves": serves})
        await graph.patch("services/solo", {"isLocationOnline": is_online})
        assert bool(await graph.world.offered("solo")) is is_offered


async def test_whoever_has_not_accepted_cannot_be_booked(graph):
    for status, is_offered in (("pendingAcceptance", False), ("rejectedByStaff", False), ("active", True)):
        await graph.patch("staffMembers/claire", {"membershipStatus": status})
        assert bool(await graph.world.offered("solo")) is is_offered


@pytest.mark.walk
async def test_a_thousand_people_are_listed_in_pages_and_serve_together_in_one_service(graph):
    calendar = staffed_clinic()
    people = [
        calendar.staff["claire"].model_copy(
            update={"id": f"00000000-0000-4000-8000-{number:012d}", "email": f"p{number}@x.example"}
        )
        for number in range(1000)
    ]
    await graph.world.save(type(calendar)(calendar.business, {}, {one.id: one for one in people}, {}))
    made = await graph.post("services", {"displayName": "All", "staffMemberIds": [one.id for one in people]})
    assert len(made["staffMemberIds"]) == 1000
    found, url = [], "staffMembers"
    while url:
        page = await graph.get(url)
        found += page["value"]
        url = page.get("@odata.nextLink", "").removeprefix("https://book.example.org")
    assert len({one["id"] for one in found}) == 1008
    await graph.delete(f"staffMembers/{people[0].id}")
    assert len((await graph.get(f"services/{made['id']}"))["staffMemberIds"]) == 999
    assert await graph.world.offered(made["id"])
