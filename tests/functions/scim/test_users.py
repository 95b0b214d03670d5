"""SCIM as Entra ID and Okta speak it: users made, found, changed and deleted, and what is refused."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from functions.settings.app import SettingsMissing, read_settings
from tests.functions.scim.app import (
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
from tests.support.builders import SECRET
from tests.support.edge import ORGANISATION_ADMINISTRATOR, World


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
    for url in (
        "/scim/v2/",
        "/scim/v2//",
        "/scim/v2/Groups",
        f"{USERS}/x",
        f"{USERS}/{'0' * 32}",
        "/scim/v2/Schemas",
        "/scim/v2/Users/x/y",
    ):
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
        ({"op": "add", "path": "emails", "value": [{"value": ["x@x.example"]}]}, "invalidValue"),
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
        ("GET", "?filter=userName%20xx%20%22x%22", b"", "invalidFilter"),
        ("GET", "?filter=userName", b"", "invalidFilter"),
        ("GET", "?filter=userName%20eq", b"", "invalidFilter"),
        ("GET", "?filter=userName%20eq%20%22", b"", "invalidFilter"),
        ("GET", "?filter=userName%20eq%20%22%5Cud800%22", b"", "invalidFilter"),
        ("GET", "?filter=externalId%20eq%20%22%5Cudfff%22", b"", "invalidFilter"),
        ("GET", "?filter=not%20userName%20pr", b"", "invalidFilter"),
        ("GET", "?filter=" + "(" * 300 + "active%20pr" + ")" * 300, b"", "invalidFilter"),
        ("GET", "?filter=" + "a%20pr%20or%20" * 400 + "b%20pr", b"", "invalidFilter"),
        ("GET", "?filter=emails[type%20eq%20%22work%22.value%20pr", b"", "invalidFilter"),
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


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("externalId eq claire", True),
        ("externalId eq Claire", False),
        ("userName eq claire@clinic.example", True),
        ("displayName eq Claire Dubois", True),
        ('displayName eq Claire Dubois and active eq "True"', True),
        ("active eq true", True),
        ("active eq false", False),
        ('userName co "CLINIC"', True),
        ('userName sw "claire" and userName ew "x"', False),
        ('userName ew "x" or externalId eq "claire"', True),
        ('not (userName ew "x")', True),
        ('(userName ew "x") or (active eq true and not (externalId eq "x"))', True),
        ('emails[type eq "work"].value eq "claire@clinic.example"', True),
        ('emails[type eq "work" and primary eq true].value eq claire@clinic.example', True),
        ('emails[type eq "home"].value eq "claire@clinic.example"', False),
        ('emails[type eq "work"]', True),
        ('emails.value eq "claire@clinic.example"', True),
        ('emails eq "claire@clinic.example"', True),
        ('name.familyName eq "Dubois"', True),
        (f'{USER}:userName eq "claire@clinic.example"', True),
        ('USERNAME EQ "CLAIRE@clinic.example"', True),
        ("title pr", False),
        ("title ne x", True),
        ('meta.lastModified gt "2020-01-01T00:00:00Z"', True),
        ('displayName eq "Claire \\"x\\""', False),
    ],
)
async def test_users_are_found_by_any_filter_also_without_quotes(world, wanted, found):
    await created(world)
    answer = await scim(world, "GET", f"{USERS}?filter={quote(wanted)}")
    assert answer["totalResults"] == int(found)


@pytest.mark.walk
@pytest.mark.parametrize(
    "path",
    [
        'phoneNumbers[type eq "work" and primary eq true].value',
        'phoneNumbers[type eq "work"][primary eq true].value',
        "addresses[type eq 'work'].street.line",
        'roles[primary eq "True"].value',
        "photos[type eq",
        "x509Certificates.0.value",
        "$ref",
        "schemas",
        "id",
        "title",
        f"{ENTERPRISE}:manager",
        f'{USER}:ims[type eq "a b@c"].value',
        "urn:okta:custom:1.0:User:colour",
    ],
)
@pytest.mark.parametrize("op", ["Add", "replace", "REMOVE"])
async def test_a_path_to_what_is_not_kept_passes_however_it_reads(world, path, op):
    url = await created(world)
    answer = await scim(world, "PATCH", url, patch({"op": op, "path": path, "value": "1"}, OFF_BY_ENTRA))
    assert answer["active"] is False


@pytest.mark.parametrize(
    ("step", "emails"),
    [
        (
            {"op": "Replace", "path": 'emails[type eq "work" and primary eq true].value', "value": "n@x.example"},
            "n h",
        ),
        ({"op": "Replace", "path": "emails[type eq work].value", "value": "n@x.example"}, "n h"),
        ({"op": "Add", "path": 'emails[type eq "other"].value', "value": "n@x.example"}, "w h n"),
        (
            {
                "op": "Add",
                "path": 'emails[type eq "home"].value',
                "value": [{"$ref": None, "value": "n@x.example"}],
            },
            "w n",
        ),
        ({"op": "Replace", "path": "emails[primary eq true]", "value": {"value": "n@x.example"}}, "n h"),
        ({"op": "Replace", "path": 'emails[value eq "H@x.example"].value', "value": "n@x.example"}, "w n"),
        ({"op": "Replace", "path": 'emails[not (type eq "work")].value', "value": "n@x.example"}, "w n"),
        ({"op": "Remove", "path": 'emails[type eq "home"]'}, "w"),
        ({"op": "Remove", "path": 'emails[type eq "none"].value'}, "w h"),
        ({"op": "Remove", "path": "emails", "value": [{"value": "w@x.example"}]}, "h"),
        ({"op": "Replace", "path": 'emails[type eq "home"].value', "value": None}, "w"),
        ({"op": "Replace", "path": 'emails[type eq "home"].primary', "value": True}, "w h"),
        ({"op": "Add", "path": "emails", "value": [{"value": "w@x.example", "primary": True}]}, "w h"),
        ({"op": "Add", "value": {"Emails": [{"Value": "n@x.example", "type": None}]}}, "w h n"),
        (
            {
                "op": "Replace",
                "value": {"emails": [{"value": "a@x.example"}, {"value": "b@x.example", "primary": True}]},
            },
            "b a",
        ),
        ({"op": "Replace", "path": "emails", "value": [None, {"type": "work", "value": None}]}, ""),
    ],
)
async def test_addresses_are_changed_where_the_path_points(world, step, emails):
    both = [{"value": f"{one}@x.example", "type": kind} for one, kind in (("w", "work"), ("h", "home"))]
    url = await created(world, emails=both)
    shown = (await scim(world, "PATCH", url, patch(step))).get("emails", [])
    assert [one["value"][0] for one in shown] == emails.split()


@pytest.mark.parametrize(
    "path", ["emails[type xx 1].value", "emails[].value", "active[a eq 1]", "name.a.b", "", "a b"]
)
async def test_a_path_to_what_is_kept_is_to_be_understood(world, path):
    url = await created(world)
    answer = await scim(world, "PATCH", url, patch({"op": "Replace", "path": path, "value": "x"}), 400)
    assert answer["scimType"] in ("invalidPath", "invalidFilter", "noTarget")


WRAPPED = [{"$ref": None, "value": "False"}]


@pytest.mark.parametrize(
    "step",
    [
        {"op": "Replace", "path": "active", "value": WRAPPED},
        {"op": "Replace", "value": {"active": WRAPPED, "displayName": None, "userName": None}},
        {"op": "replace", "value": {"Active": "FALSE"}},
        {"op": "replace", "path": "ACTIVE", "value": {"value": False}},
        {"op": "Add", "path": f"{USER}:active", "value": "0"},
    ],
)
async def test_single_values_may_come_in_a_list_and_without_some(world, step):
    url = await created(world)
    answer = await scim(world, "PATCH", url, patch(step))
    assert (answer["active"], answer["userName"]) == (False, "Claire@Clinic.example")


async def test_null_is_absent_wherever_it_stands(world):
    odd = {
        "name": {"givenName": None, "FAMILYNAME": "Dubois", "formatted": None},
        "emails": [{"value": CLAIRE, "type": None, "display": None}, None, {"value": None, "type": "home"}],
        "active": [{"$ref": None, "value": "true"}],
        "externalId": None,
        "phoneNumbers": None,
    }
    made = await scim(world, "POST", USERS, {"USERNAME": [{"$ref": None, "value": CLAIRE}], **odd}, 201)
    assert (made["userName"], made["active"], made["name"]) == (
        CLAIRE,
        True,
        {"givenName": "", "familyName": "Dubois"},
    )
    assert made["emails"] == [{"value": CLAIRE, "type": "work", "primary": True}]
    url = f"{USERS}/{made['id']}"
    await scim(world, "PATCH", url, patch(OFF_BY_ENTRA))
    put = {"userName": CLAIRE, **odd, "active": [{"$ref": None, "value": None}]}
    assert (await scim(world, "PUT", url, put))["active"] is False, "who is disabled stays so"
    for path in ("active", "userName"):
        step = {"op": "replace", "path": path, "value": None}
        assert (await scim(world, "PATCH", url, patch(step), 400))["scimType"] == "mutability"


async def test_steps_that_contradict_each_other_are_no_fault(world):
    url = await created(world)
    steps = {"op": "replace", "path": "name", "value": 5}, {"op": "add", "path": "name.familyName", "value": "X"}
    assert (await scim(world, "PATCH", url, patch(*steps), 400))["scimType"] == "invalidValue"
    odd = {"op": "add", "path": "emails", "value": ["x", 5]}, {"op": "remove", "path": "emails[type eq work]"}
    assert (await scim(world, "PATCH", url, patch(*odd), 400))["scimType"] == "invalidValue"


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
