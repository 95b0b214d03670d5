"""An export has what the outbox still has to send about a person, what failed, and what became of their SMS."""

import json

from shared.use_cases.personal_data.export.customer import export_customer
from shared.use_cases.personal_data.export.staff import export_staff
from tests.support.clinic import ANA, BOB, HALF, TEN
from tests.support.virtual_time import virtually
from tests.use_cases.appointments.desk import cancel
from tests.use_cases.personal_data.test_erase_customer import erasing, everything, id_of
from tests.use_cases.sms.world import World


WHY = "Ana, the doctor is ill"


async def exported(world: World, email: str = ANA) -> dict:
    return await export_customer(id_of(world, email), calendar=world.calendar, store=world.store)


def kinds(found: dict) -> list[tuple[str, list[str], bool]]:
    return [(one["kind"], one["to"], one["failed"]) for one in found["waiting"]]


@virtually
async def test_a_cancellation_that_waits_is_in_the_export_of_its_customer_alone() -> None:
    world = await World.texted(reminders=())
    ana = await world.book_by()
    await world.book(TEN + HALF, email=BOB)
    await world.tick()
    assert kinds(await exported(world)) == []
    await cancel(world, ana.appointment, WHY)
    found = await exported(world)
    assert kinds(found) == [("notify", ["business", "customer", "phone", "staff"], False)]
    assert found["waiting"][0]["text"] == WHY
    assert [one["kind"] for one in found["texted"]] == ["confirmation"]
    others = await exported(world, BOB)
    assert (others["waiting"], others["texted"], WHY in json.dumps(others)) == ([], [], False)
    await world.tick()
    assert kinds(await exported(world)) == []


@virtually
async def test_a_cancellation_of_a_whole_session_is_in_the_export_of_each_who_has_a_place() -> None:
    world = await World.texted(reminders=(), maximum_attendees=3)
    ana = await world.book_by()
    await world.book(TEN, email=BOB)
    await world.tick()
    await cancel(world, ana.appointment, WHY)
    for email in (ANA, BOB):
        found = await exported(world, email)
        assert [(one["kind"], one["text"]) for one in found["waiting"]] == [("session", WHY)]
    for _spread_then_sent in range(2):
        await world.tick()
    assert kinds(await exported(world)) == []


@virtually
async def test_what_an_export_has_of_a_whole_session_goes_with_who_is_erased_and_the_others_are_told() -> None:
    world = await World.texted(reminders=(), maximum_attendees=3)
    ana = await world.book_by()
    await world.book(TEN, email=BOB)
    for _confirmed in range(2):
        await world.tick()
    await cancel(world, ana.appointment, WHY)
    assert WHY in json.dumps(await exported(world))
    before = len(world.postman.to(BOB))
    await erasing(world).erase(id_of(world))
    assert WHY not in everything(world)
    for _spread_then_sent in range(2):
        await world.tick()
    told = world.postman.to(BOB)[before:]
    assert len(told) == 1


@virtually
async def test_a_reminder_is_in_it_until_it_is_sent_and_what_failed_as_failed() -> None:
    world = await World.texted()
    await world.book_by()
    world.postman.refused.add(ANA)
    await world.tick()
    found = await exported(world)
    assert max(kinds(found)) == ("reminder", ["customer", "phone"], False)
    assert ("notify", ["customer"], True) in kinds(found)
    assert all(one["due"] for one in found["waiting"] if one["kind"] == "reminder")


@virtually
async def test_what_waits_for_somebody_on_the_staff_is_in_theirs_without_its_words() -> None:
    world = await World.texted(reminders=())
    done = await world.book_by()
    await world.tick()
    await cancel(world, done.appointment, WHY)
    serving = world.appointment(done.appointment).staff
    for person in world.calendar.staff.values():
        found = await export_staff(person, calendar=world.calendar, store=world.store, now=world.now)
        assert [one["kind"] for one in found["waiting"]] == (["notify"] if person.id in serving else [])
        assert WHY not in json.dumps(found)
