"""SCIM as Entra ID and Okta speak it: users made, found, changed and deleted, and what is refused."""

from __future__ import annotations

import pytest

from functions.settings import SettingsMissing, read_settings
from tests.builders import SECRET
from tests.functions.scim_world import (
    CLAIRE,
    ENTERPRISE,
    ENTRA_USER,
    OFF_BY_ENTRA,
    OKTA_USER,
    ON,
    TOKEN,
    USER,
    USERS,
    created,
    offered,
    patch,
    scim,
    the_world,
    with_token,
)
from tests.functions.world import ORGANISATION_ADMINISTRATOR, World


@pytest.fixture
async def world() -> World:
    return await the_world()


async def test_a_user_of_entra_is_created_found_changed_and_deleted(world):
    answer = await world.call("POST", USERS, ENTRA_USER, authorization=f"Bearer {TOKEN}")
    made = answer.json()
    assert answer.status == 201
    assert (
        answer.headers["Location"] == made["meta"]["location"] == f"https://book.example.org{USERS}/{made['id']}"
    )
    assert made["name"] == {"givenName": "Claire", "familyName": "Dubois"}
    assert made["emails"] == [{"value": CLAIRE, "type": "work", "primary": True}]
    assert (made["userName"], made["active"], made["schemas"]) == ("Claire@Clinic.example", True, [USER])
    assert "password" not in made
    url = f"{USERS}/{made['id']}"
    assert await scim(world, "GET", url) == made
    steps = (
        {"op": "Replace", "path": "displayName", "value": "Claire D."},
        {"op": "Add", "path": 'emails[type eq "work"].value', "value": "cd@clinic.example"},
        {"op": "Replace", "path": "name.givenName", "value": "Clara"},
        {"op": "Add", "path": f"{ENTERPRISE}:department", "value": "Surgery"},
        {"op": "Add", "path": 'addresses[type eq "work"].locality', "value": "Lyon"},
        {"op": "Replace", "value": {f"{USER}:externalId": "e2", "phoneNumbers": [{"value": "1"}]}},
    )
    changed = await scim(world, "PATCH", url, patch(*steps))
    assert (changed["displayName"], changed["externalId"]) == ("Claire D.", "e2")
    assert (changed["emails"][0]["value"], changed["name"]["givenName"]) == ("cd@clinic.example", "Clara")
    removed = await scim(world, "PATCH", url, patch({"op": "remove", "path": "displayName"}))
    assert "displayName" not in removed
    await scim(world, "DELETE", url, status=204)
    for method, body in (("GET", None), ("DELETE", None), ("PATCH", patch(ON)), ("PUT", ENTRA_USER)):
        await scim(world, method, url, body, 404)
    assert (await scim(world, "GET", USERS))["totalResults"] == 0


async def test_a_user_of_okta_is_put_whole(world):
    url = await created(world, OKTA_USER)
    put = await scim(world, "PUT", url, {**OKTA_USER, "displayName": None, "active": False})
    assert put["active"] is False
    assert "displayName" not in put
    silent = {name: value for name, value in OKTA_USER.items() if name != "active"}
    assert (await scim(world, "PUT", url, silent))["active"] is False, "who is disabled stays so"


async def test_users_are_found_by_name_and_external_id_and_listed_in_pages(world):
    await created(world)
    await created(world, OKTA_USER)
    for wanted, total in (
        ('userName eq "claire@clinic.EXAMPLE"', 1),
        ('username EQ "omar@clinic.example"', 1),
        ('externalId eq "claire"', 1),
        ('externalId eq "Claire"', 0),
        ('userName eq "nobody@clinic.example"', 0),
    ):
        found = await scim(world, "GET", f"{USERS}?filter={wanted.replace(' ', '%20')}")
        assert found["totalResults"] == len(found["Resources"]) == total, wanted
    for query, number in (
        ("startIndex=1&count=1", 1),
        ("startIndex=2&count=5", 1),
        ("count=0", 0),
        ("count=-1", 0),
    ):
        found = await scim(world, "GET", f"{USERS}?{query}")
        assert (found["totalResults"], found["itemsPerPage"], len(found["Resources"])) == (2, number, number)


async def test_names_are_unique_whatever_their_case(world):
    await created(world)
    second = await created(world, OKTA_USER)
    refused = await scim(world, "POST", USERS, {"userName": "CLAIRE@clinic.example"}, 409)
    assert refused["scimType"] == "uniqueness"
    renamed = patch({"op": "replace", "path": "userName", "value": CLAIRE})
    assert (await scim(world, "PATCH", second, renamed, 409))["scimType"] == "uniqueness"
    await scim(world, "PATCH", second, patch({"op": "replace", "path": "userName", "value": "o@clinic.example"}))
    await created(world, OKTA_USER)
    assert (await scim(world, "GET", USERS))["totalResults"] == 3


@pytest.mark.parametrize("path", ["ServiceProviderConfig", "ResourceTypes", "ResourceTypes/User", "Users"])
async def test_it_is_there_only_for_the_provider(world, path):
    url = f"/scim/v2/{path}"
    assert "schemas" in await scim(world, "GET", url)
    for wrong in ("", "Bearer", "Bearer x", f"Bearer {TOKEN}x", f"Basic {TOKEN}", f"Bearer {TOKEN} é"):
        await scim(world, "GET", url, status=401, authorization=wrong)
    await scim(world, "GET", url, status=401, authorization=world.tokens.of(ORGANISATION_ADMINISTRATOR))
    for unset in (TOKEN, ""):
        await scim(with_token(world, ""), "GET", url, status=404, authorization=f"Bearer {unset}")


async def test_what_is_not_there_and_what_cannot_be_done(world):
    assert (await scim(world, "GET", "/scim/v2/ServiceProviderConfig"))["patch"] == {"supported": True}
    for url in ("/scim/v2/Groups", f"{USERS}/x", f"{USERS}/{'0' * 32}", "/scim/v2/Schemas", "/scim/v2/Users/x/y"):
        await scim(world, "GET", url, status=404)
    url = await created(world)
    for method, at in (("PUT", USERS), ("DELETE", USERS), ("POST", url), ("POST", "/scim/v2/ResourceTypes")):
        await scim(world, method, at, {}, 405)


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        ({"op": "replace", "path": "active", "value": "maybe"}, "invalidValue"),
        ({"op": "replace", "path": "active", "value": [1]}, "invalidValue"),
        ({"op": "remove", "path": "active"}, "mutability"),
        ({"op": "remove", "path": "userName"}, "mutability"),
        ({"op": "replace", "path": "userName", "value": ""}, "invalidValue"),
        ({"op": "replace", "path": "userName", "value": 7}, "invalidValue"),
        ({"op": "replace", "path": "name", "value": "x"}, "invalidValue"),
        ({"op": "replace", "path": "name.givenName", "value": {"x": 1}}, "invalidValue"),
        ({"op": "replace", "path": "emails", "value": "x"}, "invalidValue"),
        (
            {"op": "add", "path": "emails", "value": [{"value": f"{n}@x.example"} for n in range(11)]},
            "invalidValue",
        ),
        ({"op": "replace", "path": "a b", "value": "x"}, "invalidPath"),
        ({"op": "replace", "value": "x"}, "noTarget"),
        ({"op": "move", "path": "active", "value": False}, "invalidSyntax"),
        ({"path": "active"}, "invalidValue"),
        ("x", "invalidValue"),
    ],
)
async def test_a_wrong_step_is_refused_and_those_before_it_are_not_done(world, step, kind):
    url = await created(world)
    before = await scim(world, "GET", url)
    refused = await scim(world, "PATCH", url, patch(OFF_BY_ENTRA, step), 400)
    assert refused["scimType"] == kind, refused
    assert await scim(world, "GET", url) == before
    assert await offered(world)


@pytest.mark.parametrize(
    ("method", "path", "body", "kind"),
    [
        ("POST", "", b"{", "invalidSyntax"),
        ("POST", "", b"[]", "invalidValue"),
        ("POST", "", b"{}", "invalidValue"),
        ("POST", "", b'{"userName": null}', "invalidValue"),
        ("POST", "", b'{"userName": "\\ud800@x.example"}', "invalidSyntax"),
        ("POST", "", b'{"userName": "' + b"x" * 300 + b'"}', "invalidValue"),
        ("POST", "", b"\xff", "invalidSyntax"),
        ("GET", "?filter=userName%20co%20%22x%22", b"", "invalidFilter"),
        ("GET", "?filter=userName%20eq%20%22%5Cx%22", b"", "invalidFilter"),
        ("GET", "?startIndex=x", b"", "invalidValue"),
        ("GET", "?count=1e9", b"", "invalidValue"),
    ],
)
async def test_odd_input_is_refused(world, method, path, body, kind):
    headers = {"authorization": f"Bearer {TOKEN}", "content_type": "application/scim+json"}
    answer = await world.call(method, f"{USERS}{path}", body=body, **headers)
    assert (answer.status, answer.json()["scimType"]) == (400, kind), answer.body
    assert (await scim(world, "GET", USERS))["totalResults"] == 0


@pytest.mark.parametrize("body", [{"Operations": []}, {}, {"Operations": "x"}])
async def test_a_patch_without_operations_is_refused(world, body):
    await scim(world, "PATCH", await created(world), body, 400)


def test_a_short_token_is_no_setting():
    environ = {
        "OPENSLOT_TABLES": "UseDevelopmentStorage=true",
        "OPENSLOT_SECRET": SECRET,
        "OPENSLOT_PUBLIC_URL": "https://x.example",
        "OPENSLOT_SCIM_TOKEN": TOKEN,
    }
    assert read_settings(environ).scim_token == TOKEN
    assert TOKEN not in repr(read_settings(environ))
    with pytest.raises(SettingsMissing, match="OPENSLOT_SCIM_TOKEN is shorter"):
        read_settings({**environ, "OPENSLOT_SCIM_TOKEN": TOKEN[:31]})
