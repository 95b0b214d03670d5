"""Due work without a timer: any request looks after it, and a clock outside can ask for it."""

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta

from functions.due_work import LOOKS_EVERY, DueWork
from functions.site.health import TIMER_STOPPED
from shared.records.table import Ambiguous
from shared.use_cases.maintenance.rounds import read_rounds, stamp_round
from tests.support.builders import MONDAY
from tests.support.edge import World, clinic
from tests.support.fakes import UnreadableTable
from tests.support.virtual_time import virtually


KEY = "gVx3uJpQ8tN5kZ7cW2sY9rL4mD6hB1fA"


def looked_after(world):
    """Give a world what a process has: requests that look after due work."""
    services = world.services
    work = DueWork(
        services.store, services.mailer, services.meetings, services.texter, services.secret, services.now
    )
    world.services = replace(services, ring=work.ring, settings=replace(services.settings, operator_key=KEY))
    return work


async def a_clinic():
    world = World()
    await world.save(clinic())
    return world, looked_after(world)


@virtually
async def test_with_the_timer_dead_for_days_requests_send_what_is_due():
    world, work = await a_clinic()
    await stamp_round(world.table, "timer")
    for _ in range(2 * 24):
        await asyncio.sleep(3600)
        world.now += timedelta(hours=1)
        await world.call("GET", "/healthz")
        await work._looking
    assert (await world.book(MONDAY + timedelta(days=4, hours=2))).status == 201
    await asyncio.sleep(60)
    world.now += timedelta(minutes=1)
    await world.call("GET", "/book/clinic")
    await work._looking
    assert world.postman.kinds("ana@example.com") == ["confirmation"]
    unready = await world.call("GET", "/readyz")
    assert (unready.status, unready.json()["storage"]) == (503, True)
    assert unready.json()["timer"] >= 2 * 24 * 3600
    rounds = await read_rounds(world.table)
    assert rounds.sweep < timedelta(hours=1, minutes=2), "and sweep"


@virtually
async def test_a_process_looks_seldom_and_no_request_waits_or_pays_for_it():
    world, work = await a_clinic()
    await stamp_round(world.table, "timer")
    before = world.table.requests
    answers = [await world.call("GET", "/healthz") for _ in range(20)]
    await work._looking
    assert world.table.requests - before == 1
    assert {'"0 requests"' in one.headers["Server-Timing"] for one in answers} == {True}
    await asyncio.sleep(LOOKS_EVERY)
    await world.call("GET", "/healthz")
    await work._looking
    assert world.table.requests - before == 2


@virtually
async def test_a_fault_of_it_harms_no_request_and_says_nothing_of_a_person(caplog):
    world = World(UnreadableTable(lambda *_: Ambiguous("canary@example.com")))
    work = looked_after(world)
    with caplog.at_level(logging.DEBUG):
        assert (await world.call("GET", "/healthz")).status == 200
        await work._looking
    assert "could not be looked after" in caplog.text
    assert "canary" not in caplog.text


@virtually
async def test_a_clock_outside_sends_what_is_due_and_counts_as_the_timer():
    world, _ = await a_clinic()
    await world.book()
    world.now += timedelta(minutes=1)
    answer = await world.call("POST", "/tasks/due", authorization=f"Bearer {KEY}")
    counts = {"sent": 3, "dropped": 0, "postponed": 0, "failed": 0, "unread": 0}
    assert (answer.status, answer.json()) == (200, counts)
    ready = await world.call("GET", "/readyz")
    assert (ready.status, ready.json()["timer"]) == (200, 0)
    await asyncio.sleep(TIMER_STOPPED.total_seconds() + 1)
    assert (await world.call("GET", "/readyz")).status == 503


async def test_only_the_key_opens_it():
    world, _ = await a_clinic()
    for shown in ("", "Bearer", f"Basic {KEY}", f"Bearer {KEY}x", "Bearer ключ"):
        answer = await world.call("POST", "/tasks/due", authorization=shown)
        assert answer.status == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
