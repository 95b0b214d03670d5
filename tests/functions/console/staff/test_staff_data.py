"""What is kept about somebody on the staff: shown and handed out, in one calendar and in all, also once they left."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest_asyncio

from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from shared.use_cases.free_busy.staff_feed import change_feed
from shared.use_cases.organisation.open_sessions import note_session
from shared.use_cases.organisation.seal_audit import AuditPlace, check_audit, seal_audit
from shared.use_cases.personal_data.erase_again import erase_again
from tests.functions.console.app import PEOPLE, START, Console, a_clinic
from tests.functions.console.services.place import typed
from tests.support.builders import MONDAY, SECRET, a_key, a_person


BOSS = {**PEOPLE, "boss": a_person("boss", role="administrator", is_bookable=False)}
STAFF = "/console/calendars/biz0clinic/staff"
CLAIRE = f"{STAFF}/person/claire"
EVERYWHERE = "/console/organisation/people?person=claire%40clinic.example&format=json"


@pytest_asyncio.fixture
async def console():
    """The clinic where Claire has a day off, and Bob comes to her."""
    world = Console(now=MONDAY)
    await world.save(a_clinic(BOSS))
    customer = {"name": "Bob", "email": "b@example.com"}
    await world.book(START + timedelta(hours=1), service="video", customer=customer)
    off = {
        "people": "claire",
        "title": "Dentist",
        "start_day": "2026-12-24",
        "end_day": "2026-12-24",
        "is_all_day": "yes",
    }
    assert (await world.send("boss", f"{STAFF}/time-off/new", weeks="1", **off)).status == 303
    administrators = frozenset({"boss@clinic.example"})
    world.services = replace(
        world.services, settings=replace(world.services.settings, administrators=administrators)
    )
    return world


async def test_an_administrator_sees_it_and_takes_it_along(console):
    assert f"{CLAIRE}/data" in (await console.open("boss", CLAIRE)).body.decode()
    shown = (await console.open("boss", f"{CLAIRE}/data")).body.decode()
    file = await console.open("boss", f"{CLAIRE}/data?format=json")
    assert file.headers["Content-Disposition"] == 'attachment; filename="personal-data.json"'
    found = json.loads(file.body)
    assert (found["person"]["name"], found["person"]["email"]) == ("Claire", "claire@clinic.example")
    assert [len(found["upcoming"]), found["upcoming"][0]["start"] in shown] == [1, True]
    assert [one["title"] for one in found["timeOff"]] == ["Dentist"]
    assert ["Dentist" in shown, "Bob" in shown + file.body.decode()] == [True, False]
    assert [found["past"], found["activity"], found["ownCalendar"], found["sessions"]] == [[], [], {}, []]
    before = len(await console.audit())
    assert json.loads((await console.open("boss", EVERYWHERE)).body) == [found]
    assert len(await console.audit()) == before + 1  # who looked


async def test_it_says_what_is_over_what_they_did_and_where_they_are_connected_and_signed_in(console):
    console.now = START + timedelta(hours=3)
    off = {"title": "Holiday", "start_day": "2027-03-01", "end_day": "2027-03-01", "is_all_day": "yes"}
    assert (await console.send("claire", f"{STAFF}/time-off/new", people="claire", weeks="1", **off)).status == 303
    email, store = "claire@clinic.example", console.services.store
    await change_feed(email, is_open=True, has_names=False, store=store)
    for name, agent, address in (
        ("s1", "Firefox", "Claire@Clinic.example"),
        ("s2", "Other", "omar@clinic.example"),
    ):
        expires = console.now + timedelta(hours=12)
        await note_session(name, name, agent, address=address, expires=expires, store=store, now=console.now)
    found = json.loads((await console.open("boss", f"{CLAIRE}/data?format=json")).body)
    assert [one["start"] for one in found["past"]] == [(START + timedelta(hours=1)).isoformat()]
    assert [one["action"] for one in found["activity"]] == ["time off added"]
    assert found["ownCalendar"] == {"feed": {"isOpen": True, "hasNames": False}}
    assert [one["agent"] for one in found["sessions"]] == ["Firefox"]
    shown = (await console.open("boss", f"{CLAIRE}/data")).body.decode()
    assert ["Firefox" in shown, "Bob" in shown] == [True, False]


async def test_who_left_is_still_asked_about(console):
    eye = f"{STAFF}/person/eye"
    assert (await console.send("boss", f"{eye}/handover", remove="yes")).status == 303
    assert (await console.open("boss", eye)).status == 404
    found = json.loads((await console.open("boss", f"{eye}/data?format=json")).body)
    assert (found["person"]["name"], "removedAt" in found["person"]) == ("Eye", True)
    everywhere = await console.open("boss", EVERYWHERE.replace("claire", "eye"))
    assert json.loads(everywhere.body) == [found]


async def test_who_left_is_erased_and_their_appointments_stay(console):
    console.now = START + timedelta(hours=3)  # Bob has been there
    off = {"title": "Holiday", "start_day": "2027-03-01", "end_day": "2027-03-01", "is_all_day": "yes"}
    assert (await console.send("claire", f"{STAFF}/time-off/new", people="claire", weeks="1", **off)).status == 303
    report = {"every": "week", "readers": "Claire@clinic.example"}
    assert (await console.send("boss", "/console/calendars/biz0clinic/reports/mail", **report)).status == 303
    refused = await console.send("boss", f"{CLAIRE}/erase")
    assert [refused.status, "on the staff of Clinic" in refused.body.decode()] == [409, True]
    await seal_audit(AuditPlace("biz0clinic"), console.now, store=console.services.store)
    page = (await console.open("boss", CLAIRE)).body.decode()
    renamed = {**typed(page), "name": "Claire Zebul", "email": "zebul@clinic.example"}
    assert (await console.send("boss", CLAIRE, **renamed)).status == 303
    assert (await console.send("boss", f"{CLAIRE}/handover", remove="yes", way="nobody")).status == 303
    await change_feed("zebul@clinic.example", is_open=True, has_names=True, store=console.services.store)
    console.now += timedelta(hours=2)
    await seal_audit(AuditPlace("biz0clinic"), console.now, store=console.services.store)
    assert f'href="{CLAIRE}/data"' in (await console.open("boss", STAFF)).body.decode()
    assert f"{CLAIRE}/erase" in (await console.open("boss", f"{CLAIRE}/data")).body.decode()
    backup = console.table.copied()
    done = await console.send("boss", f"{CLAIRE}/erase")
    assert [done.status, done.headers["Location"]] == [303, f"{STAFF}?news=erased"]
    left = [row for place, rows in console.table._rows.items() if place[0] != "limits" for row in rows.values()]
    words = ("claire@", "zebul@", "Zebul", "Claire", "Dentist", "Holiday")
    assert [(row.key, one) for row in left for one in words if one in str(row.values)] == []
    seals = await check_audit(AuditPlace("biz0clinic"), None, store=console.services.store)
    assert [one.state for one in seals] == ["intact"]
    assert "Former staff member" in {one["actor"].rpartition(" ")[0] for one in await console.audit()}
    assert '"name":"Former staff member"' in str(console.table.rows("bookings", "biz0clinic"))
    shown = (await console.open("boss", STAFF)).body.decode()
    assert ["Claire" in shown, f"{CLAIRE}/data" in shown] == [False, False]
    backup._rows["org", "erased"] = dict(console.table._rows["org", "erased"])
    restored = Console(backup, now=console.now)
    author = Author("restore", a_key())
    left_over = await erase_again(author=author, context=Context(restored.store, SECRET, restored.now))
    names = str([row for row in backup.rows("bookings", "biz0clinic") if row.key.startswith("0stf")])
    assert [left_over, '"name":"Claire"' in names] == [[], False]


async def test_who_is_still_to_be_met_or_under_a_legal_hold_is_not_erased(console):
    assert (await console.send("boss", f"{CLAIRE}/handover", remove="yes", way="nobody")).status == 303
    refused = await console.send("boss", f"{CLAIRE}/erase")
    assert [refused.status, "upcoming appointments" in refused.body.decode()] == [409, True]
    console.now = START + timedelta(days=2)
    calendar = await console.services.store.calendars.reload("biz0clinic")
    held = calendar.business.model_copy(update={"legal_hold": "Case 7"})
    await console.save(replace(calendar, business=held))
    refused = await console.send("boss", f"{CLAIRE}/erase")
    assert [refused.status, "Case 7" in refused.body.decode()] == [409, True]


async def test_others_take_nothing(console):
    for who, path, status in (
        ("desk", f"{CLAIRE}/data", 403),
        ("desk", f"{CLAIRE}/erase", 403),
        ("boss", f"{STAFF}/person/nobody/data", 404),
        ("desk", EVERYWHERE, 403),
    ):
        assert (await console.open(who, path)).status == status
