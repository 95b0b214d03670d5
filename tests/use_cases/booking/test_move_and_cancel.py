"""Move and cancel: what it writes, who serves then, and what is refused."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from shared.domain.calendar.policy import SchedulingPolicy
from shared.records.keys import DAY, DECISION, appointment_key
from shared.records.table import Operation
from tests.support.builders import A_REMINDER, a_business, a_calendar, a_key, a_service
from tests.support.clinic import BOB, HALF, TEN, World, refusal_of, three_people
from tests.support.virtual_time import virtually


def patient(hours: int) -> World:
    policy = SchedulingPolicy(maximum_advance=timedelta(60), minimum_lead_time=timedelta(hours=hours))
    return a_calendar(business=a_business(policy=policy))


@virtually
async def test_a_move_releases_claims_and_moves_every_index_in_one_transaction() -> None:
    world = await World.opened(a_calendar(services=[a_service(reminders=(A_REMINDER,))]))
    booked = await world.book(TEN + timedelta(days=1))
    world.table.sent.clear()
    moved = await world.move(booked.token, TEN + timedelta(days=2))
    assert len(world.table.sent) == 1
    assert (moved.id, moved.staff, moved.start) == (booked.id, booked.staff, TEN + timedelta(days=2))
    assert (world.appointment(booked.id).version, world.claimed("claire")) == (2, 6)
    assert list(world.rows(DAY)) == [f"D|202701140900|{booked.id}"]
    assert await world.problems() == []
    assert await refusal_of(world.book(TEN + timedelta(days=1), email=BOB)) == ""


@virtually
async def test_a_move_may_overlap_where_it_comes_from() -> None:
    world = await World.opened(a_calendar(services=[a_service(duration=timedelta(minutes=60))]))
    booked = await world.book(TEN)
    await world.move(booked.token, TEN + HALF)
    assert world.claimed("claire") == 12
    assert await world.problems() == []


@virtually
async def test_a_move_into_another_month_changes_both_ledgers() -> None:
    world = await World.opened()
    booked = await world.book(TEN)
    await world.move(booked.token, TEN + timedelta(days=21))
    assert (world.claimed("claire"), world.claimed("claire", "202702")) == (0, 6)
    assert await world.problems() == []


@virtually
async def test_a_move_to_a_taken_time_is_refused_and_changes_nothing_but_its_decision() -> None:
    world, key = await World.opened(), a_key()
    booked = await world.book(TEN)
    other = await world.book(TEN + HALF, email=BOB)
    before = {key: row for key, row in world.rows("").items() if not key.startswith(DECISION)}
    assert await refusal_of(world.move(booked.token, TEN + HALF, key=key)) == "slot-taken"
    assert {key: row for key, row in world.rows("").items() if not key.startswith(DECISION)} == before
    await world.cancel(other.token)
    assert await refusal_of(world.move(booked.token, TEN + HALF, key=key)) == "slot-taken"
    assert await refusal_of(world.move(booked.token, TEN + HALF)) == ""


@virtually
async def test_the_same_person_serves_after_a_move_unless_another_is_asked_for() -> None:
    world = await World.opened(three_people())
    booked = await world.book(TEN, staff="marc")
    assert (await world.move(booked.token, TEN + HALF)).staff == ("marc",)
    assert (await world.move(booked.token, TEN + 2 * HALF, "zoe")).staff == ("zoe",)
    assert (world.claimed("marc"), world.claimed("zoe")) == (0, 6)
    assert await world.problems() == []


@virtually
async def test_who_wanted_a_person_is_not_moved_to_another_and_who_took_anyone_is() -> None:
    world = await World.opened(three_people())
    wanted = await world.book(TEN, staff="marc")
    await world.book(TEN + HALF, staff="marc", email=BOB)
    assert await refusal_of(world.move(wanted.token, TEN + HALF)) == "slot-taken"
    anyone = await world.book(TEN + 2 * HALF, email="c@x.org")
    (busy,) = anyone.staff
    if busy != "marc":
        await world.book(TEN + HALF, staff=busy, email="d@x.org")
    assert (await world.move(anyone.token, TEN + HALF)).staff not in [("marc",), (busy,)]
    assert await world.problems() == []


@virtually
async def test_who_had_wanted_a_person_that_left_is_moved_to_whoever_is_free() -> None:
    world = await World.opened(three_people())
    booked = await world.book(TEN, staff="marc")
    await world.change_service(staff=("claire", "zoe"))
    moved = await world.move(booked.token, TEN + HALF)
    assert moved.staff in [("claire",), ("zoe",)]
    assert world.claimed("marc") == 0
    assert await world.problems() == []


@virtually
async def test_all_together_move_together() -> None:
    world = await World.opened(three_people(assignment="all"))
    booked = await world.book(TEN)
    assert (await world.move(booked.token, TEN + HALF)).staff == ("claire", "marc", "zoe")
    assert [world.claimed(one) for one in booked.staff] == [6, 6, 6]
    assert await world.problems() == []


@virtually
async def test_a_move_to_where_it_is_changes_nothing() -> None:
    world = await World.opened()
    booked = await world.book(TEN)
    moved = await world.move(booked.token, TEN)
    assert (moved.start, moved.is_new, world.appointment(booked.id).version) == (TEN, False, 1)


@virtually
async def test_what_is_not_offered_is_no_place_to_move_to() -> None:
    world = await World.opened()
    booked = await world.book(TEN)
    for start, code in [
        (TEN + timedelta(days=5), "not-offered"),
        (TEN + timedelta(minutes=7), "not-offered"),
        (TEN - timedelta(days=3), "outside-lead-time"),
        (TEN + timedelta(days=90), "outside-lead-time"),
        (TEN + timedelta(days=9000), "outside-lead-time"),
    ]:
        assert await refusal_of(world.move(booked.token, start)) == code
    assert await refusal_of(world.move(booked.token, TEN + HALF, "nobody")) == "staff-not-offered"
    assert await world.problems() == []


@virtually
async def test_changes_close_with_the_lead_time() -> None:
    world = await World.opened(patient(24))
    booked = await world.book(TEN + timedelta(days=1))
    await asyncio.sleep(timedelta(hours=26).total_seconds())
    assert await refusal_of(world.move(booked.token, TEN + timedelta(days=4))) == "changes-closed"
    assert await refusal_of(world.cancel(booked.token)) == "changes-closed"
    assert (await world.find(booked.token)).is_live
    assert await world.problems() == []


@virtually
async def test_a_cancellation_that_was_too_late_once_is_judged_anew_when_the_policy_has_changed() -> None:
    world = await World.opened(patient(24))
    booked = await world.book(TEN + timedelta(days=1))
    await asyncio.sleep(timedelta(hours=26).total_seconds())
    assert await refusal_of(world.cancel(booked.token)) == "changes-closed"
    await world.change_business(policy=SchedulingPolicy(maximum_advance=timedelta(60)))
    await asyncio.sleep(1)
    assert (await world.cancel(booked.token)).status == "cancelled"


@virtually
async def test_cancelling_releases_and_a_second_time_gives_the_same_answer() -> None:
    world, key = await World.opened(), a_key()
    booked = await world.book(TEN)
    first = await world.cancel(booked.token, key=key)
    assert (first.status, first.is_new, world.claimed("claire")) == ("cancelled", True, 0)
    for again in (await world.cancel(booked.token, key=key), await world.cancel(booked.token)):
        assert replace(again, is_new=True) == first
        assert not again.is_new
    assert world.appointment(booked.id).version == 2
    assert await world.problems() == []


@virtually
async def test_what_is_cancelled_cannot_be_moved() -> None:
    world = await World.opened()
    booked = await world.book(TEN)
    await world.cancel(booked.token)
    assert await refusal_of(world.move(booked.token, TEN + HALF)) == "already-cancelled"
    assert await world.problems() == []


@virtually
async def test_a_link_that_is_forged_foreign_or_leads_nowhere_is_not_found() -> None:
    world = await World.opened()
    booked = await world.book(TEN)
    other = await World.opened(a_calendar(business=a_business(id="biz0other", slug="other")))
    for token in ("", "nonsense", booked.token[:-1] + "x", booked.token + "="):
        assert await refusal_of(world.cancel(token)) == "not-found"
    assert await refusal_of(other.cancel(booked.token)) == "not-found"
    world.inner.apply("bookings", world.business, [Operation("delete", appointment_key(booked.id))])
    assert await refusal_of(world.move(booked.token, TEN + HALF)) == "not-found"
