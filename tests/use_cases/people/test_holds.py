"""A person who works in several calendars is booked once, whichever calendar is asked."""

import asyncio
from datetime import timedelta

import pytest

from shared.domain.errors import AlreadyCancelled, SlotTaken
from shared.records.keys import HOLD, HOLDINGS, WORK
from shared.records.table import Operation
from shared.use_cases.appointments.change_by_staff import change_by_staff
from shared.use_cases.appointments.staff_request import AppointmentChange
from shared.use_cases.telling.undo_change import undo_change
from tests.support.builders import a_key, a_person
from tests.support.clinic import BOB, DESK, HALF, TEN
from tests.support.virtual_time import virtually
from tests.use_cases.people.offices import NAMES, Offices, an_office, offices


LONG_ENOUGH = timedelta(minutes=5)
TICKS = 6  # of half an hour


async def stopped_with_its_hold(found: Offices, key: str) -> None:
    """Book in the north, and crash when the south has the hold."""
    run = asyncio.create_task(found["north"].book(key=key))
    for _ in range(1000):
        if found["south"].rows(HOLD):
            break
        await asyncio.sleep(0)
    run.cancel()
    await asyncio.gather(run, return_exceptions=True)
    assert (found.counts(HOLD), found.held("south")) == ([0, 1], TICKS)


async def settled(found: Offices) -> None:
    """Let the timers do all that is due."""
    await found["north"].tick_for(LONG_ENOUGH)
    assert found.left() == []


@virtually
async def test_who_is_booked_in_one_calendar_is_booked_in_all() -> None:
    found = await offices(*NAMES)
    await found["north"].book()
    assert [found.held(name) for name in NAMES] == [TICKS, 0, TICKS, TICKS]
    for name in ("east", "south", "west", "north"):
        with pytest.raises(SlotTaken):
            await found[name].book(email=BOB)
        assert TEN not in await found[name].offered()
    await found["east"].book(TEN + HALF, email=BOB)
    await settled(found)
    assert found.counts(HOLD) == [1, 1, 2, 2]


@virtually
async def test_pages_of_the_other_calendars_show_it_at_once_and_until_it_is_free() -> None:
    found = await offices("north", "south")
    assert TEN in await found["south"].offered()
    booked = await found["north"].book()
    await asyncio.sleep(1.1)  # as old as masks may be in another process
    assert TEN not in await found["south"].offered()
    moved = await found["north"].move(booked.token, TEN + 2 * HALF)
    await settled(found)
    assert TEN in await found["south"].offered()
    assert TEN + 2 * HALF not in await found["south"].offered()
    await found["north"].cancel(moved.token)
    await settled(found)
    assert TEN + 2 * HALF in await found["south"].offered()
    assert found.counts(HOLD) == found.counts(HOLDINGS) == [0, 0]
    assert found.held("south") == 0


@virtually
async def test_an_appointment_moves_within_what_it_holds_and_not_onto_others() -> None:
    found = await offices("north", "south", duration=timedelta(hours=1))
    booked = await found["north"].book()
    other = await found["south"].book(TEN + 4 * HALF, email=BOB)
    await found["north"].move(booked.token, TEN + HALF)
    with pytest.raises(SlotTaken):
        await found["north"].move(booked.token, TEN + 3 * HALF)
    await settled(found)
    assert [found.held(name) for name in ("north", "south")] == [12, 12]
    await found["south"].cancel(other.token)
    await settled(found)
    await found["north"].move(booked.token, TEN + 3 * HALF)


@virtually
async def test_buffers_need_the_person_free_in_every_calendar_as_in_their_own() -> None:
    """The rule of availability across calendars: what is claimed there counts with its buffers, and so do ours."""
    north = an_office("north", pre_buffer=HALF, post_buffer=HALF)
    found = await Offices.opened(north, an_office("south"), an_office("west", post_buffer=HALF))
    await found["north"].book(TEN + 3 * HALF)
    await asyncio.sleep(1.1)
    times = [TEN + number * HALF for number in range(7)]
    assert [one in await found["south"].offered() for one in times] == [
        True,
        True,
        False,
        False,
        False,
        True,
        True,
    ]
    # in the west a visit at the second time would have its buffer in that of the north
    assert [one in await found["west"].offered() for one in times] == [
        True,
        False,
        False,
        False,
        False,
        True,
        True,
    ]
    for name, start in (("south", TEN + 2 * HALF), ("west", TEN + HALF)):
        with pytest.raises(SlotTaken):
            await found[name].book(start, email=BOB)
    await found["south"].book(TEN + HALF, email=BOB)
    with pytest.raises(SlotTaken):  # it is free there, but its buffer before it is not
        await found["north"].book(TEN + 2 * HALF, email=BOB)


@virtually
async def test_time_off_is_of_its_calendar_alone_and_stays_under_what_is_held_there() -> None:
    found = await offices("north", "south")
    await found["south"].take_off("claire", TEN, TEN + HALF)
    await found["north"].tick()
    assert TEN in await found["north"].offered()
    booked = await found["north"].book()
    assert found.held("south") == TICKS
    await found["north"].cancel(booked.token)
    await settled(found)
    assert found.held("south") == 0
    assert TEN not in await found["south"].offered()
    with pytest.raises(SlotTaken):
        await found["south"].book(email=BOB)


@virtually
async def test_anyone_is_somebody_who_is_free_everywhere() -> None:
    both = (a_person("claire"), a_person("marc"))
    found = await Offices.opened(an_office("north", *both), an_office("south", *both))
    for person in ("claire", "marc"):
        await found["south"].book(staff=person, email=f"{person}@example.com")
    with pytest.raises(SlotTaken):
        await found["north"].book(email=BOB)
    first = await found["south"].book(TEN + HALF, email=BOB)
    second = await found["north"].book(TEN + HALF, email=BOB)
    assert {*first.staff, *second.staff} == {"claire", "marc"}


@virtually
async def test_all_together_are_held_and_reassigning_gives_back() -> None:
    people = tuple(a_person(name) for name in ("claire", "marc", "zoe"))
    found = await Offices.opened(
        an_office("north", *people, assignment="all"), an_office("south", *people), an_office("west", people[0])
    )
    booked = await found["north"].book()
    assert [found.held("south", one.id) for one in people] == [TICKS] * 3
    for one in people:
        with pytest.raises(SlotTaken):
            await found["south"].book(staff=one.id, email=BOB)
    await found["north"].reassign(booked.appointment, "marc")
    await settled(found)
    assert [found.held("south", one.id) for one in people] == [0, TICKS, 0]
    assert found.held("west") == 0
    await found["south"].book(staff="claire", email=BOB)
    with pytest.raises(SlotTaken):
        await found["north"].reassign(booked.appointment, "claire")


@virtually
async def test_a_group_holds_once_and_until_the_last_has_left() -> None:
    found = await Offices.opened(an_office("north", maximum_attendees=3), an_office("south"))
    first = await found["north"].book()
    second = await found["north"].book(email=BOB)
    assert found.counts(HOLD) == [0, 1]
    await found["north"].cancel(first.token)
    await settled(found)
    assert found.held("south") == TICKS
    await found["north"].cancel(second.token)
    await settled(found)
    assert found.held("south") == 0


@pytest.mark.walk
@virtually
async def test_of_two_at_once_in_two_calendars_exactly_one_is_booked() -> None:
    for late in range(10):
        found = await offices("north", "south", "west")

        async def book(name: str, steps: int, found: Offices = found) -> bool:
            for _ in range(steps):
                await asyncio.sleep(0)
            try:
                await found[name].book(email=f"{name}@example.com")
            except SlotTaken:
                return False
            return True

        won = await asyncio.gather(book("north", late), book("south", 5), book("west", 3))
        assert sum(won) == 1, late
        await settled(found)
        assert sorted(found.counts(HOLD)) == [0, 1, 1], late


@virtually
async def test_what_a_crash_left_behind_is_found_and_its_command_cannot_follow() -> None:
    found = await offices("north", "south")
    key = a_key()
    await stopped_with_its_hold(found, key)
    await found["south"].tick_for(timedelta(seconds=30))
    assert found.counts(HOLD) == [0, 1], "it may still be under way"
    await settled(found)
    assert (found.counts(HOLD), found.held("south")) == ([0, 0], 0)
    with pytest.raises(SlotTaken):
        await found["north"].book(key=key)
    await found["north"].book(email=BOB)


@virtually
async def test_the_same_command_goes_on_with_what_its_crashed_try_holds() -> None:
    found = await offices("north", "south")
    key = a_key()
    await stopped_with_its_hold(found, key)
    await found["north"].beside(found["north"].calendar).book(key=key)
    await settled(found)
    assert (found.counts(HOLD), found.held("south")) == ([0, 1], TICKS)


@virtually
async def test_a_deleted_calendar_gives_back_and_takes_again_when_restored() -> None:
    from tests.use_cases.people.test_settle_people import deleted, restored

    found = await offices("north", "south")
    await found["north"].book()
    await deleted(found["north"], "north")
    assert found.held("south") == 0
    await found["south"].book(email=BOB)
    await restored(found["north"], "north")
    await settled(found)
    assert [found.held(name) for name in ("north", "south")] == [TICKS, TICKS]


@virtually
async def test_who_comes_to_work_elsewhere_brings_what_is_booked_already() -> None:
    found = await Offices.opened(an_office("north"), an_office("south", a_person("zoe")))
    booked = await found["north"].book()
    await found["south"].save(an_office("south", a_person("zoe"), a_person("claire")))
    await settled(found)
    await found.settle()
    assert found.held("south") == TICKS
    with pytest.raises(SlotTaken):
        await found["south"].book(staff="claire", email=BOB)
    await found["north"].cancel(booked.token)
    await settled(found)
    assert found.held("south") == 0


@virtually
async def test_time_that_is_taken_stays_taken_where_nothing_was_held_yet() -> None:
    found = await Offices.opened(an_office("north"), an_office("south", a_person("zoe")))
    await found["north"].book()
    await found["south"].save(an_office("south", a_person("zoe"), a_person("claire")))
    with pytest.raises(SlotTaken):
        await found["south"].book(staff="claire", email=BOB)


@virtually
async def test_a_second_cancellation_gives_nothing_back_twice() -> None:
    found = await offices("north", "south")
    booked = await found["north"].book()
    await found["north"].cancel(booked.token)
    await settled(found)
    await found["south"].book(email=BOB)
    await found["north"].cancel(booked.token)
    with pytest.raises((AlreadyCancelled, SlotTaken)):
        await found["north"].move(booked.token, TEN + HALF)
    await settled(found)
    assert [found.held(name) for name in ("north", "south")] == [TICKS, 0]


@virtually
async def test_entries_that_are_served_twice_change_nothing() -> None:
    found = await offices("north", "south")
    booked = await found["north"].book()
    await found["north"].cancel(booked.token)
    entries = {key: row for key, row in found["north"].rows(WORK).items() if "|release-" in key}
    await settled(found)
    await found["north"].book(email=BOB)
    for key, row in entries.items():
        await found["north"].inner.transact("bookings", "biz0north", [Operation("upsert", key, row.values)])
    await settled(found)
    assert found.held("south") == TICKS


@virtually
async def test_what_was_just_cancelled_can_be_booked_at_once_in_any_calendar() -> None:
    found = await offices("north", "south")
    first = await found["north"].book()
    await found["north"].cancel(first.token)
    again = await found["north"].book(email=BOB)
    await found["north"].move(again.token, TEN + HALF)
    await found["south"].book(email=BOB)
    await settled(found)
    assert [found.held(name) for name in ("north", "south")] == [TICKS, TICKS]


@virtually
async def test_what_an_appointment_has_just_left_is_free_for_itself() -> None:
    """Its release is still due, in two calendars, and the times overlap or not."""
    for length in (HALF, 3 * HALF):
        found = await offices("north", "south", "west", duration=length)
        booked = await found["north"].book()
        await settled(found)
        moved = await found["north"].move(booked.token, TEN + 2 * HALF)
        back = await found["north"].move(moved.token, TEN)
        with pytest.raises(SlotTaken):
            await found["south"].book(email=BOB)
        assert len([one for one in found.left() if "|release-" in one]) == 2, "nothing was released by the timer"
        await found["north"].move(back.token, TEN + HALF)
        await settled(found)
        ticks = length // HALF * TICKS
        assert [found.held(name) for name in ("north", "south", "west")] == [0, ticks, ticks]
        assert found.counts(HOLD) == [0, 1, 1]


@virtually
async def test_undoing_takes_back_what_has_just_been_left() -> None:
    found = await offices("north", "south")
    north = found["north"]
    booked = await north.book()
    await settled(found)
    change = AppointmentChange(start=TEN + 2 * HALF)
    await change_by_staff(booked.appointment, change, editor=DESK, key=a_key(), telling="later", **north.args())
    version = north.appointment(booked.appointment).version
    await undo_change(booked.appointment, version, editor=DESK, key=a_key(), **north.args())
    assert north.appointment(booked.appointment).start == TEN
    await settled(found)
    assert (found.counts(HOLD), found.held("south")) == ([0, 1], TICKS)
    with pytest.raises(SlotTaken):
        await found["south"].book(email=BOB)
