"""Signing in while the organisation's settings change: the provider takes a code once, so nothing is asked twice."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import quote

from shared.delivery.identity.sign_in import Proven, SignInRefused
from shared.domain.access.permissions import Caller
from shared.use_cases.organisation.settings import LASTS, change_organisation
from tests.functions.console.app import a_console
from tests.support.builders import a_key
from tests.support.virtual_time import virtually


class Provider:
    """Knows everybody, and each code once."""

    def __init__(self) -> None:
        self.codes: list[str] = []

    async def address(self, attempt, *_: object) -> str:
        return f"https://login.example/?state={quote(attempt.state)}"

    async def finish(self, code: str, *_: object) -> Proven:
        if code in self.codes:
            raise SignInRefused("the code was used before")
        self.codes.append(code)
        return Proven(Caller("new", email="new@clinic.example", name="New"), datetime.now(UTC))


@virtually
async def test_who_signs_in_just_after_the_organisation_has_changed_is_signed_in() -> None:
    console, provider = await a_console(), Provider()
    console.services = replace(console.services, sign_in=lambda: provider)
    assert (await console.call("GET", "/console", cookie=console.cookie("desk"))).status == 200
    begun = await console.call("GET", "/console/sign-in?to=/console")
    cookie = begun.headers["Set-Cookie"].partition(";")[0]
    await change_organisation(
        lambda known: known.model_copy(update={"creators": ("new@clinic.example",)}),
        actor="head",
        number=a_key(),
        store=console.another_process().store,
        now=console.now,
    )
    await asyncio.sleep(LASTS + 1)  # what is known is old enough to be proven
    state = begun.headers["Location"].partition("state=")[2]
    done = await console.call("GET", f"/console/sign-in/done?code=once&state={state}", cookie=cookie)
    assert (done.status, done.headers.get("Location")) == (303, "/console"), done.body
    assert provider.codes == ["once"]
