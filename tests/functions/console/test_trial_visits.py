"""Trying a visit with oneself, from the console's first page."""

import re
from urllib.parse import urlencode

import pytest
import pytest_asyncio

from tests.functions.console.app import FORM, Console
from tests.support.builders import MONDAY, a_business, a_calendar, a_person, a_service
from tests.support.edge import Answer


@pytest_asyncio.fixture
async def console() -> Console:
    world = Console(now=MONDAY)
    staff = [a_person("claire", role="team_member"), a_person("eye", role="viewer")]
    services = [a_service("here"), a_service("video", is_online=True)]
    await world.save(a_calendar(a_business(), services, staff))
    return world


async def press(console: Console, who: str) -> Answer:
    page = (await console.open(who, "/console")).body.decode()
    csrf = re.findall(r'name="csrf" value="([^"]+)"', page)[0]
    body = urlencode({"csrf": csrf}).encode()
    return await console.call(
        "POST", "/console/trial", body=body, content_type=FORM, cookie=console.cookie(who), accept="text/html"
    )


async def test_one_press_opens_the_customers_side_and_ones_own_is_beside_it(console):
    home = (await console.open("claire", "/console?lang=en")).body.decode()
    assert 'action="/console/trial" target="_blank"' in home
    none = await console.open("claire", "/console/trial?lang=en")
    assert (none.status, none.headers["Location"]) == (303, "/console?lang=en&trial=none")
    back = (await console.open("claire", none.headers["Location"])).body.decode()
    assert "No test appointment is running. Start one first." in back
    assert 'action="/console/trial" target="_blank"' in back
    made = await press(console, "claire")
    assert made.status == 303
    join = made.headers["Location"]
    assert b"data-expected" in (await console.call("GET", join)).body
    host = (await console.open("claire", "/console/trial")).headers["Location"]
    seen = (await console.call("POST", f"{host}/enter", {})).json()
    assert [person["name"] for person in seen["people"]] == ["Test customer"]
    again = await press(console, "claire")
    assert again.headers["Location"] == join


@pytest.mark.parametrize("who", ["eye", "stranger"])
async def test_who_holds_no_visits_is_not_offered_one(console, who):
    assert b"/console/trial" not in (await console.open(who, "/console")).body
    assert (await press(console, who)).status == 404


@pytest.mark.parametrize(
    ("kind", "language", "name"),
    [("health", "en", "Test patient"), ("health", "fr", "Patient test"), ("finance", "pt", "Cliente de teste")],
)
async def test_the_other_side_has_a_name_of_its_own_in_the_language_of_who_tries_it(console, kind, language, name):
    staff = [a_person("claire", role="team_member")]
    services = [a_service("video", is_online=True)]
    await console.save(a_calendar(a_business(business_type=kind), services, staff))
    page = (await console.open("claire", f"/console?lang={language}")).body.decode()
    csrf = re.findall(r'name="csrf" value="([^"]+)"', page)[0]
    await console.call(
        "POST",
        f"/console/trial?lang={language}",
        body=urlencode({"csrf": csrf}).encode(),
        content_type=FORM,
        cookie=console.cookie("claire"),
        accept="text/html",
    )
    queue = await console.text("claire", "day=2027-01-11")
    assert name in queue
    assert 'data-name="Claire"' not in queue
