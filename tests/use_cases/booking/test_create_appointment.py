"""Create an appointment: what it writes, who wins, and what is refused."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from shared.domain.appointments.messages import OutboxEntry
from shared.domain.calendar.policy import SchedulingPolicy
from shared.domain.errors import NotFound, SlotTaken, StaffNotOffered
from shared.domain.timeline.ledger import busy_in, cut_by_month
from shared.domain.timeline.ticks import Window
from shared.records.codec import load_row
from shared.records.keys import APPOINTMENT, CUSTOMER, LEDGER, WORK
from tests.support.builders import A_REMINDER, MONDAY, a_calendar, a_key, a_person, a_service
from tests.support.clinic import ANA, BOB, HALF, TEN, World, persisting, refusal_of, settled, three_people
from tests.support.virtual_time import virtually


def kinds(world: World) -> str:
    return "".join(sorted({key[0] for key in world.rows("") if not key.startswith(("0", "I"))}))


@virtually
async def test_a_booking_claims_its_ticks_and_writes_every_row_that_is_derived_from_it() -> None:
    world = await World.opened(a_calendar(services=[a_service(reminders=(A_REMINDER,))]))
    booked = await world.book(TEN + timedelta(days=3))
    one = world.appointment(booked.id)
    assert (one.start, one.end, one.staff) == (booked.start, booked.start + HALF, ("claire",))
    assert busy_in(Window(*one.claim), {"202701": world.ledger("claire").busy}) == 0b111111
    assert world.claimed("claire") == 6
    assert kinds(world) == "ACDLMQXZ"
    assert await world.problems() == []


@virtually
async def test_a_booking_tells_both_sides_at_once_and_reminds_the_customer_in_time() -> None:
    world = await World.opened(a_calendar(services=[a_service(reminders=(A_REMINDER,))]))
    booked = await world.book(TEN + timedelta(days=3))
    told, reminder = (load_row(OutboxEntry, row) for row in world.rows(WORK).values())
    assert (told.kind, told.version) == ("notify", 1)
    assert set(map(str, told.recipients)) == {"+customer", "+staff:claire", "+business"}
    assert (reminder.kind, reminder.start, tuple(map(str, reminder.recipients))) == (
        "reminder",
        booked.start,
        ("customer",),
    )
    assert world.markers() == ["000000000000", "202701140900"]


@virtually
async def test_a_reminder_whose_time_has_passed_is_not_made() -> None:
    world = await World.opened(a_calendar(services=[a_service(reminders=(A_REMINDER,))]))
    await world.book(MONDAY + timedelta(hours=2))
    assert len(world.rows(WORK)) == 1


@virtually
async def test_buffers_are_claimed_beyond_opening_hours_and_keep_others_away() -> None:
    long = a_service(pre_buffer=timedelta(minutes=20), post_buffer=timedelta(minutes=10))
    world = await World.opened(a_calendar(services=[long]))
    booked = await world.book(TEN - timedelta(hours=1))
    one = world.appointment(booked.id)
    assert one.claim[1] - one.claim[0] == 12
    assert await refusal_of(world.book(TEN - HALF)) == "slot-taken"
    assert await refusal_of(world.book(TEN)) == ""
    assert await world.problems() == []


@virtually
async def test_a_booking_over_the_end_of_a_month_claims_in_both_ledgers() -> None:
    night = a_service(duration=timedelta(hours=4))
    person = a_person(time_zone="UTC")
    world = await World.opened(
        a_calendar(
            staff=[person],
            services=[night],
            business=_round_the_clock(SchedulingPolicy(maximum_advance=timedelta(60))),
        )
    )
    booked = await world.book(datetime(2027, 1, 31, 22, 0, tzinfo=ZoneInfo("UTC")))
    assert (world.claimed("claire"), world.claimed("claire", "202702")) == (24, 24)
    assert set(cut_by_month(*world.appointment(booked.id).claim)) == {"202701", "202702"}
    assert await world.problems() == []
    await world.cancel(booked.token)
    assert (world.claimed("claire"), world.claimed("claire", "202702")) == (0, 0)
    assert await world.problems() == []


def _round_the_clock(policy: SchedulingPolicy):
    from tests.support.builders import a_business

    return a_business(hours=(((0, 1440),),) * 7, policy=policy, time_zone="UTC")


@virtually
async def test_of_two_who_want_the_same_time_one_is_told_that_it_is_taken() -> None:
    world = await World.opened()
    answers = await asyncio.gather(world.book(email=ANA), world.book(email=BOB), return_exceptions=True)
    assert sorted(type(one).__name__ for one in answers) == ["Booked", "SlotTaken"]
    assert await world.problems() == []


@virtually
async def test_visits_that_overlap_are_one_winner_and_those_that_touch_are_two() -> None:
    world = await World.opened(a_calendar(services=[a_service(duration=timedelta(minutes=60))]))
    await world.book(TEN)
    assert await refusal_of(world.book(TEN + HALF)) == "slot-taken"
    assert await refusal_of(world.book(TEN - HALF)) == "slot-taken"
    assert await refusal_of(world.book(TEN + 2 * HALF)) == ""
    assert await world.problems() == []


@virtually
async def test_anyone_is_as_many_as_there_are_people() -> None:
    world = await World.opened(three_people())
    answers = await asyncio.gather(*(world.book(email=f"c{n}@x.org") for n in range(5)), return_exceptions=True)
    staff = [one.staff[0] for one in answers if not isinstance(one, Exception)]
    assert sorted(staff) == ["claire", "marc", "zoe"]
    assert sum(isinstance(one, SlotTaken) for one in answers) == 2
    assert await world.problems() == []


@virtually
async def test_a_wanted_person_is_the_one_who_is_booked_or_nobody() -> None:
    world = await World.opened(three_people())
    booked = await world.book(staff="marc")
    assert booked.staff == ("marc",)
    assert await refusal_of(world.book(staff="marc")) == "slot-taken"
    assert (await world.book()).staff != ("marc",)
    assert {world.appointment(one[2:]).chosen_by for one in world.rows(APPOINTMENT)} == {"customer", "anyone"}


@virtually
async def test_evenly_gives_to_whoever_has_least_and_priority_to_who_comes_first() -> None:
    world = await World.opened(three_people(anyone="evenly"))
    found = [(await world.book(TEN + n * HALF)).staff[0] for n in range(6)]
    assert sorted(found[:3]) == sorted(found[3:]) == ["claire", "marc", "zoe"]
    staff = [a_person("claire", priority=3), a_person("marc", priority=1), a_person("zoe", priority=2)]
    names = ("claire", "marc", "zoe")
    world = await World.opened(a_calendar(staff=staff, services=[a_service(staff=names, anyone="priority")]))
    assert [(await world.book()).staff[0] for _ in range(3)] == ["marc", "zoe", "claire"]


@virtually
async def test_all_together_claims_everybody_and_is_taken_while_one_of_them_is_busy() -> None:
    team = three_people(assignment="all")
    solo = a_service("solo", staff=("marc",))
    world = await World.opened(replace(team, services={**team.services, "solo": solo}))
    booked = await world.book(TEN)
    assert booked.staff == ("claire", "marc", "zoe")
    assert [world.claimed(one) for one in booked.staff] == [6, 6, 6]
    await world.book(TEN + HALF, service="solo")
    assert await refusal_of(world.book(TEN + HALF)) == "slot-taken"
    assert await refusal_of(world.book(TEN, service="solo")) == "slot-taken"
    assert await world.problems() == []


@virtually
@pytest.mark.parametrize(
    ("start", "code"),
    [
        (MONDAY - timedelta(hours=1), "outside-lead-time"),
        (TEN + timedelta(days=70), "outside-lead-time"),
        (TEN + timedelta(days=36500), "outside-lead-time"),
        (TEN + timedelta(days=5), "not-offered"),  # a Sunday
        (TEN + timedelta(hours=9), "not-offered"),
        (TEN + timedelta(minutes=10), "not-offered"),
        (TEN + timedelta(minutes=3), "not-offered"),
        (TEN + timedelta(seconds=1), "not-offered"),
    ],
)
async def test_what_is_not_offered_is_refused_for_its_reason_and_leaves_nothing(
    start: datetime, code: str
) -> None:
    world = await World.opened()
    assert await refusal_of(world.book(start)) == code
    assert kinds(world) == ""


@virtually
async def test_a_person_who_does_not_serve_and_a_service_that_is_not_there_are_refused() -> None:
    world = await World.opened(three_people())
    assert await refusal_of(world.book(staff="nobody")) == "staff-not-offered"
    assert await refusal_of(world.book(service="nothing")) == "not-found"
    assert kinds(world) == ""


@virtually
async def test_a_customer_is_inserted_once_and_never_overwritten_by_the_public_form() -> None:
    world = await World.opened()
    await world.book(TEN, email=ANA)
    (before,) = world.rows(CUSTOMER).values()
    await asyncio.sleep(60)
    await world.book(TEN + HALF, email=ANA.upper())
    (after,) = world.rows(CUSTOMER).values()
    assert after.values["body"] == before.values["body"]
    assert after.values["lastSeen"] > before.values["lastSeen"]


@virtually
async def test_what_is_booked_is_no_longer_offered_and_what_is_cancelled_is_again() -> None:
    world = await World.opened()
    before = await world.offered()
    assert TEN in before
    booked = await world.book(TEN)
    assert await world.offered() == [one for one in before if one != TEN]
    await world.cancel(booked.token)
    assert await world.offered() == before


@virtually
async def test_many_candidates_are_read_as_one_range() -> None:
    staff = [a_person(f"p{n:02d}") for n in range(12)]
    world = await World.opened(a_calendar(staff=staff, services=[a_service(staff=tuple(one.id for one in staff))]))
    world.table.calls.clear()
    await world.book()
    ranges = [call.keys for call in world.table.calls if call.verb == "range"]
    assert [keys for keys in ranges if keys[0].startswith(LEDGER)] == [("L|202701|", "L|202701~")]
    answers = await asyncio.gather(*(refusal_of(world.book(email=f"c{n}@x.org")) for n in range(14)))
    assert (answers.count(""), answers.count("slot-taken")) == (11, 3)
    assert await world.problems() == []


@pytest.mark.walk
@virtually
@pytest.mark.parametrize("seed", range(10))
async def test_under_faults_everybody_gets_the_answer_that_is_true(seed: int) -> None:
    world = await World.opened(three_people())
    processes = world.unreliable(3, 0.3, seed * 7)
    keys = [a_key() for _ in range(24)]
    starts = [TEN + (number % 4) * HALF for number in range(24)]
    answers = await asyncio.gather(
        *(
            persisting(processes[number % 3].book, starts[number], key=key, email=f"c{number}@x.org")
            for number, key in enumerate(keys)
        ),
        return_exceptions=True,
    )
    await settled(processes)
    won = [one for one in answers if not isinstance(one, Exception)]
    assert len(won) == 12
    assert {one.id for one in won} == {key[2:] for key in world.rows(APPOINTMENT)}
    assert {type(one) for one in answers if isinstance(one, Exception)} == {SlotTaken}
    assert await world.problems() == []


def test_refusals_that_are_raised_are_known_by_their_codes() -> None:
    assert (NotFound.code, StaffNotOffered.code) == ("not-found", "staff-not-offered")
