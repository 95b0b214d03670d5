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
    old, both, new = by(world, SECRET), by(world, NEW, SECRET), by(world, NEW)
    began = begin(old, BROWSER, "/console/queue")
    assert read_state(both, BROWSER, began.state) == ("/console/queue", False)
    assert _attempt(both.secret, BROWSER, began.state) == began
    assert begin(both, BROWSER, "/console") != began
    assert read_state(new, BROWSER, began.state) is None
