"""What a collector of OpenTelemetry gets: what events say, nothing of a person, and no request waits for it."""

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta
from threading import enumerate as threads

import pytest

from functions.http.events import FIGURES, tell_also
from functions.settings.collector import read_collector
from functions.telemetry import Telemetry
from infra.local.pieces import ROOT
from tests.functions.http.test_events import CANARIES, KEY, a_world
from tests.support.platform.collector import attributes, collector


TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
MOST = 2048  # spans that wait


@contextmanager
def telling(url):
    """Have a process's telemetry sent there, as the settings would."""
    telemetry = Telemetry(read_collector({"OTEL_EXPORTER_OTLP_ENDPOINT": url}))
    tell_also(telemetry.tell)
    try:
        yield telemetry
    finally:
        tell_also()
        telemetry.end()


@pytest.fixture(autouse=True)
def few_seconds(monkeypatch):
    """What the SDK reads of its settings: a collector is given up after a second."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "1")


async def test_a_request_and_a_round_are_spans_with_what_they_cost():
    world = await a_world()
    with collector("willing") as (url, received):
        with telling(url):
            await world.book()
            await world.call("GET", "/healthz")
            await world.call("GET", "/book/clinic", traceparent=f"00-{TRACE}-{PARENT}-01")
            world.now += timedelta(minutes=1)
            await world.services.due_work.run("timer")
        booked, page, rounds = received.spans
        assert (booked.name, booked.kind, booked.parent_span_id) == (
            "api_appointments",
            booked.SPAN_KIND_SERVER,
            b"",
        )
        said = attributes(booked)
        assert said["http.response.status_code"] == "201"
        assert {f"openslot.{one}" for one in ("ms", "cpu", "depth", "requests", "transactions")} <= set(said)
        assert booked.end_time_unix_nano >= booked.start_time_unix_nano
        assert (page.trace_id.hex(), page.parent_span_id.hex()) == (TRACE, PARENT)
        assert (rounds.name, rounds.kind) == ("round", rounds.SPAN_KIND_INTERNAL)
        assert int(attributes(rounds)["openslot.sent"]) >= 2
        assert received.services == {"openslot"}


async def test_figures_are_those_of_metrics():
    world = await a_world()
    with collector("willing") as (url, received):
        with telling(url):
            await world.book()
        labels = frozenset({("name", "api_appointments"), ("outcome", "201")})
        assert received.sums["openslot.requests"][labels] == FIGURES.requests["api_appointments", 201] > 0
        assert set(received.sums) >= {"openslot.storage", "openslot.request_seconds", "openslot.processor_seconds"}


async def test_a_request_that_failed_is_a_failed_span_with_what_the_storage_was_asked():
    from functions.http.events import Watch, tell_request
    from shared.storage.trace import Trace

    with collector("willing") as (url, received):
        with telling(url):
            tell_request("book", 503, Watch(), Trace(requests=5, transactions=1, depth=2))
            tell_request("book", 404, Watch(), Trace())
        failed, missing = received.spans
        said = attributes(failed)
        assert [said[f"openslot.{one}"] for one in ("requests", "transactions", "depth")] == ["5", "1", "2"]
        assert (failed.status.code, missing.status.code) == (failed.status.STATUS_CODE_ERROR, 0)


async def test_nothing_of_a_person_leaves():
    world = await a_world()
    email, name, phone, notes, address = CANARIES
    with collector("willing") as (url, received):
        with telling(url):
            for service in ("solo", "nowhere"):
                body = {"service": service, "start": "2027-01-12T10:00:00+01:00"}
                body["customer"] = {"name": name, "email": email, "phone": phone, "notes": notes}
                given = {"idempotency_key": f"key-of-{service}-000000", "x_forwarded_for": address}
                await world.call("POST", "/api/clinic/appointments", body, tracestate=f"a={email}", **given)
            await world.call("GET", f"/book/clinic?email={email}", baggage=f"who={email}", traceparent=email)
            await world.call("GET", f"/api/clinic/appointments/{email}")
            world.postman.refused = {email}
            world.now += timedelta(minutes=1)
            await world.services.due_work.run("timer")
        sent = b"".join(body for _, body in received.bodies).decode("utf-8", "replace")
        assert len(received.spans) >= 4
        assert [one for one in CANARIES if one in sent] == []


@pytest.mark.parametrize(
    "parent", ["", "00", f"00-{TRACE}-{PARENT}-zz", "0" * 9_000, f"ff-{TRACE}-{PARENT}-01", "ü" * 55]
)
async def test_a_wrong_parent_begins_a_trace_of_its_own(parent):
    world = await a_world()
    with collector("willing") as (url, received):
        with telling(url):
            assert (await world.call("GET", "/book/clinic", traceparent=parent)).status == 200
        (page,) = received.spans
        assert page.parent_span_id == b""
        assert page.trace_id.hex() != TRACE


@pytest.mark.parametrize("mood", ["silent", "refusing"])
async def test_no_request_waits_for_a_collector_that_is_away(mood):
    world = await a_world()
    with collector(mood) as (url, received), telling(url) as telemetry:
        for _ in range(MOST // 4):  # the first batch is on its way
            telemetry.tell(_told())
        assert received.came.wait(30)
        for _ in range(2 * MOST):
            telemetry.tell(_told())
        before = len(received.bodies)
        assert (await world.book()).status in (201, 409)
        assert (await world.call("GET", "/book/clinic")).status == 200
        assert len(received.bodies) <= before + 1
    assert not [one for one in threads() if one.name.startswith("OtelBatch") and not one.daemon]


async def test_what_fails_while_it_is_told_does_not_fail_the_request(caplog):
    world = await a_world()

    def fails(_):
        raise ValueError(CANARIES[0])

    tell_also(fails)
    try:
        assert (await world.call("GET", "/book/clinic")).status == 200
    finally:
        tell_also()
    assert "an event could not be passed on" in caplog.text
    assert "canary" not in caplog.text


def _told():
    from functions.http.events import CostEvent
    from shared.storage.trace import Trace

    return CostEvent("book", {"kind": "request", "name": "book", "outcome": 200}, 0.01, 0.01, Trace())


PROCESS = """
import asyncio, json, sys
from functions import wiring

async def of_process():
    wiring.services()
    return sorted(one for one in sys.modules if one.partition(".")[0] == "opentelemetry")

print(json.dumps(asyncio.run(of_process())))
"""


@pytest.mark.parametrize("is_set", [True, False])
def test_without_a_collector_a_process_loads_none_of_it(is_set):
    with collector("willing") as (url, _):
        given = {"OTEL_EXPORTER_OTLP_ENDPOINT": url} if is_set else {}
        settings = {"OPENSLOT_TABLES": "UseDevelopmentStorage=true", "OPENSLOT_SECRET": KEY[::-1] + KEY}
        settings |= {"OPENSLOT_PUBLIC_URL": "http://localhost:7071"}
        environ = {**os.environ, **settings, **given}
        run = subprocess.run(
            [sys.executable, "-c", PROCESS], env=environ, cwd=ROOT, check=True, capture_output=True
        )
    loaded = json.loads(run.stdout)
    assert ("opentelemetry.sdk.trace" in loaded) is is_set
    assert bool(loaded) is is_set
