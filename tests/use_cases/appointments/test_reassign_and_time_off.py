"""What staff do: give an appointment to others, and take time off."""

import asyncio
import random
from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.appointments.appointment import TimeOff
from shared.domain.appointments.messages import OutboxEntry
from shared.domain.errors import InvalidFields
from shared.domain.timeline.ledger import month_window
from shared.records.codec import load_row
from shared.records.keys import SEAT, TIME_OFF, WORK
from shared.use_cases.calendars.change_time_off import add_times_off
from tests.support.builders import a_calendar, a_key, a_person
from tests.support.clinic import ANA, BOB, HALF, TEN, World, a_group, refusal_of, three_people
from tests.support.virtual_time import virtually


WEEK = timedelta(days=7)


@virtually
async def test_a_reassigned_appointment_frees_one_and_claims_the_other() -> None:
    world = await World.opened(three_people())
    booked = await world.book(TEN, staff="marc")
    assert await world.reassign(booked.id, "zoe") == ("zoe",)
    assert (world.claimed("marc"), world.claimed("zoe")) == (0, 6)
    assert world.appointment(booked.id).staff == ("zoe",)
    assert await world.problems() == []
    told = load_row(OutboxEntry, world.rows(WORK)[f"M|000000000000|{booked.id}|00000002"])
    assert set(map(str, told.recipients)) == {"customer", "+staff:zoe", "-staff:marc"}


@virtually
async def test_a_person_who_is_busy_is_not_given_more() -> None:
    world = await World.opened(three_people())
    mine, _ = await world.book(TEN, staff="marc"), await world.book(TEN, staff="zoe", email=BOB)
    assert await refusal_of(world.reassign(mine.id, "zoe")) == "slot-taken"
    assert await refusal_of(world.reassign(mine.id, "claire", "zoe")) == "slot-taken"
    assert await refusal_of(world.reassign(mine.id, "nobody")) == "staff-not-offered"
    assert await refusal_of(world.reassign(mine.id)) == "staff-not-offered"
    assert await refusal_of(world.reassign("nothing", "claire")) == "not-found"
    assert world.appointment(mine.id).staff == ("marc",)
    await world.cancel(mine.token)
    assert await refusal_of(world.reassign(mine.id, "claire")) == "already-cancelled"
    assert await world.problems() == []


@virtually
async def test_a_person_named_twice_is_claimed_once() -> None:
    world = await World.opened(three_people())
    booked = await world.book(TEN, staff="marc")
    assert await world.reassign(booked.id, "zoe", "zoe", "marc") == ("zoe", "marc")
    assert (world.claimed("zoe"), world.claimed("marc")) == (6, 6)
    assert await world.problems() == []


@virtually
async def test_a_reassigned_session_tells_every_seat_and_the_same_key_does_it_once() -> None:
    world, key = await World.opened(a_group(3, staff=("claire", "marc"))), a_key()
    first, _ = await world.book(email=ANA, staff="claire"), await world.book(email=BOB, staff="claire")
    for _ in range(2):
        assert await world.reassign(first.id, "marc", key=key) == ("marc",)
    assert {key.split("|")[3] for key in world.rows(WORK)} == {"00000001", "00000001session00000003"}
    assert len(world.rows(WORK)) == 3
    assert await world.problems() == []
    await world.tick()
    assert {world.seat(first.id, key.split("|")[2]).version for key in world.rows(SEAT)} == {2}
    await world.tick()
    for one in (ANA, BOB):
        (letter,) = world.postman.to(one)
        assert (letter.kind, letter.sequence, letter.appointment.staff) == ("confirmation", 2, ("marc",))
    assert world.rows(WORK) == {}
    assert await world.problems() == []


@virtually
async def test_time_off_keeps_bookings_away_and_going_back_to_work_lets_them_come() -> None:
    world = await World.opened(three_people())
    before = await world.offered(staff="marc")
    off = await world.take_off("marc", TEN + timedelta(minutes=1), TEN + timedelta(minutes=59))
    assert await world.offered(staff="marc") == [one for one in before if not TEN <= one < TEN + 2 * HALF]
    assert await refusal_of(world.book(TEN, staff="marc")) == "slot-taken"
    assert await refusal_of(world.book(TEN - HALF, staff="marc")) == ""
    assert await world.problems() == []
    await world.come_back(off)
    assert await refusal_of(world.book(TEN, staff="marc")) == ""
    assert await refusal_of(world.come_back(off)) == "not-found"
    assert await world.problems() == []


@virtually
async def test_time_off_over_months_fills_each_of_them_and_what_overlaps_stays() -> None:
    world = await World.opened()
    start, end = datetime(2027, 1, 30, tzinfo=UTC), datetime(2027, 3, 2, tzinfo=UTC)
    long = await world.take_off("claire", start, end)
    short = await world.take_off("claire", datetime(2027, 2, 10, tzinfo=UTC), datetime(2027, 2, 12, tzinfo=UTC))
    counts = [world.ledger("claire", month).off.bit_count() for month in ("202701", "202702", "202703")]
    assert counts == [2 * 288, len(month_window("202702")), 288]
    assert await world.problems() == []
    await world.come_back(long)
    counts = [world.ledger("claire", month).off.bit_count() for month in ("202701", "202702", "202703")]
    assert counts == [0, 2 * 288, 0]
    await world.come_back(short)
    assert await world.problems() == []


@virtually
async def test_what_is_booked_stays_booked_under_time_off_and_can_be_moved_out_of_it() -> None:
    world = await World.opened()
    booked = await world.book(TEN)
    await world.take_off("claire", TEN - HALF, TEN + 4 * HALF)
    assert (await world.find(booked.token)).is_live
    assert await refusal_of(world.move(booked.token, TEN + HALF)) == "slot-taken"
    await world.move(booked.token, TEN + 4 * HALF)
    assert await world.problems() == []


@virtually
async def test_time_off_and_a_booking_at_once_both_count() -> None:
    for _ in range(5):
        world = await World.opened()
        answers = await asyncio.gather(
            refusal_of(world.beside().take_off("claire", TEN, TEN + HALF)), refusal_of(world.book(TEN))
        )
        assert answers[0] == ""
        assert answers[1] in ("", "slot-taken")
        assert world.ledger("claire").off.bit_count() == 6
        assert await world.problems() == []


@virtually
async def test_two_time_offs_at_once_in_one_month_are_both_there() -> None:
    world = await World.opened()
    days = [TEN + timedelta(days=day) for day in range(6)]
    await asyncio.gather(*(world.beside().take_off("claire", day, day + HALF) for day in days))
    assert world.ledger("claire").off.bit_count() == 36
    assert await world.problems() == []


@pytest.mark.walk
@virtually
@pytest.mark.parametrize("seed", range(30))
async def test_whatever_the_order_in_which_calls_arrive_no_time_off_and_no_seat_is_forgotten(seed: int) -> None:
    dice = random.Random(seed)
    world = await World.opened(a_group(4, staff=("claire", "marc")))
    booked = await world.book(TEN, staff="claire")
    processes = [world.beside() for _ in range(4)]
    for process in processes:
        process.table.slowness = lambda: dice.expovariate(100)

    async def change(number: int) -> str:
        process, day = processes[number % 4], TEN + timedelta(days=dice.randrange(5))
        match number % 3:
            case 0:
                off = await process.take_off("claire", day, day + timedelta(days=dice.choice([1, 25])))
                return await refusal_of(process.come_back(off)) if dice.random() < 0.5 else ""
            case 1:
                return await refusal_of(process.reassign(booked.appointment, dice.choice(["claire", "marc"])))
        return await refusal_of(process.book(TEN, email=f"c{number}@x.org"))

    answers = await asyncio.gather(*(change(number) for number in range(15)))
    assert set(answers) <= {"", "group-full", "slot-taken"}
    assert await world.problems() == []


@virtually
async def test_a_time_off_that_ends_before_it_starts_or_is_nobodys_is_refused() -> None:
    world = await World.opened()
    for staff, start, end in [
        ("claire", TEN, TEN),
        ("claire", TEN, TEN - HALF),
        ("claire", TEN, TEN + timedelta(days=401)),
        ("nobody", TEN, TEN + HALF),
    ]:
        try:
            await world.take_off(staff, start, end)
        except InvalidFields:
            continue
        raise AssertionError(staff)
    assert world.rows(TIME_OFF) == {}


@virtually
async def test_several_times_off_are_one_transaction_and_only_of_one_person() -> None:
    world = await World.opened(three_people())
    weekly = [
        TimeOff(id="", staff="marc", start=TEN + WEEK * week, end=TEN + HALF + WEEK * week) for week in range(26)
    ]
    names = await add_times_off(weekly, key=a_key(), actor="desk", **world.args())
    assert len(set(names)) == 26
    assert len(world.rows(TIME_OFF)) == 26
    assert await refusal_of(world.book(TEN + WEEK, staff="marc")) == "slot-taken"
    other = weekly[0].model_copy(update={"staff": "zoe"})
    for refused in ([*weekly, weekly[0]], [weekly[0], other]):
        with pytest.raises(InvalidFields):
            await add_times_off(refused, key=a_key(), actor="desk", **world.args())
    assert len(world.rows(TIME_OFF)) == 26
    assert await world.problems() == []


@virtually
async def test_the_same_time_off_sent_twice_under_one_key_is_one() -> None:
    world, key = await World.opened(), a_key()
    first, second = [await world.take_off("claire", TEN, TEN + HALF, key=key) for _ in range(2)]
    assert first == second
    assert len(world.rows(TIME_OFF)) == 1


@virtually
async def test_a_time_off_that_was_read_before_a_change_is_removed_as_it_is_now() -> None:
    world = await World.opened()
    off = await world.take_off("claire", TEN, TEN + HALF)
    await world.come_back(off.model_copy(update={"start": TEN - HALF}))
    assert (world.rows(TIME_OFF), world.ledger("claire").off) == ({}, 0)
    assert await world.problems() == []


@virtually
async def test_a_person_is_told_of_their_time_off_unless_they_do_not_want_it() -> None:
    world = await World.opened(a_calendar(staff=[a_person("claire"), a_person("marc", notify_of_time_off=False)]))
    await world.take_off("marc", TEN, TEN + HALF)
    assert world.rows(WORK) == {}
    await world.take_off("claire", TEN, TEN + HALF)
    await world.tick()
    assert world.postman.kinds("claire@clinic.example") == ["time_off"]
    assert world.rows(WORK) == {}
