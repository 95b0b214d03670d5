"""A customer in all calendars: found by address or number, handed out as one file, and erased in all."""

import html
import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest_asyncio

from shared.domain.reports.report_mail import ReportMail
from shared.use_cases.personal_data.export.work import run_exports
from tests.functions.console.app import START
from tests.functions.console.organisation.app import BASE, HEAD, headquarters
from tests.support.builders import a_business, a_calendar, a_person, a_service


CUSTOMERS, EXPORTS = f"{BASE}/customers", f"{BASE}/exports"
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


async def test_one_file_has_what_one_calendar_keeps_and_that_of_several_is_made_as_work(world):
    assert (await world.open(HEAD, f"{CUSTOMERS}?find=bob@example.com&format=json")).status == 404
    page = await world.open(HEAD, f"{CUSTOMERS}?find=bob@example.com")
    assert "Make a file of all calendars" in words(page)
    assert (await world.send_read(HEAD, EXPORTS, page.body.decode(), find="bob@example.com")).status == 303
    waits = words(await world.open(HEAD, EXPORTS))
    assert ("Begins within seconds" in waits, "Download as JSON" in waits) == (True, False)
    await run_exports(store=world.store)
    listed = await world.open(HEAD, EXPORTS)
    assert "Found in 2 calendars" in words(listed)
    (path,) = re.findall(rf'href="({EXPORTS}/[^"?]+)"', listed.body.decode())
    answer = await world.open(HEAD, path)
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    found = json.loads(answer.body)
    assert sorted(one["calendar"] for one in found) == ["Clinic", "Second"]
    assert sum(len(one["appointments"]) for one in found) == 1
    assert (await world.open("ada", path)).status == 403


async def test_of_one_calendar_the_file_is_there_at_once(world):
    address = "eva@example.com"
    eva = {"name": "Eva", "email": address, "phone": "+33 1 99 88 77 55"}
    await world.send("ines", f"/console/calendars/{SECOND}/customers/new", **eva)
    page = await world.open(HEAD, f"{CUSTOMERS}?find={address}")
    assert "Make a file of all calendars" not in words(page)
    (only,) = json.loads((await world.open(HEAD, f"{CUSTOMERS}?find={address}&format=json")).body)
    assert only["calendar"] == "Second"


async def test_a_file_is_its_askers_alone_who_may_delete_it(world):
    page = await world.open(HEAD, f"{CUSTOMERS}?find=bob@example.com")
    assert (await world.send_read(HEAD, EXPORTS, page.body.decode(), find="bob@example.com")).status == 303
    await run_exports(store=world.store)
    (path,) = re.findall(rf'href="({EXPORTS}/[^"?]+)"', (await world.open(HEAD, EXPORTS)).body.decode())
    await world.name(administrators=("ada@clinic.example",))
    assert "No file has been asked for" in words(await world.open("ada", EXPORTS))
    assert (await world.open("ada", path)).status == 404
    name = path.rpartition("/")[2]
    mine = await world.open(HEAD, EXPORTS)
    others = await world.send_read("ada", EXPORTS, mine.body.decode(), delete=name)
    assert others.status in (403, 404)
    assert (await world.open(HEAD, path)).status == 200
    assert (await world.send_read(HEAD, EXPORTS, mine.body.decode(), delete=name)).status == 303
    assert (await world.open(HEAD, path)).status == 404
    assert world.table.rows("org", "exports") == []


async def test_nothing_is_looked_for_without_a_word(world):
    page = await world.open(HEAD, f"{CUSTOMERS}?find=bob@example.com")
    assert (await world.send_read(HEAD, EXPORTS, page.body.decode(), find=" ")).status == 400
    assert world.table.rows("org", "exports") == []


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
    assert f"/{SECOND}/customers" not in (await world.open(HEAD, path)).body.decode()  # nobody can open it
    done = await world.send(HEAD, path, find="bob@example.com", sure="yes")
    assert "Second Erased" in words(done)
    await world.changing(SECOND).restore(None)
    rows = [json.dumps(dict(one.values), default=str) for one in world.table._rows["bookings", SECOND].values()]
    assert not [one for one in rows if "Bob Klein" in one]
    assert not (await world.store.calendars.reload(SECOND)).business.report_mail.is_read_by("bob@example.com")
