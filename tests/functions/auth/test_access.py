"""Who calls, and what they may do: roles from the staff, scopes from tokens, and calendars that are not there."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace as replaced
from typing import TYPE_CHECKING

import azure.functions as func
import pytest

from functions.auth.access import access_in, caller_of
from functions.http.boundary import api
from functions.http.problems import Unauthenticated
from functions.wiring import given
from shared.delivery.identity.identity import ProviderAway
from shared.domain.access.organisation import Organisation
from shared.domain.access.permissions import (
    APPOINTMENTS,
    GRAPH_SCOPES,
    MANAGE,
    PERMISSIONS,
    READ,
    SESSION,
    WRITE,
    Caller,
    Permission,
    may,
)
from shared.domain.errors import Forbidden, NotFound, TryAgain
from tests.functions.auth.app import CLINIC, MISSING, OTHER, ROLES, a_request, ask, the_world
from tests.support.builders import a_calendar, a_person


if TYPE_CHECKING:
    from tests.support.edge import World


@pytest.fixture
async def world() -> World:
    return await the_world()


@pytest.mark.parametrize("role", ROLES)
async def test_the_table_is_what_is_enforced(world, role):
    token = world.tokens.of(f"{role}@clinic.example", *GRAPH_SCOPES)

    async def answer(operation):
        try:
            return (await ask(world, operation, authorization=token)).role
        except (NotFound, Forbidden) as refusal:
            return type(refusal)

    def expected(operation):
        rule = PERMISSIONS[operation]
        is_let_in = role in rule.roles and bool(rule.delegated)
        return NotFound if role == "guest" else role if is_let_in else Forbidden

    assert {one: await answer(one) for one in Permission} == {one: expected(one) for one in Permission}


@pytest.mark.parametrize("business", [OTHER, MISSING, "", "a/b", "x" * 200, "a b", "é", "0biz'"])
@pytest.mark.parametrize("who", ["administrator@clinic.example", "outsider@example.org"])
async def test_foreign_and_missing_calendars_are_alike(world, who, business):
    with pytest.raises(NotFound) as refusal:
        await ask(world, Permission.READ_CALENDAR, business, world.tokens.of(who))
    assert refusal.value.detail == ""


@pytest.mark.parametrize(
    "header", ["Basic YTpi", "Bearer", "Bearer ", "Bearer a b", "Bearer é", "bearer x" + "y" * 20000, "x"]
)
async def test_a_malformed_header_is_an_invalid_token(world, header):
    with given(world.services), pytest.raises(Unauthenticated) as refusal:
        await caller_of(a_request(header))
    assert refusal.value.challenge == 'Bearer error="invalid_token"'


async def test_without_a_token_one_is_asked_for(world):
    @api
    async def handler(req):
        await caller_of(req)
        return func.HttpResponse()

    with given(world.services):
        answer = await handler(a_request())
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert json.loads(answer.get_body())["type"] == "/problems/unauthenticated"


async def test_a_token_of_nobody_is_refused(world):
    with given(world.services), pytest.raises(Unauthenticated):
        await caller_of(a_request("Bearer token-77"))


async def test_a_provider_that_is_away_is_no_verdict(world):
    class Away:
        async def verify(self, token, now):
            raise ProviderAway

    with given(replaced(world.services, identity=Away)), pytest.raises(TryAgain):
        await caller_of(a_request("Bearer x"))


async def test_addresses_count_whatever_their_case(world):
    token = world.tokens.of("Viewer@Clinic.EXAMPLE")
    assert (await ask(world, Permission.READ_CALENDAR, authorization=token)).role == "viewer"


@pytest.mark.parametrize(
    ("written", "alike"),
    [
        ("admin@straße.example", "admin@strasse.example"),
        ("kate@clinic.example", "\u212aate@clinic.example"),  # the sign of kelvin, whose small letter is k
        ("simon@clinic.example", "\u017fimon@clinic.example"),
        ("office@clinic.example", "o\ufb00ice@clinic.example"),
        ("ana@clinic.example", "\u0430na@clinic.example"),
    ],
)
async def test_an_address_that_only_looks_alike_is_somebody_elses(written, alike):
    calendar = a_calendar(staff=[a_person("one", role="administrator", email=written)])
    organisation = Organisation(administrators=(written,), creators=(written,), users=(written,))
    for email, is_theirs in ((written.upper() if written.isascii() else written, True), (alike, False)):
        caller = Caller("s", email)
        assert (access_in(caller, calendar).role is not None) is is_theirs
        assert organisation.is_administrator(caller) is is_theirs
        assert organisation.may_create(caller) is is_theirs
        assert organisation.may_use(caller) is is_theirs


async def test_of_several_entries_the_strongest_role_counts_and_all_are_ones_own():
    people = [
        a_person("one", role="viewer", email="a@b.example"),
        a_person("two", role="scheduler", email="A@b.example"),
    ]
    access = access_in(Caller("s", "a@b.example"), a_calendar(staff=people))
    assert (access.role, access.people) == ("scheduler", {"one", "two"})


async def test_an_entry_without_an_address_is_nobodys():
    calendar = a_calendar(staff=[a_person("one", role="administrator", email="")])
    for caller in (Caller("s"), Caller("s", "a@b.example"), Caller("s", is_application=True)):
        assert access_in(caller, calendar).role is None


async def test_who_was_removed_has_no_role(world):
    token = world.tokens.of("viewer@clinic.example")
    await ask(world, Permission.READ_CALENDAR, authorization=token)
    other = world.another_process()
    calendar = await other.store.calendars.reload(CLINIC)
    await asyncio.sleep(0.11)  # what was read a moment ago is not asked about again
    changed = a_person("viewer", role="viewer", email="somebody-else@clinic.example")
    await other.save(a_calendar(calendar.business, staff=[changed]))
    with pytest.raises(NotFound):
        await ask(world, Permission.READ_CALENDAR, authorization=token)


@pytest.mark.walk
@pytest.mark.parametrize("operation", Permission)
@pytest.mark.parametrize("scope", GRAPH_SCOPES)
async def test_applications_act_on_every_calendar_within_their_permissions(world, operation, scope):
    token = world.tokens.of_application(scope)
    if scope in PERMISSIONS[operation].application:
        assert await ask(world, operation, OTHER, token)
    else:
        with pytest.raises(Forbidden):
            await ask(world, operation, OTHER, token)
    with pytest.raises(NotFound):
        await ask(world, operation, MISSING, token)


AS_LISTED = {
    # operation: (delegated, application): R A W M, "-" for none
    Permission.LIST_CALENDARS: ("RAWM", "RWM"),
    Permission.CREATE_CALENDAR: ("M", "-"),
    Permission.READ_CALENDAR: ("RAWM", "RAWM"),
    Permission.CHANGE_SETTINGS: ("WM", "WM"),
    Permission.DELETE_CALENDAR: ("M", "-"),
    Permission.PUBLISH: ("M", "M"),
    Permission.READ_AVAILABILITY: ("-", "RAWM"),
    Permission.VIEW_BOOKINGS: ("RAWM", "RAWM"),
    Permission.CREATE_BOOKING: ("AWM", "AWM"),
    Permission.CHANGE_BOOKING: ("AWM", "AWM"),
    Permission.DELETE_BOOKING: ("AWM", "AWM"),
    Permission.CANCEL_BOOKING: ("AWM", "WM"),
    Permission.CHANGE_CUSTOMER: ("AWM", "AWM"),
    Permission.DELETE_CUSTOMER: ("AWM", "AWM"),
    Permission.CHANGE_SERVICES: ("WM", "WM"),
    Permission.CHANGE_STAFF: ("WM", "WM"),
    Permission.CHANGE_QUESTIONS: ("AWM", "WM"),
    Permission.READ_CURRENCIES: ("RAWM", "-"),
}


@pytest.mark.parametrize(("operation", "listed"), AS_LISTED.items(), ids=str)
def test_scopes_are_as_graph_lists_them(operation, listed):
    scopes = dict(zip("RAWM", (READ, APPOINTMENTS, WRITE, MANAGE), strict=True))
    for letter, scope in scopes.items():
        person = Caller("s", scopes=frozenset({scope}), is_organisation_administrator=True)
        program = Caller("s", scopes=frozenset({scope}), is_application=True)
        assert may(person, None, operation) is (letter in listed[0]), scope
        assert may(program, None, operation) is (letter in listed[1]), scope


def test_nobody_may_anything_without_a_scope():
    for operation in Permission:
        assert not may(Caller("s"), "administrator", operation)
        assert not may(Caller("s", is_organisation_administrator=True), "administrator", operation)
        assert not may(Caller("s", scopes=frozenset({SESSION}), is_application=True), None, operation)
        assert may(Caller("s", scopes=frozenset({SESSION})), "administrator", operation) is bool(
            "administrator" in PERMISSIONS[operation].roles
        )


async def test_team_members_change_their_own_appointments_only(world):
    access = await ask(
        world, Permission.CHANGE_BOOKING, authorization=world.tokens.of("team_member@clinic.example")
    )
    assert access.may_change(["viewer", "team_member"])
    assert access.may_read_answers(["team_member"])
    assert not access.may_change(["viewer"])
    assert not access.may_read_answers([])
    with pytest.raises(Forbidden):
        access.require_change(["viewer"])
    scheduler = await ask(
        world, Permission.CHANGE_BOOKING, authorization=world.tokens.of("scheduler@clinic.example")
    )
    assert scheduler.may_change([])
