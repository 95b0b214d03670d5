"""Who is to confirm appointments is reminded of them once a day, by one mail, while they wait."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from shared.delivery.mail.view import view_of
from shared.domain.timeline.ledger import Ledger, month_of
from shared.domain.timeline.ticks import floor_tick
from shared.records.keys import AUDIT, appointment_key, ledger_key
from shared.records.table import Operation
from shared.use_cases.commands import Author
from shared.use_cases.messages.find_undelivered import list_undelivered
from shared.use_cases.messages.mend_undelivered import mend_undelivered
from shared.use_cases.staff_links.confirm_appointment import confirm_appointment
from tests.delivery.mail.letters import SENDER
from tests.support.builders import a_business, a_calendar, a_key, a_person, a_service
from tests.support.clinic import ANA, BOB, DESK, HALF, IN_THREE_DAYS, TEN, World
from tests.support.virtual_time import virtually


HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EIGHT = TEN - 2 * HOUR  # on the Tuesday, the day after the bookings
CLAIRE, SAM = "claire@clinic.example", "sam@clinic.example"


async def a_world(**business) -> World:
    """Claire's own calendar has not been readable for long; Sam is a scheduler. Both customers book on a Monday."""
    people = [a_person("claire", is_told_by_mail=False), a_person("sam", role="scheduler", is_bookable=False)]
    rules = {"when_unread": "confirm", "most_unread": 2, **business}
    world = await World.opened(a_calendar(a_business(**rules), [a_service(confirm_staff=False)], people))
    ledger = Ledger()._replace(is_unread=True)
    key = ledger_key(month_of(floor_tick(TEN)), "claire")
    await world.inner.transact("bookings", world.business, [Operation("upsert", key, ledger.to_row())])
    return world


async def hours(world: World, number: int) -> None:
    """Let sweep and timer run for so many hours; two sweeps at each."""
    for _ in range(number):
        await world.sweep()
        await world.beside().sweep()
        await world.tick()
        await world.wait_until(world.now + HOUR)
        await world.tick()


def reminded(world: World, to: str) -> list[list[str]]:
    """Return the starts in each of a person's reminders, by day and hour in UTC."""
    found = [one for one in world.postman.letters if one.kind == "unconfirmed" and one.to == to]
    parts = [[part.appointment.start for part in (one.series or (one,))] for one in found]
    return [[f"{start:%d %H}" for start in starts] for starts in parts]


@pytest.mark.walk
@virtually
async def test_one_mail_a_day_lists_what_waits_until_it_is_confirmed_or_its_time_has_come():
    world = await a_world()
    await world.book(IN_THREE_DAYS)
    later = await world.book(IN_THREE_DAYS + 5 * DAY, email=BOB)
    await world.tick()
    await hours(world, 24)
    assert reminded(world, CLAIRE) == [["15 09", "20 09"]]
    assert reminded(world, SAM) == [], "they have had a day to react"
    await hours(world, 24)
    assert reminded(world, CLAIRE) == [["15 09", "20 09"]] * 2
    assert reminded(world, SAM) == [["15 09", "20 09"]]
    await confirm_appointment(later.appointment, editor=DESK, key=a_key(), **world.args())
    await hours(world, 24 * 5)
    assert reminded(world, CLAIRE)[2:] == [["15 09"], ["15 09"]], "on Thursday and on the Friday, before nine"
    assert reminded(world, SAM)[1:] == [["15 09"], ["15 09"]]


@virtually
async def test_what_begins_within_a_day_is_told_to_schedulers_at_once_and_what_is_cancelled_to_nobody():
    world = await a_world()
    await world.book(TEN)
    gone = await world.book(TEN + HALF, email=BOB)
    await world.sweep()
    await world.cancel(gone.token)
    await hours(world, 26)
    assert reminded(world, CLAIRE) == reminded(world, SAM) == [["12 09"]]
    to_claire, to_sam = (one for one in world.postman.letters if one.kind == "unconfirmed")
    (confirm,), (console,) = (view_of(one, SENDER, world.now).buttons for one in (to_claire, to_sam))
    assert confirm.url.endswith("/confirm")
    assert f"/console/queue/{world.business}/" in console.url


@virtually
async def test_what_is_asked_for_between_the_sweep_and_eight_reaches_all_whom_it_concerns():
    world = await a_world()
    await world.book(IN_THREE_DAYS)
    await world.wait_until(EIGHT - HOUR - 50 * HOUR / 60)
    await world.sweep()
    await world.wait_until(EIGHT - 1.5 * HOUR)
    await world.book(TEN + HOUR, email=BOB)
    await hours(world, 8)
    assert reminded(world, CLAIRE) == [["12 10", "15 09"]]
    assert reminded(world, SAM) == [["12 10"]], "it begins within a day"


@virtually
async def test_who_decides_but_wants_no_mail_is_not_reminded():
    world = await a_world()
    await world.book(TEN)
    await world.sweep()
    sam = world.calendar.staff["sam"].model_copy(update={"is_told_by_mail": False})
    await world.save(replace(world.calendar, staff=world.calendar.staff | {"sam": sam}))
    await hours(world, 26)
    assert (reminded(world, CLAIRE), reminded(world, SAM)) == ([["12 09"]], [])


@virtually
async def test_what_was_asked_after_eight_is_not_repeated_on_the_same_day():
    world = await a_world()
    await world.wait_until(EIGHT + HOUR / 2)
    await world.book(IN_THREE_DAYS, email=ANA)
    await hours(world, 20)
    assert reminded(world, CLAIRE) == []
    await hours(world, 6)
    assert reminded(world, CLAIRE) == [["15 09"]]


@virtually
async def test_a_list_names_each_with_its_own_link_and_no_program_adds_it_to_a_calendar():
    world = await a_world()
    await world.book(IN_THREE_DAYS)
    await world.book(IN_THREE_DAYS + HALF, email=BOB)
    await hours(world, 26)
    letter = next(one for one in world.postman.letters if one.kind == "unconfirmed")
    view = view_of(letter, SENDER, world.now)
    (section,) = [one for one in view.sections if one.title == "Appointments to be confirmed"]
    assert len({one.url for one in section.facts}) == 2
    assert all(one.url.endswith("/confirm") for one in section.facts)
    assert view.headline == "Appointments to be confirmed"
    assert view.subject.startswith("To be confirmed: ")
    assert "+1 · Clinic" in view.subject
    assert (view.buttons, view.facts, view.party, view.when) == ([], [], "", None)
    assert view.sections == [section]
    assert "Ana" in section.facts[0].value


@virtually
async def test_calendars_whose_rules_ask_for_no_confirmation_file_nothing():
    world = await a_world(when_unread="closed")
    await world.book(IN_THREE_DAYS)
    await hours(world, 30)
    assert reminded(world, CLAIRE) == []


@pytest.mark.walk
@virtually
async def test_nobody_is_reminded_once_the_rules_ask_for_no_confirmation_any_more():
    world = await a_world()
    await world.book(IN_THREE_DAYS)
    await world.wait_until(EIGHT - HOUR)
    await world.sweep()  # files the day's entry
    await world.change_business(when_unread="closed")
    await hours(world, 30)
    assert reminded(world, CLAIRE) == reminded(world, SAM) == []
    await world.change_business(when_unread="confirm")
    await hours(world, 24)
    assert reminded(world, CLAIRE)[0] == ["15 09"], "what still waits is in the next one"


@virtually
async def test_one_that_could_not_be_delivered_is_listed_and_sent_again():
    world = await a_world()
    await world.book(IN_THREE_DAYS)
    world.postman.refused = {CLAIRE}
    await hours(world, 26)
    failed = await list_undelivered(world.business, 10, store=world.store, now=world.now)
    (one,) = [one for one in failed if one.entry.kind == "unconfirmed"]
    world.postman.refused = set()
    author = Author("sam", a_key())
    about = {"business": world.business, "context": world.args()["context"]}
    await mend_undelivered(one.key, str(one.recipient), "resend", author=author, **about)
    await world.tick()
    assert reminded(world, CLAIRE) == [["15 09"]]
    (told,) = (json.loads(row.values["body"]) for row in world.rows(AUDIT).values() if "again" in str(row.values))
    assert told["subject"] == "messages/unconfirmed"


@virtually
async def test_what_cannot_be_read_keeps_nobody_from_being_reminded_of_the_rest():
    world = await a_world()
    spoiled = await world.book(IN_THREE_DAYS)
    await world.book(IN_THREE_DAYS + 5 * DAY, email=BOB)
    await world.tick()
    key = appointment_key(spoiled.appointment)
    await world.inner.transact("bookings", world.business, [Operation("upsert", key, {"body": "{"})])
    await hours(world, 24)
    assert reminded(world, CLAIRE) == [["20 09"]]
