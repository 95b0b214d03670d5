"""What is longer than anything that is asked for is refused at every face, and costs nobody else any time."""

import json
from time import process_time
from urllib.parse import urlencode

import pytest

from tests.functions.console.app import a_console
from tests.functions.graph.app import ADA, CLINIC, GraphWorld, staffed_clinic
from tests.support.builders import a_key
from tests.support.edge import World


pytestmark = pytest.mark.walk
LONG = {
    "an address": "a@." * 21_000,
    "one letter": "x" * 60_000,
    "marks that go": "\u200e\u00ad" * 15_000 + "x",
    "spaces and marks in turn": " \u200e" * 15_000,
    "digits": "1" * 60_000,
    "brackets": "(" * 60_000,
    "commas": ",;" * 30_000,
    "letters with marks": "e\u0301" * 20_000,
}
LONGEST = 1.0  # seconds of this process; it was 6 and more
REFUSED = (400, 404, 413, 422)
FIELDS = ("name", "email", "phone", "address", "notes")


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
async def test_in_the_public_api(text: str) -> None:
    world = World()
    await world.save(staffed_clinic())
    customer = {"name": "Ana", "email": "ana@example.com"}
    wrong = [{"customer": {**customer, field: text}} for field in FIELDS]
    wrong += [{field: text} for field in ("service", "start", "staff", "timeZone", "language", "refId", "code")]
    wrong += [{"answers": {text: "x"}}, {"answers": {"why": text}}, {text: 1}]
    for changes in wrong:
        began = process_time()
        assert (await world.book(**changes)).status in REFUSED, list(changes)
        assert process_time() - began < LONGEST
    query = urlencode({"service": text, "from": text, "to": text, "tz": text, "staff": text})
    assert (await world.call("GET", f"/api/clinic/slots?{query}")).status in REFUSED
    assert (await world.call("POST", "/api/clinic/codes", {"email": text})).status in REFUSED


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
async def test_in_headers(text: str) -> None:
    world = World()
    await world.save(staffed_clinic())
    for name in ("accept_language", "accept_encoding", "x_forwarded_for", "cookie", "authorization", "if_match"):
        for method, path in (
            ("GET", "/book/clinic"),
            ("GET", "/api/clinic"),
            ("GET", CLINIC),
            ("GET", "/console"),
        ):
            began = process_time()
            answer = await world.call(method, path, **{name: text, "accept": "text/html"})
            assert answer.status < 500, (name, path)
            assert process_time() - began < LONGEST
    assert (await world.book(key=text)).status == 400
    for name in ("content_type", "prefer", "client_request_id"):
        graph = GraphWorld(world, world.tokens.of(ADA))
        assert (await graph.call("POST", f"{CLINIC}/customers", {"displayName": "A"}, **{name: text})).status < 500


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
async def test_in_the_console(text: str) -> None:
    console = await a_console()
    path = "/console/bookings/biz0clinic/new"
    good = {"service": "video", "staff": "claire", "date": "2027-01-13", "time": "10:00", "name": "Ada"}
    for field in (*good, "email", "phone", "notes"):
        began = process_time()
        answer = await console.send("desk", path, **{**good, field: text})
        assert answer.status in REFUSED, (field, answer.body[:300])
        assert process_time() - began < 2 * LONGEST
    page = f"/console/queue/biz0clinic/{console.id}"
    for action, fields in {
        "reassign": ("staff",),
        "reschedule": ("date", "time"),
    }.items():
        for field in fields:
            answer = await console.send("desk", f"{page}/{action}", **{field: text})
            assert answer.status in REFUSED, (action, field, answer.body[:300])


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
async def test_in_graph(text: str) -> None:
    world = World()
    await world.save(staffed_clinic())
    graph = GraphWorld(world, world.tokens.of(ADA))
    when = {"dateTime": text, "timeZone": text}
    for path, document in (
        ("appointments", {"serviceId": text, "startDateTime": when}),
        ("appointments", {"serviceId": "consultation", "customers": [{"name": text, "emailAddress": text}]}),
        ("customers", {"displayName": text, "emailAddress": text, "phones": [{"number": text}]}),
        ("customers", {"displayName": "A", "notes": text * 2}),
        ("staffMembers", {"displayName": text, "timeZone": text}),
        ("services", {"displayName": text, "defaultDuration": text}),
        ("timeOff", {"title": text, "startDateTime": when}),
    ):
        began = process_time()
        answer = await graph.call("POST", f"{CLINIC}/{path}", document, idempotency_key=a_key())
        assert answer.status in REFUSED, (path, answer.body[:300])
        assert process_time() - began < LONGEST
    for name in ("$filter", "$orderby", "$select", "$top", "$skip", "$skiptoken"):
        answer = await graph.call("GET", f"{CLINIC}/customers?{urlencode({name: text})}")
        assert answer.status in REFUSED, name


@pytest.mark.parametrize(
    "body", ["[" * 60_000, '{"a":' * 10_000 + "1" + "}" * 10_000, "1e999", "9" * 5000, '"\\ud800"']
)
async def test_bodies_that_are_deep_or_huge(body: str) -> None:
    world = World()
    await world.save(staffed_clinic())
    more = {"content_type": "application/json", "idempotency_key": a_key()}
    authorization = world.tokens.of(ADA)
    for path in ("/api/clinic/appointments", f"{CLINIC}/customers", f"{CLINIC}/appointments", "/api/clinic/codes"):
        for sent in (body, json.dumps({"start": 1})[:-1] + f', "x": {body}}}'):
            answer = await world.call("POST", path, body=sent.encode(), authorization=authorization, **more)
            assert answer.status in REFUSED, (path, answer.body[:300])
