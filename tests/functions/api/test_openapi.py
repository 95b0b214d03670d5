"""GET /openapi.json: kept true by the app's own routes and by real answers, good ones and bad ones."""

from __future__ import annotations

import copy
import re
from dataclasses import replace

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import validate

from functions.graph.routes import ROUTES
from functions.openapi import document
from functions.settings.app import Limits, RateLimit
from shared.records.table import Ambiguous
from tests.support.builders import a_key
from tests.support.edge import World, a_booking, clinic, closed, routes
from tests.support.fakes import UnreadableTable


METHODS = {"get", "post", "put", "patch", "delete", "head", "options"}
FREE = "2027-01-12T10:00:00+01:00"
LATER = "2027-01-12T11:00:00+01:00"


def closed_schemas() -> dict:
    """The document, with no object allowed a member that it does not name."""
    strict = copy.deepcopy(document())
    for schema in strict["components"]["schemas"].values():
        schema.setdefault("additionalProperties", False)
    return strict


def check(answer, path, method):
    """Hold an answer to what the document says of its path, method and status."""
    told = closed_schemas()
    described = told["paths"][path][method]["responses"][str(answer.status)]
    (kind, content), *_ = described["content"].items()
    assert answer.headers["Content-Type"] == kind
    schema = {**content["schema"], "components": told["components"]}
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(answer.json())
    for name in described.get("headers", {}):
        assert name in answer.headers
    if answer.status >= 400:
        assert answer.json()["status"] == answer.status


@pytest.mark.walk
def test_the_document_is_valid():
    validate(document())


def described_below(root: str) -> set[tuple[str, str]]:
    paths = {path: item for path, item in document()["paths"].items() if path.startswith(root)}
    return {(path, method) for path, item in paths.items() for method in item if method in METHODS}


def test_the_document_has_every_endpoint_and_no_other():
    registered = {
        (f"/{route.template.text}", method.lower())
        for route in routes()
        if route.template.text.startswith("api/")
        for method in route.methods - {"HEAD"}
    }
    assert described_below("/api/") == registered
    assert len(described_below("/")) == len(registered) + len(described_below("/v1.0/"))


GRAPHS = re.compile(
    r"solutions/(bookingCurrencies(/{id})?|bookingBusinesses(/{business}(/(publish|unpublish|calendarView|"
    r"getStaffAvailability|(services|staffMembers|customQuestions|customers|appointments)(/{id}(/cancel)?)?))?)?)"
)


def test_the_document_has_all_that_is_beside_graph_and_leaves_graphs_own_to_microsoft():
    named = {"{business}": "{calendar}", "people/{id}": "people/{address}"}
    ours = set()
    for route in ROUTES:
        path = f"/v1.0/{route.path}"
        for old, new in named.items():
            path = path.replace(old, new)
        if not GRAPHS.fullmatch(route.path):
            ours.add((path, route.method.lower()))
    assert described_below("/v1.0/") == ours
    assert len(ROUTES) - len(ours) == 37


def test_every_parameter_of_a_path_is_described():
    for path, item in document()["paths"].items():
        names = [one.get("name") or one["$ref"].rpartition("/")[2] for one in item["parameters"]]
        assert names == re.findall(r"\{(\w+)\}", path)


async def test_it_is_served_as_json(world):
    answer = await world.call("GET", "/openapi.json")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json() == document()


BUSINESS, SLOTS = "/api/{business}", "/api/{business}/slots"
CREATE, ONE = "/api/{business}/appointments", "/api/{business}/appointments/{token}"


async def test_good_answers_are_as_described(world):
    check(await world.call("GET", "/api/clinic"), BUSINESS, "get")
    check(await world.call("GET", "/api/clinic/slots?service=course"), SLOTS, "get")
    booked = await world.book(FREE)
    assert booked.status == 201
    check(booked, CREATE, "post")
    path = booked.headers["Location"]
    check(await world.call("GET", path), ONE, "get")
    moved = await world.call("PATCH", path, {"start": LATER}, idempotency_key=a_key())
    assert moved.status == 200
    check(moved, ONE, "patch")
    cancelled = await world.call("DELETE", path)
    assert cancelled.status == 200
    check(cancelled, ONE, "delete")


@pytest.mark.parametrize(
    ("method", "url", "path", "status"),
    [
        ("GET", "/api/nobody", BUSINESS, 404),
        ("GET", "/api/nobody/slots", SLOTS, 404),
        ("GET", "/api/clinic/slots", SLOTS, 422),
        ("POST", "/api/nobody/appointments", CREATE, 404),
        ("GET", "/api/clinic/appointments/forged", ONE, 404),
        ("PATCH", "/api/clinic/appointments/forged", ONE, 404),
        ("DELETE", "/api/clinic/appointments/forged", ONE, 404),
    ],
)
async def test_refusals_are_as_described(world, method, url, path, status):
    body = {"POST": a_booking(), "PATCH": {"start": FREE}}.get(method)
    answer = await world.call(method, url, body, idempotency_key=a_key())
    assert answer.status == status
    check(answer, path, method.lower())


WRONG = [
    (400, b"{", {}),
    (413, b" " * 70_000, {}),
    (415, b"{}", {"content_type": "text/plain"}),
    (422, b"{}", {}),
]


@pytest.mark.parametrize(("status", "body", "headers"), WRONG)
async def test_refusals_of_a_body_are_as_described(world, status, body, headers):
    for method, url, path in (
        ("POST", "/api/clinic/appointments", CREATE),
        ("PATCH", "/api/clinic/appointments/forged", ONE),
    ):
        answer = await world.call(method, url, body=body, idempotency_key=a_key(), **headers)
        assert answer.status == status
        check(answer, path, method.lower())


async def test_conflicts_are_as_described(world):
    await world.book(FREE, service="solo")
    taken = await world.book(FREE, service="solo")
    assert taken.status == 409
    check(taken, CREATE, "post")
    token = await world.token(start=LATER, service="solo")
    moved = await world.call(
        "PATCH", f"/api/clinic/appointments/{token}", {"start": FREE}, idempotency_key=a_key()
    )
    assert moved.status == 409
    check(moved, ONE, "patch")


@pytest.mark.parametrize(("fault", "status"), [(Ambiguous, 503), (KeyError, 500)])
async def test_faults_are_as_described(fault, status):
    world = World(UnreadableTable(fault))
    for method, url, path in (
        ("GET", "/api/clinic", BUSINESS),
        ("GET", "/api/clinic/slots?service=solo", SLOTS),
        ("POST", "/api/clinic/appointments", CREATE),
        ("GET", "/api/clinic/appointments/forged", ONE),
        ("PATCH", "/api/clinic/appointments/forged", ONE),
        ("DELETE", "/api/clinic/appointments/forged", ONE),
    ):
        body = {"POST": a_booking(), "PATCH": {"start": FREE}}.get(method)
        answer = await world.call(method, url, body, idempotency_key=a_key())
        assert answer.status == status
        check(answer, path, method.lower())


async def test_a_limit_is_as_described(world):
    limited = World(world.table, Limits(reads=RateLimit(1, 0.001)))
    await limited.call("GET", "/api/clinic")
    answer = await limited.call("GET", "/api/clinic")
    assert answer.status == 429
    check(answer, BUSINESS, "get")


def test_the_worlds_differ_only_in_what_a_test_says():
    assert replace(closed(), business=clinic().business) == clinic()
