"""What a process knows of a calendar after a change of its settings is what the table holds."""

from dataclasses import replace

import pytest

from shared.domain.calendar.business import Calendar
from shared.domain.calendar.service import AskedQuestion, Question
from shared.records.calendars import with_document
from shared.records.organisation import CALENDARS, ORGANISATION
from shared.storage.store import TableStore
from shared.use_cases.calendars.change_business import BusinessChange
from shared.use_cases.calendars.change_calendar import with_business
from shared.use_cases.calendars.save_calendar import save_calendar
from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from shared.use_cases.maintenance.sweep import sweep
from tests.support.builders import MONDAY, SECRET, a_calendar, a_key, a_person, a_service
from tests.support.fakes import MemoryTable


BUSINESS = a_calendar().business.id
CHANGES = {
    "a text": lambda calendar: with_business(calendar, phone="1"),
    "the name": lambda calendar: with_business(calendar, name="Other"),
    "a new service before the others": lambda calendar: with_document(calendar, a_service("aaa")),
    "a question less": lambda calendar: replace(calendar, questions={}),
    "a person more": lambda calendar: with_document(calendar, a_person("aaa", email="aaa@clinic.example")),
    "a question with another text": lambda calendar: with_document(calendar, Question(id="why", text="For what?")),
    "a person with another name": lambda calendar: renamed(calendar, "claire"),
    "a person who leaves": lambda calendar: gone(calendar, "claire"),
    "a person who comes back": lambda calendar: back(calendar, "omar"),
    "one who had left, with another name": lambda calendar: renamed(calendar, "omar"),
    "nothing": lambda calendar: calendar,
}


def renamed(calendar: Calendar, name: str) -> Calendar:
    return with_document(calendar, calendar.person(name).model_copy(update={"name": "Other"}))


def gone(calendar: Calendar, name: str) -> Calendar:
    staff = {one: person for one, person in calendar.staff.items() if one != name}
    former = {**calendar.former, name: calendar.staff[name].model_copy(update={"removed_at": MONDAY})}
    return replace(calendar, staff=staff, former=former)


def back(calendar: Calendar, name: str) -> Calendar:
    former = {one: person for one, person in calendar.former.items() if one != name}
    staff = {**calendar.staff, name: calendar.former[name].model_copy(update={"removed_at": None})}
    return replace(calendar, staff=staff, former=former)


async def a_store() -> TableStore:
    """Claire and Omar serve the service, which asks why; Omar, who has no address, has left."""
    store = TableStore(MemoryTable())
    service = a_service(staff=("claire", "omar"), questions=(AskedQuestion(id="why"),))
    why = Question(id="why", text="Why?")
    calendar = a_calendar(None, [service], [a_person("claire"), a_person("omar", email="")], [why])
    await save_calendar(calendar, key=a_key(), store=store, secret=SECRET)
    change = BusinessChange(BUSINESS, Author("boss", a_key()), "gone", Context(store, SECRET, MONDAY))
    await change.edit(lambda calendar: gone(calendar, "omar"), None)
    return TableStore(store.table)


async def changed(store: TableStore, how: str) -> Calendar:
    change = BusinessChange(BUSINESS, Author("boss", a_key()), how, Context(store, SECRET, MONDAY))
    return await change.edit(CHANGES[how], None)


@pytest.mark.parametrize("has_read", [False, True])
@pytest.mark.parametrize("how", CHANGES)
async def test_what_is_known_after_a_change_is_what_another_process_reads(how, *, has_read) -> None:
    store = await a_store()
    if has_read:
        await store.calendars.find_by_id(BUSINESS)
    after = await changed(store, how)
    known, read = (
        await store.calendars.find_by_id(BUSINESS),
        await TableStore(store.table).calendars.find_by_id(BUSINESS),
    )
    assert after == known == read
    assert [list(one) for one in (known.services, known.staff, known.questions)] == [
        list(one) for one in (read.services, read.staff, read.questions)
    ]


async def test_a_process_that_knew_an_older_state_takes_the_new_one() -> None:
    store = await a_store()
    other = TableStore(store.table)
    await other.calendars.find_by_id(BUSINESS)
    await changed(store, "the name")
    await changed(other, "a text")
    business = (await other.calendars.find_by_id(BUSINESS)).business
    assert (business.name, business.phone) == ("Other", "1")


async def test_the_list_of_all_calendars_says_what_it_shows_at_once_and_its_version_after_the_sweep() -> None:
    store = await a_store()
    await changed(store, "the name")
    line = await store.table.get(ORGANISATION, CALENDARS, BUSINESS)
    assert line.values["name"] == "Other"
    after = await changed(store, "a text")
    assert (await store.table.get(ORGANISATION, CALENDARS, BUSINESS)).etag == line.etag
    await sweep(store=store)
    assert (await store.table.get(ORGANISATION, CALENDARS, BUSINESS)).values["version"] == after.business.version
