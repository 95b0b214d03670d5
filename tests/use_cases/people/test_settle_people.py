"""An address on the staff of several calendars is one person, and each calendar knows where else they work."""

import asyncio
from dataclasses import replace

from shared.domain.calendar.business import Calendar, StaffMember, Workplace
from shared.records.table import Operation
from shared.storage.store import TableStore
from shared.use_cases.calendars.change_business import BusinessChange
from shared.use_cases.calendars.change_entity import SettingsChange
from shared.use_cases.calendars.save_calendar import save_calendar
from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from shared.use_cases.maintenance.sweep import sweep
from tests.support.builders import MONDAY, SECRET, a_business, a_calendar, a_key, a_person, a_service
from tests.support.clinic import World
from tests.support.far_table import FarTable
from tests.support.virtual_time import virtually


def clinic(name: str, *staff: StaffMember) -> Calendar:
    service = a_service(staff=tuple(one.id for one in staff))
    return a_calendar(a_business(id=f"biz0{name}", slug=name), services=[service], staff=staff)


async def settled(world: World, name: str, person: str) -> list[tuple[str, str]]:
    calendar = await world.store.calendars.reload(f"biz0{name}", include_deleted=True)
    found = calendar.person(person)
    assert found is not None
    assert not found.is_settling
    return [(one.calendar.removeprefix("biz0"), one.staff) for one in found.elsewhere]


def settings(world: World, name: str) -> SettingsChange:
    return SettingsChange(f"biz0{name}", Author("desk", a_key()), "", Context(world.store, SECRET, MONDAY))


async def opened(*calendars: Calendar) -> World:
    world = await World.opened(calendars[0])
    for one in calendars[1:]:
        await world.beside().save(one)
    return world


@virtually
async def test_each_calendar_names_the_other_entries_of_a_person() -> None:
    world = await opened(
        clinic("north", a_person("claire"), a_person("marc")),
        clinic("south", a_person("c2", email="Claire@Clinic.example")),
        clinic("west", a_person("c3", email="claire@clinic.example"), a_person("zoe")),
    )
    assert await settled(world, "north", "claire") == [("south", "c2"), ("west", "c3")]
    assert await settled(world, "south", "c2") == [("north", "claire"), ("west", "c3")]
    assert await settled(world, "west", "c3") == [("north", "claire"), ("south", "c2")]
    assert await settled(world, "north", "marc") == []
    assert await settled(world, "west", "zoe") == []


@virtually
async def test_who_leaves_or_gets_another_address_is_somebody_else() -> None:
    world = await opened(
        clinic("north", a_person("claire"), a_person("marc")),
        clinic("south", a_person("c2", email="claire@clinic.example"), a_person("x")),
    )
    marcs = {"email": "marc@clinic.example"}
    await settings(world, "south").change("staff", "c2", lambda _, one: one.model_copy(update=marcs), None)
    assert await settled(world, "north", "claire") == []
    assert await settled(world, "north", "marc") == [("south", "c2")]
    assert await settled(world, "south", "c2") == [("north", "marc")]
    await settings(world, "south").remove("staff", "c2", None)
    assert await settled(world, "north", "marc") == []
    assert await settled(world, "south", "c2") == []


@virtually
async def test_what_settings_say_of_it_is_not_believed() -> None:
    world = await opened(clinic("north", a_person("claire")), clinic("south", a_person("claire")))
    lie = a_person("claire", elsewhere=(Workplace(calendar="biz0moon", staff="c"),), is_settling=True)
    await world.beside().save(clinic("south", lie))
    assert await settled(world, "south", "claire") == [("north", "claire")]


@virtually
async def test_of_two_that_add_a_person_at_once_one_knows_the_other() -> None:
    for late in range(12):
        world = await opened(clinic("north", a_person("marc")), clinic("south", a_person("zoe")))

        async def add(name: str, after: int, world: World = world) -> None:
            for _ in range(after):
                await asyncio.sleep(0)
            change = settings(world.beside(), name)
            await change.add("staff", lambda _, new: a_person(new, email="claire@clinic.example"))

        await asyncio.gather(add("north", late), add("south", 5))
        names = [
            one.elsewhere
            for name in ("north", "south")
            for one in (await world.store.calendars.reload(f"biz0{name}")).staff.values()
            if one.email == "claire@clinic.example"
        ]
        assert len(names) == 2
        assert any(names)


@virtually
async def test_nobody_is_booked_before_it_is_known_where_else_they_work() -> None:
    world = await opened(clinic("north", a_person("claire")))
    calendar = world.calendar
    unsettled = calendar.staff["claire"].model_copy(update={"is_settling": True})
    assert calendar.staff_of(calendar.services["consultation"]) == [calendar.staff["claire"]]
    assert not replace(calendar, staff={"claire": unsettled}).staff_of(calendar.services["consultation"])


@virtually
async def test_the_sweep_settles_calendars_of_an_earlier_version_once() -> None:
    world = await opened(clinic("north", a_person("claire")), clinic("south", a_person("c2")))
    for name, person in (("north", "claire"), ("south", "c2")):
        business = f"biz0{name}"
        (row,) = [row for row in world.inner.rows("bookings", business) if row.key == f"0stf|{person}"]
        body = row.values["body"].replace("c2@clinic", "claire@clinic")
        await world.inner.transact("bookings", business, [Operation("upsert", row.key, {"body": body})])
        (line,) = [row for row in world.inner.rows("org", "calendars") if row.key == business]
        values = {key: value for key, value in line.values.items() if key not in ("settled", "members")}
        await world.inner.transact("org", "calendars", [Operation("upsert", business, values)])
    await sweep(store=world.store)
    assert await settled(world, "north", "claire") == [("south", "c2")]
    assert await settled(world, "south", "c2") == [("north", "claire")]
    versions = [
        (await world.store.calendars.reload(f"biz0{name}")).business.version for name in ("north", "south")
    ]
    await sweep(store=world.store)
    assert versions == [
        (await world.store.calendars.reload(f"biz0{name}")).business.version for name in ("north", "south")
    ]


async def deleted(world: World, name: str) -> None:
    await BusinessChange(
        f"biz0{name}", Author("desk", a_key()), "", Context(world.store, SECRET, world.now)
    ).delete(None)


async def restored(world: World, name: str) -> None:
    await BusinessChange(
        f"biz0{name}", Author("desk", a_key()), "", Context(world.store, SECRET, world.now)
    ).restore(None)


@virtually
async def test_one_more_calendar_of_a_person_takes_no_longer_where_they_have_many() -> None:
    store, took = TableStore(FarTable()), list[float]()
    for number in range(12):
        began = asyncio.get_running_loop().time()
        calendar = clinic(f"no{number:02}", a_person("claire"))
        await save_calendar(calendar, key=a_key(), store=store, secret=SECRET)
        took.append(round(asyncio.get_running_loop().time() - began, 4))
    assert took[1] == took[-1] > took[0]
    found = await store.calendars.reload("biz0no00")
    assert len(found.staff["claire"].elsewhere) == 11
