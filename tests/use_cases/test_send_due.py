"""What is due reaches whom it concerns: once where nothing breaks, at least once where it does, never when stale."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from shared.domain.messages import Work
from shared.domain.service import Reminder
from shared.use_cases.ports import Operation
from shared.use_cases.rows import load_row
from tests.builders import A_REMINDER, a_business, a_calendar, a_person, a_service
from tests.storage.faults import Fault, at_random, once, times
from tests.use_cases.world import ANA, BOB, HALF, TEN, World, a_group, three_people
from tests.virtual_time import virtually


CLAIRE, MARC, DESK = "claire@clinic.example", "marc@clinic.example", "desk@clinic.example"
IN_THREE_DAYS = TEN + timedelta(days=3)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def reminding() -> World:
    follow_up = Reminder(offset=HOUR, message="How was it?")
    return a_calendar(services=[a_service(reminders=(A_REMINDER,), follow_up=follow_up)])


def pending(world: World) -> list[str]:
    """The kinds of the work rows that wait."""
    return sorted(load_row(Work, row).kind for row in world.rows("M|").values())


@virtually
async def test_a_booking_is_confirmed_to_customer_staff_and_desk_by_the_next_run() -> None:
    world = await World.opened()
    booked = await world.book()
    tally = await world.tick()
    assert (tally.sent, tally.postponed, world.rows("M|")) == (3, 0, {})
    assert [world.postman.kinds(one) for one in (ANA, CLAIRE, DESK)] == [["confirmation"]] * 3
    (letter,) = world.postman.to(ANA)
    assert (letter.uid, letter.sequence, letter.role) == (booked.id, 1, "customer")
    assert (await world.find(letter.manage_token)).appointment.id == booked.id
    assert {one.manage_token for one in world.postman.letters if one.role != "customer"} == {""}
    assert await world.tick() == type(tally)()


@virtually
async def test_a_move_and_a_cancellation_are_told_with_growing_sequence() -> None:
    world = await World.opened()
    booked = await world.book()
    await world.tick()
    await world.move(booked.token, TEN + HALF)
    await world.tick()
    await world.cancel(booked.token)
    await world.tick()
    for one in (ANA, CLAIRE, DESK):
        assert world.postman.kinds(one) == ["confirmation", "change", "cancellation"]
        assert [letter.sequence for letter in world.postman.to(one)] == [1, 2, 3]
        assert len({letter.uid for letter in world.postman.to(one)}) == 1


@virtually
async def test_a_move_before_the_confirmation_was_sent_is_one_confirmation_of_the_new_time() -> None:
    world = await World.opened()
    booked = await world.book()
    await world.move(booked.token, TEN + HALF)
    await world.tick()
    for one in (ANA, CLAIRE, DESK):
        (letter,) = world.postman.to(one)
        assert (letter.kind, letter.sequence) == ("confirmation", 2)
        assert letter.appointment is not None
        assert letter.appointment.start == TEN + HALF
    assert world.rows("M|") == {}


@virtually
async def test_a_cancellation_before_the_confirmation_was_sent_is_told_to_the_customer_alone() -> None:
    world = await World.opened()
    booked = await world.book()
    await world.cancel(booked.token)
    await world.tick()
    assert world.postman.kinds(ANA) == ["cancellation"]
    assert world.postman.kinds(CLAIRE) == world.postman.kinds(DESK) == []


@virtually
async def test_a_change_that_happens_while_the_first_is_being_sent_takes_over_who_was_not_served() -> None:
    world = await World.opened()
    booked = await world.book()
    world.postman.takes = 2.0
    run = asyncio.create_task(world.tick())
    await asyncio.sleep(1)
    await world.move(booked.token, TEN + HALF)
    await run
    assert world.postman.kinds(ANA) == ["confirmation"]
    await world.tick_for(timedelta(minutes=1))
    assert world.postman.kinds(ANA) == ["confirmation", "change"]
    assert world.postman.kinds(CLAIRE) == world.postman.kinds(DESK) == ["confirmation"]
    assert {letter.sequence for letter in world.postman.to(CLAIRE)} == {2}


@virtually
async def test_a_seat_that_moves_while_its_confirmation_is_being_sent_is_still_confirmed_to_everybody() -> None:
    world = await World.opened(a_group(3))
    booked = await world.book()
    world.postman.takes = 2.0
    run = asyncio.create_task(world.tick())
    await asyncio.sleep(1)
    await world.move(booked.token, TEN + HALF)
    await run
    await world.tick_for(timedelta(minutes=1))
    assert world.postman.kinds(ANA) == ["confirmation", "change"]
    assert world.postman.kinds(DESK) == ["confirmation"]
    assert world.postman.kinds(CLAIRE) == ["confirmation", "cancellation"]  # of the session that the seat has left
    kept, gone = world.postman.to(CLAIRE)
    assert kept.uid != gone.uid == booked.appointment


@virtually
async def test_whom_an_appointment_leaves_is_told_that_it_is_gone_and_whom_it_comes_to_that_it_has_come() -> None:
    world = await World.opened(three_people())
    booked = await world.book(staff="marc")
    await world.tick()
    await world.reassign(booked.id, "claire")
    await world.tick()
    assert world.postman.kinds(MARC) == ["confirmation", "cancellation"]
    assert world.postman.kinds(CLAIRE) == ["confirmation"]
    assert world.postman.kinds(ANA) == ["confirmation", "change"]


@virtually
async def test_who_never_heard_of_an_appointment_does_not_hear_that_it_is_gone() -> None:
    world = await World.opened(three_people())
    booked = await world.book(staff="marc")
    await world.reassign(booked.id, "claire")
    await world.tick()
    assert world.postman.kinds(MARC) == []
    assert world.postman.kinds(CLAIRE) == ["confirmation"]


@virtually
async def test_a_version_that_tells_nobody_does_not_keep_an_earlier_one_from_being_told() -> None:
    calendar = a_calendar(
        services=[a_service(confirm_staff=False, staff=("claire", "marc"))],
        staff=[a_person("claire"), a_person("marc")],
    )
    world = await World.opened(calendar)
    world.postman.is_away = True
    booked = await world.book(staff="marc")
    await world.tick()
    await world.change_service(confirm_customer=False, confirm_staff=False)
    await world.change_business(email="")
    world.calendar = await world.store.calendars.reload(world.business)
    await world.change_service(confirm_customer=False, confirm_staff=False)
    await world.cancel(booked.token)
    world.postman.is_away = False
    await world.tick_for(timedelta(minutes=30))
    assert world.postman.kinds(ANA) == ["cancellation"]
    assert world.rows("M|") == {}


@virtually
async def test_a_reminder_comes_at_its_time_and_a_follow_up_after_the_visit() -> None:
    world = await World.opened(reminding())
    await world.book(IN_THREE_DAYS)
    await world.tick()
    assert pending(world) == ["follow_up", "reminder"]
    await world.tick_for(IN_THREE_DAYS - DAY - world.now - timedelta(seconds=20))
    assert world.postman.kinds(ANA) == ["confirmation"]
    await world.tick_for(timedelta(minutes=1))
    assert world.postman.kinds(ANA) == ["confirmation", "reminder"]
    await asyncio.sleep((IN_THREE_DAYS + HALF + HOUR - world.now).total_seconds() + 60)
    await world.tick()
    assert world.postman.kinds(ANA) == ["confirmation", "reminder", "follow_up"]
    assert world.postman.to(ANA)[-1].text == "How was it?"
    assert world.rows("M|") == {}


@virtually
async def test_a_reminder_of_what_was_moved_or_cancelled_is_dropped_and_the_new_one_comes() -> None:
    world = await World.opened(reminding())
    moved, gone = await world.book(IN_THREE_DAYS), await world.book(IN_THREE_DAYS + HALF, email=BOB)
    await world.move(moved.token, IN_THREE_DAYS + timedelta(days=4))
    await world.cancel(gone.token)
    await world.tick_for(timedelta(days=10), every=600)
    assert world.postman.kinds(ANA) == ["confirmation", "reminder", "follow_up"]
    assert world.postman.to(ANA)[1].appointment.start == IN_THREE_DAYS + timedelta(days=4)
    assert world.postman.kinds(BOB) == ["cancellation"]
    assert world.rows("M|") == {}


@virtually
async def test_a_reminder_of_a_seat_that_moved_to_another_session_comes_for_the_new_one_only() -> None:
    world = await World.opened(a_group(3, reminders=(A_REMINDER,)))
    booked = await world.book(IN_THREE_DAYS)
    await world.book(IN_THREE_DAYS, email=BOB)
    await world.move(booked.token, IN_THREE_DAYS + HALF)
    await world.tick_for(timedelta(days=4), every=600)
    assert world.postman.kinds(ANA) == ["confirmation", "reminder"]
    assert world.postman.to(ANA)[1].appointment.start == IN_THREE_DAYS + HALF
    assert world.postman.kinds(BOB) == ["confirmation", "reminder"]


@virtually
async def test_a_reminder_that_would_come_after_the_start_is_not_sent() -> None:
    world = await World.opened(reminding())
    await world.book(IN_THREE_DAYS)
    await world.tick()
    await asyncio.sleep((IN_THREE_DAYS - world.now).total_seconds())
    await world.tick()
    assert world.postman.kinds(ANA) == ["confirmation"]
    assert pending(world) == ["follow_up"]


@virtually
async def test_after_hours_without_timers_everything_that_is_still_true_is_sent_at_once() -> None:
    world = await World.opened(reminding())
    for number in range(12):
        await world.book(TEN + timedelta(days=1 + number % 3) + number * HALF, email=f"c{number}@x.org")
    await asyncio.sleep(26 * 3600)
    await world.tick()
    for number in range(12):
        reminded = TEN + timedelta(days=1 + number % 3) + number * HALF - DAY <= world.now
        assert world.postman.kinds(f"c{number}@x.org") == ["confirmation", *(["reminder"] if reminded else [])]


@virtually
async def test_after_an_hour_without_a_mail_server_nothing_is_missing_and_nothing_is_twice() -> None:
    world = await World.opened()
    world.postman.is_away = True
    for number in range(6):
        await world.book(TEN + number * HALF, email=f"c{number}@x.org")
    await world.tick_for(HOUR)
    assert world.postman.letters == []
    world.postman.is_away = False
    await world.tick_for(timedelta(hours=2))
    assert [world.postman.kinds(f"c{number}@x.org") for number in range(6)] == [["confirmation"]] * 6
    assert len(world.postman.to(CLAIRE)) == len(world.postman.to(DESK)) == 6
    assert world.rows("M|") == world.rows("U|") == {}


@virtually
async def test_tries_come_with_growing_delay_and_after_the_last_an_administrator_can_see_it() -> None:
    world = await World.opened()
    world.postman.is_away = True
    await world.book()
    tries: list[float] = []
    for _ in range(24 * 60):
        if (await world.tick()).postponed:
            tries.append(asyncio.get_running_loop().time())
        await asyncio.sleep(60)
    gaps = [after - before for before, after in pairwise(tries)]
    assert len(tries) == 19
    assert gaps == sorted(gaps)
    assert gaps[-1] == pytest.approx(3600, abs=60)
    assert world.rows("M|") == {}
    (failed,) = world.rows("U|").values()
    work = load_row(Work, failed)
    assert set(work.recipients) == {"~customer", "+staff:claire", "+business"}
    assert work.leased_by == ""
    world.postman.is_away = False
    await world.tick_for(HOUR)
    assert world.postman.letters == []


@virtually
async def test_who_is_refused_for_good_does_not_keep_the_others_from_being_served() -> None:
    world = await World.opened()
    world.postman.refused = {ANA}
    await world.book()
    tally = await world.tick()
    assert (tally.sent, tally.failed) == (2, 1)
    assert world.postman.kinds(CLAIRE) == world.postman.kinds(DESK) == ["confirmation"]
    assert world.rows("M|") == {}
    (failed,) = world.rows("U|").values()
    assert load_row(Work, failed).recipients == ("+customer",)


@virtually
async def test_all_who_were_refused_in_several_tries_are_shown_together() -> None:
    world = await World.opened()
    world.postman.refused = {ANA}
    world.postman.is_broken_for = {CLAIRE}
    await world.book()
    await world.tick()
    world.postman.is_broken_for, world.postman.refused = set(), {CLAIRE}
    await world.tick_for(timedelta(minutes=5))
    (failed,) = world.rows("U|").values()
    assert load_row(Work, failed).recipients == ("+customer", "~staff:claire")
    assert world.postman.kinds(DESK) == ["confirmation"]


@virtually
async def test_a_refusal_is_shown_even_if_the_worker_stops_right_after_it() -> None:
    world = await World.opened()
    world.postman.refused = {ANA}
    world.postman.takes = 1.0
    await world.book()
    run = asyncio.create_task(world.tick())
    await asyncio.sleep(1.5)
    run.cancel()
    await asyncio.gather(run, return_exceptions=True)
    await world.tick_for(timedelta(minutes=5))
    (failed,) = world.rows("U|").values()
    assert load_row(Work, failed).recipients == ("+customer",)
    assert world.postman.kinds(CLAIRE) == ["confirmation"]


@virtually
async def test_a_letter_that_cannot_be_written_stops_neither_other_bookings_nor_other_calendars() -> None:
    world = await World.opened()
    other = world.beside(a_calendar(business=a_business(id="biz0other", slug="other")))
    await other.save(other.calendar)
    world.postman.is_broken_for = {ANA}
    await world.book(TEN, email=ANA)
    await world.book(TEN + HALF, email=BOB)
    await other.book(TEN, email="eve@x.org")
    await world.tick()
    assert world.postman.kinds(BOB) == world.postman.kinds("eve@x.org") == ["confirmation"]
    await world.tick_for(timedelta(days=1), every=60)
    (failed,) = world.rows("U|").values()
    assert "~customer" in load_row(Work, failed).recipients


@virtually
async def test_a_row_that_cannot_be_read_stops_no_other_calendar() -> None:
    world = await World.opened()
    other = world.beside(a_calendar(business=a_business(id="biz0other", slug="other")))
    await other.save(other.calendar)
    await world.book(TEN)
    await other.book(TEN, email="eve@x.org")
    (row,) = world.rows("M|")
    world.inner.apply("bookings", world.business, [Operation("upsert", row, {"body": "{"})])
    await world.tick()
    assert world.postman.kinds("eve@x.org") == ["confirmation"]


@virtually
async def test_what_was_taken_without_a_word_is_sent_again_under_the_same_name() -> None:
    world = await World.opened()
    world.postman.forgets_to_answer = 1
    await world.book()
    await world.tick_for(timedelta(minutes=5))
    first, second = world.postman.to(ANA)
    assert (first.uid, first.sequence, first.kind) == (second.uid, second.sequence, second.kind)
    assert len(world.postman.to(CLAIRE)) == len(world.postman.to(DESK)) == 1


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
    assert {load_row(Work, row).leased_by for row in world.rows("M|").values()} == {""}
    await world.tick_for(timedelta(minutes=10))
    assert len(world.postman.letters) == 10


@virtually
@pytest.mark.parametrize("steps", range(4, 60, 3))
async def test_a_worker_that_stops_anywhere_makes_each_letter_come_once_or_twice(steps: int) -> None:
    world = await World.opened()
    await world.book()
    run = asyncio.create_task(world.tick("stopped"))
    for _ in range(steps):
        await asyncio.sleep(0)
    run.cancel()
    await asyncio.gather(run, return_exceptions=True)
    await world.tick_for(timedelta(minutes=5))
    counts = [len(world.postman.to(one)) for one in (ANA, CLAIRE, DESK)]
    assert set(counts) <= {1, 2}
    assert sum(counts) <= 4
    assert world.rows("M|") == {}


@virtually
@pytest.mark.parametrize("fault", tuple(Fault))
@pytest.mark.parametrize("which", range(6))
async def test_an_unclear_answer_about_a_lease_or_a_note_repeats_no_letter_and_costs_no_time(
    fault: Fault, which: int
) -> None:
    world = await World.opened()
    await world.book()
    seen = iter(range(1000))
    world.table.plan = lambda call: fault if call.writes("M|") and next(seen) == which else None
    await world.tick_for(timedelta(seconds=50))
    await world.table.settled()
    assert [len(world.postman.to(one)) for one in (ANA, CLAIRE, DESK)] == [1, 1, 1]
    assert world.rows("M|") == {}


@virtually
@pytest.mark.parametrize("count", [1, 2, 40])
async def test_a_row_whose_appointment_cannot_be_read_is_given_back_at_once(count: int) -> None:
    world = await World.opened()
    await world.book()
    world.table.plan = times(count, Fault.BUSY, lambda call: call.verb == "get" and call.keys[0].startswith("A|"))
    await world.tick()
    assert {load_row(Work, row).leased_by for row in world.rows("M|").values()} <= {""}
    world.table.plan = lambda _: None
    await world.tick_for(timedelta(seconds=20))
    assert [len(world.postman.to(one)) for one in (ANA, CLAIRE, DESK)] == [1, 1, 1]


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
    world.table.plan = times(99, Fault.ZOMBIE, lambda call: call.writes("A|"))
    booking = asyncio.gather(world.book(), return_exceptions=True)
    beside = world.beside()
    for _ in range(200):
        await beside.tick()
        await asyncio.sleep(10)
    await booking
    assert beside.postman.kinds(ANA) == ["confirmation"]


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
    before = len(world.rows("I|"))
    await asyncio.sleep(timedelta(hours=2).total_seconds())
    await world.sweep()
    assert (before, len(world.rows("I|"))) == (3, 1)


@virtually
async def test_the_sweep_of_one_calendar_does_not_wait_for_another_that_fails() -> None:
    world = await World.opened()
    other = world.beside(a_calendar(business=a_business(id="biz0other", slug="other")))
    await other.save(other.calendar)
    await world.book()
    await other.book()
    beside = world.beside()
    beside.table.plan = once(Fault.BUSY, lambda call: call.verb == "range" and call.keys == ("M|", "M~"))
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
    assert world.rows("M|") == {}
    await world.move(booked.token, TEN + HALF)
    await world.tick()
    assert world.postman.letters == []
    assert world.rows("M|") == {}


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
    from tests.builders import SECRET
    from tests.pressure.audit import audit

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
