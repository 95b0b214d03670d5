"""Trying a visit with oneself, from the console's first page."""

import re
from urllib.parse import urlencode

import pytest
import pytest_asyncio

from functions.session import session_cookie
from functions.wiring import given
from shared.domain.permissions import Caller
from tests.builders import MONDAY, a_business, a_calendar, a_person, a_service
from tests.functions.world import World


class Console(World):
    async def ask(self, method: str, url: str, who: str, form: str = ""):
        cookie = self.__dict__.setdefault("sessions", {}).get(who) or self.sign_in(who)
        kind = {"content_type": "application/x-www-form-urlencoded"} if form else {}
        return await self.call(method, url, body=form.encode(), cookie=cookie, accept="text/html", **kind)

    def sign_in(self, who: str) -> str:
        with given(self.services):
            caller = Caller(who, email=f"{who}@clinic.example", name=who.title())
            self.__dict__["sessions"][who] = session_cookie(caller, [], self.now).partition(";")[0]
        return str(self.__dict__["sessions"][who])

    async def form_token(self, who: str) -> str:
        page = (await self.ask("GET", "/console", who)).body.decode()
        return re.findall(r'name="csrf" value="([^"]+)"', page)[0]


@pytest_asyncio.fixture
async def console() -> Console:
    world = Console(now=MONDAY)
    staff = [a_person("claire", role="team_member"), a_person("eye", role="viewer")]
    services = [a_service("here"), a_service("video", is_online=True)]
    await world.save(a_calendar(a_business(), services, staff))
    return world


async def test_one_press_opens_the_customers_side_and_ones_own_is_beside_it(console):
    home = (await console.ask("GET", "/console?lang=en", "claire")).body.decode()
    assert 'action="/console/trial" target="_blank"' in home
    assert (await console.ask("GET", "/console/trial", "claire")).status == 404  # none was made
    csrf = urlencode({"csrf": await console.form_token("claire")})
    made = await console.ask("POST", "/console/trial", "claire", csrf)
    assert made.status == 303
    join = made.headers["Location"]
    assert b"data-expected" in (await console.call("GET", join)).body
    host = (await console.ask("GET", "/console/trial", "claire")).headers["Location"]
    seen = (await console.call("POST", f"{host}/enter", {})).json()
    assert [person["name"] for person in seen["people"]] == ["Claire"]
    again = await console.ask("POST", "/console/trial", "claire", csrf)
    assert again.headers["Location"] == join


@pytest.mark.parametrize("who", ["eye", "stranger"])
async def test_who_holds_no_visits_is_not_offered_one(console, who):
    assert b"/console/trial" not in (await console.ask("GET", "/console", who)).body
    csrf = urlencode({"csrf": await console.form_token(who)})
    assert (await console.ask("POST", "/console/trial", who, csrf)).status == 404
