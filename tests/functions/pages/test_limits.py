"""A form that runs into a rate limit comes back as it was sent."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest

from functions.settings.app import Limits, RateLimit
from tests.support.builders import MONDAY
from tests.support.edge import World, clinic


KEY = "a-key-of-the-form-0001"
WIDE = RateLimit(9000, 100)
FORM = {
    "key": KEY,
    "start": (MONDAY + timedelta(days=1, hours=2)).isoformat(),
    "staff": "claire",
    "name": "Ana Souza",
    "email": "ana@example.com",
    "notes": "Stairs are hard",
}


async def send(world, **changes):
    headers = {"content_type": "application/x-www-form-urlencoded", "accept_language": "en"}
    body = urlencode({**FORM, **changes}).encode()
    return await world.call("POST", "/book/clinic/consultation", body=body, **headers)


@pytest.mark.parametrize(
    "limits",
    [
        Limits(address=RateLimit(1, 0.1), calendar=WIDE, reads=WIDE),
        Limits(address=WIDE, calendar=RateLimit(1, 0.1), reads=WIDE),
        Limits(address=WIDE, calendar=WIDE, reads=RateLimit(1, 0.1)),
    ],
    ids=["of an address", "of a calendar", "of reads"],
)
async def test_everything_is_kept_and_the_same_key_books_a_little_later(limits):
    world = World(limits=limits)
    await world.save(clinic())
    await send(world, name="")
    answer = await send(world)
    html = answer.body.decode()
    assert answer.status == 429
    assert answer.headers["Retry-After"] == "11"
    assert "Wait a minute, then confirm once more" in html
    for kept in ("Ana Souza", "ana@example.com", "Stairs are hard", f'name="key" value="{KEY}"', 'value="claire"'):
        assert kept in html
    world.now += timedelta(seconds=11)
    assert (await send(world)).status == 303


async def test_who_sends_too_much_to_nobody_is_told_that_nothing_is_there():
    world = World(limits=Limits(reads=RateLimit(1, 0.1)))
    for _ in range(3):
        assert (await world.call("POST", "/book/nobody/none", body=b"start=x")).status == 404
