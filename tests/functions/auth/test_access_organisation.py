"""Organisation administrators: who they are, what they may, and that the audit tells of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace as replaced
from datetime import timedelta

import pytest

from functions.auth.access import access_to, authorised, caller_of
from functions.wiring import given
from shared.domain.access.organisation import Organisation
from shared.domain.access.permissions import (
    MANAGE,
    READ,
    Caller,
    Permission,
)
from shared.domain.errors import Forbidden, NotFound
from shared.use_cases.organisation.settings import change_organisation
from tests.functions.auth.app import CLINIC, MISSING, OTHER, a_request, ask, the_world
from tests.support.edge import ORGANISATION_ADMINISTRATOR, World


@pytest.fixture
async def world() -> World:
    return await the_world()


async def test_what_asks_again_and_again_reads_nothing_more(world):
    caller = Caller("s", "viewer@clinic.example", scopes=frozenset({MANAGE}))
    with given(world.services):
        await access_to(caller, CLINIC)
        await asyncio.sleep(0.11)
        await access_to(caller, CLINIC)
        before = world.table.requests
        for _ in range(3):
            assert (await access_to(caller, CLINIC, within=30)).role == "viewer"
        assert world.table.requests == before
        await asyncio.sleep(0.11)
        await access_to(caller, CLINIC)
        assert world.table.requests == before + 1


async def looks(world: World, business: str) -> list[str]:
    told = await world.audit(business)
    return [one["actor"] for one in told if one["action"] == "looked at by the organisation"]


async def test_an_organisation_administrator_who_looks_in_is_told_of_once_an_hour(world):
    token = world.tokens.of(ORGANISATION_ADMINISTRATOR)
    for _ in range(3):
        await ask(world, Permission.READ_BOOKINGS, OTHER, token)
    with given(world.another_process().services):
        await authorised(a_request(token), OTHER, Permission.READ_BOOKINGS)
    assert await looks(world, OTHER) == [ORGANISATION_ADMINISTRATOR]
    world.now += timedelta(hours=1)
    await ask(world, Permission.READ_BOOKINGS, OTHER, token)
    assert len(await looks(world, OTHER)) == 2
    await ask(world, Permission.READ_CALENDAR, CLINIC, world.tokens.of("administrator@clinic.example"))
    await ask(world, Permission.READ_CALENDAR, CLINIC, world.tokens.of_application())
    assert await looks(world, CLINIC) == []


async def test_organisation_administrators_may_do_all_and_the_audit_can_tell(world):
    token = world.tokens.of(ORGANISATION_ADMINISTRATOR)
    access = await ask(world, Permission.ERASE_CUSTOMER, OTHER, token)
    assert access.is_outside_access
    assert access.actor == ORGANISATION_ADMINISTRATOR
    with pytest.raises(NotFound):
        await ask(world, Permission.READ_CALENDAR, MISSING, token)
    with pytest.raises(Forbidden):
        await ask(world, Permission.CHANGE_SETTINGS, CLINIC, world.tokens.of(ORGANISATION_ADMINISTRATOR, READ))


@pytest.mark.parametrize("name", ["subject-of-ana@x.example", "ana@x.example", "role:Heads", "group:g1"])
async def test_settings_name_organisation_administrators_in_four_ways(world, name):
    settings = replaced(world.services.settings, administrators=frozenset({name}))
    token = world.tokens.of(
        "Ana@x.example" if "@x" in name and "sub" not in name else "ana@x.example",
        groups=("role:Heads", "group:g1"),
    )
    with given(replaced(world.services, settings=settings)):
        assert (await caller_of(a_request(token))).is_organisation_administrator


async def name_administrators(world: World, name: str) -> None:
    def edit(organisation: Organisation) -> Organisation:
        return organisation.model_copy(update={"administrators": (name,)})

    await change_organisation(edit, actor="head", number="1", store=world.store, now=world.now)


@pytest.mark.parametrize("name", ["subject-of-ana@x.example", "Ana@X.example", "role:Heads", "group:g1"])
async def test_the_organisation_names_administrators_of_its_own(world, name):
    await name_administrators(world, name)
    with given(world.services):
        ana = await caller_of(a_request(world.tokens.of("ana@x.example", groups=("role:Heads", "group:g1"))))
        assert ana.is_organisation_administrator
        assert not (await caller_of(a_request(world.tokens.of("zoe@x.example")))).is_organisation_administrator
        program = await caller_of(a_request(world.tokens.of_application()))
        assert not program.is_organisation_administrator


@pytest.mark.parametrize("name", ["*", "@x.example"])
async def test_no_crowd_is_made_organisation_administrators(world, name):
    await name_administrators(world, name)
    with given(world.services):
        caller = await caller_of(a_request(world.tokens.of("ana@x.example")))
    assert not caller.is_organisation_administrator


async def test_the_organisation_may_name_users_and_creators_by_group(world):
    organisation = Organisation(users=("group:staff",), creators=("role:Founders",))
    plain = Caller("s", "ana@x.example")
    assert not organisation.may_use(plain)
    assert organisation.may_use(replaced(plain, groups=frozenset({"group:staff"})))
    assert organisation.may_create(replaced(plain, groups=frozenset({"role:Founders"})))
    assert not organisation.may_create(replaced(plain, groups=frozenset({"group:staff"})))


async def test_an_application_is_never_an_organisation_administrator(world):
    settings = replaced(world.services.settings, administrators=frozenset({"an-application", ""}))
    with given(replaced(world.services, settings=settings)):
        caller = await caller_of(a_request(world.tokens.of_application()))
    assert not caller.is_organisation_administrator
