"""A page of times that would be the same is rendered once; whatever changes it is seen at once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support.builders import MONDAY
from tests.support.edge import clinic


if TYPE_CHECKING:
    from tests.support.edge import World

TUESDAY = "date=2027-01-12"
TIMES = f"/book/clinic/consultation?{TUESDAY}"


def kept(world: World) -> int:
    return len(world.store.kept("pages of times")._values)


async def seen(world: World, path: str = TIMES, **headers: str) -> str:
    answer = await world.call("GET", path, **headers)
    assert answer.status == 200
    return answer.body.decode()


async def test_a_page_that_would_be_the_same_is_rendered_once(world: World) -> None:
    first = await seen(world)
    assert "10:00" in first
    world.now += timedelta(seconds=5)
    assert await seen(world) == first
    assert kept(world) == 1


@pytest.mark.parametrize(
    "other",
    [
        f"{TIMES}&lang=fr",
        f"{TIMES}&tz=Asia/Tokyo",
        f"{TIMES}&staff=omar",
        f"{TIMES}&missed=over",
        "/book/clinic/consultation?month=2027-02",
        f"/book/clinic/solo?{TUESDAY}",
    ],
)
async def test_who_asks_for_something_else_gets_a_page_of_their_own(world: World, other: str) -> None:
    first = await seen(world)
    assert await seen(world, other) != first
    assert kept(world) == 2
    assert await seen(world) == first


async def test_a_time_that_somebody_books_goes_from_the_page_at_once(world: World) -> None:
    alone = f"/book/clinic/solo?{TUESDAY}"
    before = await seen(world, alone)
    made = await world.book(MONDAY + timedelta(days=1, hours=2), service="solo")
    assert made.status == 201
    after = await seen(world, alone)
    assert "2027-01-12T09%3A00" in before
    assert "2027-01-12T09%3A00" not in after
    token = made.json()["manage"].rpartition("/")[2]
    assert (await world.call("DELETE", f"/api/clinic/appointments/{token}")).status in (200, 204)
    assert await seen(world, alone) == before


async def test_a_change_of_settings_is_seen_at_once(world: World) -> None:
    before = await seen(world)
    await world.save(clinic(name="Another name"))
    world = world.another_process()
    assert "Another name" in await seen(world)
    assert "Another name" not in before


async def test_what_a_link_says_of_a_person_is_not_kept(world: World) -> None:
    page = await seen(world, f"{TIMES}&name=Ana+Souza&email=ana@example.com")
    assert "Ana" in page
    assert kept(world) == 0


async def test_places_that_are_left_are_counted_each_time(world: World) -> None:
    course = f"/book/clinic/course?{TUESDAY}"
    before = await seen(world, course)
    await world.book(MONDAY + timedelta(days=1, hours=2), service="course")
    assert await seen(world, course) != before
    assert kept(world) == 0
