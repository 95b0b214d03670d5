"""Anything at all, sent to the JSON endpoints: an answer with a meaning each time, and never a fault."""

from __future__ import annotations

import asyncio
import json
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.records.keys import APPOINTMENT, ledger_key
from tests.support.builders import a_key
from tests.support.edge import a_booking, the_world
from tests.support.examples import examples


FUZZ = settings(max_examples=examples(250), suppress_health_check=list(HealthCheck))
TEXT = st.text(st.characters(exclude_categories=()), max_size=40)
NASTY = st.sampled_from(
    [
        *(
            "",
            "0",
            "null",
            "\x00",
            "..",
            "%2e%2e",
            APPOINTMENT,
            ledger_key("202701", "claire"),
            "' or 1 eq 1",
            "\u202e",
            "\ud83d",
            "é",
            "١",
        ),
        *(
            "9" * 400,
            "claire",
            "vera",
            "solo",
            "course",
            "clinic",
            "2027-01-12",
            "2027-01-12T10:00:00+01:00",
            "UTC",
        ),
        *(
            "9999-12-31T23:59:59.999999Z",
            "0001-01-01T00:00:00+23:59",
            "2200-12-31T23:59:59-23:59",
            "1971-01-01T00:00Z",
        ),
    ]
)
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT | NASTY,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT | NASTY, inner, max_size=4),
    max_leaves=12,
)
MEMBERS = ["service", "start", "staff", "customer", "answers", "consent", "timeZone", "language", "refId", "code"]
FIELDS = ["name", "email", "phone", "address", "notes"]
CHANGES = st.dictionaries(st.sampled_from(MEMBERS) | TEXT, VALUE, max_size=4)
IN_CUSTOMER = st.dictionaries(st.sampled_from(FIELDS) | TEXT, TEXT | NASTY | VALUE, max_size=3)
HEADERS = st.dictionaries(
    st.sampled_from(["idempotency_key", "content_type", "accept_encoding", "x_forwarded_for", "accept_language"]),
    TEXT | NASTY,
    max_size=3,
)
PARAMETERS = st.lists(
    st.tuples(st.sampled_from(["service", "from", "to", "staff", "tz", "Service", "x"]) | TEXT, TEXT | NASTY),
    max_size=8,
)


def sendable(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


@pytest.fixture(scope="module")
def send():
    """Call the app, synchronously; every answer is held to being one."""
    with asyncio.Runner() as runner:
        world = runner.run(the_world())

        def sent(method, url, *, body=b"", **headers):
            answer = runner.run(world.call(method, url, body=body, **headers))
            assert answer.status < 500, answer.body
            assert json.loads(answer.body)
            return answer

        yield sent


@FUZZ
@given(changes=CHANGES, inside=IN_CUSTOMER, headers=HEADERS)
def test_any_booking_has_an_answer(send, changes, inside, headers):
    document = {**a_booking(), **changes}
    if isinstance(document["customer"], dict):
        document["customer"] = {**document["customer"], **inside}
    body = json.dumps(document).encode("utf-8", "surrogatepass")
    send("POST", "/api/clinic/appointments", body=body, **{"idempotency_key": a_key(), **headers})


@FUZZ
@given(document=VALUE)
def test_any_json_has_an_answer(send, document):
    body = json.dumps(document).encode()
    assert send("POST", "/api/clinic/appointments", body=body, idempotency_key=a_key()).status in (400, 422)
    assert send("PATCH", "/api/clinic/appointments/x", body=body, idempotency_key=a_key()).status in (
        400,
        404,
        422,
    )


@FUZZ
@given(body=st.binary(max_size=200))
def test_any_bytes_have_an_answer(send, body):
    assert send("POST", "/api/clinic/appointments", body=body, idempotency_key=a_key()).status in (400, 422)


@FUZZ
@given(parameters=PARAMETERS, headers=HEADERS)
def test_any_query_has_an_answer(send, parameters, headers):
    query = "&".join(f"{sendable(name)}={sendable(value)}" for name, value in parameters)
    assert send("GET", f"/api/clinic/slots?{query}", **headers).status in (200, 404, 422)
    assert send("GET", f"/api/clinic?{query}", **headers).status == 200


@FUZZ
@given(slug=(TEXT | NASTY).filter(lambda text: text not in ("", "clinic")), token=(TEXT | NASTY).filter(bool))
def test_any_name_and_any_link_have_an_answer(send, slug, token):
    slug, token = sendable(slug), sendable(token)
    assert send("GET", f"/api/{slug}").status == 404
    assert send("GET", f"/api/{slug}/slots?service=solo").status == 404
    assert send("GET", f"/api/clinic/appointments/{token}").status == 404
    assert send("DELETE", f"/api/clinic/appointments/{token}").status == 404


async def test_odd_addresses_are_no_fault_of_the_running_app(client):
    for path in (
        "/api/%00",
        "/api/%2F..%2F",
        "/api/%C3%A9t%C3%A9",
        "/api/%FF%FE",
        "/api/clinic%20",
        "/api/CLINIC",
        "/api/" + "x" * 4000,
        "/api/' or PartitionKey ne '",
        "/api/a%23b%3Fc%5Cd",
        "/api/%F0%9F%98%80/slots",
        "/api/clinic/appointments/%00.%00",
        "/api/clinic/appointments/" + "x" * 4000,
        "/api/clinic/slots?" + "&".join(f"a{n}=b" for n in range(900)),
        "/api/clinic/slots?service=solo&service=solo&service=",
        "/api/clinic/slots?service=%00&tz=%FF&from=%F0%9F%98%80",
        "/api/clinic/slots?=&&&;=%",
        "/api/%",
        "/api/clinic//slots",
        "//api/clinic",
    ):
        answer = await client.get(path)
        assert answer.status_code in (200, 400, 404, 422), path


async def test_a_body_that_comes_in_pieces_is_no_fault(client):
    async def pieces():
        yield b'{"service": "solo"'
        yield b"}"

    headers = {"Idempotency-Key": a_key(), "Content-Type": "application/json"}
    answer = await client.post("/api/clinic/appointments", content=pieces(), headers=headers)
    assert answer.status_code == 400  # the host passes on only bodies of a known length


async def test_repeated_headers_are_no_fault(client):
    key = a_key()
    headers = [("Idempotency-Key", key), ("Idempotency-Key", key), ("Content-Type", "application/json")]
    answer = await client.post("/api/clinic/appointments", content=b"{}", headers=headers)
    assert answer.status_code == 400
