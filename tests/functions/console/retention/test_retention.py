"""How long a calendar keeps what is about people: shown with what it erases now, confirmed, and kept by a hold."""

import html
import re
from datetime import timedelta

import pytest
import pytest_asyncio

from shared.domain.personal_data.retention import Retention, proposed_for
from shared.use_cases.organisation.seal_audit import AuditPlace, seal_audit
from tests.functions.console.app import START
from tests.functions.console.organisation.app import BASE, HEAD, headquarters


RETENTION = "/console/calendars/biz0clinic/settings/retention"
OF_ALL = f"{BASE}/retention"
SHARED = {"rule": "organisation", "appointments": "0", "answers": "0", "messages": "0", "facts": "0", "audit": "0"}
OWN = {"rule": "own", "appointments": "730", "answers": "180", "messages": "30", "facts": "730", "audit": "0"}


def words_of(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.unescape(answer.body.decode())).split())


@pytest_asyncio.fixture
async def world():
    return await headquarters()


async def kept(world) -> Retention | None:
    return (await world.store.calendars.reload("biz0clinic")).business.retention


async def test_the_page_proposes_what_suits_and_nothing_is_erased_until_that_is_saved(world):
    page = (await world.open("ada", RETENTION)).body.decode()
    words = words_of(await world.open("ada", RETENTION))
    usual = proposed_for("general")
    assert f'<option value="{usual.appointments}" selected>' in page
    assert "Nothing: everything is kept as long as the calendar." in words
    assert await kept(world) is None


async def test_what_it_erases_is_shown_then_confirmed_then_kept(world):
    assert (await world.book(START + timedelta(hours=1), service="here")).status == 201
    world.now += timedelta(days=800)
    look = await world.send("ada", RETENTION, **OWN, do="look")
    assert re.search("[1-9] appointments? before", words_of(look)), words_of(look)[-700:]
    unsure = await world.send("ada", RETENTION, **OWN)
    assert (unsure.status, "Select this box to erase what is older" in words_of(unsure)) == (422, True)
    assert re.search("[1-9] appointments? before", words_of(unsure))
    assert await kept(world) is None
    assert (await world.send("ada", RETENTION, **OWN, sure="yes")).status == 303
    assert await kept(world) == Retention(appointments=730, answers=180, messages=30, facts=730)
    longer = await world.send("ada", RETENTION, **{**OWN, "appointments": "1095"})
    assert longer.status == 303  # nothing more is erased
    told = words_of(await world.open("ada", "/console/calendars/biz0clinic/audit"))
    assert "Customers and their appointments" in told


@pytest.mark.parametrize("wrong", [{"appointments": "-1"}, {"audit": "many"}, {"rule": "none"}])
async def test_what_is_no_period_is_refused_in_place(world, wrong):
    answer = await world.send("ada", RETENTION, **{**OWN, **wrong})
    assert (answer.status, await kept(world)) == (422, None)


async def test_under_a_hold_the_erasing_of_a_customer_says_why(world):
    assert (await world.send("ada", RETENTION, **SHARED, legal_hold="case 12/345")).status == 303
    await world.send("ada", "/console/calendars/biz0clinic/customers/new", name="Bob Klein")
    found = (await world.open("ada", "/console/calendars/biz0clinic/customers?find=bob")).body.decode()
    bob = found.partition("/customers/customer/")[2].partition('"')[0]
    path = f"/console/calendars/biz0clinic/customers/customer/{bob}"
    for way in ("erase", "remove"):
        answer = await world.send("ada", f"{path}/{way}")
        assert (answer.status, "A legal hold keeps this" in words_of(answer)) == (409, True), way
    assert "case 12/345" in words_of(await world.send("ada", f"{path}/erase"))
    assert (await world.open("ada", path)).status == 200


async def test_the_organisation_has_periods_for_the_others_and_a_hold_on_all(world):
    assert (await world.open("ada", OF_ALL)).status == 403
    periods = {name: OWN[name] for name in ("appointments", "answers", "messages", "facts", "audit")}
    unsure = await world.send(HEAD, OF_ALL, **periods)
    assert (unsure.status, "Select this box to erase what is older" in words_of(unsure)) == (422, True)
    assert (await world.send(HEAD, OF_ALL, **periods, sure="yes")).status == 303
    assert (await world.settings()).retention.appointments == 730
    assert "It has some" in words_of(await world.open("ada", RETENTION))
    assert (await world.send(HEAD, OF_ALL, **periods, legal_hold="inquiry", sure="")).status == 303
    assert "The organisation has a legal hold: nothing is erased. inquiry" in words_of(
        await world.open("ada", RETENTION)
    )


async def test_the_activity_says_whether_it_is_whole(world):
    path = "/console/calendars/biz0clinic/audit?check=1"
    assert "Nothing is sealed yet" in words_of(await world.open("ada", path))
    place = AuditPlace("biz0clinic")
    for _ in range(2):
        await seal_audit(place, world.now, store=world.store)
        await world.send("ada", RETENTION, **SHARED, legal_hold=f"case {world.now.hour}")
        world.now += timedelta(hours=3)
    await seal_audit(place, world.now, store=world.store)
    assert "Nothing is missing or altered." in words_of(await world.open("ada", path))
    row = next(one for one in world.table.rows("bookings", "biz0clinic") if one.key.startswith("Z|"))
    del world.table._rows["bookings", "biz0clinic"][row.key]
    broken = words_of(await world.open("ada", path))
    assert "Entries of these hours are missing or altered:" in broken
    assert "Nothing is sealed yet" in words_of(await world.open(HEAD, f"{BASE}/audit?check=1"))
