"""The clinic, the other one, and requests to them, for the tests of access."""

from __future__ import annotations

from typing import TYPE_CHECKING

import azure.functions as func

from functions.auth.access import Access, authorised
from functions.wiring import given
from tests.support.builders import a_business, a_calendar, a_person
from tests.support.edge import PUBLIC_URL, World


if TYPE_CHECKING:
    from shared.domain.access.permissions import (
        Permission,
    )


ROLES = ("administrator", "scheduler", "team_member", "viewer", "guest")
CLINIC, OTHER, MISSING = "biz0clinic", "biz0other", "biz0missing"


def a_clinic(business: str = CLINIC):
    mark = "" if business == CLINIC else "-of-other"
    people = [a_person(f"{role}{mark}", role=role, email=f"{role}{mark}@clinic.example") for role in ROLES]
    return a_calendar(a_business(id=business, slug=business), staff=people)


def a_request(authorization: str = "", url: str = "/v1.0/x", method: str = "GET", body=b"", **headers: str):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if authorization:
        named["authorization"] = authorization
    return func.HttpRequest(method, PUBLIC_URL + url, headers=named, body=body)


async def ask(world: World, operation: Permission, business: str = CLINIC, authorization: str = "") -> Access:
    with given(world.services):
        return await authorised(a_request(authorization), business, operation)


async def the_world() -> World:
    world = World()
    await world.save(a_clinic())
    await world.save(a_clinic(OTHER))
    return world
