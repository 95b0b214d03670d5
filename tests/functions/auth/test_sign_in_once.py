"""Signing in while the organisation's settings change: the provider takes a code once, so nothing is asked twice."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

import pytest

from shared.delivery.identity.sign_in import Proven, SignInRefused
from shared.domain.access.permissions import Caller
from shared.use_cases.organisation.settings import LASTS, change_organisation
from tests.functions.console.app import Console, a_console
from tests.support.builders import a_business, a_calendar, a_key, a_person
from tests.support.edge import ORGANISATION_ADMINISTRATOR, Answer
from tests.support.virtual_time import virtually


class Provider:
    """Knows everybody, and each code once; all who sign in are this person."""

    def __init__(self, email: str = "new@clinic.example") -> None:
        self.email, self.codes = email, list[str]()

    async def address(self, attempt, *_: object) -> str:
        return f"https://login.example/?state={quote(attempt.state)}"

    async def finish(self, code: str, *_: object) -> Proven:
        if code in self.codes:
            raise SignInRefused("the code was used before")
        self.codes.append(code)
        return Proven(Caller("new", email=self.email, name="New"), datetime.now(UTC))


async def begun(console: Console, to: str) -> tuple[str, str]:
    """Begin to sign in; return the state that the provider gets, and the browser's cookie."""
    answer = await console.call("GET", f"/console/sign-in?{urlencode({'to': to})}")
    return answer.headers["Location"].partition("state=")[2], answer.headers["Set-Cookie"].partition(";")[0]


async def finished(console: Console, state: str, cookie: str) -> Answer:
    return await console.call("GET", f"/console/sign-in/done?code=once&state={state}", cookie=cookie)


async def landed(console: Console, email: str, to: str) -> str:
    """Return where a person gets to by signing in."""
    console.services = replace(console.services, sign_in=lambda: Provider(email))
    return (await finished(console, *await begun(console, to))).headers["Location"]


@virtually
async def test_who_signs_in_just_after_the_organisation_has_changed_is_signed_in() -> None:
    console, provider = await a_console(), Provider()
    console.services = replace(console.services, sign_in=lambda: provider)
    assert (await console.call("GET", "/console", cookie=console.cookie("desk"))).status == 200
    state, cookie = await begun(console, "/console")
    await change_organisation(
        lambda known: known.model_copy(update={"creators": ("new@clinic.example",)}),
        actor="head",
        number=a_key(),
        store=console.another_process().store,
        now=console.now,
    )
    await asyncio.sleep(LASTS + 1)  # what is known is old enough to be proven
    done = await finished(console, state, cookie)
    assert (done.status, done.headers.get("Location")) == (303, "/console"), done.body
    assert provider.codes == ["once"]


@pytest.mark.parametrize(
    ("to", "page"),
    [
        ("/console", "/console/calendars/biz0clinic"),
        ("/console?lang=fr", "/console/calendars/biz0clinic?lang=fr"),
        ("/console?find=clinic&lang=fr", "/console?find=clinic&lang=fr"),
        ("/console/queue", "/console/queue"),
    ],
)
async def test_who_has_one_calendar_gets_to_its_home_instead_of_a_list_of_it(to, page) -> None:
    assert await landed(await a_console(), "desk@clinic.example", to) == page


async def test_who_has_none_or_all_gets_to_the_list() -> None:
    console = await a_console()
    assert await landed(console, "new@clinic.example", "/console") == "/console"
    assert await landed(console, ORGANISATION_ADMINISTRATOR, "/console") == "/console"


async def test_who_has_several_gets_to_the_list() -> None:
    console = await a_console()
    business = a_business(id="biz0other", slug="other", name="Other")
    await console.save(a_calendar(business, staff=[a_person("desk", role="viewer")]))
    assert await landed(console, "desk@clinic.example", "/console") == "/console"


async def test_the_organisations_administrator_gets_to_the_list_with_a_calendar_of_their_own_too() -> None:
    console = await a_console()
    business = a_business(id="biz0other", slug="other", name="Other")
    await console.save(
        a_calendar(business, staff=[a_person("head", role="viewer", email=ORGANISATION_ADMINISTRATOR)])
    )
    assert await landed(console, ORGANISATION_ADMINISTRATOR, "/console") == "/console"
