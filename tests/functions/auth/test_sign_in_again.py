"""Data of a person leaves, and is erased, only for whoever signed in recently enough, where the settings say so."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode

import pytest

from functions.auth.session import Proof, session_cookie
from functions.console.sign_in import is_recent
from functions.settings.app import SettingsMissing, read_settings
from functions.wiring import given
from shared.delivery.identity.sign_in import _proven_at
from shared.domain.access.permissions import Caller
from tests.functions.console.app import FORM, PEOPLE, START, Console, a_clinic, hidden
from tests.functions.console.customers.test_customers import LIST, customer_of
from tests.support.builders import MONDAY, a_person


BOSS = Caller("boss", email="boss@clinic.example", name="Boss")
ORGANISATION = "/console/organisation/customers?find=b%40example.com"
EXPORTS = "/console/organisation/exports"
FILES = ("data", "data?format=json", "erase")


async def a_console(minutes: int = 5) -> Console:
    """The clinic where Bob has an appointment; whoever takes or erases what is kept has signed in in these minutes."""
    world = Console(now=MONDAY)
    await world.save(a_clinic({**PEOPLE, "boss": a_person("boss", role="administrator", is_bookable=False)}))
    await world.book(
        START + timedelta(hours=1), service="here", customer={"name": "Bob", "email": "b@example.com"}
    )
    administrators = frozenset({BOSS.email})
    lasts = timedelta(minutes=minutes)
    settings = replace(world.services.settings, administrators=administrators, proof_lasts=lasts)
    world.services = replace(world.services, settings=settings)
    return world


def signed_in(world: Console, proven: datetime | None) -> str:
    with given(world.services):
        return session_cookie(BOSS, [], world.now, "a" * 32, Proof(proven)).partition(";")[0]


async def opened(world: Console, cookie: str, path: str):
    return await world.call("GET", path, cookie=cookie, accept="text/html")


async def test_who_signed_in_long_ago_does_so_again_and_comes_back():
    world = await a_console()
    bob = await customer_of(world, "bob")
    paths = [*(f"{LIST}/customer/{bob}/{one}" for one in FILES), f"{ORGANISATION}&format=json"]
    recent = signed_in(world, world.now - timedelta(minutes=5))
    for cookie in (signed_in(world, None), signed_in(world, world.now - timedelta(minutes=5, seconds=1))):
        for path in paths:
            sent = await opened(world, cookie, path)
            assert (sent.status, sent.headers["Location"]) == (
                303,
                f"/console/sign-in?to={quote(path, safe='')}&again=1",
            )
        for path in (ORGANISATION, f"{LIST}/customer/{bob}"):
            assert (await opened(world, cookie, path)).status == 200
    assert {(await opened(world, recent, path)).status for path in paths} == {200}


async def test_a_form_that_is_sent_too_late_is_kept_and_erases_nothing():
    world = await a_console()
    path = f"{LIST}/customer/{await customer_of(world, 'bob')}/erase"
    cookie = signed_in(world, world.now)
    fields = hidden(await opened(world, cookie, path))
    world.now += timedelta(minutes=6)
    for address, more in ((path, ""), (ORGANISATION, "&find=b%40example.com&sure=on")):
        body = ("&".join(f"{name}={value}" for name, value in fields.items()) + more).encode()
        sent = {"body": body, "content_type": FORM, "sec_fetch_site": "same-origin", "accept": "text/html"}
        answer = await world.call("POST", address, cookie=cookie, **sent)
        shown = answer.body.decode()
        assert (answer.status, "needs a recent sign-in" in shown, "again=1" in shown) == (401, True, True)
    assert await customer_of(world, "bob")


async def test_a_file_out_of_many_calendars_is_asked_for_and_fetched_after_a_recent_sign_in_alone():
    world = await a_console()
    cookie = signed_in(world, world.now)
    fields = hidden(await opened(world, cookie, ORGANISATION))
    world.now += timedelta(minutes=6)
    fetched = await opened(world, cookie, f"{EXPORTS}/{'a' * 26}")
    assert (fetched.status, "again=1" in fetched.headers["Location"]) == (303, True)
    body = urlencode({**fields, "find": "b@example.com"}).encode()
    sent = {"body": body, "content_type": FORM, "sec_fetch_site": "same-origin", "accept": "text/html"}
    assert (await world.call("POST", EXPORTS, cookie=cookie, **sent)).status == 401
    assert world.table.rows("org", "exports") == []


async def test_where_nothing_is_set_any_session_does():
    world = await a_console(0)
    path = f"{LIST}/customer/{await customer_of(world, 'bob')}/data"
    assert (await opened(world, signed_in(world, None), path)).status == 200


def test_a_provider_that_does_not_say_when_proves_nothing():
    now, lasts = MONDAY, timedelta(minutes=5)
    moments = (None, now, now - lasts, now - lasts - timedelta(seconds=1))
    assert [is_recent(one, now, lasts) for one in moments] == [False, True, True, False]


@pytest.mark.parametrize("said", [None, "1793520000", True, -1, 0, float("nan"), float("inf"), 10**30])
def test_a_moment_that_is_none_is_none(said):
    assert _proven_at({"auth_time": said}, MONDAY) is None


def test_a_providers_clock_may_be_ahead():
    assert _proven_at({"auth_time": MONDAY.timestamp() + 90}, MONDAY) == MONDAY
    assert _proven_at({"auth_time": MONDAY.timestamp() - 90}, MONDAY) == MONDAY - timedelta(seconds=90)
    assert _proven_at({"auth_time": 1}, MONDAY) == datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)


@pytest.mark.parametrize("wrong", ["-1", "two", "721", "1.5"])
def test_minutes_that_are_none_are_named(wrong):
    with pytest.raises(SettingsMissing, match="OPENSLOT_SIGN_IN_AGAIN is not a number of minutes"):
        read_settings({"OPENSLOT_SIGN_IN_AGAIN": wrong})
