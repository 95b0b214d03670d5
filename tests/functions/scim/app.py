"""An identity provider that speaks SCIM to the clinic, as Entra ID and Okta do."""

from dataclasses import replace
from datetime import timedelta

from tests.functions.graph.app import staffed_clinic
from tests.support.builders import MONDAY
from tests.support.edge import World


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


async def the_world() -> World:
    """The clinic with a person of each role, and the token set."""
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
    """Whether Claire can be booked tomorrow or the day after: the service is hers alone."""
    start, end = (f"{(MONDAY + timedelta(days=days)):%Y-%m-%d}" for days in (1, 2))
    answer = await world.call("GET", f"/api/clinic/slots?service={service}&from={start}&to={end}")
    assert answer.status == 200, answer.body
    return b'"start":"' in answer.body
