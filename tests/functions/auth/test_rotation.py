"""The console and its sign-in go on while the secret rotates."""

from dataclasses import replace as replaced

import pytest

from functions.auth.access import caller_of
from functions.auth.session import form_token, session_cookie
from functions.console.sign_in import _attempt, begin, read_state
from functions.http.problems import FormExpired, Unauthenticated
from functions.wiring import Services, given
from shared.domain.access.permissions import MANAGE, Caller
from tests.functions.auth.app import a_request, the_world
from tests.support.builders import SECRET
from tests.support.edge import World


NEW = "n7Qe2LkVw9RzXf4Tb8YsCj3Hm6PdGuA1"
FORM = "application/x-www-form-urlencoded"
BROWSER = "b" * 43


@pytest.fixture
async def world() -> World:
    return await the_world()


def by(world: World, *secrets: str) -> Services:
    """The services of a process that knows these secrets."""
    settings = replaced(world.services.settings, secret="\n".join(secrets))
    return replaced(world.services, settings=settings)


async def test_a_session_and_its_forms_go_on(world):
    caller = Caller("subject", "viewer@clinic.example", "Zoé", scopes=frozenset({MANAGE}))
    with given(by(world, SECRET)):
        cookie = session_cookie(caller, [], world.now).partition(";")[0]
        token = form_token(a_request(url="/console", cookie=cookie))
    for secrets, outcome in (((NEW, SECRET), None), ((NEW,), Unauthenticated)):
        with given(by(world, *secrets)):
            sent = a_request(
                url="/console", method="POST", cookie=cookie, body=f"csrf={token}".encode(), content_type=FORM
            )
            if outcome is None:
                assert (await caller_of(sent)).email == "viewer@clinic.example"
                assert form_token(a_request(url="/console", cookie=cookie)) != token
            else:
                with pytest.raises(outcome):
                    await caller_of(sent)
    with given(by(world, NEW, SECRET)), pytest.raises(FormExpired):
        await caller_of(a_request(url="/console", method="POST", cookie=cookie, body=b"csrf=x", content_type=FORM))


async def test_somebody_on_their_way_through_the_providers_page_comes_back_signed_in(world):
    with given(by(world, SECRET)):
        began = begin(BROWSER, "/console/queue", world.now)
    with given(by(world, NEW, SECRET)):
        assert read_state(BROWSER, began.state, world.now) == ("/console/queue", False)
        assert _attempt(BROWSER, began.state) == began
        assert begin(BROWSER, "/console", world.now) != began
    with given(by(world, NEW)):
        assert read_state(BROWSER, began.state, world.now) is None
