"""Utilisation: the sweep writes down each day that is over, and the report shows it by person and by day."""

import csv
import io
import json
from datetime import timedelta

import pytest

from shared.use_cases.maintenance.sweep import sweep
from shared.use_cases.organisation.settings import change_organisation
from tests.functions.console.app import PEOPLE, Console, a_clinic
from tests.support.builders import MONDAY, a_key, a_person
from tests.support.fakes import MemoryTable


REPORT = "/console/calendars/biz0clinic/reports?tab=utilisation&days=7"
BOSS = {**PEOPLE, "boss": a_person("boss", role="administrator", is_bookable=False)}
DAY = timedelta(days=1)
TODAY = f"{MONDAY:%Y-%m-%d}"


@pytest.fixture
async def world() -> Console:
    found = Console(now=MONDAY, table=MemoryTable(lambda: found.now))
    await found.save(a_clinic(BOSS))
    assert (await found.book(MONDAY + timedelta(hours=4), service="video")).status == 201
    return found


async def days(world: Console) -> list[dict]:
    answer = await world.call("GET", REPORT, cookie=world.cookie("boss"), accept="application/json")
    assert answer.status == 200
    return json.loads(answer.body)["days"]


async def sweep_after(world: Console, *steps: timedelta) -> None:
    for step in steps:
        world.now += step
        await sweep(store=world.store)


async def test_a_day_is_written_once_when_it_is_over_and_later_hours_do_not_change_it(world):
    await sweep_after(world, timedelta(hours=1))
    assert not await days(world), "on Sunday nobody can be booked, and today is not over"
    await sweep_after(world, DAY)
    before = [one for one in await days(world) if one["day"] == TODAY]
    assert sum(one["booked"] for one in before) > 0
    changed = a_clinic({**BOSS, "claire": a_person("claire", is_bookable=False)})
    await world.save(changed)
    await sweep_after(world, timedelta(hours=1), DAY)
    assert [one for one in await days(world) if one["day"] == TODAY] == before


async def test_days_without_a_sweep_are_made_up_for(world):
    await sweep_after(world, DAY, 3 * DAY)
    assert {one["day"] for one in await days(world)} == {
        f"{MONDAY + number * DAY:%Y-%m-%d}" for number in range(4)
    }


async def test_the_page_leads_from_a_person_to_their_days_and_from_a_day_to_its_appointments(world):
    await sweep_after(world, DAY)
    page = (await world.open("boss", REPORT)).body.decode()
    assert "person=" in page
    (name,) = {one["staffMemberId"] for one in await days(world) if one["booked"]}
    shown = (await world.open("boss", f"{REPORT}&person={name}")).body.decode()
    assert f"view=day&amp;day={TODAY}&amp;person={name}" in shown
    answer = await world.open("boss", f"{REPORT}&person={name}&format=csv")
    rows = list(csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig"))))
    assert {row["Date"] for row in rows} == {TODAY}


async def test_nothing_is_written_while_reports_are_off(world):
    off = {"actor": "head", "number": a_key()[:12], "store": world.store, "now": MONDAY}
    await change_organisation(lambda one: one.model_copy(update={"has_analytics": False}), **off)
    await sweep_after(world, DAY)
    assert not any(key.startswith("U|") for key in (row.key for row in world.table.rows("facts", "biz0clinic")))


@pytest.mark.parametrize("who", ["claire", "eye"])
async def test_it_is_only_for_who_reads_about_the_whole_calendar(world, who):
    assert (await world.open(who, REPORT)).status in (403, 404)


async def test_days_that_are_none_are_named(world):
    wrong = f"{REPORT.replace('days=7', 'days=days')}&from=2026-13-01&to=2026-11-30"
    answer = await world.open("boss", wrong)
    assert (answer.status, b'id="from-error"' in answer.body) == (422, True)
    assert (await world.call("GET", wrong, cookie=world.cookie("boss"), accept="application/json")).status == 422
