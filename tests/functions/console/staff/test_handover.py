"""Removal with reassignment: all at once, one by one, or nothing; what could not be done is said with its reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.functions.console.app import PEOPLE, START, a_clinic
from tests.functions.console.staff.office import BOSS, STAFF, Office, an_office, fields_of, fill, plain
from tests.support.builders import a_person, a_service


PLACE = f"{STAFF}/person/claire/handover"
HALF = timedelta(minutes=30)


@pytest.fixture
async def office() -> Office:
    """Claire and Nora both provide the online visits."""
    office = await an_office(nora=a_person("nora"))
    calendar = a_clinic({**PEOPLE, BOSS: a_person(BOSS, role="administrator"), "nora": a_person("nora")})
    services = {**calendar.services, "video": a_service("video", is_online=True, staff=("claire", "nora"))}
    await office.save(replace(calendar, services=services))
    return office


async def booked(office: Office, place: int = 0, staff: str = "claire") -> str:
    """Book at START or later, with a customer of its own."""
    customer = {"name": f"Customer {place}", "email": f"c{place}{staff}@example.com"}
    answer = await office.book(START + HALF * place, service="video", staff=staff, customer=customer)
    assert answer.status == 201, answer.body
    return str(answer.json()["id"])


async def serving(office: Office, name: str) -> tuple[str, ...]:
    return (await office.stored(name)).staff


async def test_all_go_to_whoever_is_free_and_the_person_is_removed(office):
    ids = [await booked(office, place) for place in range(2)]
    page = await office.page(PLACE)
    assert "Customer 0" in page
    assert "Customer 1" in page
    answer = await fill(office, PLACE, way="anyone", remove="yes")
    assert answer.status == 303, plain(answer.body)
    page = await office.page(answer.headers["Location"])
    assert "Removed from the staff of this calendar. 2 appointments were handed over." in page
    assert [await serving(office, one) for one in ids] == [("nora",), ("nora",)]
    assert "claire" not in await office.staff()
    audit = [(one["action"].partition(",")[0], one["subject"]) for one in await office.audit()]
    assert audit.count(("reassigned", ids[0])) == 1
    assert ("person removed", "staff/claire") in [(action.partition(":")[0], subject) for action, subject in audit]


async def test_what_nobody_can_take_over_is_said_and_the_person_stays(office):
    free, busy = await booked(office), await booked(office, 1)
    await booked(office, 1, staff="nora")
    answer = await fill(office, PLACE, way="anyone", remove="yes")
    assert answer.status == 409
    page = plain(answer.body)
    assert "1 appointment was handed over." in page
    assert "1 appointment couldn’t be handed over" in page
    assert "No one else who provides this service is available at that time." in page
    assert "hasn’t been removed" in page
    assert (await serving(office, free), await serving(office, busy)) == (("nora",), ("claire",))
    assert "claire" in await office.staff()
    done = await fill(office, PLACE, way="nobody", remove="yes")
    assert done.status == 303
    assert "claire" not in await office.staff()
    assert await serving(office, busy) == ("claire",), "it stays, as was chosen"


async def test_each_is_chosen_and_one_can_stay(office):
    first, second = await booked(office), await booked(office, 1)
    answer = await fill(office, PLACE, way="each", **{f"to-{first}": "nora", f"to-{second}": ""})
    assert answer.status == 303
    assert "1 appointment was handed over." in await office.page(answer.headers["Location"])
    assert (await serving(office, first), await serving(office, second)) == (("nora",), ("claire",))
    assert "claire" in await office.staff()


async def test_a_person_who_has_been_taken_meanwhile_is_refused_at_the_line(office):
    name = await booked(office)
    page = await office.open(BOSS, PLACE)
    await booked(office, staff="nora")
    sent = {**fields_of(page.body), "way": "each", f"to-{name}": "nora", "remove": "yes"}
    answer = await office.send(BOSS, PLACE, **sent)
    assert answer.status == 409
    assert "This person isn’t available at that time" in plain(answer.body)
    assert "claire" in await office.staff()


async def test_what_is_booked_while_the_page_is_open_is_not_left_behind_unsaid(office):
    first = await booked(office)
    page = await office.open(BOSS, PLACE)
    late = await booked(office, 1)
    sent = {**fields_of(page.body), "way": "each", f"to-{first}": "nora", "remove": "yes"}
    answer = await office.send(BOSS, PLACE, **sent)
    assert answer.status == 409
    assert "It was booked in the meantime" in plain(answer.body)
    assert f'name="to-{late}"' in answer.body.decode()


async def test_the_last_administrator_is_not_removed_and_nothing_is_done_before_that_is_said(office):
    calendar = await office.store.calendars.reload("biz0clinic")
    services = {**calendar.services, "video": a_service("video", is_online=True, staff=(BOSS, "nora"))}
    await office.save(replace(calendar, services=services))
    name = await booked(office, staff=BOSS)
    answer = await fill(office, f"{STAFF}/person/{BOSS}/handover", way="anyone", remove="yes")
    assert answer.status == 409
    assert "Nothing was changed. This is the last administrator" in plain(answer.body)
    assert await serving(office, name) == (BOSS,)


async def test_schedulers_hand_over_and_only_administrators_remove(office):
    name = await booked(office)
    assert "Then remove" not in await office.page(PLACE, who="desk")
    facts = f"{STAFF}/person/claire"
    assert PLACE in (await office.open("desk", facts)).body.decode()
    assert PLACE not in (await office.open("claire", facts)).body.decode()
    assert (await fill(office, PLACE, "desk", way="anyone", remove="yes")).status == 403
    assert await serving(office, name) == ("claire",)
    assert (await fill(office, PLACE, "desk", way="anyone")).status == 303
    assert await serving(office, name) == ("nora",)
    assert (await office.open("claire", PLACE)).status == 403


async def test_somebody_without_appointments_is_removed_in_one_step_and_a_stranger_is_not_found(office):
    page = await office.page(f"{STAFF}/person/eye/handover")
    assert "has no upcoming appointments" in page
    assert (await fill(office, f"{STAFF}/person/eye/handover")).status == 303
    assert "eye" not in await office.staff()
    assert (await office.open(BOSS, f"{STAFF}/person/stranger/handover")).status == 404
    assert "These appointments are still theirs" not in await office.page(f"{STAFF}/person/eye/handover")
