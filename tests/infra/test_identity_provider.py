"""The demo's identity provider, a real one: tokens for each of its people, and what the app makes of them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import httpx
import pytest
import pytest_asyncio

from infra.local import pieces
from infra.local.demo.people import APPLICATION, PEOPLE
from infra.local.demo.token import NoToken, token
from shared.delivery.identity.identity import InvalidToken, Trust
from shared.delivery.identity.tokens import Provider
from shared.domain.access.permissions import GRAPH_SCOPES, MANAGE, READ


pytestmark = pytest.mark.asyncio(loop_scope="session")
APP = "http://localhost:7071"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def provider():
    async with pieces.identity_provider(APP) as piece:
        yield piece


def trusting(piece: pieces.IdentityProvider) -> Provider:
    return Provider(Trust(piece.url, frozenset({pieces.AUDIENCE})))


async def a_token(piece: pieces.IdentityProvider, email: str, *scopes: str) -> str:
    return await asyncio.to_thread(token, piece.url, email, *scopes)


def this_moment() -> datetime:
    return datetime.now(UTC)


@pytest.mark.walk
@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.account)
async def test_everybody_of_the_demo_gets_a_token(provider, person):
    caller = await trusting(provider).verify(await a_token(provider, person.email), this_moment())
    assert (caller.email, caller.name) == (person.email, person.name)
    assert caller.scopes == set(GRAPH_SCOPES)
    assert not caller.is_application


async def test_a_token_carries_no_more_than_what_was_asked_for(provider):
    caller = await trusting(provider).verify(await a_token(provider, PEOPLE[0].email, READ), this_moment())
    assert caller.scopes == {READ}


async def test_the_program_has_application_permissions(provider):
    caller = await trusting(provider).verify(await a_token(provider, APPLICATION), this_moment())
    assert caller.is_application
    assert (caller.scopes, caller.email) == ({MANAGE}, "")


async def test_nobody_else_gets_one(provider):
    with pytest.raises(NoToken, match="nobody in the demo"):
        await a_token(provider, "nobody@demo.example")


async def test_a_code_is_worth_nothing_without_its_verifier(provider):
    async with httpx.AsyncClient(base_url=provider.url) as client:
        query = {"client_id": "command-line", "response_type": "code", "redirect_uri": "http://localhost/token"}
        answer = await client.get("/auth", params={**query, "scope": "openid"})
        assert "error=invalid_request" in answer.headers["location"]
        assert "requires+PKCE" in answer.headers["location"]
        foreign = {**query, "redirect_uri": "https://evil.example/", "scope": "openid"}
        assert (await client.get("/auth", params=foreign)).status_code == 400


@pytest.mark.walk
async def test_keys_last_over_a_restart_and_rotate_with_their_file(tmp_path):
    async with pieces.identity_provider(APP, data_dir=tmp_path) as first:
        believer = trusting(first)
        old = await a_token(first, PEOPLE[0].email)
        assert await believer.verify(old, this_moment())
    assert await believer.verify(old, this_moment())  # it is down, and its keys are known
    async with pieces.identity_provider(APP, first.port, tmp_path) as again:
        assert await trusting(again).verify(old, this_moment())
    (tmp_path / "identity-keys.json").unlink()
    async with pieces.identity_provider(APP, first.port, tmp_path) as rotated:
        new = await a_token(rotated, PEOPLE[0].email)
        assert await trusting(rotated).verify(new, this_moment())
        with pytest.raises(InvalidToken, match="does not have"):
            await trusting(rotated).verify(old, this_moment())
