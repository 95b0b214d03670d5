"""A version of the app and one before it at the same rows: what is newer is read, and never written."""

import asyncio
import logging
from datetime import timedelta

import pytest

from shared.records.calendars import SCHEMA
from shared.records.keys import BUSINESS
from shared.records.table import Operation
from tests.support.builders import MONDAY
from tests.support.edge import World, clinic


ID = clinic().business.id


async def a_world():
    world = World()
    await world.save(clinic())
    return world


async def written_by_a_newer_version(world):
    row = await world.table.get("bookings", ID, BUSINESS)
    values = {**row.values, "schema": SCHEMA + 1, "version": "newer0000000"}
    values["body"] = values["body"][:-1] + ',"version":"newer0000000","whatIsNew":{"deep":[1]}}'
    await world.table.transact("bookings", ID, [Operation("replace", BUSINESS, values, row.etag)])


async def everything(world):
    return {row.key: row.values for row in (await world.table.range("bookings", ID, "!", "~")).rows}


async def test_what_is_written_names_its_schema():
    world = await a_world()
    assert (await world.table.get("bookings", ID, BUSINESS)).values["schema"] == SCHEMA


@pytest.mark.parametrize("knew_it", [True, False], ids=["a process that ran", "a process that starts"])
async def test_what_a_newer_version_wrote_is_read_and_not_written(knew_it, caplog):
    world = await a_world()
    assert (await world.book()).status == 201
    await written_by_a_newer_version(world)
    before = await everything(world)
    world = world if knew_it else world.another_process()
    await asyncio.sleep(0.15)
    with caplog.at_level(logging.ERROR, "openslot"):
        refused = await world.book(MONDAY + timedelta(days=1, hours=3))
    assert refused.status == 503
    assert "Retry-After" in refused.headers
    assert f"has schema {SCHEMA + 1}, and this version knows {SCHEMA}" in caplog.text
    assert await everything(world) == before
    page = await world.another_process().call("GET", "/book/clinic")
    assert page.status == 200


async def test_rows_of_before_there_were_schemas_are_written_as_ever():
    world = await a_world()
    row = await world.table.get("bookings", ID, BUSINESS)
    values = {name: value for name, value in row.values.items() if name != "schema"}
    await world.table.transact("bookings", ID, [Operation("replace", BUSINESS, values, row.etag)])
    assert (await world.another_process().book()).status == 201
