"""Several reminders by SMS that fall due on one day for one person are one SMS."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.calendar.service import Reminder
from shared.records.keys import WORK
from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from shared.use_cases.messages.find_messages import find_messages
from shared.use_cases.messages.find_undelivered import Undelivered, list_undelivered
from shared.use_cases.messages.mend_undelivered import mend_undelivered
from shared.use_cases.sms.take_report import take_report
from tests.support.builders import SECRET, a_key
from tests.support.clinic import ANA, BOB, HALF, TEN
from tests.support.clinic import World as Clinic
from tests.support.virtual_time import virtually
from tests.use_cases.sms.world import DAY, World


HOUR = timedelta(hours=1)
IN_SIX = TEN + 6 * DAY


async def on_the_day(world: World, *starts: datetime) -> list[str]:
    """Book these, run the timer for the day before, and return the reminders by SMS."""
    for start in starts:
        await world.book_by(start=start)
    await world.tick()
    await world.wait_until(min(starts) - DAY + timedelta(seconds=5))
    await world.tick_for(timedelta(hours=8), every=60)
    return [one for one in world.telephones.said if "reminder of" in one]


@virtually
async def test_the_first_of_the_day_reminds_of_all_and_mails_come_as_ever():
    world = await World.texted()
    said = await on_the_day(world, IN_SIX, IN_SIX + HOUR, IN_SIX + 4 * HOUR)
    assert len(said) == 1
    assert [time in said[0] for time in ("10:00", "11:00", "2:00")] == [True] * 3
    assert world.postman.kinds(ANA).count("reminder") == 3
    assert [one for one in world.rows(WORK) if "|r0" in one] == []


@virtually
async def test_two_in_the_same_minute_are_one_sms_whichever_was_booked_first():
    world = await World.texted(reminders=[Reminder(offset=DAY), Reminder(offset=DAY - HALF)])
    assert len(await on_the_day(world, IN_SIX + HALF, IN_SIX)) == 1


@virtually
async def test_other_days_and_other_people_have_their_own():
    world = await World.texted()
    await world.book_by("+447400123450", start=IN_SIX + HOUR, email=BOB)
    assert len(await on_the_day(world, IN_SIX, IN_SIX + DAY)) == 2
    await world.tick_for(DAY, every=600)
    assert len([one for one in world.telephones.said if "reminder of" in one]) == 3


@virtually
async def test_what_was_booked_after_the_sms_of_the_day_is_reminded_of_by_itself():
    world = await World.texted(reminders=[Reminder(offset=HOUR)])
    await world.book_by(start=IN_SIX)
    await world.wait_until(IN_SIX - HOUR + timedelta(seconds=5))
    await world.tick()
    await world.book_by(start=IN_SIX + 3 * HOUR)
    await world.tick_for(timedelta(hours=4), every=60)
    said = [one for one in world.telephones.said if "reminder of" in one]
    assert ["1:00" in one for one in said] == [False, True]


@virtually
async def test_a_reminder_whose_sms_failed_does_not_silence_the_others():
    world = await World.texted()
    world.telephones.senders = (("+1", "+15005550006"),)
    await world.book_by(start=IN_SIX)
    await world.book_by(start=IN_SIX + HOUR)
    await world.wait_until(IN_SIX - DAY + timedelta(seconds=5))
    await world.tick()
    world.telephones.senders = (("*", "+15005550006"),)
    await world.tick_for(2 * HOUR, every=60)
    assert len([one for one in world.telephones.said if "reminder of" in one]) == 1


async def fail(world: World, by: Clinic | None = None) -> None:
    """Report that the last SMS did not reach the phone, and once more, as providers do."""
    store = (by or world).store
    reference = world.telephones.texts[-1].handover.reference
    for expected in ("taken", "known"):
        told = await take_report(reference, "failed", "unreachable", store=store, secret=SECRET)
        assert told == expected


async def mend(world: World, one: Undelivered) -> None:
    who, context = Author("admin", a_key()), Context(world.store, SECRET, world.now)
    await mend_undelivered(
        one.key, str(one.recipient), "resend", author=who, business=world.business, context=context
    )


async def undelivered(world: World) -> dict[datetime, str]:
    found = await list_undelivered(world.business, 9, store=world.store, now=world.now)
    assert {one.recipient.kind for one in found} <= {"phone"}
    return {one.appointment.start: one.why for one in found if one.appointment}


async def shown(world: World, appointment: str) -> list[tuple[str, str]]:
    """Return what became of the reminders by SMS, as the appointment's page shows it."""
    about = world.appointment(appointment)
    service = world.calendar.services["consultation"]
    found = await find_messages(about, [], service, business=world.business, store=world.store, now=world.now)
    return [(one.state, one.why) for one in found if (one.kind, one.recipient.kind) == ("reminder", "phone")]


@virtually
async def test_an_sms_about_several_that_fails_is_undelivered_for_each_and_each_shows_it():
    world = await World.texted()
    said = await on_the_day(world, IN_SIX, IN_SIX + HOUR, IN_SIX + 4 * HOUR)
    assert len(said) == 1
    await fail(world)
    starts = [IN_SIX, IN_SIX + HOUR, IN_SIX + 4 * HOUR]
    assert await undelivered(world) == dict.fromkeys(starts, "unreachable")
    names = [key.partition("|")[2] for key in world.rows("A|")]
    assert [await shown(world, one) for one in names] == [[("failed", "unreachable")]] * 3
    for one in await list_undelivered(world.business, 9, store=world.store, now=world.now):
        await mend(world, one)
    await world.tick_for(HOUR, every=60)
    again = [one for one in world.telephones.said[len(starts) :] if "reminder of" in one][1:]
    assert again
    assert all(any(time in one for one in again) for time in ("10:00", "11:00", "2:00"))
    assert await undelivered(world) == {}


@virtually
async def test_one_that_fails_before_the_others_were_due_leaves_them_their_own_sms():
    world = await World.texted()
    for start in (IN_SIX, IN_SIX + HOUR):
        await world.book_by(start=start)
    await world.wait_until(IN_SIX - DAY + timedelta(seconds=5))
    await world.tick()
    await fail(world)
    assert await undelivered(world) == {IN_SIX: "unreachable"}
    await world.tick_for(2 * HOUR, every=60)
    assert len([one for one in world.telephones.said if "reminder of" in one]) == 2
    assert await undelivered(world) == {IN_SIX: "unreachable"}


@pytest.mark.parametrize("at", range(15, 20))
@virtually
async def test_a_report_while_an_sms_is_left_out_shows_both_whichever_comes_first(at: int):
    world = await World.texted()
    for start in (IN_SIX, IN_SIX + HOUR):
        await world.book_by(start=start)
    await world.wait_until(IN_SIX - DAY + timedelta(seconds=5))
    await world.tick()
    await world.wait_until(IN_SIX + HOUR - DAY + timedelta(seconds=5))
    begun, others, reports = len(world.table.calls), world.beside(), list[asyncio.Task[None]]()

    def slowness() -> float:
        """Let the call at this place arrive after a report."""
        if len(world.table.calls) - begun < at or reports:
            return 0.0
        reports.append(asyncio.create_task(fail(world, others)))
        return 1.0

    world.table.slowness = slowness
    await world.tick_for(HOUR, every=60)
    await asyncio.gather(*reports)
    sent = len([one for one in world.telephones.said if "reminder of" in one])
    assert len(await undelivered(world)) == 3 - sent


@virtually
async def test_a_night_is_one_morning_for_all_that_waited():
    world = await World.texted(reminders=[Reminder(offset=timedelta(hours=12))])
    for start in (IN_SIX, IN_SIX + HOUR):  # due at 22:00 and 23:00
        await world.book_by(start=start)
    await world.wait_until(datetime(2027, 1, 17, 20, 59, tzinfo=UTC))
    await world.tick_for(timedelta(hours=12), every=120)
    said = [one for one in world.telephones.said if "reminder of" in one]
    assert len(said) == 1
    assert "11:00" in said[0]
