"""SCIM as Entra ID and Okta speak it, and what a disabled account means for calendars, tokens and sessions."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from functions.settings import SettingsMissing, read_settings
from shared.domain.account import Email, Profile
from shared.domain.business import BookingPage
from shared.domain.permissions import Caller
from shared.use_cases.accounts import change_account, create_account
from shared.use_cases.audit_trail import read_audit
from shared.use_cases.ports import Ambiguous, Stale
from shared.use_cases.project_calendar import ORGANISATION
from shared.use_cases.suspensions import PARTITION
from tests.builders import MONDAY, SECRET, a_business, a_calendar, a_person
from tests.functions.graph_world import ADA, TIM, staffed_clinic
from tests.functions.world import ORGANISATION_ADMINISTRATOR, World, clinic


TOKEN = "a-token-that-only-the-identity-provider-has"
USERS = "/scim/v2/Users"
CLAIRE = "claire@clinic.example"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTRA_USER = {
    "schemas": [USER, ENTERPRISE],
    "externalId": "claire",
    "userName": "Claire@Clinic.example",
    "active": True,
    "displayName": "Claire Dubois",
    "emails": [{"primary": True, "type": "work", "value": CLAIRE}],
    "meta": {"resourceType": "User"},
    "name": {"formatted": "Claire Dubois", "familyName": "Dubois", "givenName": "Claire"},
    "title": "Nurse",
    f"{ENTERPRISE}": {"department": "Care"},
}
OKTA_USER = {
    "schemas": [USER],
    "userName": "omar@clinic.example",
    "name": {"givenName": "Omar", "familyName": "Haddad"},
    "emails": [{"primary": True, "value": "omar@clinic.example", "type": "work"}],
    "displayName": "Omar Haddad",
    "locale": "en-US",
    "externalId": "00ujl29u0le5T6Aj10h7",
    "groups": [],
    "password": "1mz050nq",
    "active": True,
}
OFF_BY_ENTRA = {"op": "Replace", "path": "active", "value": "False"}
OFF_BY_OKTA = {"op": "replace", "value": {"active": False}}
ON = {"op": "Replace", "path": "active", "value": "True"}


def with_token(world: World, token: str = TOKEN) -> World:
    settings = replace(world.services.settings, scim_token=token)
    world.services = replace(world.services, settings=settings)
    return world


@pytest.fixture
async def world() -> World:
    world = with_token(World())
    await world.save(staffed_clinic())
    return world


async def scim(world: World, method: str, url: str, document=None, status: int = 200, **headers):
    headers = {"authorization": f"Bearer {TOKEN}", "content_type": "application/scim+json", **headers}
    answer = await world.call(method, url, document, **headers)
    assert answer.status == status, answer.body
    if status == 204:
        return None
    assert answer.headers["Content-Type"] == "application/scim+json"
    if status >= 400:
        assert answer.json()["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
        assert answer.json()["status"] == str(status)
    return answer.json()


def patch(*operations):
    return {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": list(operations)}


async def created(world: World, user=ENTRA_USER, **changes) -> str:
    return f"{USERS}/{(await scim(world, 'POST', USERS, {**user, **changes}, 201))['id']}"


async def off(world: World, url: str, step=OFF_BY_ENTRA):
    return await scim(world, "PATCH", url, patch(step))


async def offered(world: World, service: str = "solo") -> bool:
    """Whether the public page's times offer anything of claire alone, and the API's too."""
    start, end = (f"{(MONDAY + timedelta(days=days)):%Y-%m-%d}" for days in (1, 2))
    answer = await world.call("GET", f"/api/clinic/slots?service={service}&from={start}&to={end}")
    assert answer.status == 200, answer.body
    return b'"start":"' in answer.body


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


@pytest.mark.parametrize("step", [OFF_BY_ENTRA, OFF_BY_OKTA])
async def test_whoever_is_disabled_is_offered_nowhere_and_comes_back(world, step):
    await world.save(clinic(id="biz0second", slug="second"))
    url = await created(world)
    assert await offered(world)
    kept = (await world.book(service="solo")).json()
    assert (await off(world, url, step))["active"] is False
    for other in (world, with_token(world.another_process())):
        assert not await offered(other)
        refused = await other.book(MONDAY + timedelta(days=1, hours=4), service="solo")
        assert refused.status == 422, refused.body
        assert b"Claire" not in (await other.call("GET", "/book/clinic/consultation")).body
    for slug in ("biz0clinic", "biz0second"):
        assert (await world.store.calendars.reload(slug)).staff["claire"].is_suspended
    assert (await world.stored(kept["id"])).status == "booked"
    await scim(world, "PATCH", url, patch(ON))
    assert await offered(world)
    assert (await world.book(MONDAY + timedelta(days=1, hours=4), service="solo")).status == 201


async def test_appointments_stay_and_are_listed_for_whoever_takes_them_over(world):
    url = await created(world)
    assert (await world.book(service="solo")).status == 201
    await off(world, url)
    head = {"authorization": world.tokens.of(ORGANISATION_ADMINISTRATOR)}
    places = await world.call("GET", f"/v1.0/solutions/bookingOrganization/people/{CLAIRE}", **head)
    assert [len(one["appointments"]) for one in places.json()["value"]] == [1]
    directory = (await world.call("GET", "/v1.0/solutions/bookingOrganization/directory", **head)).json()
    status = {one["emailAddress"]: one["membershipStatus"] for one in directory["value"][0]["access"]}
    assert (status[CLAIRE], status[ADA]) == ("suspended", "active")
    told = [one.action for one in await read_audit("", 9, business="biz0clinic", store=world.store)]
    assert any("coming appointments that stay: 1" in one for one in told), told
    own = await read_audit("", 9, business=PARTITION, store=world.store, table=ORGANISATION)
    assert {one.action for one in own} == {"account created", "account changed: active"}
    assert {one.actor for one in own} == {"identity provider"}


async def test_what_somebody_was_before_is_kept(world):
    calendar = await world.store.calendars.reload("biz0clinic")
    rejected = calendar.staff["claire"].model_copy(update={"membership": "rejected"})
    await world.save(replace(calendar, staff={**calendar.staff, "claire": rejected}))
    url = await created(world)
    await off(world, url)
    await scim(world, "PATCH", url, patch(ON))
    person = (await world.store.calendars.reload("biz0clinic")).staff["claire"]
    assert (person.membership, person.is_suspended) == ("rejected", False)
    assert not await offered(world)


async def test_whoever_is_disabled_already_cannot_be_booked_where_they_are_added(world):
    await created(world, active=False)
    later = a_calendar(a_business(id="biz0later", slug="later"), staff=[a_person("c", email=CLAIRE.upper())])
    await world.save(later)
    assert (await world.store.calendars.reload("biz0later")).staff["c"].is_suspended


async def test_who_was_deleted_stays_disabled_until_an_account_has_the_address_again(world):
    url = await created(world)
    await scim(world, "DELETE", url, status=204)
    assert not await offered(world)
    again = await created(world)
    assert await offered(world)
    await off(world, again)
    assert not await offered(world)


async def test_an_address_that_another_account_has_stays_enabled(world):
    old = await created(world, active=False, userName="old@clinic.example")
    assert not await offered(world)
    new = await created(world, userName="new@clinic.example")
    assert await offered(world), "the new account has the address now"
    await scim(world, "DELETE", old, status=204)
    assert await offered(world), "the old one's end is not the new one's"
    await off(world, new)
    assert not await offered(world)


async def test_an_account_that_is_disabled_and_renamed_keeps_its_address_disabled(world):
    url = await created(world, emails=[])
    steps = (OFF_BY_ENTRA, {"op": "Replace", "path": "userName", "value": "gone-1@clinic.example"})
    await scim(world, "PATCH", url, patch(*steps))
    assert not await offered(world)
    await scim(world, "PATCH", url, patch(ON, {"op": "Replace", "path": "userName", "value": CLAIRE}))
    assert await offered(world)


async def test_a_disabled_person_is_let_in_no_more(world):
    page = BookingPage(is_published=True, access="organisation")
    await world.save(a_calendar(a_business(id="biz0members", slug="members", page=page)))
    url = await created(world, userName=TIM, emails=[])
    token = {"authorization": world.tokens.of(TIM)}
    session = world.session(Caller(f"subject-of-{TIM}", TIM, "Tim"))
    calls = [
        ("/v1.0/solutions/bookingBusinesses", token, 200, 403),
        ("/console", {"cookie": session}, 200, 303),
        ("/api/members", {"cookie": session}, 200, 401),
        ("/api/members", token, 200, 401),
        ("/v1.0/solutions/bookingBusinesses", {"authorization": world.tokens.of(ADA)}, 200, 200),
    ]
    for path, headers, before, _ in calls:
        assert (await world.call("GET", path, **headers)).status == before
    await off(world, url)
    for path, headers, _, after in calls:
        assert (await world.call("GET", path, **headers)).status == after, path
    await scim(world, "PATCH", url, patch(ON))
    for path, headers, before, _ in calls:
        assert (await world.call("GET", path, **headers)).status == before


class Faulty:
    """A table whose next writes to the organisation, or to calendars, go wrong."""

    def __init__(self, table) -> None:
        self._table = table
        self.faults: list[tuple[str, Exception, bool]] = []

    def __getattr__(self, name):
        return getattr(self._table, name)

    async def transact(self, table, partition, operations):
        if self.faults and self.faults[0][0] == table:
            _, error, is_done = self.faults.pop(0)
            if is_done:
                await self._table.transact(table, partition, operations)
            raise error
        return await self._table.transact(table, partition, operations)


@pytest.mark.parametrize(
    ("error", "is_done"), [(Stale("x"), False), (Ambiguous("x"), False), (Ambiguous("x"), True)]
)
async def test_an_unclear_or_stale_write_is_done_once(error, is_done):
    world = with_token(World())
    faulty = World(Faulty(world.table))
    await faulty.save(staffed_clinic())
    faulty.table.faults = [(ORGANISATION, error, is_done)]
    profile = Profile(user_name=CLAIRE, emails=(Email(value=CLAIRE),))
    to = {"store": faulty.store, "secret": SECRET, "now": MONDAY}
    account = await create_account(profile, **to)
    faulty.table.faults = [(ORGANISATION, error, is_done)]
    disabled = profile.model_copy(update={"active": False})
    after = await change_account(account.id, lambda _: disabled, **to)
    assert (after.profile.active, after.version) == (False, 2)
    assert (await faulty.store.calendars.reload("biz0clinic")).staff["claire"].is_suspended


async def test_what_stopped_half_way_goes_on_when_it_is_asked_for_again(world):
    url = await created(world)
    broken = with_token(World(Faulty(world.table)))
    broken.table.faults = [("bookings", RuntimeError("no power"), False)]
    await scim(broken, "PATCH", url, patch(OFF_BY_ENTRA), 500)
    assert await offered(world)
    await off(world, url)
    assert not await offered(world)


class Meanwhile(Faulty):
    """A table in which something else happens just before the next write to calendars."""

    happens = None

    async def transact(self, table, partition, operations):
        if table == "bookings" and self.happens:
            happens, self.happens = self.happens, None
            await happens()
        return await super().transact(table, partition, operations)


@pytest.mark.parametrize("active", [False, True])
async def test_who_is_disabled_or_enabled_while_they_are_added_is_what_they_are_in_the_end(world, active):
    url = await created(world, active=not active)
    slow = with_token(World(Meanwhile(world.table)))
    step = ON if active else OFF_BY_ENTRA
    slow.table.happens = lambda: scim(world, "PATCH", url, patch(step))
    await slow.save(a_calendar(a_business(id="biz0later", slug="later"), staff=[a_person("c", email=CLAIRE)]))
    assert (await world.store.calendars.reload("biz0later")).staff["c"].is_suspended is not active


def test_a_short_token_is_no_setting():
    environ = {
        "OPENSLOT_TABLES": "x",
        "OPENSLOT_SECRET": SECRET,
        "OPENSLOT_PUBLIC_URL": "https://x.example",
        "OPENSLOT_SCIM_TOKEN": TOKEN,
    }
    assert read_settings(environ).scim_token == TOKEN
    assert TOKEN not in repr(read_settings(environ))
    with pytest.raises(SettingsMissing, match="OPENSLOT_SCIM_TOKEN is shorter"):
        read_settings({**environ, "OPENSLOT_SCIM_TOKEN": TOKEN[:31]})
