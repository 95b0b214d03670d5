"""Where the pages of help are linked, once the calendar wants it: an appointment's page, its emails, its waiting room."""

import re
from datetime import timedelta

import pytest

from shared.domain.calendar.toolkit import Toolkit
from tests.functions.toolkit.test_answers import a_world
from tests.support.builders import MONDAY


START = MONDAY + timedelta(days=1, hours=2)
GUIDE = "/help/clinic/guide"


async def booked(toolkit: Toolkit):
    """Book an appointment online, and return the world with the answer."""
    world = await a_world(toolkit=toolkit)
    answer = await world.book(START, service="talk")
    assert answer.status == 201, answer.body
    world.now = START - timedelta(minutes=10)
    return world, answer.json()


@pytest.mark.parametrize("is_linked", [True, False])
async def test_the_page_of_an_appointment_and_its_waiting_room_lead_to_the_guide(is_linked):
    world, made = await booked(Toolkit(is_public=True, is_linked=is_linked))
    for name in ("manage", "joinUrl"):
        path = re.sub(r"^https://[^/]+", "", made[name])
        page = (await world.call("GET", path, accept_language="en")).body.decode()
        assert (GUIDE in page) is is_linked, name


async def test_links_lead_nowhere_while_the_pages_are_not_public():
    world, made = await booked(Toolkit(is_linked=True))
    path = re.sub(r"^https://[^/]+", "", made["manage"])
    assert GUIDE not in (await world.call("GET", path)).body.decode()


@pytest.mark.parametrize("path", ["guide/en/none.webp", "guide/../render.py", "guide/en"])
async def test_only_files_of_the_guide_are_served(path):
    world = await a_world()
    assert (await world.call("GET", f"/s/{path}")).status == 404
