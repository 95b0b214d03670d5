"""Several reminders by SMS that fall due on one day for one person are one SMS."""

from datetime import UTC, datetime, timedelta

from shared.domain.calendar.service import Reminder
from shared.records.keys import WORK
from tests.support.clinic import ANA, BOB, HALF, TEN
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
