"""A calendar, and the organisation, keep somebody who can administer them."""

import asyncio
from dataclasses import replace

from tests.functions.graph.app import SAM, GraphWorld
from tests.support.edge import ORGANISATION_ADMINISTRATOR


ORGANIZATION = "/v1.0/solutions/bookingOrganization"


async def test_the_last_administrator_of_a_calendar_stays_until_there_is_another(graph):
    for method, document in (("DELETE", None), ("PATCH", {"role": "scheduler"}), ("PATCH", {"role": "guest"})):
        status, error = await graph.refused(method, "staffMembers/ada", document)
        assert (status, error["code"]) == (409, "Conflict")
    await graph.patch("staffMembers/ada", {"displayName": "Ada Lovelace"})
    await graph.patch("staffMembers/sam", {"role": "administrator"})
    await graph.patch("staffMembers/ada", {"role": "scheduler"})
    assert (await graph.refused("DELETE", "staffMembers/sam"))[0] == 403
    assert (await graph.by(SAM).refused("DELETE", "staffMembers/sam"))[0] == 409
    await graph.by(SAM).delete("staffMembers/ada")


async def test_those_who_administer_it_from_outside_may_take_the_last_one_away(graph):
    await graph.by_organisation().delete("staffMembers/ada")
    assert (await graph.refused("GET", ""))[0] == 404
    await graph.by_organisation().patch("staffMembers/sam", {"role": "administrator"})
    await graph.by_application().patch("staffMembers/sam", {"role": "scheduler"})
    assert await graph.by_organisation().listed("staffMembers?$filter=role eq 'administrator'") == []


async def test_a_calendar_without_administrators_is_changed_by_those_outside(graph):
    head = graph.by_organisation()
    await head.delete("staffMembers/ada")
    await head.patch("staffMembers/sam", {"displayName": "Samira"})
    assert (await head.get("staffMembers/sam"))["displayName"] == "Samira"


async def test_the_organisation_keeps_an_administrator(world):
    own = replace(world.services.settings, administrators=frozenset())
    graph = GraphWorld(world, world.tokens.of(ORGANISATION_ADMINISTRATOR))
    await graph.patch(ORGANIZATION, {"administrators": [ORGANISATION_ADMINISTRATOR]}, status=200)
    await graph.patch(ORGANIZATION, {"administrators": []}, status=200)
    await graph.patch(ORGANIZATION, {"administrators": [ORGANISATION_ADMINISTRATOR]}, status=200)
    world.services = replace(world.services, settings=own)
    status, error = await graph.refused("PATCH", ORGANIZATION, {"administrators": []})
    assert (status, error["details"][0]["target"]) == (400, "/administrators")
    await graph.patch(ORGANIZATION, {"isOn": False, "administrators": ["group:heads"]}, status=200)


async def test_of_two_administrators_who_remove_each_other_at_once_one_stays(graph):
    await graph.patch("staffMembers/sam", {"role": "administrator"})
    answers = await asyncio.gather(
        graph.call("DELETE", "staffMembers/sam"), graph.by(SAM).call("DELETE", "staffMembers/ada")
    )
    assert sorted(one.status for one in answers) in ([204, 404], [204, 409])
    people = await graph.by_organisation().listed("staffMembers?$filter=role eq 'administrator'")
    assert len(people) == 1
