"""Forged tokens at the running app: each is refused, the same way, and nothing leaks."""

from __future__ import annotations

import asyncio
import base64
import json
import time

import httpx
import pytest
import pytest_asyncio

from infra.local import pieces
from infra.local.demo.people import APPLICATION
from infra.local.demo.token import token
from shared.domain.access.permissions import MANAGE
from tests.delivery.identity.issuer import (
    ELLIPTIC,
    FIRST,
    OURS,
    SECOND,
    STRANGER,
    Issuer,
    an_issuer,
    unsigned,
    with_a_shared_secret,
)
from tests.support.app_settings import settings_of


pytestmark = [pytest.mark.host, pytest.mark.azurite, pytest.mark.asyncio(loop_scope="session")]
LIST = "/v1.0/solutions/bookingBusinesses"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def issuer():
    async with an_issuer() as running:
        running.moment = time.time()
        yield running


def settings(azurite: pieces.Azurite) -> dict[str, str]:
    return settings_of(azurite.connection_string, "tokens", "http://localhost:1")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def app(azurite, issuer, tmp_path_factory):
    environ = {**settings(azurite), "OPENSLOT_OIDC_ISSUER": issuer.url, "OPENSLOT_OIDC_AUDIENCE": OURS}
    log = tmp_path_factory.mktemp("tokens") / "host.log"
    async with pieces.host(env=environ, log=log) as piece:
        yield piece


async def ask(app: pieces.Piece, authorization: str | None, path: str = LIST) -> httpx.Response:
    headers = {"Authorization": authorization} if authorization is not None else {}
    async with httpx.AsyncClient(base_url=app.url, timeout=30) as client:
        return await client.get(path, headers=headers)


def forged(issuer: Issuer) -> dict[str, str]:
    moment = issuer.moment
    head, body, signature = issuer.token(scope=MANAGE).split(".")
    claims = json.dumps({**issuer.says(scope=MANAGE), "sub": "head"}).encode()
    other_body = base64.urlsafe_b64encode(claims).decode().rstrip("=")
    return {
        "no signature": unsigned(issuer, "none"),
        "the public key as a secret": with_a_shared_secret(issuer, FIRST.as_pem(private=False)),
        "another audience": issuer.token(aud="https://graph.microsoft.com"),
        "another issuer": issuer.token(iss="https://login.microsoftonline.com/common/v2.0"),
        "expired": issuer.token(iat=moment - 4000, exp=moment - 3000),
        "of the future": issuer.token(nbf=moment + 3000, exp=moment + 9000),
        "never ending": issuer.token(exp=None),
        "another key of that name": issuer.token(STRANGER),
        "another kind of key": issuer.token(ELLIPTIC, "ES256", header={"kid": "first"}),
        "an unknown key": issuer.token(SECOND),
        "tampered": f"{head}.{other_body}.{signature}",
        "torn": f"{head}.{body}",
        "garbage": "garbage",
        "empty parts": "..",
        "long": "x" * 6000,
    }


CASES = (
    "no signature",
    "the public key as a secret",
    "another audience",
    "another issuer",
    "expired",
    "of the future",
    "never ending",
    "another key of that name",
    "another kind of key",
    "an unknown key",
    "tampered",
    "torn",
    "garbage",
    "empty parts",
    "long",
)


@pytest.mark.parametrize("case", CASES)
async def test_a_forged_token_is_refused_and_nothing_leaks(app, issuer, case):
    text = forged(issuer)[case]
    answer = await ask(app, f"Bearer {text}")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    assert answer.json()["error"]["code"] == "InvalidAuthenticationToken"
    plain = (await ask(app, "Bearer garbage")).json()["error"]["message"]
    assert answer.json()["error"]["message"] == plain  # not a word on which of them it was
    log = app.written()
    assert "Traceback" not in log
    for part in (part for part in text.split(".") if len(part) > 8):
        assert part not in log
        assert part not in answer.text


async def test_without_a_token_one_is_asked_for(app):
    for header in (None, ""):
        answer = await ask(app, header)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


async def test_a_genuine_token_is_believed(app, issuer):
    answer = await ask(app, f"Bearer {issuer.token(scope=MANAGE, email='a@b.example', email_verified=True)}")
    assert answer.status_code == 200
    assert answer.json()["value"] == []


async def test_a_storm_of_unknown_keys_costs_at_most_one_fetch(app, issuer):
    before = issuer.fetches
    tokens = [issuer.token(header={"kid": f"guess-{number}"}) for number in range(60)]
    answers = await asyncio.gather(*(ask(app, f"Bearer {one}") for one in tokens))
    assert {answer.status_code for answer in answers} == {401}
    assert issuer.fetches - before <= 1


async def test_tokens_of_the_demos_provider_pass_over_its_key_rotation(azurite, tmp_path):
    port = pieces.free_port()
    async with pieces.identity_provider("http://localhost:1", port, tmp_path) as provider:
        old = await asyncio.to_thread(token, provider.url, APPLICATION)
        environ = {**settings(azurite), **provider.settings}
        async with pieces.host(env=environ, log=tmp_path / "host.log") as app:
            assert (await ask(app, f"Bearer {old}")).status_code == 200
            await _stop(provider)
            assert (await ask(app, f"Bearer {old}")).status_code == 200  # known keys go on
            (tmp_path / "identity-keys.json").unlink()
            async with pieces.identity_provider("http://localhost:1", port, tmp_path) as rotated:
                new = await asyncio.to_thread(token, rotated.url, APPLICATION)
                answer = await ask(app, f"Bearer {new}")  # it asks for keys again once five minutes are over
                assert answer.status_code == 401
        async with (
            pieces.identity_provider("http://localhost:1", port, tmp_path),
            pieces.host(env=environ, log=tmp_path / "host.log") as fresh,
        ):
            assert (await ask(fresh, f"Bearer {new}")).status_code == 200
            assert (await ask(fresh, f"Bearer {old}")).status_code == 401


async def _stop(piece: pieces.Piece) -> None:
    piece.process.terminate()
    await asyncio.to_thread(piece.process.wait, 10)


async def test_while_a_provider_has_never_answered_nobody_is_refused_for_it(azurite, tmp_path):
    environ = {
        **settings(azurite),
        "OPENSLOT_OIDC_ISSUER": f"http://localhost:{pieces.free_port()}",
        "OPENSLOT_OIDC_AUDIENCE": OURS,
    }
    async with pieces.host(env=environ, log=tmp_path / "host.log") as app:
        silent = Issuer()
        silent.url, silent.moment = environ["OPENSLOT_OIDC_ISSUER"], time.time()
        answer = await ask(app, f"Bearer {silent.token()}")
        assert answer.status_code == 503
        assert answer.headers["retry-after"]
        assert (await ask(app, "Bearer garbage")).status_code == 401
