"""What an act has done is announced, and has the focus, with a script or without."""

from datetime import timedelta
from html import unescape
from urllib.parse import urlencode

import pytest

from tests.functions.console.app import FORM
from tests.support.builders import MONDAY
from tests.support.edge import World, clinic


TOLD = '<p class="notice" role="status" tabindex="-1" autofocus>'


def said(answer) -> str:
    return unescape(answer.body.decode())


async def test_the_console_tells_what_was_done(console):
    assert "autofocus" not in said(await console.open("desk", console.path))
    saved = await console.send("desk", f"{console.path}/notes", internal="Bring the file.")
    page = said(await console.open("desk", saved.headers["Location"]))
    assert TOLD in page
    assert "The notes were saved." in page
    home = said(await console.open("claire", "/console?trial=none"))
    assert TOLD in home
    assert home.count("autofocus") == 1


@pytest.mark.parametrize("fields", [{"date": ""}, {"etag": '"old"'}])
async def test_what_is_wrong_with_a_form_has_the_focus(console, fields):
    path = f"{console.path}/reschedule"
    assert "autofocus" not in said(await console.open("desk", path))
    refused = said(await console.send("desk", path, **fields))
    assert 'id="errors" role="alert" tabindex="-1" autofocus>' in refused
    assert refused.count("autofocus") == 1


@pytest.mark.parametrize(
    ("act", "heading"), [("move", "Your appointment was rescheduled"), ("cancel", "This appointment is cancelled")]
)
async def test_a_booking_tells_what_its_customer_did(act, heading):
    world = World()
    await world.save(clinic())
    path = f"/book/clinic/manage/{await world.token()}"
    assert "autofocus" not in said(await world.call("GET", path))
    later = (MONDAY + timedelta(days=2, hours=2)).isoformat()
    body = urlencode({"key": "k" * 20, "start": later}).encode()
    done = await world.call("POST", f"{path}/{act}", body=body, content_type=FORM)
    assert done.status == 303, done.body
    page = said(await world.call("GET", done.headers["Location"]))
    assert f'<h1 tabindex="-1" autofocus>{heading}</h1>' in page
    assert 'role="status">We’ve sent a confirmation to' in page
