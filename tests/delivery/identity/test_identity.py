"""Tokens of a provider behind real HTTP: what is believed, what is refused, and how often its keys are fetched."""

from __future__ import annotations

import asyncio
import base64
import json
from datetime import datetime, timedelta

import pytest
import pytest_asyncio
from joserfc import jws

from shared.delivery.identity.identity import InvalidToken, NoProvider, ProviderAway, Trust
from shared.delivery.identity.tokens import Provider
from shared.domain.access.permissions import READ
from tests.delivery.identity.issuer import (
    EDWARDS,
    ELLIPTIC,
    FIRST,
    NOW,
    OURS,
    SECOND,
    STRANGER,
    Issuer,
    an_issuer,
    unsigned,
    with_a_shared_secret,
)


@pytest_asyncio.fixture
async def issuer():
    async with an_issuer() as running:
        yield running


def trusting(issuer: Issuer, **changes) -> Provider:
    return Provider(Trust(**{"issuer": issuer.url, "audiences": frozenset({OURS}), **changes}))


@pytest.fixture
def provider(issuer) -> Provider:
    return trusting(issuer)


async def refused(provider: Provider, token: str, now: datetime = NOW) -> str:
    with pytest.raises(InvalidToken) as refusal:
        await provider.verify(token, now)
    return str(refusal.value)


async def test_a_genuine_token_says_who_calls(issuer, provider):
    token = issuer.token(email="ana@clinic.example", email_verified=True, name="Ana", scope=f"openid {READ}")
    caller = await provider.verify(token, NOW)
    assert caller.subject == f"{issuer.url}#ana"
    assert (caller.email, caller.name, caller.scopes) == ("ana@clinic.example", "Ana", {READ})
    assert not caller.is_application
    assert not caller.is_organisation_administrator


@pytest.mark.parametrize(("key", "alg"), [(ELLIPTIC, "ES256"), (EDWARDS, "Ed25519"), (FIRST, "PS256")])
async def test_other_kinds_of_keys_do_as_well(issuer, provider, key, alg):
    issuer.keys = [FIRST, ELLIPTIC, EDWARDS]
    assert (await provider.verify(issuer.token(key, alg), NOW)).subject.endswith("#ana")


@pytest.mark.parametrize("email_verified", [False, None, "false", "yes", 0])
async def test_an_address_that_nobody_verified_is_none(issuer, provider, email_verified):
    token = issuer.token(email="head@organisation.example", email_verified=email_verified)
    assert (await provider.verify(token, NOW)).email == ""


async def test_a_claim_that_the_settings_vouch_for_is_an_address(issuer):
    provider = trusting(issuer, email_claim="preferred_username")
    token = issuer.token(preferred_username="ana@clinic.example", email="forged@clinic.example")
    assert (await provider.verify(token, NOW)).email == "ana@clinic.example"
    assert (await provider.verify(issuer.token(preferred_username="ana"), NOW)).email == ""


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "nOnE", ""])
async def test_a_token_without_a_signature_is_refused(issuer, provider, alg):
    assert await refused(provider, unsigned(issuer, alg))
    assert issuer.fetches == 0


@pytest.mark.parametrize(
    "secret",
    [
        FIRST.as_pem(private=False),
        FIRST.as_pem(private=False).strip(),
        FIRST.as_der(private=False),
        FIRST.as_dict(private=False)["n"].encode(),
        b"",
    ],
)
async def test_a_token_signed_with_the_public_key_as_a_secret_is_refused(issuer, provider, secret):
    assert "algorithm" in await refused(provider, with_a_shared_secret(issuer, secret))


async def test_a_key_in_the_header_is_not_asked(issuer, provider):
    own = STRANGER.as_dict(private=False)
    token = issuer.token(STRANGER, header={"jwk": own, "jku": f"{issuer.url}/keys"})
    assert await refused(provider, token)
    assert await refused(provider, issuer.token(STRANGER, header={"jwk": own}))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"aud": "https://graph.microsoft.com"}, "somebody else"),
        ({"aud": None}, "somebody else"),
        ({"aud": []}, "somebody else"),
        ({"aud": {"a": OURS}}, "somebody else"),
        ({"aud": OURS + "/"}, "somebody else"),
        ({"iss": "https://evil.example"}, "issuer"),
        ({"iss": None}, "issuer"),
        ({"iss": ["http://127.0.0.1"]}, "issuer"),
        ({"exp": NOW.timestamp() - 60}, "expired"),
        ({"exp": None}, "no time"),
        ({"exp": float("nan")}, "no time"),
        ({"exp": float("inf")}, "no time"),
        ({"exp": True}, "no time"),
        ({"exp": "9999999999"}, "no time"),
        ({"nbf": NOW.timestamp() + 61}, "future"),
        ({"iat": NOW.timestamp() + 61}, "future"),
        ({"nbf": "soon"}, "no time"),
        ({"sub": None}, "nobody"),
        ({"sub": ""}, "nobody"),
        ({"sub": 7}, "nobody"),
    ],
)
async def test_claims_that_do_not_hold_are_refused(issuer, provider, changes, why):
    assert why in await refused(provider, issuer.token(**changes))


async def test_clocks_may_be_a_minute_apart(issuer, provider):
    moment = NOW.timestamp()
    assert await provider.verify(issuer.token(exp=moment - 59), NOW)
    assert await provider.verify(issuer.token(iat=moment + 60, nbf=moment + 60), NOW)
    assert await provider.verify(issuer.token(aud=["another", OURS]), NOW)


async def test_what_was_tampered_with_is_refused(issuer, provider):
    head, body, signature = issuer.token().split(".")
    forged = base64.urlsafe_b64encode(json.dumps(issuer.says(sub="head")).encode()).decode().rstrip("=")
    assert "signature" in await refused(provider, f"{head}.{forged}.{signature}")
    assert "signature" in await refused(provider, f"{head}.{body}.{signature[:-4]}AAAA")
    assert await refused(provider, f"{head}.{body}.")
    assert "signature" in await refused(provider, issuer.token(STRANGER))
    assert "signature" in await refused(provider, issuer.token(ELLIPTIC, "ES256", header={"kid": "first"}))
    assert "another kind" in await refused(provider, issuer.token(header={"typ": "logout+jwt"}))


@pytest.mark.parametrize(
    "token",
    ["", ".", "..", "a.b.c", "a.b.c.d.e", "e30.e30.e30", "bnVsbA.e30.", "é.é.é", "x" * 16000, "W10.W10.W10"],
)
async def test_garbage_is_refused_without_asking_anybody(issuer, provider, token):
    assert await refused(provider, token)
    assert issuer.fetches == 0


async def test_a_body_that_is_no_object_is_refused(issuer, provider):
    head = {"alg": "RS256", "kid": "first"}
    for body in (b"[]", b"1", b"null", b"\xff", b""):
        token = jws.serialize_compact(head, body, FIRST, algorithms=["RS256"])
        assert await refused(provider, token)


async def test_a_storm_of_unknown_keys_costs_one_fetch(issuer, provider):
    issuer.delay = 0.05
    await provider.verify(issuer.token(), NOW)
    later = NOW + timedelta(minutes=6)
    tokens = [issuer.token(header={"kid": f"guess-{number}"}) for number in range(50)]
    before = issuer.fetches
    answers = await asyncio.gather(*(provider.verify(one, later) for one in tokens), return_exceptions=True)
    assert {type(one) for one in answers} == {InvalidToken}
    assert issuer.fetches - before == 1
    await refused(provider, tokens[0], later + timedelta(minutes=4, seconds=59))
    assert issuer.fetches - before == 1


async def test_a_storm_before_the_first_fetch_costs_one_too(issuer, provider):
    issuer.delay = 0.05
    tokens = [issuer.token(header={"kid": f"guess-{number}"}) for number in range(20)] + [issuer.token()] * 20
    answers = await asyncio.gather(*(provider.verify(one, NOW) for one in tokens), return_exceptions=True)
    assert issuer.fetches == 1
    assert sum(isinstance(one, InvalidToken) for one in answers) == 20


async def test_rotated_keys_are_found_and_the_old_ones_go(issuer, provider):
    await provider.verify(issuer.token(), NOW)
    issuer.keys = [SECOND]
    later = NOW + timedelta(minutes=5)
    assert await provider.verify(issuer.token(SECOND), later)
    assert "does not have" in await refused(provider, issuer.token(FIRST), later)
    assert issuer.fetches == 2


async def test_a_key_that_the_provider_withdrew_is_believed_for_an_hour_at_most(issuer, provider):
    await provider.verify(issuer.token(exp=NOW.timestamp() + 9000), NOW)
    issuer.keys = [SECOND]
    token = issuer.token(exp=NOW.timestamp() + 9000)
    assert await provider.verify(token, NOW + timedelta(minutes=60))
    assert "does not have" in await refused(provider, token, NOW + timedelta(minutes=61))


async def test_known_keys_go_on_while_the_provider_is_away(issuer, provider):
    token = issuer.token(exp=NOW.timestamp() + 90000)
    await provider.verify(token, NOW)
    issuer.is_broken = True
    assert await provider.verify(token, NOW + timedelta(hours=5))
    assert "does not have" in await refused(provider, issuer.token(SECOND, exp=NOW.timestamp() + 90000))


async def test_a_provider_that_never_answered_is_away_and_is_asked_again_soon(issuer, provider):
    issuer.is_broken = True
    with pytest.raises(ProviderAway):
        await provider.verify(issuer.token(), NOW)
    issuer.is_broken = False
    with pytest.raises(ProviderAway):
        await provider.verify(issuer.token(), NOW + timedelta(seconds=9))
    assert await provider.verify(issuer.token(), NOW + timedelta(seconds=10))


async def test_nobody_listening_is_being_away():
    provider = Provider(Trust("http://127.0.0.1:9", frozenset({OURS})))
    issuer = Issuer()
    issuer.url = "http://127.0.0.1:9"
    with pytest.raises(ProviderAway):
        await provider.verify(issuer.token(), NOW)


async def test_another_issuers_document_is_not_taken(issuer, provider):
    issuer.issuer = "https://evil.example"
    with pytest.raises(ProviderAway):
        await provider.verify(issuer.token(), NOW)
    assert issuer.fetches == 0


async def test_a_token_without_a_key_id_needs_an_only_key(issuer, provider):
    assert await provider.verify(issuer.token(header={"kid": None}), NOW)
    issuer.keys = [FIRST, SECOND]
    both = trusting(issuer)
    assert "does not have" in await refused(both, issuer.token(header={"kid": None}))


async def test_without_a_provider_nobody_is_anybody(issuer):
    with pytest.raises(InvalidToken):
        await NoProvider().verify(issuer.token(), NOW)


@pytest.mark.parametrize(("set_so", "says_so"), [("/", ""), ("", "/"), ("", "/realms/x"), ("/", "\nforged line")])
async def test_both_issuers_are_in_the_log_where_they_differ_be_it_by_a_slash(issuer, caplog, set_so, says_so):
    issuer.issuer = f"{issuer.url}{says_so}"
    provider = Provider(Trust(issuer=f"{issuer.url}{set_so}", audiences=frozenset({OURS})))
    with pytest.raises(ProviderAway):
        await provider.verify(issuer.token(), NOW)
    said = next(one.getMessage() for one in caplog.records if "OPENSLOT_OIDC_ISSUER" in one.getMessage())
    assert repr(f"{issuer.url}{set_so}") in said
    assert repr(f"{issuer.url}{says_so}") in said
    assert "\n" not in said


async def test_a_token_of_another_issuer_is_refused_with_both_names(issuer, provider):
    said = await refused(provider, issuer.token(iss=f"{issuer.url}/"))
    assert repr(f"{issuer.url}/") in said
    assert repr(issuer.url) in said
