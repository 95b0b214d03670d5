"""One's own sessions: they rest for so long at most, are listed, and the others can be ended."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from functions.auth.session import SEEN, SESSION_LASTS, session_cookie
from functions.wiring import given
from shared.domain.access.permissions import Caller
from shared.use_cases.organisation.open_sessions import find_sessions, note_session
from tests.functions.auth.app import the_world


if TYPE_CHECKING:
    from tests.support.edge import Answer, World

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0"
EDGE = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0"
ZOE = Caller("zoe", "viewer@clinic.example", "Zoé")
PAGE = "/console/sessions"


@pytest_asyncio.fixture
async def world() -> World:
    made = await the_world()
    settings = replace(made.services.settings, idle=timedelta(hours=2))
    made.services = replace(made.services, settings=settings)
    return made


async def begin(world: World, name: str, agent: str, caller: Caller = ZOE) -> str:
    with given(world.services):
        cookie = session_cookie(caller, [], world.now, name).partition(";")[0]
    expires = world.now + SESSION_LASTS
    await note_session(caller.subject, name, agent, expires=expires, store=world.store, now=world.now)
    return cookie


async def opened(world: World, cookie: str, path: str = PAGE) -> Answer:
    return await world.call("GET", path, cookie=cookie, accept="text/html")


def words(answer: Answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.unescape(answer.body.decode())).split())


def seen_in(answer: Answer) -> str:
    return next((one for one in re.findall(rf"{SEEN}=[^;,\s]+", answer.headers.get("Set-Cookie", ""))), "")


async def test_a_session_that_rests_for_too_long_is_over(world):
    cookie = await begin(world, "a" * 32, FIREFOX)
    world.now += timedelta(hours=2)
    assert (await opened(world, cookie)).status == 200
    world.now += timedelta(seconds=1)
    assert (await opened(world, cookie)).headers["Location"].startswith("/console/sign-in")


async def test_use_keeps_it_until_its_twelve_hours_are_over(world):
    cookie, seen = await begin(world, "a" * 32, FIREFOX), ""
    assert seen_in(await opened(world, cookie)) == ""  # it has just begun
    for _ in range(7):
        world.now += timedelta(minutes=100)
        answer = await opened(world, f"{cookie}; {seen}")
        assert answer.status == 200
        seen = seen_in(answer)
        assert seen
    world.now += timedelta(minutes=100)
    assert (await opened(world, f"{cookie}; {seen}")).status == 303


async def test_the_sign_of_use_of_another_session_and_a_forged_one_are_none(world):
    cookie = await begin(world, "a" * 32, FIREFOX)
    other = await begin(world, "b" * 32, EDGE)
    world.now += timedelta(minutes=100)
    seen = seen_in(await opened(world, other))
    world.now += timedelta(minutes=100)
    assert (await opened(world, f"{other}; {seen}")).status == 200
    for wrong in (seen, f"{SEEN}=abc", f"{SEEN}="):
        assert (await opened(world, f"{cookie}; {wrong}")).status == 303


async def test_where_nothing_is_set_a_session_may_rest(world):
    settings = replace(world.services.settings, idle=timedelta())
    world.services = replace(world.services, settings=settings)
    cookie = await begin(world, "a" * 32, FIREFOX)
    world.now += timedelta(hours=11)
    assert (await opened(world, cookie)).status == 200


async def test_the_others_are_ended_from_the_list(world):
    here, there = await begin(world, "a" * 32, FIREFOX), await begin(world, "b" * 32, EDGE)
    stranger = Caller("omar", "scheduler@clinic.example", "Omar")
    theirs = await begin(world, "c" * 32, EDGE, stranger)
    page = await opened(world, here)
    assert "Firefox, Windows" in words(page)
    assert "Edge, macOS" in words(page)
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.body.decode()))
    body = "&".join(f"{name}={value}" for name, value in form.items()).encode()
    more = {"body": body, "content_type": "application/x-www-form-urlencoded", "accept": "text/html"}
    assert (await world.call("POST", f"{PAGE}/end", cookie=here, body=b"csrf=x", accept="text/html")).status == 403
    done = await world.call("POST", f"{PAGE}/end", cookie=here, **more)
    assert (done.status, done.headers["Location"]) == (303, f"{PAGE}?news=ended")
    after = words(await opened(world, here, f"{PAGE}?news=ended"))
    assert ["All other sessions were ended." in after, "Edge" in after] == [True, False]
    assert (await opened(world, there)).status == 303
    assert (await opened(world, theirs)).status == 200


async def test_those_that_are_over_are_forgotten_with_the_next(world):
    await begin(world, "a" * 32, FIREFOX)
    world.now += timedelta(hours=13)
    await begin(world, "b" * 32, "something else")
    found = await find_sessions("zoe", store=world.store, now=world.now)
    assert [one.name for one in found] == ["b" * 32]
    assert len(world.table.rows("org", "sessions")) == 1


@pytest.mark.parametrize("wrong", ["5", "-1", "two", "100000"])
def test_a_limit_that_is_none_is_named(wrong):
    from functions.settings.app import SettingsMissing, read_settings

    with pytest.raises(SettingsMissing, match="OPENSLOT_IDLE is not a number of minutes"):
        read_settings({"OPENSLOT_IDLE": wrong})
