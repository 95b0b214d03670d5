"""Anything at all, sent to SCIM's addresses: an answer in SCIM's own words each time, and never a fault."""

from __future__ import annotations

import asyncio
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.functions.api.test_fuzz import FUZZ, NASTY, TEXT, VALUE, sendable
from tests.functions.scim.app import ENTRA_USER, TOKEN, USERS, created, patch, the_world


ATTRIBUTE = st.sampled_from(["userName", "active", "name", "emails", "displayName", "externalId", "phoneNumbers"])
PART = st.sampled_from(["", ".value", ".givenName", ".familyName", ".primary", "[0]", "[", "]", ".", ".a.b"])
TERM = st.sampled_from(
    ["type eq", "primary eq", "value co", "not (", ")", "(", "and", "or", "pr", "x", '"', '\\"']
)
FILTER = st.lists(TERM | ATTRIBUTE | TEXT | NASTY, max_size=6).map(" ".join)
PATH = st.one_of(
    TEXT,
    NASTY,
    st.tuples(ATTRIBUTE, PART).map("".join),
    st.tuples(ATTRIBUTE, FILTER, PART).map(lambda parts: f"{parts[0]}[{parts[1]}]{parts[2]}"),
)
WRAPPED = VALUE.map(lambda value: [{"$ref": None, "value": value}])
ENTRY = st.fixed_dictionaries({}, optional={"value": VALUE, "type": VALUE, "primary": VALUE})
GIVEN = VALUE | WRAPPED | ENTRY | st.lists(ENTRY, max_size=3) | st.dictionaries(ATTRIBUTE, VALUE, max_size=3)
STEP = st.fixed_dictionaries(
    {"op": st.sampled_from(["add", "Replace", "remove", "Remove"]) | TEXT}, optional={"path": PATH, "value": GIVEN}
)


@pytest.fixture(scope="module")
def send():
    """Call SCIM as the provider, synchronously; every answer is held to being one."""
    with asyncio.Runner() as runner:
        world = runner.run(the_world())
        account = runner.run(created(world))

        def sent(method, url, document=None, body=b"", **headers):
            text = body if document is None else json.dumps(document).encode("utf-8", "surrogatepass")
            given_headers = {
                "authorization": f"Bearer {TOKEN}",
                "content_type": "application/scim+json",
                **headers,
            }
            answer = runner.run(world.call(method, url.replace("ACCOUNT", account), body=text, **given_headers))
            assert answer.status < 500, (method, url, answer.body)
            if answer.status >= 400:
                assert answer.json()["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
            return answer

        yield sent


@FUZZ
@given(steps=st.lists(STEP, min_size=1, max_size=4))
def test_any_steps_have_an_answer(send, steps):
    assert send("PATCH", "ACCOUNT", patch(*steps)).status in (200, 400, 409)
    assert send("PUT", "ACCOUNT", ENTRA_USER).status == 200


@FUZZ
@given(changes=st.dictionaries(ATTRIBUTE | TEXT | NASTY, GIVEN, max_size=5), document=VALUE)
def test_any_user_has_an_answer(send, changes, document):
    for sent in ({**ENTRA_USER, **changes}, document):
        assert send("PUT", "ACCOUNT", sent).status in (200, 400, 409)
        assert send("POST", USERS, sent).status in (201, 400, 409)


@FUZZ
@given(wanted=FILTER | TEXT | NASTY, place=TEXT | NASTY)
def test_any_query_has_an_answer(send, wanted, place):
    assert send("GET", f"{USERS}?filter={sendable(wanted)}").status in (200, 400)
    query = f"startIndex={sendable(place)}&count={sendable(place)}&attributes={sendable(wanted)}"
    assert send("GET", f"{USERS}?{query}").status in (200, 400)


@FUZZ
@given(path=TEXT | NASTY, body=st.binary(max_size=80), header=TEXT | NASTY)
def test_any_address_any_bytes_and_any_header_have_an_answer(send, path, body, header):
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        for at in (f"/scim/v2/{sendable(path)}", f"{USERS}/{sendable(path)}"):
            send(method, at, body=body)
    for method, at in (("POST", USERS), ("PUT", "ACCOUNT"), ("PATCH", "ACCOUNT")):
        assert send(method, at, body=body).status == 400
    send("GET", USERS, authorization=f"Bearer {header}")
    send("PATCH", "ACCOUNT", body=body, content_type=header)
