"""A customer in all calendars: found by address or number, handed out as one file, and erased in all."""

import html
import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest_asyncio

from shared.domain.reports.report_mail import ReportMail
from tests.functions.console.app import START
from tests.functions.console.organisation.app import BASE, HEAD, headquarters
from tests.support.builders import a_business, a_calendar, a_person, a_service


CUSTOMERS = f"{BASE}/customers"
BOB = {"name": "Bob Klein", "email": "bob@example.com", "phone": "+33 1 99 88 77 66"}
SECOND = "biz0second"


def words(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.unescape(answer.body.decode())).split())


@pytest_asyncio.fixture
async def world():
    """Bob is a customer of two calendars; in the first he has an appointment."""
    made = await headquarters()
    staff = a_person("ines", role="administrator")
    second = a_business(id=SECOND, slug="second", name="Second")
    await made.save(a_calendar(second, [a_service(staff=("ines",))], [staff]))
    assert (await made.book(START + timedelta(hours=1), service="here", customer=BOB)).status == 201
    added = await made.send(
        "ines", f"/console/calendars/{SECOND}/customers/new", **{**BOB, "email": "Bob@Example.com"}
    )
    assert added.status == 303
    return made


async def test_an_address_or_a_number_finds_them_in_all_calendars(world):
    for said in ("BOB@example.com", "0033199887766", "+33 1 99 88 77 66"):
        found = words(await world.open(HEAD, f"{CUSTOMERS}?find={said.replace('+', '%2B').replace(' ', '+')}"))
        assert found.count("Bob Klein") == 2, said
    for nobody in ("bo@example.com", "77 66", "bob"):
        assert "No calendar knows a customer" in words(
            await world.open(HEAD, f"{CUSTOMERS}?find={nobody.replace(' ', '+')}")
        )


async def test_only_the_organisations_administrators_look_and_that_is_seen(world):
    assert (await world.open("ada", f"{CUSTOMERS}?find=bob@example.com")).status == 403
    await world.open(HEAD, f"{CUSTOMERS}?find=bob@example.com")
    activity = words(await world.open("ines", f"/console/calendars/{SECOND}/audit"))
    assert "Viewed by the organisation" in activity


async def test_one_file_has_what_all_of_them_keep(world):
    answer = await world.open(HEAD, f"{CUSTOMERS}?find=bob@example.com&format=json")
    found = json.loads(answer.body)
    assert sorted(one["calendar"] for one in found) == ["Clinic", "Second"]
    assert sum(len(one["appointments"]) for one in found) == 1


async def test_they_are_erased_where_nothing_is_to_come_and_elsewhere_it_says_why(world):
    path = f"{CUSTOMERS}?find=bob@example.com"
    unsure = await world.send(HEAD, path, find="bob@example.com")
    assert (unsure.status, "Select this box to erase it" in words(unsure)) == (422, True)
    done = await world.send(HEAD, path, find="bob@example.com", sure="yes")
    said = words(done)
    assert (done.status, said.count("Not erased: upcoming appointments"), said.count("Second Erased")) == (
        409,
        1,
        1,
    )
    assert words(await world.open(HEAD, path)).count("Bob Klein") == 1
    world.now += timedelta(days=2)
    again = await world.send(HEAD, path, find="bob@example.com", sure="yes")
    assert again.status == 200
    assert "No calendar knows a customer" in words(await world.open(HEAD, path))


async def test_without_anybody_there_is_nothing_to_erase(world):
    answer = await world.send(HEAD, f"{CUSTOMERS}?find=nobody@example.com", find="nobody@example.com", sure="yes")
    assert answer.status in (200, 403)
    assert "Erase in all these calendars" not in answer.body.decode()


async def test_a_deleted_calendar_is_handed_out_and_erased_too_and_names_nobody_once_restored(world):
    path = f"{CUSTOMERS}?find=bob@example.com"
    reads = ReportMail(readers=("bob@example.com",))
    await world.changing(SECOND).edit(
        lambda one: replace(one, business=one.business.model_copy(update={"report_mail": reads})), None
    )
    await world.changing(SECOND).delete(None)
    found = json.loads((await world.open(HEAD, f"{path}&format=json")).body)
    assert sorted(one["calendar"] for one in found) == ["Clinic", "Second"]
    assert f"/{SECOND}/customers" not in (await world.open(HEAD, path)).body.decode()  # nobody can open it
    done = await world.send(HEAD, path, find="bob@example.com", sure="yes")
    assert "Second Erased" in words(done)
    await world.changing(SECOND).restore(None)
    rows = [json.dumps(dict(one.values), default=str) for one in world.table._rows["bookings", SECOND].values()]
    assert not [one for one in rows if "Bob Klein" in one]
    assert not (await world.store.calendars.reload(SECOND)).business.report_mail.is_read_by("bob@example.com")
