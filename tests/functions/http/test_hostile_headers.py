"""Headers that lie: no route believes who the caller says we are, and none fails over what a header holds."""

import re

import pytest
import pytest_asyncio

from tests.functions.graph.app import ADA, CLINIC, staffed_clinic
from tests.functions.scim.app import TOKEN, USERS, with_token
from tests.support.builders import a_key
from tests.support.edge import PUBLIC_URL, World, routes


EVIL = "evil.example"
SAID = (
    *("http://[", "http://[::1", f"http://{EVIL}", f"https://{EVIL}:99999", "http://", f"http://me@{EVIL}"),
    *("http://\udcff", f"javascript://{EVIL}", f"http://{EVIL}/x"),
)
NAMES = (
    *("host", "x_forwarded_host", "x_forwarded_proto", "x_forwarded_server", "x_original_host", "forwarded"),
    *("x_original_url", "x_rewrite_url", "origin", "referer", "accept", "accept_language", "accept_encoding"),
    *("authorization", "cookie", "x_csrf_token", "client_request_id", "prefer", "if_match", "if_none_match"),
    *("content_type", "x_forwarded_for", "x_ms_client_principal", "sec_fetch_site", "idempotency_key"),
)
VALUES = ("[", f"https://{EVIL}/", f"{EVIL}\\@[", "javascript", "\udcff\udcfe", "\x00", "é\u202e", "a" * 9000)
SHARE, FULL = 8, 3  # each route meets a part of the values: what reads a header stands before many routes
NAMED = {"business": "clinic", "service": "solo", "code": "not-found"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world():
    one = with_token(World())
    await one.save(staffed_clinic())
    return one


def calls():
    """Each address of each route with each of its methods."""
    for route in routes():
        path = re.sub(r"\{\*?(\w+)\}", lambda found: NAMED.get(found[1], "x.y"), route.template.text)
        yield from ((method, f"/{path}") for method in sorted(route.methods - {"HEAD"}))


@pytest.mark.walk
@pytest.mark.parametrize("said", SAID)
@pytest.mark.asyncio(loop_scope="module")
async def test_no_route_fails_over_its_host_or_repeats_it(world, said):
    for method, path in calls():
        answer = await world.call(method, path, {}, asked_at=said, host=said.partition("//")[2])
        assert answer.status != 500, (method, path)
        told = answer.body.decode("utf-8", "replace") + repr(dict(answer.headers))
        assert EVIL not in told, (method, path)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.asyncio(loop_scope="module")
async def test_no_route_fails_over_a_header_or_repeats_it(world, name, *, is_full):
    share = FULL if is_full else SHARE
    for at, (method, path) in enumerate(calls(), NAMES.index(name)):
        for value in VALUES[at % share :: share]:
            answer = await world.call(method, path, {}, **{name: value})
            assert answer.status != 500, (method, path, value)
            told = answer.body.decode("utf-8", "replace") + repr(dict(answer.headers))
            assert EVIL not in told, (method, path, value)


@pytest.mark.walk
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.asyncio(loop_scope="module")
async def test_a_write_is_answered_whatever_its_other_headers_hold(world, name):
    """A fault after a write would be a write that nobody knows of."""
    if name in ("authorization", "content_type", "idempotency_key", "if_match"):
        return
    for value in VALUES:
        lies = {"authorization": world.tokens.of(ADA), "idempotency_key": a_key(), name: value}
        person = {"displayName": "Bo", "emailAddress": f"{a_key()[-20:].lower()}@example.org"}
        answer = await world.call("POST", f"{CLINIC}/customers", person, **lies, asked_at="http://[")
        assert answer.status == 201, (value, answer.body)
        assert answer.json()["@odata.context"].startswith(f"{PUBLIC_URL}/v1.0/")
        lies = {"authorization": f"Bearer {TOKEN}", name: value}
        account = {"userName": f"{a_key()[-20:].lower()}@example.org"}
        made = await world.call("POST", USERS, account, **lies, asked_at="http://[")
        assert made.status == 201, (value, made.body)
        assert made.headers["Location"].startswith(f"{PUBLIC_URL}/scim/v2/Users/")
