"""Events and metrics: what they say of requests and rounds, and that they say nothing of a person."""

import json
import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from functions.http.events import log, switch_events
from tests.support.edge import World, clinic
from tests.support.virtual_time import virtually


KEY = "gVx3uJpQ8tN5kZ7cW2sY9rL4mD6hB1fA"
CANARIES = ("canary@example.com", "Quentin Canary", "+33 6 12 34 56 78", "It hurts in the canary", "203.0.113.77")


@pytest.fixture(autouse=True)
def events_off_again():
    yield
    switch_events(on=False)


async def a_world():
    world = World()
    await world.save(clinic())
    world.services = replace(world.services, settings=replace(world.services.settings, operator_key=KEY))
    return world


def events(caplog):
    lines = [one.getMessage() for one in caplog.records if one.name == log.name]
    assert all(line.startswith("event {") for line in lines)
    return [json.loads(line.removeprefix("event ")) for line in lines]


@virtually
async def test_a_request_and_a_round_say_what_they_cost(caplog):
    world = await a_world()
    switch_events(on=True)
    with caplog.at_level(logging.INFO, "openslot"):
        await world.book()
        await world.book()
        await world.call("GET", "/healthz")
        world.now += timedelta(minutes=1)
        await world.services.due_work.run("timer")
    first, second, rounds = events(caplog)
    assert (first["kind"], first["name"], first["outcome"]) == ("request", "api_appointments", 201)
    assert min(first[name] for name in ("ms", "cpu", "depth", "requests", "transactions")) >= 0
    assert second["outcome"] in (201, 409)
    assert (rounds["kind"], rounds["by"], rounds["failed"]) == ("round", "timer", 0)
    assert rounds["sent"] >= 2


@virtually
async def test_the_log_holds_nothing_of_a_person(caplog):
    world = await a_world()
    switch_events(on=True)
    email, name, phone, notes, address = CANARIES
    with caplog.at_level(logging.DEBUG):
        for service in ("solo", "nowhere"):
            body = {"service": service, "start": "2027-01-12T10:00:00+01:00"}
            body["customer"] = {"name": name, "email": email, "phone": phone, "notes": notes}
            key = {"idempotency_key": f"key-of-{service}-000000", "x_forwarded_for": address}
            await world.call("POST", "/api/clinic/appointments", body, **key)
        await world.call("GET", f"/book/clinic?email={email}", x_forwarded_for=address)
        await world.call("GET", f"/api/clinic/appointments/{email}")
        world.postman.refused = {email}
        world.now += timedelta(minutes=1)
        await world.services.due_work.run("timer")
        metrics = await world.call("GET", "/metrics", authorization=f"Bearer {KEY}")
    said = caplog.text + metrics.body.decode()
    assert len(events(caplog)) >= 4
    assert [one for one in CANARIES if one in said] == []


@virtually
async def test_prometheus_reads_the_same_figures():
    world = await a_world()
    await world.services.due_work.run("timer")
    await world.book()
    answer = await world.call("GET", "/metrics", authorization=f"Bearer {KEY}")
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/plain")
    lines = answer.body.decode().splitlines()
    samples = [line for line in lines if not line.startswith("#")]
    assert all(
        line.rpartition(" ")[2].replace(".", "").replace("e-", "").replace("e+", "").isdigit() for line in samples
    )
    names = {line.split()[2] for line in lines if line.startswith("# TYPE")}
    assert {line.partition("{")[0].partition(" ")[0] for line in samples} <= names
    assert any(
        line.startswith('openslot_requests_total{name="api_appointments",outcome="201"} ') for line in samples
    )
    assert "openslot_up 1" in samples
    assert 'openslot_round_age_seconds{by="timer"} 0' in samples


async def test_metrics_are_the_operators_alone():
    world = await a_world()
    assert (await world.call("GET", "/metrics")).status == 401
    world.services = replace(world.services, settings=replace(world.services.settings, operator_key=""))
    assert (await world.call("GET", "/metrics", authorization=f"Bearer {KEY}")).status == 404
