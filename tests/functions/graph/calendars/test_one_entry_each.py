"""An address is on the staff of a calendar once, whichever way somebody comes to be there."""

import asyncio

import pytest

from shared.records.codec import dump
from shared.records.keys import BUSINESS, staff_key
from shared.records.table import Operation
from shared.use_cases.calendars.change_calendar import check_calendar
from tests.functions.graph.app import ROOT, GraphWorld
from tests.functions.graph.calendars.settings import PERSON
from tests.support.builders import a_business, a_calendar, a_person


CLAIRE = "claire@clinic.example"
ALIKE = (CLAIRE, "CLAIRE@Clinic.Example", "  claire@clinic.example ")


@pytest.mark.parametrize("address", ALIKE)
async def test_neither_a_new_entry_nor_a_changed_one_takes_an_address_that_is_there(graph, address):
    for method, path in (("POST", "staffMembers"), ("PATCH", "staffMembers/omar")):
        status, error = await graph.refused(method, path, {**PERSON, "emailAddress": address})
        assert (status, error["code"]) == (409, "Conflict")
        assert error["message"] == (
            "claire@clinic.example is already on the staff of this calendar, as Claire (claire)."
        )
    await graph.patch("staffMembers/claire", {"emailAddress": address, "displayName": "Dr Claire"})


@pytest.mark.parametrize("domain", ["xn--mnchen-3ya", "MÜNCHEN", "mu\u0308nchen", "𝐦ünchen"])
async def test_nor_one_whose_domain_is_spelt_in_another_way(graph, domain):
    await graph.patch("staffMembers/claire", {"emailAddress": "claire@münchen.example"})
    person = {**PERSON, "emailAddress": f"claire@{domain}.example"}
    for method, path in (("POST", "staffMembers"), ("PATCH", "staffMembers/omar")):
        assert (await graph.refused(method, path, person))[0] == 409


@pytest.mark.parametrize("domains", [("münchen", "xn--mnchen-3ya"), ("xn--mnchen-3ya", "münchen")])
async def test_whoever_signs_in_by_the_other_spelling_has_what_is_theirs(graph, domains):
    entered, said = (f"claire@{one}.example" for one in domains)
    await graph.patch("staffMembers/claire", {"emailAddress": entered, "role": "administrator"})
    claire = graph.by(said)
    assert [one["id"] for one in await claire.listed(ROOT)] == ["biz0clinic@example.org"]
    await claire.patch("", {"displayName": "Hers"})
    found = await graph.listed(f"staffMembers?$filter=emailAddress%20eq%20'{said}'")
    assert [one["id"] for one in found] == ["claire"]


async def test_of_two_who_add_one_address_at_once_one_succeeds(graph):
    other = GraphWorld(graph.world.another_process(), graph.authorization)
    answers = await asyncio.gather(*(one.call("POST", "staffMembers", PERSON) for one in (graph, other) * 3))
    assert sorted(one.status for one in answers) == [201] + [409] * 5


async def test_an_address_is_free_again_once_its_entry_is_removed(graph):
    await graph.delete("staffMembers/claire")
    await graph.patch("staffMembers/omar", {"emailAddress": CLAIRE})


async def with_a_double(graph):
    """Let a calendar have what a version before could make of it."""
    double = a_person("double", email="Claire@clinic.example")
    row = await graph.world.table.get("bookings", "biz0clinic", BUSINESS)
    version = {"version": "older", **{name: one for name, one in row.values.items() if name != "version"}}
    rows = [Operation("insert", staff_key("double"), dump(double)), Operation("replace", BUSINESS, version)]
    await graph.world.table.transact("bookings", "biz0clinic", rows)
    return GraphWorld(graph.world.another_process(), graph.authorization)


async def test_a_calendar_that_has_an_address_twice_can_be_read_and_changed_but_not_copied(graph):
    older = await with_a_double(graph)
    assert len([it for it in await older.listed("staffMembers") if it["emailAddress"].lower() == CLAIRE]) == 2
    await older.patch("", {"phone": "+33 1"})
    await older.patch("staffMembers/double", {"displayName": "Another"})
    assert (await older.refused("POST", "staffMembers", {**PERSON, "emailAddress": CLAIRE}))[0] == 409
    status, error = await older.by_organisation().refused(
        "POST", "clone", {"displayName": "Copy", "withStaff": True}
    )
    assert (status, "already on the staff" in error["message"]) == (409, True)
    await older.delete("")
    await older.post("restore", status=200)
    await older.patch("staffMembers/double", {"emailAddress": "another@clinic.example"})
    assert (await older.refused("PATCH", "staffMembers/double", {"emailAddress": CLAIRE}))[0] == 409


async def test_whoever_creates_a_calendar_is_on_it_once(graph):
    head = graph.by_organisation()
    made = await head.post(ROOT, {"displayName": "New", "template": "health"})
    people = await head.listed(f"{ROOT}/{made['id']}/staffMembers")
    assert len({one["emailAddress"] for one in people}) == len(people)


def test_who_has_no_address_is_nobodys_double():
    people = [a_person("a", email=""), a_person("b", email="")]
    check_calendar(a_calendar(a_business(), staff=people))
