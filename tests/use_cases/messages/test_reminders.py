"""Reminders come at their time, of what still stands; after an outage of any length all that is still true comes."""

import asyncio
from datetime import timedelta

import pytest

from shared.domain.appointments.messages import OutboxEntry
from shared.domain.calendar.service import Reminder
from shared.records.codec import load_row
from shared.records.keys import FAILED, WORK
from tests.support.builders import A_REMINDER, a_calendar, a_person, a_service
from tests.support.clinic import ANA, BOB, HALF, IN_THREE_DAYS, TEN, World, a_group, reminding
from tests.support.virtual_time import virtually


CLAIRE, MARC, DESK = "claire@clinic.example", "marc@clinic.example", "desk@clinic.example"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def pending(world: World) -> list[str]:
    """The kinds of the work rows that wait."""
    return sorted(load_row(OutboxEntry, row).kind for row in world.rows(WORK).values())


@pytest.mark.walk
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
    await world.wait_until(IN_THREE_DAYS + HALF + HOUR + timedelta(minutes=1))
    await world.tick()
    assert world.postman.kinds(ANA) == ["confirmation", "reminder", "follow_up"]
    assert world.postman.to(ANA)[-1].text == "How was it?"
    assert world.rows(WORK) == {}


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
    assert world.rows(WORK) == {}


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
    await world.wait_until(IN_THREE_DAYS)
    await world.tick()
    assert world.postman.kinds(ANA) == ["confirmation"]
    assert pending(world) == ["follow_up"]


@virtually
async def test_a_reminder_that_waited_while_another_took_over_goes_to_nobody_who_serves_it_no_longer() -> None:
    for_all = Reminder(offset=DAY, recipients="all")
    service = a_service(reminders=(for_all,), staff=("claire", "marc"))
    world = await World.opened(a_calendar(services=[service], staff=[a_person("claire"), a_person("marc")]))
    booked = await world.book(IN_THREE_DAYS, staff="marc")
    await world.tick()
    await world.wait_until(IN_THREE_DAYS - DAY + timedelta(minutes=15))  # no timer ran when it was due
    await world.reassign(booked.appointment, "claire")
    await world.tick_for(timedelta(minutes=2))
    assert world.postman.kinds(ANA) == ["confirmation", "change", "reminder"]
    assert world.postman.kinds(MARC) == ["confirmation", "cancellation"]
    assert world.postman.kinds(CLAIRE) == ["confirmation"]
    assert world.rows(WORK) == {}


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
    assert world.rows(WORK) == world.rows(FAILED) == {}
