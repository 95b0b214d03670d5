"""How far the erasure of a person came who was on the staff of several calendars, and what is left to do."""

from datetime import timedelta

from shared.records.appointments import appointment_rows
from shared.records.table import Operation
from shared.use_cases.calendars.change_business import BusinessChange
from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from shared.use_cases.personal_data.erasure_progress import find_progress
from tests.functions.console.organisation.app import HEAD, Headquarters, another
from tests.functions.console.organisation.test_person_data import (
    ERASE,
    KEPT,
    PAGE,
    RITA,
    ROOT,
    hold,
    traces,
    with_root,
)
from tests.support.builders import SECRET, a_key, a_person, an_appointment
from tests.support.faulty_table import Fault, FaultyTable
from tests.support.virtual_time import virtually


@virtually
async def test_an_erasure_that_stopped_says_which_calendars_are_done_and_is_listed_until_it_goes_on():
    world = await with_root()
    for name in ("shop", "zoo"):
        await world.save(another(name, [RITA, a_person("boss")]))
    assert (await world.send(HEAD, PAGE, person="root@office.example")).status == 303
    stopped_of = "These erasures stopped"
    assert stopped_of not in await world.page("/people")
    assert "Erasure in calendars" in await world.page(KEPT)

    faulty = FaultyTable(
        world.table, lambda call: Fault.BUSY if call.writes("") and call.table == "members" else None
    )
    stopped = await Headquarters(faulty, now=world.now).send(HEAD, KEPT, **ERASE)
    assert stopped.status == 503, "the first calendar is done, but for where else they worked"
    await hold(world, "biz0zoo", "Case 9")
    answer = await world.send(HEAD, KEPT, **ERASE)
    assert (answer.status, answer.body.decode().count("Case 9"), ">Erased<" in answer.body.decode()) == (
        409,
        1,
        True,
    )
    progress = await find_progress(ROOT, context=Context(world.store, SECRET, world.now))
    assert {(one.business, one.state) for one in progress} == {("biz0shop", "erased"), ("biz0zoo", "held")}
    assert [one in await world.page("/people") for one in (stopped_of, ROOT)] == [True, True]
    assert stopped_of not in await world.page("/people?find=claire")
    await world.save(another("again", [a_person("boss"), RITA]))
    assert stopped_of not in await world.page("/people"), "who is on a staff again is not to be erased"
    assert (await world.send(HEAD, PAGE, person="root@office.example")).status == 303
    await hold(world, "biz0zoo", "")
    assert "To be erased" in await world.page(KEPT)
    assert (await world.send(HEAD, KEPT, **ERASE)).status == 303
    assert [traces(world), stopped_of in await world.page("/people")] == [[], False]
    assert await find_progress(ROOT, context=Context(world.store, SECRET, world.now)) == []


async def test_appointments_in_a_deleted_calendar_say_what_can_be_done():
    world = await with_root()
    await world.save(another("zoo", [RITA, a_person("boss")]))
    coming = an_appointment(
        staff=("root",), start=world.now + timedelta(days=3), end=world.now + timedelta(days=3, minutes=30)
    )
    rows = [Operation("upsert", key, values or {}) for key, values in appointment_rows(coming).items()]
    await world.store.table.transact("bookings", "biz0zoo", rows)
    assert (await world.send(HEAD, PAGE, person="root@office.example")).status == 303
    assert "Hand them over first" in (await world.send(HEAD, KEPT, **ERASE)).body.decode()
    await BusinessChange("biz0zoo", Author(HEAD, a_key()), "", Context(world.store, SECRET, world.now)).delete(
        None
    )
    refused = (await world.send(HEAD, KEPT, **ERASE)).body.decode()
    assert ["Hand them over first" in refused, "in a deleted calendar" in refused] == [False, True]
    assert 'href="/console/deleted"' in refused
    world.now += timedelta(days=4)  # it is over, and may be restored
    assert (await world.send(HEAD, KEPT, **ERASE)).status == 303
    assert traces(world) == []
