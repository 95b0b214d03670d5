"""Sessions of the console: where they count, for how long, and which changes they may carry."""

from __future__ import annotations

from dataclasses import replace as replaced
from datetime import timedelta

import pytest

from functions.auth.access import caller_of
from functions.auth.session import COOKIE, MOST_FIELDS, form_token, session_cookie
from functions.http.problems import FormExpired, Unauthenticated
from functions.wiring import given
from shared.domain.access.permissions import (
    MANAGE,
    SESSION,
    Caller,
)
from shared.domain.calendar.business import BookingPage
from tests.functions.auth.app import a_request, the_world
from tests.support.builders import a_business, a_calendar
from tests.support.edge import PUBLIC_URL, World


@pytest.fixture
async def world() -> World:
    return await the_world()


def signed_in(world: World, email: str, groups: frozenset[str] = frozenset()) -> str:
    caller = Caller(f"subject-of-{email}", email, "Zoé", scopes=frozenset({MANAGE}), groups=groups)
    with given(world.services):
        return session_cookie(caller, ["role:Heads"], world.now).partition(";")[0]


async def test_a_session_names_its_person_on_console_routes_alone(world):
    cookie = signed_in(world, "viewer@clinic.example", frozenset({"role:Heads", "group:other"}))
    with given(world.services):
        for url in ("/console", "/console/queue?x=1", "/Console/Queue"):
            caller = await caller_of(a_request(url=url, cookie=cookie))
            assert (caller.email, caller.name, caller.scopes) == ("viewer@clinic.example", "Zoé", {SESSION})
            assert caller.groups == {"role:Heads", "group:other"}
        for url in ("/v1.0/console/", "/consoles", "/api/x?/console/", "/book/console/x", "/", "/v1.0/../console"):
            with pytest.raises(Unauthenticated):
                await caller_of(a_request(url=url, cookie=cookie))


async def test_a_session_ends_after_twelve_hours(world):
    cookie = signed_in(world, "viewer@clinic.example")
    request = a_request(url="/console", cookie=cookie)
    world.now += timedelta(hours=12) - timedelta(seconds=1)
    with given(world.services):
        assert await caller_of(request)
        world.now += timedelta(seconds=1)
        with pytest.raises(Unauthenticated):
            await caller_of(request)


async def test_rights_by_a_group_last_an_hour_then_pages_ask_the_provider_again(world):
    settings = replaced(world.services.settings, administrators=frozenset({"group:heads"}))
    world.services = replaced(world.services, settings=settings)
    head = signed_in(world, "viewer@clinic.example", frozenset({"group:heads"}))
    member = signed_in(world, "scheduler@clinic.example", frozenset({"group:others"}))
    alone = signed_in(world, "guest@clinic.example")
    world.now += timedelta(hours=1) - timedelta(seconds=1)
    with given(world.services):
        assert (await caller_of(a_request(url="/console", cookie=head))).is_organisation_administrator
        world.now += timedelta(seconds=1)
        for cookie in (head, member):
            with pytest.raises(Unauthenticated):
                await caller_of(a_request(url="/console", cookie=cookie))
        with pytest.raises(Unauthenticated):
            await caller_of(a_change(head))
        caller = await caller_of(a_change(member))
        assert (caller.email, caller.groups) == ("scheduler@clinic.example", frozenset())
        assert await caller_of(a_request(url="/console", cookie=alone))
    assert (await world.call("GET", "/console", cookie=head)).headers["Location"].startswith("/console/sign-in?")


async def test_one_whose_groups_are_old_signs_out_all_the_same(world):
    settings = replaced(world.services.settings, administrators=frozenset({"group:heads"}))
    world.services = replaced(world.services, settings=settings)
    cookie = signed_in(world, "viewer@clinic.example", frozenset({"group:heads"}))
    world.now += timedelta(hours=2)
    await sign_out(world, cookie)
    assert len(world.table.rows("org", "signed-out")) == 1


def a_change(cookie: str):
    token = form_token(a_request(url="/console", cookie=cookie))
    return a_request(url="/console/x", method="POST", cookie=cookie, x_csrf_token=token)


FORM = "application/x-www-form-urlencoded"


async def test_changes_by_a_session_carry_its_token_and_come_from_our_pages(world):
    cookie = signed_in(world, "viewer@clinic.example")
    other = signed_in(world, "scheduler@clinic.example")
    page = {"url": "/console/x", "cookie": cookie}
    with given(world.services):
        token = form_token(a_request(**page))
        foreign = form_token(a_request(url="/console/x", cookie=other))
        form = f"a=b&csrf={token}".encode()
        sent = {**page, "method": "POST", "content_type": FORM, "body": form}
        for good in (
            sent,
            {**sent, "origin": PUBLIC_URL},
            {**sent, "sec_fetch_site": "same-origin"},
            {**sent, "sec_fetch_site": "same-origin", "origin": "null"},
            {**sent, "origin": "null"},
            {**page, "method": "DELETE", "x_csrf_token": token},
        ):
            assert await caller_of(a_request(**good))
        for bad in (
            {**sent, "origin": "https://evil.example"},
            {**sent, "origin": "null", "sec_fetch_site": "cross-site"},
            {**sent, "origin": f"{PUBLIC_URL}.evil.example"},
            {**sent, "sec_fetch_site": "cross-site"},
            {**sent, "sec_fetch_site": "same-site"},
            {**sent, "body": b"a=b"},
            {**sent, "body": f"csrf={foreign}".encode()},
            {**sent, "body": f"csrf={token}&csrf=".encode() + b"%ff"},
            {**sent, "body": b"\xff" + form},
            {**sent, "content_type": "text/plain"},
            {**sent, "content_type": "application/json"},
            {**page, "method": "POST", "x_csrf_token": foreign},
            {**page, "method": "POST", "x_csrf_token": "\udcff"},
            {**page, "method": "PATCH"},
            {**sent, "body": b"&".join([b"a=b"] * MOST_FIELDS) + b"&" + form},
        ):
            with pytest.raises(FormExpired):
                await caller_of(a_request(**bad))


async def test_a_form_with_a_file_carries_the_token_too(world):
    cookie = signed_in(world, "viewer@clinic.example")
    with given(world.services):
        token = form_token(a_request(url="/console/x", cookie=cookie))
        body = f'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{token}\r\n--x--\r\n'.encode()
        sent = a_request(
            url="/console/x",
            method="POST",
            cookie=cookie,
            content_type="multipart/form-data; boundary=x",
            body=body,
        )
        assert await caller_of(sent)


async def test_a_session_that_does_not_fit_into_a_cookie_is_not_begun(world):
    with given(world.services), pytest.raises(ValueError, match="does not fit"):
        session_cookie(Caller("s", groups=frozenset({"g" * 4000})), ["g" * 4000], world.now)


async def test_of_many_groups_a_session_keeps_those_of_the_organisation_and_as_many_others_as_fit(world):
    many = frozenset({f"group:{number:036d}" for number in range(200)})
    cookie = signed_in(world, "viewer@clinic.example", many | {"role:Heads"})
    assert len(cookie) < 4000
    with given(world.services):
        groups = (await caller_of(a_request(url="/console", cookie=cookie))).groups
    assert "role:Heads" in groups
    assert 40 < len(groups) < 200
    assert groups < many | {"role:Heads"}


async def test_cookies_are_secure_where_the_app_is(world):
    with given(world.services):
        assert session_cookie(Caller("s"), [], world.now).endswith("; HttpOnly; SameSite=Lax; Secure")
    plain = replaced(world.services.settings, public_url="http://localhost:7071")
    with given(replaced(world.services, settings=plain)):
        assert "Secure" not in session_cookie(Caller("s"), [], world.now)


async def test_a_session_is_of_one_secret(world):
    cookie = signed_in(world, "viewer@clinic.example")
    other = replaced(world.services.settings, secret="another-secret-that-is-long-enough-for-it")
    with given(replaced(world.services, settings=other)), pytest.raises(Unauthenticated):
        await caller_of(a_request(url="/console", cookie=cookie))
    with given(world.services), pytest.raises(Unauthenticated):
        await caller_of(a_request(url="/console", cookie=cookie.replace(COOKIE, "other")))


async def sign_out(world: World, cookie: str) -> str:
    with given(world.services):
        token = form_token(a_request(url="/console", cookie=cookie))
    answer = await world.call(
        "POST", "/console/sign-out", body=f"csrf={token}".encode(), cookie=cookie, content_type=FORM
    )
    assert answer.status == 303
    return answer.headers["Location"]


async def test_a_session_that_was_signed_out_is_over_wherever_its_cookie_was_kept(world):
    kept, other = signed_in(world, "viewer@clinic.example"), signed_in(world, "guest@clinic.example")
    elsewhere = world.another_process()
    assert (await elsewhere.call("GET", "/console", cookie=kept)).status == 200
    assert await sign_out(world, kept) == "/console/signed-out"
    assert (await world.call("GET", "/console", cookie=kept)).status == 303
    assert (await world.another_process().call("GET", "/console", cookie=kept)).status == 303
    assert (await world.call("GET", "/console", cookie=other)).status == 200, "another one goes on"
    assert await sign_out(world, kept) == "/console/signed-out", "a second time is no harm"


async def test_a_session_that_was_signed_out_is_no_members(world):
    page = BookingPage(is_published=True, access="organisation")
    await world.save(a_calendar(a_business(id="biz0members", slug="members", page=page)))
    cookie = signed_in(world, "viewer@clinic.example")
    assert (await world.call("GET", "/api/members", cookie=cookie)).status == 200
    await sign_out(world, cookie)
    assert (await world.call("GET", "/api/members", cookie=cookie)).status == 401


async def test_of_ended_sessions_none_is_kept_beyond_its_time(world):
    first = signed_in(world, "viewer@clinic.example")
    await sign_out(world, first)
    world.now += timedelta(hours=13)
    await sign_out(world, signed_in(world, "viewer@clinic.example"))
    assert len(world.table.rows("org", "signed-out")) == 1
