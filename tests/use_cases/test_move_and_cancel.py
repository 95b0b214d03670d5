"""Moving and cancelling by a manage link: what is released, what is claimed, until when, and told how often."""

import asyncio
import random
from dataclasses import replace
from datetime import timedelta

import pytest

from shared.domain.policy import SchedulingPolicy
from shared.use_cases.ports import Operation
from tests.builders import A_REMINDER, a_business, a_calendar, a_key, a_person, a_service
from tests.storage.faults import Fault, at_random, once
from tests.use_cases.world import ANA, BOB, HALF, TEN, World, a_group, persisting, refusal_of, three_people
from tests.virtual_time import virtually


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
    assert list(world.rows("D|")) == [f"D|202701140900|{booked.id}"]
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
    before = {key: row for key, row in world.rows("").items() if not key.startswith("I|")}
    assert await refusal_of(world.move(booked.token, TEN + HALF, key=key)) == "slot-taken"
    assert {key: row for key, row in world.rows("").items() if not key.startswith("I|")} == before
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
    world.inner.apply("bookings", world.business, [Operation("delete", f"A|{booked.id}")])
    assert await refusal_of(world.move(booked.token, TEN + HALF)) == "not-found"


@virtually
async def test_a_move_and_a_cancellation_at_once_are_one_after_the_other() -> None:
    for number in range(10):
        world = await World.opened()
        booked = await world.book(TEN)
        beside = world.beside()
        moved, cancelled = await asyncio.gather(
            refusal_of(world.move(booked.token, TEN + HALF)),
            refusal_of(beside.cancel(booked.token)) if number % 2 else refusal_of(world.cancel(booked.token)),
        )
        assert cancelled == ""
        assert moved in ("", "already-cancelled")
        assert not (await world.find(booked.token)).is_live
        assert world.claimed("claire") == 0
        assert await world.problems() == []


@virtually
@pytest.mark.parametrize("seed", range(40))
async def test_whatever_the_order_in_which_calls_arrive_each_answer_is_one_that_could_have_been(seed: int) -> None:
    """Rows that are read at two moments may contradict each other: then they are read again, never guessed about."""
    dice = random.Random(seed)
    world = await World.opened(three_people() if seed % 2 else a_group(2, staff=("claire", "marc")))
    booked = [await world.book(TEN + number % 2 * HALF, email=f"c{number}@x.org") for number in range(3)]
    processes = [world.beside() for _ in range(4)]
    for process in processes:
        process.table.slowness = lambda: dice.expovariate(100)
        await process.store.calendars.find("clinic")

    async def change(number: int) -> str:
        process, one = processes[number % 4], booked[number % 3]
        what = dice.choice(["move", "move", "cancel", "reassign", "book"])
        start = TEN + dice.randrange(4) * HALF
        match what:
            case "move":
                return await refusal_of(process.move(one.token, start))
            case "cancel":
                return await refusal_of(process.cancel(one.token))
            case "reassign":
                return await refusal_of(process.reassign(one.appointment, dice.choice(["claire", "marc"])))
        return await refusal_of(process.book(start, email=f"d{number}@x.org"))

    answers = await asyncio.gather(*(change(number) for number in range(24)))
    assert set(answers) <= {"", "slot-taken", "group-full", "already-cancelled"}
    assert await world.problems() == []


@virtually
async def test_two_who_change_places_both_find_the_other_in_the_way() -> None:
    world = await World.opened()
    mine, yours = await world.book(TEN), await world.book(TEN + HALF, email=BOB)
    answers = await asyncio.gather(
        refusal_of(world.move(mine.token, TEN + HALF)), refusal_of(world.beside().move(yours.token, TEN))
    )
    assert answers == ["slot-taken", "slot-taken"]
    assert await world.problems() == []


@virtually
async def test_rule_11_a_move_does_not_depend_on_the_work_row_that_a_timer_took_away() -> None:
    world = await World.opened()
    booked = await world.book(TEN)
    world.table.before_each = lambda call: (
        world.inner.apply("bookings", world.business, [Operation("delete", key) for key in world.rows("M|")])
        if call.writes("A|") and world.rows("M|")
        else None
    )
    await world.move(booked.token, TEN + HALF)
    assert await world.problems() == []
    assert len(world.rows("M|")) == 1


@virtually
async def test_rule_8_a_late_first_claim_finds_the_ledger_though_it_is_empty_again() -> None:
    world = await World.opened()
    world.table.plan = once(Fault.ZOMBIE, lambda call: call.writes("A|"))
    late = asyncio.create_task(world.book(TEN, email=BOB))
    await asyncio.sleep(0.011)
    booked = await world.beside().book(TEN)
    assert await refusal_of(late) == "slot-taken"
    await world.cancel(booked.token)
    await world.table.settled()
    assert world.claimed("claire") == 0
    assert await world.problems() == []


@virtually
@pytest.mark.parametrize("seed", range(10))
async def test_under_faults_books_moves_and_cancellations_leave_everything_consistent(seed: int) -> None:
    world = await World.opened(three_people(reminders=(A_REMINDER,)))
    processes = [world.beside() for _ in range(3)]
    for number, process in enumerate(processes):
        process.table.plan = at_random(0.15, seed * 11 + number)

    async def party(number: int) -> None:
        process, day = processes[number % 3], timedelta(days=number % 2)
        try:
            booked = await persisting(
                process.book, TEN + day + (number % 5) * HALF, key=a_key(), email=f"c{number}@x.org"
            )
        except Exception as error:  # noqa: BLE001 - whatever the answer is, the books must be right
            assert type(error).__name__ == "SlotTaken"  # noqa: PT017
            return
        for step in range(3):
            start = TEN + timedelta(days=(number + step) % 3) + ((number * 3 + step) % 7) * HALF
            await _refused(persisting(process.move, booked.token, start, key=a_key()))
        if number % 2:
            await persisting(process.cancel, booked.token, key=a_key())

    await asyncio.gather(*(party(number) for number in range(20)))
    for process in processes:
        await process.table.settled()
    assert await world.problems() == []


async def _refused(run) -> str:
    code = await refusal_of(run)
    assert code in ("", "slot-taken", "changes-closed", "outside-lead-time"), code
    return code


@virtually
async def test_a_person_who_no_longer_exists_does_not_stand_in_the_way_of_a_cancellation() -> None:
    world = await World.opened(a_calendar(staff=[a_person("claire"), a_person("marc")]))
    booked = await world.book(TEN, staff="marc", email=ANA)
    world.inner.apply("bookings", world.business, [Operation("delete", "0stf|marc")])
    await world.change_business(name="Smaller")
    assert (await world.cancel(booked.token)).status == "cancelled"
    assert await world.problems() == []
