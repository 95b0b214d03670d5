"""What holds for every route: headers on each answer, faults that tell nothing, logs that know nobody."""

from __future__ import annotations

import gzip
import logging

import azure.functions as func
import pytest

from functions.http.boundary import HEADERS, SLOW_TO_COMPRESS, api
from shared.records.keys import APPOINTMENT, SEAT
from shared.records.table import Ambiguous
from tests.support.builders import a_key
from tests.support.edge import World, a_booking, routes, the_world
from tests.support.fakes import UnreadableTable


pytestmark = pytest.mark.walk
CANARIES = ("Canary Cardinal", "canary@example.com", "+44 7700 900123", "canary-notes", "1 Canary Wharf")
CANARY = dict(zip(("name", "email", "phone", "notes", "address"), CANARIES, strict=True))
STATIC = ("assets", "embed", "robots")
ON_STATIC = ("X-Content-Type-Options", "Strict-Transport-Security", "Cross-Origin-Resource-Policy")
ROUTES = [(route.name, method) for route in routes() for method in sorted(route.methods)]
PARTS = sorted({name.partition("_")[0] for name, _ in ROUTES})  # a test of each: there are hundreds of routes


def of_part(part):
    return [one for one in ROUTES if one[0].partition("_")[0] == part]


def url_of(name, **values):
    """Return an address of the route, its parameters filled in."""
    known = {
        "business": "clinic",
        "service": "solo",
        "token": "forged",
        "code": "slot-taken",
        "path": "x",
        **values,
    }
    text = next(route.template.text for route in routes() if route.name == name).replace("{*path}", "{path}")
    for parameter in ("business", "service", "token", "code", "path", "hash"):
        text = text.replace(f"{{{parameter}}}", known.get(parameter, "x"))
    return f"/{text}"


def body_of(method):
    return {"POST": a_booking(), "PATCH": {"start": "2027-01-12T10:00:00+01:00"}}.get(method)


def broken():
    """A storage whose faults name whom it was asked about."""
    return UnreadableTable(lambda *asked: KeyError(f"{CANARIES} {asked}"))


def silent():
    return UnreadableTable(lambda *asked: Ambiguous(f"{CANARIES} {asked}"))


async def answers(name, method):
    """A good answer where there is one, one about nothing, and one in which storage fails."""
    world = await the_world()
    key = {"idempotency_key": a_key()} if body_of(method) else {}
    token = await world.token() if url_of(name) != url_of(name, token="x") else ""
    for url in dict.fromkeys((url_of(name), url_of(name, business="nobody"), url_of(name, token=token))):
        yield await world.call(method, url, body_of(method), **key)
    for table in (broken, silent):
        yield await World(table()).call(method, url_of(name), body_of(method), **key)


@pytest.mark.parametrize("part", PARTS)
async def test_every_answer_has_the_headers_that_keep_it_safe_and_may_not_be_framed(part):
    for name, method in of_part(part):
        wanted = {header.lower() for header in (ON_STATIC if name in STATIC else HEADERS)}
        async for answer in answers(name, method):
            which = name, method, answer.status
            assert wanted <= {header.lower() for header in answer.headers}, which
            assert answer.headers["X-Content-Type-Options"] == "nosniff", which
            if name not in STATIC:
                assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"], which
                assert "default-src 'none'" in answer.headers["Content-Security-Policy"], which


JSON = [one for one in ROUTES if one[0].startswith("api_")]


@pytest.mark.parametrize(("name", "method"), JSON)
async def test_a_fault_tells_nothing_but_that(name, method):
    answer = await World(broken()).call(method, url_of(name), code_or_body(name, method), idempotency_key=a_key())
    assert answer.json() == {
        "type": "/problems/unexpected",
        "title": "Something went wrong on our side",
        "status": 500,
    }


@pytest.mark.parametrize(("name", "method"), JSON)
async def test_a_storage_that_does_not_answer_is_a_try_again(name, method):
    answer = await World(silent()).call(method, url_of(name), code_or_body(name, method), idempotency_key=a_key())
    assert (answer.status, answer.headers["Retry-After"]) == (503, "1")
    assert answer.json() == {"type": "/problems/try-again", "title": "The server is busy", "status": 503}


def code_or_body(name, method):
    return {"email": "ana@example.com"} if name == "api_codes" else body_of(method)


@pytest.mark.parametrize("part", PARTS)
async def test_no_answer_and_no_log_of_a_fault_holds_a_word_of_it(part, caplog):
    for name, method in of_part(part):
        caplog.clear()
        with caplog.at_level(logging.DEBUG):
            answer = await World(broken()).call(method, url_of(name), body_of(method), idempotency_key=a_key())
        for canary in CANARIES:
            assert canary.encode() not in answer.body, (name, method)
            assert canary not in caplog.text, (name, method)


async def test_a_fault_is_logged_with_its_kind_and_its_place(caplog):
    await World(broken()).call("GET", "/api/clinic")
    assert "api_business failed" in caplog.text
    assert "KeyError at" in caplog.text
    assert "calendars.py" in caplog.text


async def test_no_log_knows_the_customer_or_the_link(world, caplog):
    with caplog.at_level(logging.DEBUG):
        booked = await world.book(service="course", customer={**CANARY, "address": ""})
        assert booked.status == 201
        token = booked.json()["manage"].rpartition("/")[2]
        path = booked.headers["Location"]
        await world.call("GET", path)
        await world.call("GET", f"/book/clinic/manage/{token}")
        await world.call("PATCH", path, {"start": "2027-01-12T11:00:00+01:00"}, idempotency_key=a_key())
        await world.call("DELETE", path)
        await world.book(customer={**CANARY, "name": "\u202e" + CANARY["name"]})
        await world.call("POST", "/api/clinic/appointments", body=str(CANARY).encode(), idempotency_key=a_key())
        await spoil(world)
        assert (await world.call("GET", path)).status == 500
    for canary in (*CANARIES, token):
        assert canary not in caplog.text


async def spoil(world):
    """Make the stored appointments such that they cannot be read, with the customer in them."""
    from shared.records.table import Operation

    for row in world.table.rows("bookings", "biz0clinic"):
        if row.key.startswith((APPOINTMENT, SEAT)):
            body = f'{{"seat": {{"customer": "{CANARIES}"}}, "id": 7}}'
            operation = Operation("upsert", row.key, {"body": body})
            await world.table.transact("bookings", "biz0clinic", [operation])


async def test_the_running_app_logs_neither_customers_nor_links(host, client):
    slots = (await client.get("/api/clinic/slots?service=detailed&from=2026-01-01&to=2026-01-02")).json()
    assert slots["slots"] == []
    slots = (await client.get("/api/clinic/slots?service=consultation")).json()["slots"]
    booking = a_booking(slots[-1]["start"], customer={**CANARY, "address": ""})
    booked = await client.post("/api/clinic/appointments", json=booking, headers={"Idempotency-Key": a_key()})
    assert booked.status_code == 201
    path = booked.headers["Location"]
    assert (await client.get(path)).status_code == 200
    assert (await client.get(booked.json()["manage"].removeprefix("https://book.example.org"))).status_code == 200
    assert (await client.delete(path)).status_code == 200
    for canary in (*CANARIES, path.rpartition("/")[2]):
        assert canary not in host.written()


async def test_the_cost_of_finding_nothing_is_not_told(world):
    for url in ("/api/nobody", "/api/closed", "/api/clinic/appointments/forged"):
        assert "Server-Timing" not in (await world.call("GET", url)).headers
    assert "Server-Timing" in (await world.call("GET", "/api/clinic")).headers


async def test_answers_are_compressed_for_those_who_ask(world):
    plain = await world.call("GET", "/api/clinic")
    zipped = await world.call("GET", "/api/clinic", accept_encoding="br, gzip")
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.body) == plain.body
    for accepted in ("identity", "gzip;q=0", "br, gzip; q=0.0", ""):
        assert "Content-Encoding" not in (await world.call("GET", "/api/clinic", accept_encoding=accepted)).headers


async def test_a_very_long_answer_is_compressed_beside_what_else_is_asked():
    text = "long " * (SLOW_TO_COMPRESS // 4)

    @api
    async def long(_: func.HttpRequest) -> func.HttpResponse:
        return func.HttpResponse(text, mimetype="text/plain")

    asked = func.HttpRequest("GET", "/long", headers={"accept-encoding": "gzip"}, body=b"")
    answer = await long(asked)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.get_body()).decode() == text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/clinic"),
        ("DELETE", "/api/clinic/slots"),
        ("GET", "/api/clinic/appointments"),
        ("PUT", "/api/clinic/appointments/forged"),
        ("OPTIONS", "/api/clinic/appointments"),
        ("GET", "/api"),
        ("GET", "/api/clinic/slots/x"),
    ],
)
async def test_a_wrong_method_is_answered_as_an_address_that_is_not_there(client, method, path):
    answer = await client.request(method, path)
    assert (answer.status_code, answer.headers["X-Content-Type-Options"]) == (404, "nosniff")
    assert (await client.head("/api/clinic")).status_code == 200
