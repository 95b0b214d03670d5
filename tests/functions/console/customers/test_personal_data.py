"""What is kept about a customer: shown, handed out as a file, and erased, by administrators."""

import json
from datetime import timedelta

import pytest_asyncio

from tests.functions.console.app import PEOPLE, START, Console, a_clinic
from tests.functions.console.customers.test_customers import LIST, customer_of, page
from tests.support.builders import MONDAY, a_person


BOSS = {**PEOPLE, "boss": a_person("boss", role="administrator", is_bookable=False)}


@pytest_asyncio.fixture
async def console():
    """The clinic where Bob has an appointment to come, with an administrator."""
    world = Console(now=MONDAY)
    await world.save(a_clinic(BOSS))
    await world.book(
        START + timedelta(hours=1), service="here", customer={"name": "Bob", "email": "b@example.com"}
    )
    return world


async def test_an_administrator_sees_all_of_it_and_takes_it_along(console):
    bob = await customer_of(console, "bob")
    assert f"{LIST}/customer/{bob}/data" in await page(console, f"{LIST}/customer/{bob}", "boss")
    shown = await page(console, f"{LIST}/customer/{bob}/data", "boss")
    file = await console.open("boss", f"{LIST}/customer/{bob}/data?format=json")
    assert file.headers["Content-Disposition"] == 'attachment; filename="personal-data.json"'
    found = json.loads(file.body)
    assert found["customer"]["name"] == "Bob"
    assert all(one["start"] in shown for one in found["appointments"])
    assert found["appointments"]


async def test_who_keeps_the_desk_neither_takes_nor_erases(console):
    bob = await customer_of(console, "bob")
    assert f"{LIST}/customer/{bob}/data" not in await page(console, f"{LIST}/customer/{bob}")
    for end in ("data", "erase"):
        assert (await console.open("desk", f"{LIST}/customer/{bob}/{end}")).status == 403
        assert (await console.open("boss", f"{LIST}/customer/nobody/{end}")).status == 404
    assert (await console.send("desk", f"{LIST}/customer/{bob}/erase")).status == 403


async def test_whoever_has_something_to_come_is_named_the_way_and_kept(console):
    bob = await customer_of(console, "bob")
    asked = await page(console, f"{LIST}/customer/{bob}/erase", "boss")
    assert ["aren’t over yet" in asked, asked.count('<ul class="moments"><li><a href="/console/queue/')] == [
        True,
        1,
    ]
    refused = await console.send("boss", f"{LIST}/customer/{bob}/erase")
    assert [refused.status, "aren’t over yet" in refused.body.decode()] == [409, True]
    assert bob == await customer_of(console, "bob")


async def test_whoever_has_nothing_to_come_is_erased(console):
    await console.send("desk", f"{LIST}/new", name="Élodie Brûlé", phone="+33 1 99 88 77 66")
    path = f"{LIST}/customer/{await customer_of(console, 'elodie')}/erase"
    assert "can’t be undone" in await page(console, path, "boss")
    done = await console.send("boss", path)
    assert [done.status, done.headers["Location"]] == [303, f"{LIST}?news=erased"]
    told = await page(console, done.headers["Location"], "boss")
    assert ["was erased" in told, "Élodie" in told] == [True, False]
    assert (await console.open("boss", path)).status == 404
