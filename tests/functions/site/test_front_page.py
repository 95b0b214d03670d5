"""The installation's front page: which calendars it names, and what it says where there is none."""

from datetime import timedelta

import pytest

from shared.domain.calendar.business import BookingPage
from shared.domain.calendar.words import BusinessWords
from tests.support.builders import MONDAY, a_business, a_calendar
from tests.support.edge import World


LISTED = {"is_published": True, "is_on_front_page": True}


async def a_site(*pages: dict, **more) -> World:
    world = World(now=MONDAY)
    for number, page in enumerate(pages):
        slug = f"place-{number}"
        business = a_business(
            id=f"biz0{slug}", slug=slug, name=f"Place {number}", page=BookingPage(**page), **more
        )
        await world.save(a_calendar(business))
    return world


async def front(world: World, query: str = "") -> str:
    answer = await world.call("GET", f"/{query}", accept="text/html")
    assert answer.status == 200
    return answer.body.decode()


async def test_it_names_the_calendars_that_want_to_be_listed_and_leads_to_their_pages():
    world = await a_site(LISTED, {"is_published": True})
    html = await front(world, "?lang=en")
    assert 'href="/book/place-0?lang=en"' in html
    assert "Place 1" not in html
    assert "Staff sign-in" in html


@pytest.mark.parametrize("page", [{**LISTED, "is_published": False}, {**LISTED, "access": "organisation"}])
async def test_it_does_not_name_a_page_that_not_everyone_may_open(page):
    world = await a_site(page)
    html = await front(world)
    assert "Place 0" not in html
    assert "Are you looking for a booking page?" in html


async def test_it_does_not_name_a_calendar_that_is_deleted():
    world = await a_site(LISTED, deleted_at=MONDAY - timedelta(days=1))
    assert "Place 0" not in await front(world)


async def test_many_are_found_by_name():
    world = await a_site(*([LISTED] * 13))
    assert 'name="find"' in await front(world)
    html = await front(world, "?find=PLACE+12")
    assert "Place 12" in html
    assert "Place 11" not in html
    assert "No calendar has this name." in await front(world, "?find=nobody")


async def test_few_are_not_searched():
    assert 'name="find"' not in await front(await a_site(LISTED))


async def test_a_name_is_text():
    world = await a_site(LISTED)
    await world.save(a_calendar(a_business(id="biz0x", slug="x-y", name="<b>B</b>", page=BookingPage(**LISTED))))
    assert "&lt;b&gt;B&lt;/b&gt;" in await front(world)


async def test_it_names_calendars_in_the_readers_language_and_says_the_language_of_others():
    world = await a_site(LISTED, LISTED)
    words = BusinessWords(language="fr", name="La clinique")
    named = a_business(
        id="biz0z", slug="the-z", name="Zentrum", language="de", page=BookingPage(**LISTED), translations=(words,)
    )
    await world.save(a_calendar(named))
    html = await front(world, "?lang=fr")
    assert "<bdi>La clinique</bdi>" in html
    assert '<bdi lang="en">Place 0</bdi>' in html
    assert html.index("La clinique") < html.index("Place 0")
    answer = await world.call("GET", "/", accept="text/html", accept_language="fr-CA, en;q=0.5")
    assert "<bdi>La clinique</bdi>" in answer.body.decode()
    assert '<bdi lang="de">Zentrum</bdi>' in await front(world, "?lang=en")
    for wanted in ("CLINIQUE", "zentrum"):
        assert "La clinique" in await front(world, f"?lang=fr&find={wanted}")
    assert "Zentrum" not in await front(world, "?lang=en&find=clinique")
