"""What is kept of a change: who, when, what it was about, and the fields before and after."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta

from shared.domain.differences import FieldChange
from shared.records.audit import MOST_TOLD, audit_row
from shared.records.keys import AUDIT
from shared.records.organisation import ORGANISATION
from shared.records.table import Operation
from shared.use_cases.calendars.change_business import BusinessChange
from shared.use_cases.calendars.change_calendar import with_business
from shared.use_cases.calendars.change_entity import SettingsChange
from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from shared.use_cases.organisation.find_audit import AuditEntry, read_audit
from shared.use_cases.organisation.settings import PARTITION, change_organisation
from tests.support.builders import MONDAY, SECRET, a_key, a_person
from tests.support.clinic import HALF, TEN, World, three_people
from tests.support.virtual_time import virtually
from tests.use_cases.appointments.desk import make


NOW = MONDAY
BUSINESS = "biz0clinic"


def author() -> Author:
    return Author("ada@clinic.example", a_key())


async def newest(world: World, **where: str) -> AuditEntry:
    found = await read_audit("", 1, **{"business": BUSINESS, "store": world.store, **where})
    return found[0]


async def test_a_change_of_settings_tells_before_and_after():
    world = await World.opened()
    change = BusinessChange(BUSINESS, author(), "", Context(world.store, SECRET, NOW))
    await change.edit(lambda calendar: with_business(calendar, phone="12345"), None)
    entry = await newest(world)
    assert (entry.actor, entry.action, entry.changes) == (
        "ada@clinic.example",
        "calendar changed: phone",
        (FieldChange("", "phone", "", "12345"),),
    )


async def test_an_entry_names_the_person_or_service_whose_field_it_is():
    world = await World.opened()
    settings = SettingsChange(BUSINESS, author(), "", Context(world.store, SECRET, NOW))
    added, _ = await settings.add("staff", lambda _, name: a_person("zoe", id=name, role="scheduler"))
    entry = await newest(world)
    assert entry.action == "person added"
    assert FieldChange(f"staff/{added.id}", "role", None, "scheduler") in entry.changes
    settings = replace(settings, author=author(), context=Context(world.store, SECRET, NOW + timedelta(minutes=1)))
    await settings.remove("staff", added.id, None)
    fields = {(one.document, one.field) for one in (await newest(world)).changes}
    assert (f"staff/{added.id}", "removed_at") in fields


async def test_a_change_of_the_organisation_tells_before_and_after():
    world = await World.opened()
    await change_organisation(
        lambda one: one.model_copy(update={"is_on": False, "creators": ("@clinic.example",)}),
        actor="ada@clinic.example",
        number="1",
        store=world.store,
        now=NOW,
    )
    entry = await newest(world, business=PARTITION, table=ORGANISATION)
    assert entry.changes == (
        FieldChange("", "is_on", True, False),
        FieldChange("", "creators", [], ["@clinic.example"]),
    )


@virtually
async def test_of_an_appointment_its_time_and_people_are_told_and_nothing_about_the_customer():
    world = await World.opened(three_people())
    made = await make(world, staff=("claire",))
    assert (await newest(world)).changes == ()
    await asyncio.sleep(1)
    await world.reassign(made.id, "marc")
    assert (await newest(world)).changes == (FieldChange("", "staff", ["claire"], ["marc"]),)
    await asyncio.sleep(1)
    await world.take_off("zoe", TEN, TEN + HALF)
    assert {one.field for one in (await newest(world)).changes} == {"staff", "start", "end"}


async def test_hundreds_of_changed_fields_stay_one_small_row():
    changes = [FieldChange(f"staff/{number}", "name", "a" * 200, "b" * 200) for number in range(300)]
    ((_, values),) = audit_row(NOW, "1", "ada", "people changed", "staff", changes).items()
    said = json.loads(values["body"])
    assert len(values["body"]) < MOST_TOLD + 1000
    assert len(said["changes"]) + said["more"] == 300
    assert said["changes"]


async def test_entries_of_an_earlier_version_and_of_a_later_one_are_read():
    world = await World.opened()
    old = {"at": NOW.isoformat(), "actor": "ada", "action": "calendar changed: name", "subject": BUSINESS}
    new = {**old, "changes": [["", "name", "a", "b"], ["", "name", "a", "b", "something new"]], "later": 1}
    for number, said in enumerate((old, new)):
        row = Operation("insert", f"{AUDIT}{number:015d}|x", {"body": json.dumps(said)})
        await world.table.transact("bookings", BUSINESS, [row])
    first, second = await read_audit("", 2, business=BUSINESS, store=world.store)
    assert (first.changes, first.more) == ((), 0)
    assert second.changes == (FieldChange("", "name", "a", "b"),)
