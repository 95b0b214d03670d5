"""People of the organisation: found by name or address, and removed from all calendars in one step."""

from datetime import timedelta

import pytest

from shared.domain.access.account import Profile
from shared.use_cases.context import Context
from shared.use_cases.organisation.accounts import create_account
from tests.functions.console.organisation.app import BASE, HEAD, another, headquarters
from tests.support.builders import MONDAY, SECRET, a_person


CLAIRE = f"{BASE}/people?person=claire@clinic.example"


async def with_a_booking():
    world = await headquarters()
    world.booked = (await world.book(MONDAY + timedelta(days=1, hours=2), service="video")).json()["id"]
    return world


@pytest.mark.parametrize(
    ("text", "there", "absent"),
    [
        ("clai", "claire@clinic.example 2 calendars", "Omar"),
        ("OMAR", "omar@clinic.example 1 calendar", "claire@"),
        ("@clinic.example", "6 people", "No one on the staff"),
        ("nobody", "No one on the staff of a calendar has this name or address", "Omar"),
        ("", "6 people on the staff of calendars", "No one on the staff"),
    ],
)
async def test_they_are_found_by_name_or_address(text, there, absent):
    world = await headquarters()
    said = await world.page(f"/people?find={text}")
    assert there in said
    assert absent not in said


async def test_many_come_by_pages():
    world = await headquarters()
    await world.save(another("shop", [a_person(f"q{number:02d}") for number in range(40)]))
    first, second = await world.page("/people?find=q"), await world.page("/people?find=q&page=2")
    assert "Q24" in first
    assert "Q25" not in first
    assert "Q39" in second


async def test_a_person_is_shown_with_each_calendar_and_what_is_coming():
    world = await with_a_booking()
    said = await world.page(CLAIRE)
    assert "Bank Scheduler No upcoming appointments" in said
    assert "Clinic Team member Upcoming appointments: 1 Tuesday, January 12, 2027 at 10:00" in said
    link = f'href="/console/queue/biz0clinic/{world.booked}/reassign"'
    page = (await world.open(HEAD, CLAIRE)).body.decode()
    assert link in page
    assert (await world.open(HEAD, link[6:-1])).status == 200


async def test_one_step_removes_a_person_from_all_calendars_and_what_is_left_stays_listed():
    world = await with_a_booking()
    answer = await world.send(HEAD, CLAIRE, person="claire@clinic.example")
    assert answer.status == 303
    for slug in ("clinic", "bank"):
        people = (await world.store.calendars.find(slug)).staff.values()
        assert "claire@clinic.example" not in [one.email for one in people]
    said = await world.page(answer.headers["Location"])
    assert "Removed from all calendars" in said
    assert "Clinic No longer on the staff Upcoming appointments: 1" in said
    assert "Bank" not in said.partition("Claire")[2]
    assert "Remove from the organisation" not in said


async def test_who_works_nowhere_is_said_to():
    world = await headquarters()
    assert "on the staff of no calendar" in await world.page("/people?person=eva@bank.example")
    assert (await world.open(HEAD, f"{BASE}/people?person=eva")).status == 404
    assert (await world.send(HEAD, CLAIRE, person="eva@bank.example")).status == 404
    assert (await world.send(HEAD, CLAIRE, person="eva")).status == 400


async def test_disabled_accounts_are_marked():
    world = await headquarters()
    off = Profile(user_name="claire@clinic.example", active=False)
    await create_account(off, context=Context(world.store, SECRET, world.now))
    assert "Account disabled" in await world.page("/people?find=claire")
    assert "Account disabled by the identity provider" in await world.page(CLAIRE)


async def test_one_is_warned_of_removing_oneself():
    world = await headquarters()
    await world.name(administrators=("ada@clinic.example",))
    assert "This is you" in await world.page(f"{BASE}/people?person=ada@clinic.example", "ada")
