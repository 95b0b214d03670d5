"""The report of demand: next free times and how far ahead people book, for who runs the calendar."""

import csv
import io
import re
from datetime import timedelta

import pytest

from tests.functions.console.app import PEOPLE, Console, a_clinic
from tests.support.builders import MONDAY, a_person


DEMAND = "/console/calendars/biz0clinic/reports?tab=demand&days=days&from=2027-01-01&to=2027-03-31"
BOSS = {**PEOPLE, "boss": a_person("boss", role="administrator", is_bookable=False)}
DAY = timedelta(days=1)


@pytest.fixture
async def world() -> Console:
    found = Console(now=MONDAY)
    await found.save(a_clinic(BOSS))
    for days in (3, 7):
        assert (await found.book(MONDAY + days * DAY + timedelta(hours=4), service="video")).status == 201
    return found


async def rows(world: Console, query: str = "") -> list[dict[str, str]]:
    answer = await world.open("boss", f"{DEMAND}&format=csv{query}")
    assert answer.status == 200
    return list(csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig"))))


async def test_each_service_has_its_free_times_and_how_far_ahead_it_is_booked(world):
    answer = await world.open("boss", DEMAND)
    assert answer.status == 200
    page = answer.body.decode()
    assert re.search(r'aria-current="page"[^>]*>Demand<', page)
    found = {one["Service"]: one for one in await rows(world)}
    video = next(one for one in found.values() if one["Appointments"] == "2")
    assert (video["Booked ahead"], video["Nine in ten"]) == ("3\u00a0days", "7\u00a0days")
    assert video["Cancelled"] == "0 (0%)"
    assert int(video["Free in 60 days"]) > 100
    assert float(video["Days until then"]) >= 0


async def test_days_that_are_none_are_named_and_the_rest_is_shown(world):
    answer = await world.open("boss", f"{DEMAND}&from=2027-13-01")
    assert answer.status == 422
    assert b'id="from-error"' in answer.body
    assert b"Third next free time" in answer.body


@pytest.mark.parametrize("who", ["claire", "eye"])
async def test_it_is_of_the_whole_calendar_and_only_for_who_reads_about_that(world, who):
    assert (await world.open(who, DEMAND)).status in (403, 404)
    page = (await world.open(who, DEMAND.partition("?")[0])).body.decode()
    assert "tab=demand" not in page
