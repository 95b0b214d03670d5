"""Every route of the app × everybody × own, foreign and missing calendars, as matrix.py has it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import pytest

from functions.graph.routes import ROUTES as GRAPH_ROUTES
from functions.settings.sms import SmsSettings
from shared.domain.access.permissions import Caller
from shared.domain.calendar.business import BookingPage
from shared.domain.calendar.service import AskedQuestion, Question
from shared.domain.calendar.staff_groups import StaffGroup
from tests.functions.auth.matrix import (
    CONSOLE,
    CREATION,
    GRAPH,
    HEADS,
    KINDS,
    ORGANISATION,
    PERSONAL,
    READS_REPORTS,
    REPORTS,
    Row,
)
from tests.support.builders import a_business, a_calendar, a_person, a_service
from tests.support.edge import ORGANISATION_ADMINISTRATOR, PUBLIC_URL, Answer, World, routes
from tests.support.telephones import ACCOUNT


if TYPE_CHECKING:
    from collections.abc import Container

    from tests.support.fakes import MemoryTable


OWN, FOREIGN, MISSING = "biz0own", "biz0foreign", "biz0missing"
pytestmark = pytest.mark.walk
STAFF = ("administrator", "scheduler", "team_member", "viewer", "guest")
PEOPLE = {role: f"{role}@own.example" for role in STAFF} | {
    "outsider": "outsider@elsewhere.example",
    "other_administrator": "administrator@foreign.example",
    "organisation_administrator": ORGANISATION_ADMINISTRATOR,
}
CALLERS = ("anonymous", *PEOPLE, "application")
SEES_OWN = ("administrator", "scheduler", "team_member", "viewer", "organisation_administrator", "application")
FILLED = {
    "kind": "reminder",
    "id": "sesame",
    "dates": "2027-01-01.2027-01-02",
    "appointment": "sesame",
    "customer": "sesame",
    "person": "sesame",
    "off": "sesame",
    "token": "forged",
    "hash": "0" * 16,
    "day": "2027-01-12",
    "beginning": "abc",
    "path": "none.css",
    "code": "not-found",
    "reference": "forged.reference",
    "service": "sesame",
    "group": "sesame",
    "question": "sesame",
    "answer": "sesame",
    "file": "infographic.pptx",
}


def a_place(business: str, domain: str, **page):
    people = [a_person(f"{role}0", role=role, email=f"{role}@{domain}.example") for role in STAFF]
    people.append(a_person("sesame", email="", role="guest"))
    service = a_service("sesame", staff=("sesame",), questions=(AskedQuestion(id="sesame"),))
    question = Question(id="sesame", text="Why?")
    settings = a_business(
        staff_groups=(StaffGroup(id="sesame", name="Sesame"),),
        id=business,
        slug=business.replace("biz0", ""),
        page=BookingPage(is_published=True, **page),
    )
    return a_calendar(settings, [service], people, [question])


PLACES: list[MemoryTable] = []  # saved once, as thousands of calls each begin with a copy


async def a_world() -> World:
    if not PLACES:
        world = World()
        await world.save(a_place(OWN, "own"))
        await world.save(a_place(FOREIGN, "foreign"))
        PLACES.append(world.table)
    return World(PLACES[0].copied())


def bearer(world: World, who: str) -> dict[str, str]:
    if who == "anonymous":
        return {}
    return {
        "authorization": world.tokens.of_application() if who == "application" else world.tokens.of(PEOPLE[who])
    }


def session(world: World, who: str) -> dict[str, str]:
    if who not in PEOPLE:
        return {}
    return {"cookie": world.session(Caller(f"subject-of-{who}", PEOPLE[who], who))}


def fill(path: str, business: str) -> str:
    return re.sub(r"{\*?(\w+)(?::\w+)?}", lambda part: {**FILLED, "business": business}[part[1]], path)


def without_marks(answer: Answer) -> object:
    """An answer without what is new in each: ids of the request, and the moment."""
    text = answer.body.decode()
    try:
        document = json.loads(text)
    except ValueError:
        return answer.status, text
    if "error" in document:
        document["error"].pop("innerError", None)
    return answer.status, document


def test_every_route_has_its_row():
    assert {route.name for route in routes()} == set(KINDS)
    assert {f"{route.method} {route.path}" for route in GRAPH_ROUTES} == set(GRAPH)
    assert set(CONSOLE) == {
        route.name for route in routes() if KINDS.get(route.name) == "session" and has_calendar(route)
    }


def has_calendar(route) -> bool:
    return "{business}" in route.template.text


async def call_graph(who: str, line: str, business: str) -> Answer:
    world = await a_world()
    method, _, path = line.partition(" ")
    body = {} if method in ("POST", "PATCH") else None
    return await world.call(method, f"/v1.0/{fill(path, business)}", body, **bearer(world, who))


def is_let_in(row: Row, who: str) -> bool:
    return row.application if who == "application" else who in row.people


KINDS_WITHOUT_ANY = (
    "bookingCurrencies",
    "customers",
    "appointments",
    "timeOff",
    "people",
    "messageTexts",
    "undeliveredMessages",
)


def has_no_such_child(line: str) -> bool:
    """Tell whether the calendars have none of what the path names: who is let in is told so."""
    return any(f"{kind}/{{id}}" in line for kind in KINDS_WITHOUT_ANY)


@pytest.mark.parametrize("line", GRAPH)
async def test_the_graph_api(line):
    for who in CALLERS:
        await check_graph(line, who)


async def check_graph(line: str, who: str) -> None:
    row = GRAPH[line]
    own = await call_graph(who, line, OWN)
    has_place = "{business}" in line
    if who == "anonymous":
        expected = {401}
    elif is_let_in(row, who):
        expected = {200, 201, 202, 204, 400, 409} | ({404} if has_no_such_child(line) else set())
    elif has_place and who not in SEES_OWN:
        expected = {404}
    else:
        expected = {403}
    assert own.status in expected, (who, own.body)
    if not has_place:
        return
    foreign, missing = await call_graph(who, line, FOREIGN), await call_graph(who, line, MISSING)
    if who in ("organisation_administrator", "application"):
        assert foreign.status in expected, who
    elif who == "other_administrator":
        assert foreign.status != 404 or has_no_such_child(line)
    else:
        assert without_marks(foreign) == without_marks(missing), who
        assert foreign.status == (401 if who == "anonymous" else 404), who
    if own.status == 404:
        assert without_marks(own) == without_marks(missing), who
    assert missing.status in ((401,) if who == "anonymous" else (403, 404)), who
    assert foreign.headers.keys() == missing.headers.keys() or foreign.status != missing.status, who


def named(kind: str):
    return [
        (route.name, method)
        for route in routes()
        if KINDS.get(route.name) == kind
        for method in sorted(route.methods)
    ]


@cache
def template_of(name: str) -> str:
    return next(one.template.text for one in routes() if one.name == name)


async def call(name: str, method: str, business: str, headers=None, world: World | None = None) -> Answer:
    world = world or await a_world()
    return await world.call(method, f"/{fill(template_of(name), business)}", **(headers or {}))


@pytest.mark.parametrize(("name", "method"), [*named("public"), *named("link")])
async def test_public_routes_and_links_do_not_ask_who_calls(name, method):
    answers = []
    for who in CALLERS:
        world = await a_world()
        shown = (bearer(world, who), session(world, who))
        answers += [without_marks(await call(name, method, "own", headers, world)) for headers in shown]
    assert all(status not in (401, 403, 500) for status, _ in answers)
    assert all(answer[0] == answers[0][0] for answer in answers)


OF_CALENDARS = {route.name for route in routes() if has_calendar(route)}


@pytest.mark.parametrize(
    ("name", "method"), [one for kind in ("public", "link") for one in named(kind) if one[0] in OF_CALENDARS]
)
async def test_what_is_not_published_is_as_what_does_not_exist(name, method):
    world = await a_world()
    hidden = a_place("biz0hidden", "hidden")
    page = hidden.business.page.model_copy(update={"is_published": False})
    business = hidden.business.model_copy(update={"page": page})
    await world.save(
        a_calendar(
            business, list(hidden.services.values()), list(hidden.staff.values()), list(hidden.questions.values())
        )
    )
    closed, missing = await call(name, method, "hidden", {}, world), await call(name, method, "absent", {}, world)
    assert without_marks(closed) == without_marks(missing)


@pytest.mark.parametrize(("name", "method"), named("link"))
async def test_a_forged_link_opens_nothing(name, method):
    answer = await call(name, method, "own")
    assert answer.status in (404, 422, 400), answer.body
    assert b"sesame" not in answer.body


PARTS = sorted({name.partition("_")[0] for name, _ in named("session")})


@pytest.mark.parametrize("part", PARTS)
async def test_the_console_asks_for_a_session(part):
    for name, method in named("session"):
        for who in (
            ("anonymous", *PEOPLE) if name.partition("_")[0] == part else ()
        ):  # an application has no session
            await check_console(name, method, who)


async def check_console(name: str, method: str, who: str) -> None:
    world = await a_world()
    headers = {**session(world, who), "accept": "text/html"}
    answer = await call(name, method, OWN, headers, world)
    if who not in PEOPLE and method in ("GET", "HEAD"):
        assert answer.headers["Location"].startswith("/console/sign-in?to="), (name, method, who)
    expected = statuses(name, who, is_read=method in ("GET", "HEAD"))
    assert answer.status in expected, (name, method, who, answer.status)
    if name not in CONSOLE or who not in PEOPLE:
        return
    if who not in ("other_administrator", "organisation_administrator"):
        missing = await call(name, method, MISSING, headers, world)
        foreign = await call(name, method, FOREIGN, headers, world)
        assert without_marks(foreign) == without_marks(missing), (name, method, who)


FINE = range(200, 400)


def statuses(name: str, who: str, *, is_read: bool) -> Container[int]:
    """Return with what a page of the console answers somebody who asks for it, or sends what is no form of theirs."""
    if who not in PEOPLE:
        return (303,) if is_read else (401,)
    if name in PERSONAL:  # they serve nowhere online
        return (404,) if is_read else (403,)
    if name in ORGANISATION:
        return (403,) if who not in HEADS or not is_read else (404,) if name == "organisation_export" else (200,)
    if name in REPORTS:
        return (200,) if who in READS_REPORTS else (403,)
    if name in CREATION:
        return (403,) if who not in HEADS or not is_read else (404,) if name == "setup_preview" else (200,)
    if name not in CONSOLE:
        return FINE
    if not is_read:
        return (403,)
    if who not in CONSOLE[name].people:
        return (403,) if who in SEES_OWN else (404,)
    kinds = ("{appointment}", "{answer}", "{customer}", "{dates}", "{off}")
    return (404,) if any(part in template_of(name) for part in kinds) else FINE


@pytest.mark.parametrize(("name", "method"), named("sign-in"))
async def test_the_way_to_a_session_gives_nobody_one(name, method):
    for who in CALLERS:
        world = await a_world()
        answer = await call(name, method, "", bearer(world, who), world)
        assert answer.status in (200, 303, 400, 503)
        assert "openslot_session=e" not in answer.headers.get("Set-Cookie", "")


@pytest.mark.parametrize(("name", "method"), named("provider"))
async def test_what_the_identity_provider_tells_nobody_else_does(name, method):
    for who in CALLERS:
        world = await a_world()
        for token, status in (("", 404), ("t" * 32, 401)):
            settings = replace(world.services.settings, scim_token=token)
            world.services = replace(world.services, settings=settings)
            for headers in (bearer(world, who), session(world, who)):
                assert (await call(name, method, "own", headers, world)).status == status


@pytest.mark.parametrize(("name", "method"), named("operator"))
async def test_what_the_operator_asks_for_nobody_else_does(name, method):
    for who in CALLERS:
        world = await a_world()
        for key, status in (("", 404), ("t" * 32, 401)):
            settings = replace(world.services.settings, operator_key=key)
            world.services = replace(world.services, settings=settings)
            for headers in (bearer(world, who), session(world, who)):
                assert (await call(name, method, "own", headers, world)).status == status


@pytest.mark.parametrize(("name", "method"), named("sms"))
async def test_what_a_provider_of_sms_tells_nobody_else_does(name, method):
    kind = name.partition("_")[0]
    for who in CALLERS:
        world = await a_world()
        for sms, key, status in (
            (SmsSettings(), "", 404),
            (SmsSettings(replace(ACCOUNT, kind=kind)), "k" * 32, 403),
        ):
            settings = replace(world.services.settings, sms=sms, event_grid_key=key)
            world.services = replace(world.services, settings=settings)
            for headers in (bearer(world, who), session(world, who)):
                assert (await call(name, method, "own", headers, world)).status == status


async def test_a_session_opens_nothing_below_v1():
    world = await a_world()
    for who in PEOPLE:
        headers = {**session(world, who), "origin": PUBLIC_URL}
        assert (await world.call("GET", "/v1.0/solutions/bookingBusinesses", **headers)).status == 401
