"""The identity instead of a key: one request for all, renewed early, and no answer is Ambiguous."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from shared.records.table import Ambiguous
from shared.storage.platform_identity import PlatformIdentity
from tests.support.platform.identity_endpoint import IdentityEndpointStandIn, standing_in


SCOPE = "https://storage.azure.com/.default"
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Clock:
    now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def endpoint(clock: Clock) -> AsyncIterator[IdentityEndpointStandIn]:
    async with standing_in(clock) as endpoint:
        yield endpoint


@pytest_asyncio.fixture
async def identity(endpoint: IdentityEndpointStandIn, clock: Clock) -> AsyncIterator[PlatformIdentity]:
    async with PlatformIdentity(endpoint.url, endpoint.header, "client-1", clock) as identity:
        yield identity


async def renewed(identity: PlatformIdentity) -> None:
    await asyncio.gather(*identity._asking.values())


async def test_it_asks_as_the_platform_wants_it_and_keeps_the_token(endpoint, identity, clock):
    first = await identity.get_token(SCOPE, tenant_id="any", claims=None)
    assert first.expires_on == int((NOON + HOUR).timestamp())
    clock.now += timedelta(minutes=50)
    assert await identity.get_token(SCOPE) == first
    asked = {"api-version": "2019-08-01", "resource": "https://storage.azure.com", "client_id": "client-1"}
    assert endpoint.asked == [asked]


async def test_an_identity_of_the_apps_own_has_no_client_id(endpoint, clock):
    async with PlatformIdentity(endpoint.url, endpoint.header, "", clock) as identity:
        await identity.get_token(SCOPE)
    assert "client_id" not in endpoint.asked[0]


async def test_all_who_wait_share_one_request_and_one_who_gives_up_takes_it_from_nobody(endpoint, identity):
    endpoint.gate.clear()
    waiting = [asyncio.create_task(identity.get_token(SCOPE)) for _ in range(50)]
    await endpoint.reached.wait()
    waiting[0].cancel()
    endpoint.gate.set()
    grants = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(grants[0], asyncio.CancelledError)
    assert len(set(grants[1:])) == len(endpoint.asked) == 1


async def test_it_is_renewed_beside_its_use_before_it_ends(endpoint, identity, clock):
    first = await identity.get_token(SCOPE)
    clock.now += timedelta(minutes=56)
    endpoint.gate.clear()
    endpoint.reached.clear()
    assert await identity.get_token(SCOPE) == first, "nobody waits while it holds"
    await endpoint.reached.wait()
    endpoint.gate.set()
    await renewed(identity)
    assert (await identity.get_token(SCOPE)).token != first.token


async def test_a_failing_endpoint_is_noticed_by_nobody_while_the_token_holds(endpoint, identity, clock):
    first = await identity.get_token(SCOPE)
    endpoint.answer = 500
    clock.now += timedelta(minutes=58)
    for _ in range(20):
        assert await identity.get_token(SCOPE) == first
    await renewed(identity)
    assert len(endpoint.asked) == 2, "it is not asked again at every call"
    clock.now += timedelta(minutes=2)
    with pytest.raises(Ambiguous):
        await identity.get_token(SCOPE)
    endpoint.answer = 200
    assert (await identity.get_token(SCOPE)).token != first.token


@pytest.mark.parametrize(
    "answer", [400, 403, 429, 500, "nonsense", "{}", '{"access_token": "a", "expires_on": "soon"}', "[]"]
)
async def test_no_token_is_ambiguous_and_the_log_names_no_more_than_the_kind(endpoint, identity, answer, caplog):
    endpoint.answer = answer
    with pytest.raises(Ambiguous):
        await identity.get_token(SCOPE)
    assert endpoint.header not in caplog.text
    assert "127.0.0.1" not in caplog.text


async def test_a_token_that_has_ended_already_is_none(endpoint, identity, clock):
    endpoint.lasts = -HOUR
    with pytest.raises(Ambiguous):
        await identity.get_token(SCOPE)


async def test_an_endpoint_that_is_silent_or_gone_is_ambiguous(endpoint, clock):
    endpoint.gate.clear()
    async with PlatformIdentity(endpoint.url, endpoint.header, "", clock, patience=0.05) as impatient:
        with pytest.raises(Ambiguous):
            await impatient.get_token(SCOPE)
    async with PlatformIdentity("http://127.0.0.1:1/token", "h", "", clock) as nobody:
        with pytest.raises(Ambiguous):
            await nobody.get_token(SCOPE)
