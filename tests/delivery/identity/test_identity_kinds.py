"""Entra ID, Keycloak and standard providers: how each names people and programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from shared.delivery.identity.identity import InvalidToken, Trust
from shared.delivery.identity.keys import discovery_address
from shared.delivery.identity.tokens import Provider
from shared.domain.access.permissions import APPOINTMENTS, MANAGE, READ
from tests.delivery.identity.issuer import (
    NOW,
    OURS,
    Issuer,
    an_issuer,
)


if TYPE_CHECKING:
    from datetime import datetime


TENANT, OTHER_TENANT = "11111111-2222-3333-4444-555555555555", "99999999-2222-3333-4444-555555555555"


@pytest_asyncio.fixture
async def issuer():
    async with an_issuer() as running:
        yield running


def trusting(issuer: Issuer, **changes) -> Provider:
    return Provider(Trust(**{"issuer": issuer.url, "audiences": frozenset({OURS}), **changes}))


async def refused(provider: Provider, token: str, now: datetime = NOW) -> str:
    with pytest.raises(InvalidToken) as refusal:
        await provider.verify(token, now)
    return str(refusal.value)


def entra(issuer: Issuer, tenant: str = TENANT, **changes) -> dict:
    """What Entra's access token says, beside the usual."""
    return {
        "iss": f"{issuer.url}/{tenant}/v2.0",
        "tid": tenant,
        "oid": "object-of-ana",
        "sub": "pairwise",
        **changes,
    }


@pytest_asyncio.fixture
async def entra_world(issuer):
    """An issuer of many tenants, whose discovery is found under "organizations"."""
    template = f"{issuer.url}/{{tenantid}}/v2.0"

    async def fetch(url: str):
        assert url in (discovery_address(template), f"{issuer.url}/keys")
        keys = {"keys": [key.as_dict(private=False) for key in issuer.keys]}
        return keys if url.endswith("/keys") else {"issuer": template, "jwks_uri": f"{issuer.url}/keys"}

    trust = Trust(template, frozenset({OURS}), frozenset({TENANT}), "preferred_username")
    return issuer, Provider(trust, fetch)


async def test_entra_names_people_by_their_object_id(entra_world):
    issuer, provider = entra_world
    said = entra(issuer, scp=f"{APPOINTMENTS} User.Read", preferred_username="ana@clinic.example", roles=["Head"])
    caller = await provider.verify(issuer.token(**said), NOW)
    assert (caller.subject, caller.tenant, caller.email) == ("object-of-ana", TENANT, "ana@clinic.example")
    assert (caller.scopes, caller.groups) == ({APPOINTMENTS}, {"role:Head"})


async def test_entra_tokens_of_other_tenants_are_refused(entra_world):
    issuer, provider = entra_world
    assert "tenant" in await refused(provider, issuer.token(**entra(issuer, OTHER_TENANT)))
    assert "issuer" in await refused(provider, issuer.token(**entra(issuer, OTHER_TENANT, tid=TENANT)))
    assert "tenant" in await refused(provider, issuer.token(**entra(issuer, tid=None)))
    assert "tenant" in await refused(provider, issuer.token(**entra(issuer, tid=OTHER_TENANT)))
    assert "object id" in await refused(provider, issuer.token(**entra(issuer, oid=None)))


async def test_entra_programs_act_within_their_roles_and_people_never_do(entra_world):
    issuer, provider = entra_world
    program = {"oid": "service", "sub": "service", "roles": [READ, "Other"]}
    caller = await provider.verify(issuer.token(**entra(issuer, **program)), NOW)
    assert caller.is_application
    assert (caller.scopes, caller.groups, caller.email) == ({READ}, frozenset(), "")
    for person in (
        {"roles": [MANAGE], "sub": "pairwise"},  # an identity token: no scopes at all
        {"roles": [MANAGE], "scp": READ, "oid": "service", "sub": "service"},
        {"roles": [MANAGE], "idtyp": "user", "oid": "service", "sub": "service"},
    ):
        caller = await provider.verify(issuer.token(**entra(issuer, **person)), NOW)
        assert not caller.is_application
        assert MANAGE not in caller.scopes


async def test_keycloak_and_standard_programs(issuer):
    provider = trusting(issuer, applications=frozenset({"service-account-id"}))
    by_client = await provider.verify(issuer.token(sub="robot", client_id="robot", scope=MANAGE), NOW)
    assert by_client.is_application
    assert by_client.scopes == {MANAGE}
    by_setting = await provider.verify(issuer.token(sub="service-account-id", azp="robot", scope=READ), NOW)
    assert by_setting.is_application
    person = await provider.verify(
        issuer.token(azp="robot", realm_access={"roles": ["desk"]}, groups=["/lyon"], roles=MANAGE), NOW
    )
    assert not person.is_application
    assert person.groups == {"role:desk", "group:/lyon", f"role:{MANAGE}"}
    assert person.scopes == frozenset()
