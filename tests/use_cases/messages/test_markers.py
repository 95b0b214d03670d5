"""Markers stay while anybody can need them, and the sweep files them anew; what a timer costs."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from shared.records.keys import APPOINTMENT, DECISION, WORK
from shared.records.table import Operation
from tests.support.builders import a_business, a_calendar, a_person, a_service
from tests.support.clinic import ANA, BOB, HALF, IN_THREE_DAYS, TEN, World, reminding
from tests.support.faulty_table import Fault, no_faults, once, times
from tests.support.virtual_time import virtually


HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@virtually
async def test_a_marker_stays_while_its_work_waits_and_goes_when_nobody_can_need_it_any_more() -> None:
    world = await World.opened()
    world.postman.is_away = True
    await world.book()
    await world.tick_for(timedelta(minutes=30), every=60)
    assert world.markers() == ["000000000000"]
    world.postman.is_away = False
    await world.tick_for(HOUR, every=60)
    assert world.markers() == []


@virtually
async def test_a_marker_that_was_just_written_stays_though_there_is_no_work_yet() -> None:
    world = await World.opened()
    await world.store.markers.write(world.business, [None, TEN - DAY])
    await world.tick_for(timedelta(minutes=9), every=30)
    assert world.markers() == ["000000000000", "202701110900"]
    await world.tick_for(timedelta(minutes=3), every=30)
    assert world.markers() == ["202701110900"]
    await world.tick_for(timedelta(hours=3), every=60)
    assert world.markers() == []


@virtually
async def test_a_marker_that_is_written_again_while_it_is_being_cleared_stays() -> None:
    world = await World.opened()
    await world.store.markers.write(world.business, [None])
    await asyncio.sleep(700)

    def rewrite(call) -> None:
        if call.verb == "transact" and call.table == "due":
            world.table.before_each = lambda _: None
            shard = next(f"s{n}" for n in range(4) if world.inner.rows("due", f"s{n}"))
            world.inner.apply("due", shard, [Operation("upsert", call.keys[0])])

    world.table.before_each = rewrite
    await world.tick()
    assert world.markers() == ["000000000000"]


@virtually
@pytest.mark.parametrize("delay", [5, 60, 118])
async def test_work_that_is_written_long_after_its_marker_is_found(delay: float) -> None:
    """The transaction that arrives late was sent at most two minutes after its markers."""
    world = await World.opened()
    world.table.zombie_delay = lambda: delay
    world.table.plan = times(99, Fault.ZOMBIE, lambda call: call.writes(APPOINTMENT))
    booking = asyncio.gather(world.book(), return_exceptions=True)
    beside = world.beside()
    for _ in range(200):
        await beside.tick()
        await asyncio.sleep(10)
    await booking
    assert beside.postman.kinds(ANA) == ["confirmation"]


@virtually
async def test_a_shard_that_cannot_be_read_is_counted_and_its_calendars_wait_for_the_next_run() -> None:
    world = await World.opened()
    await world.book()
    world.table.plan = times(9, Fault.DROPPED_BEFORE, lambda call: call.table == "due" and call.verb == "range")
    assert (await world.tick()).unread == 4
    assert world.postman.letters == []
    world.table.plan = no_faults
    assert (await world.tick()).unread == 0
    assert world.postman.kinds(ANA) == ["confirmation"]


@virtually
async def test_the_sweep_files_markers_anew_for_whatever_waits() -> None:
    world = await World.opened(reminding())
    await world.book(IN_THREE_DAYS)
    for shard in range(4):
        for row in world.inner.rows("due", f"s{shard}"):
            world.inner.apply("due", f"s{shard}", [Operation("delete", row.key)])
    await world.tick_for(timedelta(minutes=5), every=60)
    assert world.postman.letters == []
    beside = world.beside()
    assert await beside.sweep() == 3
    await world.tick()
    assert world.postman.kinds(ANA) == ["confirmation"]
    await world.tick_for(timedelta(days=5), every=600)
    assert world.postman.kinds(ANA) == ["confirmation", "reminder", "follow_up"]


@virtually
async def test_the_sweep_purges_decisions_after_three_days_and_not_before() -> None:
    world = await World.opened()
    await world.book()
    await asyncio.sleep(timedelta(hours=71).total_seconds())
    await world.book(TEN + timedelta(days=3), email=BOB)
    await world.sweep()
    before = len(world.rows(DECISION))
    await asyncio.sleep(timedelta(hours=2).total_seconds())
    await world.sweep()
    assert (before, len(world.rows(DECISION))) == (4, 1)  # settings are saved, then people are settled


@virtually
async def test_the_sweep_of_one_calendar_does_not_wait_for_another_that_fails() -> None:
    world = await World.opened()
    other = world.beside(a_calendar(business=a_business(id="biz0other", slug="other"), staff=[a_person("otto")]))
    await other.save(other.calendar)
    await world.book()
    await other.book()
    beside = world.beside()
    beside.table.plan = once(Fault.BUSY, lambda call: call.verb == "range" and call.keys == (WORK, "M~"))
    assert await beside.sweep() == 1


@virtually
async def test_a_timer_with_nothing_due_makes_one_wave_of_requests() -> None:
    world = await World.opened()
    await world.tick_for(timedelta(minutes=15), every=60)
    world.table.calls.clear()
    await world.tick()
    assert [(call.verb, call.table) for call in world.table.calls] == [("range", "due")] * 4


@virtually
async def test_a_calendar_that_tells_nobody_leaves_no_work() -> None:
    quiet = a_service(confirm_customer=False, confirm_staff=False)
    world = await World.opened(a_calendar(business=a_business(email=""), services=[quiet]))
    booked = await world.book()
    assert world.rows(WORK) == {}
    await world.move(booked.token, TEN + HALF)
    await world.tick()
    assert world.postman.letters == []
    assert world.rows(WORK) == {}


@virtually
async def test_letters_speak_of_the_calendar_as_it_is_now() -> None:
    world = await World.opened()
    await world.book()
    await asyncio.sleep(5)
    await world.change_business(name="The new name")
    await world.tick()
    assert {letter.calendar.business.name for letter in world.postman.letters} == {"The new name"}


@virtually
async def test_the_audit_sees_a_version_that_nobody_was_told_of() -> None:
    from tests.support.builders import SECRET
    from tests.support.invariants import audit

    world = await World.opened()
    booked = await world.book()
    told = {"ids": set()}

    async def problems() -> list[str]:
        return await audit(
            world.inner,
            world.business,
            secret=SECRET,
            delivered=lambda seat, version: (seat, version) in told["ids"],
        )

    assert await problems() == []
    await world.tick()
    assert await problems() == [f"nobody was told of version 1 of {booked.id}"]
    told["ids"] = {(letter.uid, letter.sequence) for letter in world.postman.to(ANA)}
    assert await problems() == []
    assert replace(booked) == booked
