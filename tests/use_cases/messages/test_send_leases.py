"""Workers lease what they send: two at once, a slow one, and one that stops send nothing twice."""

import asyncio
from datetime import timedelta

import pytest

from shared.domain.appointments.messages import OutboxEntry
from shared.records.codec import load_row
from shared.records.keys import APPOINTMENT, WORK
from tests.support.builders import a_calendar, a_person, a_service
from tests.support.clinic import ANA, HALF, IN_THREE_DAYS, TEN, World
from tests.support.faulty_table import Fault, at_random, times
from tests.support.virtual_time import virtually


CLAIRE, MARC, DESK = "claire@clinic.example", "marc@clinic.example", "desk@clinic.example"


def pending(world: World) -> list[str]:
    """The kinds of the work rows that wait."""
    return sorted(load_row(OutboxEntry, row).kind for row in world.rows(WORK).values())


@virtually
async def test_two_workers_at_once_send_everything_once() -> None:
    world = await World.opened()
    world.postman.takes = 0.5
    for number in range(10):
        await world.book(TEN + number * HALF, email=f"c{number}@x.org")
    await asyncio.gather(*(world.beside().tick(f"worker{number}") for number in range(4)))
    await world.tick_for(timedelta(minutes=3))
    assert sorted(letter.to for letter in world.postman.letters) == sorted(
        [f"c{number}@x.org" for number in range(10)] + [CLAIRE] * 10 + [DESK] * 10
    )


@virtually
async def test_what_another_worker_holds_is_left_to_it_for_two_minutes() -> None:
    world = await World.opened()
    await world.book()
    world.postman.takes = 25.0
    run = asyncio.create_task(world.tick("slow"))
    await asyncio.sleep(1)
    run.cancel()
    await asyncio.gather(run, return_exceptions=True)
    world.postman.takes = 0.0
    await world.tick_for(timedelta(seconds=110))
    assert world.postman.letters == []
    await world.tick_for(timedelta(seconds=30))
    assert world.postman.kinds(ANA) == ["confirmation"]


@virtually
@pytest.mark.parametrize("minutes", [-5, 5])
async def test_a_lease_is_judged_by_no_machines_clock(minutes: int) -> None:
    world = await World.opened()
    await world.book()
    world.postman.takes = 20.0
    other = world.beside()
    other.skew = timedelta(minutes=minutes)
    run = asyncio.create_task(world.tick("slow"))
    await asyncio.sleep(5)
    await asyncio.gather(*(other.tick(f"other{number}") for number in range(3)))
    await run
    await other.tick_for(timedelta(minutes=1))
    assert [len(world.postman.to(one)) for one in (ANA, CLAIRE, DESK)] == [1, 1, 1]


@virtually
async def test_a_slow_worker_stops_before_its_lease_ends_and_nobody_is_served_twice() -> None:
    world = await World.opened()
    world.postman.takes = 29.0
    await world.book()
    runs = [asyncio.create_task(world.tick("first"))]
    for number in range(30):
        await asyncio.sleep(10)
        runs.append(asyncio.create_task(world.tick(f"other{number}")))
    await asyncio.gather(*runs)
    assert [len(world.postman.to(one)) for one in (ANA, CLAIRE, DESK)] == [1, 1, 1]


@virtually
async def test_a_run_ends_within_two_minutes_however_slow_the_mail_server_is() -> None:
    names = tuple(f"p{number}" for number in range(8))
    together = a_service(staff=names, assignment="all")
    world = await World.opened(a_calendar(staff=[a_person(name) for name in names], services=[together]))
    await world.book()
    world.postman.takes = 29.0
    before = asyncio.get_running_loop().time()
    await world.tick()
    assert asyncio.get_running_loop().time() - before < 120
    assert pending(world) == ["notify"]
    assert {load_row(OutboxEntry, row).leased_by for row in world.rows(WORK).values()} == {""}
    await world.tick_for(timedelta(minutes=10))
    assert len(world.postman.letters) == 10


@pytest.mark.walk
@virtually
@pytest.mark.parametrize("steps", range(4, 60, 3))
async def test_a_worker_that_stops_anywhere_makes_each_letter_come_once_or_twice(steps: int) -> None:
    world = await World.opened()
    await world.book()
    await world.tick_and_stop(steps)
    await world.tick_for(timedelta(minutes=5))
    counts = [len(world.postman.to(one)) for one in (ANA, CLAIRE, DESK)]
    assert set(counts) <= {1, 2}
    assert sum(counts) <= 4
    assert world.rows(WORK) == {}


@pytest.mark.walk
@virtually
@pytest.mark.parametrize("fault", tuple(Fault))
@pytest.mark.parametrize("which", range(6))
async def test_an_unclear_answer_about_a_lease_or_a_note_repeats_no_letter_and_costs_no_time(
    fault: Fault, which: int
) -> None:
    world = await World.opened()
    await world.book()
    seen = iter(range(1000))
    world.table.plan = lambda call: fault if call.writes(WORK) and next(seen) == which else None
    await world.tick_for(timedelta(seconds=50))
    await world.table.settled()
    assert [len(world.postman.to(one)) for one in (ANA, CLAIRE, DESK)] == [1, 1, 1]
    assert world.rows(WORK) == {}


@virtually
@pytest.mark.parametrize("count", [1, 2, 40])
async def test_a_row_whose_appointment_cannot_be_read_is_given_back_at_once(count: int) -> None:
    world = await World.opened()
    await world.book()
    world.table.plan = times(
        count, Fault.BUSY, lambda call: call.verb == "get" and call.keys[0].startswith(APPOINTMENT)
    )
    await world.tick()
    assert {load_row(OutboxEntry, row).leased_by for row in world.rows(WORK).values()} <= {""}
    world.table.plan = lambda _: None
    await world.tick_for(timedelta(seconds=20))
    assert [len(world.postman.to(one)) for one in (ANA, CLAIRE, DESK)] == [1, 1, 1]


@pytest.mark.walk
@virtually
@pytest.mark.parametrize("seed", range(10))
async def test_under_faults_nothing_is_missing_and_all_that_is_sent_was_true(seed: int) -> None:
    world = await World.opened()
    worker = world.beside()
    worker.table.plan = at_random(0.15, seed)
    links = [await world.book(TEN + number * HALF, email=f"c{number}@x.org") for number in range(8)]
    await worker.tick_for(timedelta(minutes=2))
    for number in (0, 1, 2):
        await world.move(links[number].token, IN_THREE_DAYS + number * HALF)
    for number in (2, 3):
        await world.cancel(links[number].token)
    await worker.tick_for(timedelta(hours=3), every=60)
    worker.table.plan = lambda _: None
    await worker.tick_for(timedelta(hours=1), every=60)
    for number in range(8):
        told = world.postman.to(f"c{number}@x.org")
        last = {0: ("change", 2), 1: ("change", 2), 2: ("cancellation", 3), 3: ("cancellation", 2)}
        kind, version = last.get(number, ("confirmation", 1))
        assert told[-1].sequence == version
        assert told[-1].kind == kind or (
            told[-1].kind == "confirmation" and len({one.sequence for one in told}) == 1
        )
        assert [one.sequence for one in told] == sorted({one.sequence for one in told})
    assert {one.uid for one in world.postman.to(CLAIRE)} >= {one.id for one in links[:2] + links[4:]}
