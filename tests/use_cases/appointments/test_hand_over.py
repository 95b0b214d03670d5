"""What a person leaves behind: handed over as chosen, or to anybody who is free; nothing is lost in between."""

import asyncio
import random
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from shared.domain.appointments.appointment import Appointment
from shared.domain.calendar.business import Calendar
from shared.domain.errors import Conflict, NotFound, Refusal
from shared.domain.timeline.hours import weekdays
from shared.records.codec import load_row
from shared.records.keys import APPOINTMENT
from shared.use_cases.appointments.hand_over import (
    ANYONE,
    STAYS,
    HandedOver,
    find_coming,
    hand_over,
    hand_over_and_remove,
)
from shared.use_cases.calendars.change_entity import SettingsChange
from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from tests.support.builders import SECRET, a_business, a_calendar, a_key, a_person, a_service
from tests.support.clinic import BOB, DESK, HALF, TEN, World
from tests.support.virtual_time import virtually


def a_practice(**service) -> Calendar:
    people = [a_person(name) for name in ("claire", "marc", "zoe")]
    offered = a_service(staff=("claire", "marc", "zoe"), **service)
    return a_calendar(a_business(), [offered, a_service("solo", staff=("claire",))], people)


async def given_away(world: World, choices=None, otherwise=ANYONE, key="", **more: int) -> HandedOver:
    given = {"key": key or a_key(), "editor": DESK, **world.args(), **more}
    return await hand_over("claire", choices or {}, otherwise, **given)


async def suggested(world: World) -> list[tuple[str, ...]]:
    found = await find_coming("claire", calendar=world.calendar, store=world.store, now=world.now)
    return [one.successors for one in found.nearest]


@virtually
async def test_all_go_to_whoever_is_free_and_both_sides_are_told() -> None:
    world = await World.opened(a_practice())
    first, second = await world.book(TEN, staff="claire"), await world.book(TEN + HALF, staff="claire", email=BOB)
    await world.tick()
    done = await given_away(world)
    assert [one.id for one, _ in done.moved] == [first.id, second.id]
    assert done.is_complete
    assert world.claimed("claire") == 0
    assert all(world.appointment(one.id).staff != ("claire",) for one in (first, second))
    assert await world.problems() == []
    await world.tick()
    assert world.postman.kinds("claire@clinic.example")[-2:] == ["cancellation", "cancellation"]
    assert await suggested(world) == []


@virtually
async def test_who_is_busy_away_or_cannot_serve_is_not_suggested() -> None:
    world = await World.opened(a_practice())
    await world.book(TEN, staff="claire")
    await world.book(TEN, staff="marc", email=BOB)
    assert await suggested(world) == [("zoe",)]
    await world.take_off("zoe", TEN, TEN + HALF)
    assert await suggested(world) == [()]
    done = await given_away(world)
    assert [reason for _, reason in done.left] == ["nobody"]
    assert not done.is_complete


@virtually
async def test_the_first_is_the_one_whom_the_page_would_choose() -> None:
    world = await World.opened(a_practice(anyone="evenly"))
    for place in range(3):
        await world.book(TEN + HALF * place, staff="claire")
    await world.book(TEN + HALF * 6, staff="marc", email=BOB)
    assert [one[0] for one in await suggested(world)] == ["zoe", "marc", "zoe"], (
        "each suggestion counts for the next"
    )
    by_priority = a_practice(anyone="priority")
    people = {"marc": {"priority": 2}, "zoe": {"priority": 1, "hours": weekdays((900, 960))}}
    staff = {name: one.model_copy(update=people.get(name, {})) for name, one in by_priority.staff.items()}
    await world.save(Calendar(by_priority.business, by_priority.services, staff, {}))
    assert {one[0] for one in await suggested(world)} == {"marc"}, "zoe comes first, but is not at work"


@virtually
async def test_choices_count_one_by_one_and_what_stays_stays() -> None:
    world = await World.opened(a_practice())
    first, second, third = [await world.book(TEN + HALF * place, staff="claire") for place in range(3)]
    await world.book(TEN + HALF, staff="zoe", email=BOB)
    done = await given_away(world, {first.id: "zoe", second.id: "zoe"}, STAYS)
    assert [(one.id, taker) for one, taker in done.moved] == [(first.id, "zoe")]
    assert [(one.id, reason) for one, reason in done.left] == [(second.id, "taken")]
    assert [one.id for one in done.stayed] == [third.id]
    assert world.appointment(third.id).staff == ("claire",)


@virtually
async def test_of_several_who_serve_together_only_the_one_who_leaves_is_replaced() -> None:
    world = await World.opened(a_practice())
    booked = await world.book(TEN, staff="claire")
    await world.reassign(booked.id, "marc", "claire")
    await given_away(world)
    assert world.appointment(booked.id).staff == ("marc", "zoe")
    assert await world.problems() == []


@virtually
async def test_a_repeated_request_goes_on_and_moves_nothing_twice() -> None:
    world, key = await World.opened(a_practice()), a_key()
    booked = await world.book(TEN, staff="claire")
    await given_away(world, key=key)
    version = world.appointment(booked.id).version
    assert (await given_away(world, key=key)).moved == []
    assert world.appointment(booked.id).version == version


@virtually
async def test_more_than_one_request_moves_is_said_and_the_next_goes_on() -> None:
    world = await World.opened(a_practice())
    for place in range(3):
        await world.book(TEN + HALF * place, staff="claire", email=f"c{place}@example.com")
    done = await given_away(world, most=2)
    assert (len(done.moved), [reason for _, reason in done.left]) == (2, ["later"])
    assert (await given_away(world)).is_complete
    assert await suggested(world) == []


@virtually
async def test_somebody_who_never_was_there_leaves_nothing() -> None:
    world = await World.opened(a_practice())
    with pytest.raises(NotFound):
        await hand_over("nobody", {}, ANYONE, key=a_key(), editor=DESK, **world.args())


@pytest.mark.parametrize("seed", range(8))
@virtually
async def test_under_faults_and_beside_others_each_appointment_is_moved_once_or_said_to_be_left(seed: int) -> None:
    world = await World.opened(a_practice())
    hours = [TEN + timedelta(hours=1) * place for place in range(6)]
    booked = [
        (await world.book(start, staff="claire", email=f"c{place}@example.com")).id
        for place, start in enumerate(hours)
    ]
    processes, dice = world.unreliable(2, rate=0.1, seed=seed * 10), random.Random(seed)

    async def handing(process: World) -> None:
        key = a_key()
        for _ in range(20):
            try:
                if (await given_away(process, key=key)).is_complete:
                    return
            except Exception:  # noqa: BLE001 - a read that failed: the same request goes on
                await asyncio.sleep(dice.random())

    await asyncio.gather(*(handing(one) for one in processes))
    assert await suggested(world) == []
    assert await world.problems() == []
    versions = [world.appointment(one).version for one in booked]
    assert versions == [2] * 6, "two who hand over at once do not take it from one another"


@pytest.mark.walk
@pytest.mark.parametrize("seed", range(12))
@virtually
async def test_bookings_while_a_person_is_removed_are_handed_over_too(seed: int) -> None:
    world, dice = await World.opened(a_practice()), random.Random(seed)
    for place in range(4):
        await world.book(TEN + HALF * place, staff="claire", email=f"c{place}@example.com")

    async def booking(place: int) -> None:
        beside = world.beside()
        await asyncio.sleep(dice.random() * 0.2)
        with suppress(Refusal):
            await beside.book(TEN + HALF * place, staff="claire", email=f"late{place}@example.com")

    async def removing() -> HandedOver:
        settings = SettingsChange(
            world.business, Author("desk", a_key()), "", Context(world.store, SECRET, world.now)
        )
        return await hand_over_and_remove("claire", {}, ANYONE, settings=settings, editor=DESK)

    world.table.slowness = lambda: dice.random() / 20
    done, *_ = await asyncio.gather(removing(), *(booking(place) for place in range(4, 10)))
    assert done.is_complete
    assert await world.problems() == []
    assert {one.staff for one in all_of(world)} <= {("marc",), ("zoe",)}
    assert len(done.moved) == len(all_of(world)), "bookings after the removal were refused"


def all_of(world: World) -> list[Appointment]:
    return [load_row(Appointment, row) for row in world.rows(APPOINTMENT).values()]


@virtually
async def test_the_last_administrator_keeps_everything() -> None:
    boss = a_person("claire", role="administrator")
    calendar = a_practice()
    world = await World.opened(replace(calendar, staff={**calendar.staff, "claire": boss}))
    booked = await world.book(TEN, staff="claire")
    settings = SettingsChange(world.business, Author("desk", a_key()), "", Context(world.store, SECRET, world.now))
    with pytest.raises(Conflict):
        await hand_over_and_remove("claire", {}, ANYONE, settings=settings, editor=DESK)
    assert world.appointment(booked.id).staff == ("claire",)
