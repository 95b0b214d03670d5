"""The platform's own sign-in, believed only where it is switched on; and the settings of identity."""

from __future__ import annotations

import base64
import json
from dataclasses import replace as replaced

import pytest

from functions.auth.access import authorised, caller_of
from functions.http.problems import FormExpired, Unauthenticated
from functions.settings.identity import IdentitySettings, read_identity
from functions.wiring import given
from shared.delivery.identity.identity import Trust
from shared.domain.access.permissions import (
    READ,
    Permission,
)
from tests.functions.auth.app import CLINIC, a_request, the_world
from tests.support.edge import PUBLIC_URL, World


@pytest.fixture
async def world() -> World:
    return await the_world()


def a_principal(*claims: tuple[str, str]) -> str:
    document = {"auth_typ": "aad", "claims": [{"typ": kind, "val": value} for kind, value in claims]}
    return base64.b64encode(json.dumps(document).encode()).decode()


ENTRA = "http://schemas.microsoft.com/identity/claims/"
ANA = (
    (f"{ENTRA}objectidentifier", "oid-of-ana"),
    (f"{ENTRA}tenantid", "t1"),
    ("preferred_username", "viewer@clinic.example"),
    ("name", "Ana"),
    ("roles", "Heads"),
    ("groups", "g1"),
)


def believing(world: World, trust: Trust | None = None):
    settings = replaced(world.services.settings, identity=IdentitySettings(trust, believes_headers=True))
    return replaced(world.services, settings=settings)


async def test_the_platforms_header_is_ignored_unless_switched_on(world):
    request = a_request(x_ms_client_principal=a_principal(*ANA))
    with given(world.services), pytest.raises(Unauthenticated):
        await caller_of(request)
    with given(believing(world)):
        caller = await caller_of(request)
        assert (caller.subject, caller.email, caller.tenant) == ("oid-of-ana", "viewer@clinic.example", "t1")
        assert caller.groups == {"role:Heads", "group:g1"}
        assert (await authorised(request, CLINIC, Permission.READ_CALENDAR)).role == "viewer"


async def test_the_platforms_people_are_bound_by_tenant_scopes_and_site(world):
    scoped = a_request(x_ms_client_principal=a_principal(*ANA, (f"{ENTRA}scope", f"{READ} User.Read")))
    with given(believing(world)):
        assert (await caller_of(scoped)).scopes == {READ}
        for origin in ("https://evil.example", "null"):
            change = a_request(method="POST", x_ms_client_principal=a_principal(*ANA), origin=origin)
            with pytest.raises(FormExpired):
                await caller_of(change)
        assert await caller_of(
            a_request(method="POST", x_ms_client_principal=a_principal(*ANA), origin=PUBLIC_URL)
        )
    foreign = Trust("https://i.example", frozenset({"a"}), frozenset({"t2"}))
    with given(believing(world, foreign)), pytest.raises(Unauthenticated):
        await caller_of(scoped)


@pytest.mark.parametrize(
    "header",
    [
        "x",
        "e30=",
        "W10=",
        base64.b64encode(b'{"claims":[1]}').decode(),
        base64.b64encode(b"[" * 100_000).decode(),
        "é",
        a_principal(),
    ],
)
async def test_a_principal_that_names_nobody_is_none(world, header):
    with given(believing(world)), pytest.raises(Unauthenticated):
        await caller_of(a_request(x_ms_client_principal=header))


def test_settings_name_the_provider():
    entra = "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0"
    found = read_identity({"OPENSLOT_OIDC_ISSUER": entra, "OPENSLOT_OIDC_CLIENT_ID": "us"})
    assert found.trust
    assert found.trust.tenants == {"11111111-2222-3333-4444-555555555555"}
    assert found.trust.audiences == {"us"}
    keycloak = {
        "OPENSLOT_OIDC_ISSUER": "https://keycloak.example/realms/one",
        "OPENSLOT_OIDC_AUDIENCE": "api, other",
        "OPENSLOT_OIDC_APPLICATIONS": "robot",
        "OPENSLOT_OIDC_EMAIL_CLAIM": "upn",
    }
    trust = read_identity(keycloak).trust
    assert trust == Trust(
        "https://keycloak.example/realms/one",
        frozenset({"api", "other"}),
        frozenset(),
        "upn",
        frozenset({"robot"}),
    )
    assert read_identity({}) == IdentitySettings()
    assert read_identity({"OPENSLOT_HEADER_PRINCIPAL": "on"}).believes_headers


@pytest.mark.parametrize(
    ("environ", "problem"),
    [
        ({"ISSUER": "http://idp.example", "AUDIENCE": "a"}, "not an https address"),
        ({"ISSUER": "ftp://localhost", "AUDIENCE": "a"}, "not an https address"),
        ({"ISSUER": "https://", "AUDIENCE": "a"}, "not an https address"),
        ({"ISSUER": "https://idp.example"}, "AUDIENCE or CLIENT_ID is not set"),
        ({"ISSUER": "https://login.microsoftonline.com/{tenantid}/v2.0", "AUDIENCE": "a"}, "TENANTS is not set"),
    ],
)
def test_settings_that_cannot_be_trusted_are_named(environ, problem):
    with pytest.raises(ValueError, match=problem):
        read_identity({f"OPENSLOT_OIDC_{name}": value for name, value in environ.items()})
