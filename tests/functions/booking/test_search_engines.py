"""What search engines and link previews find: on every page that may be indexed, and on none that may not."""

import re

import pytest

from shared.domain.calendar.business import BookingPage
from tests.support.edge import PUBLIC_URL, World, clinic


INDEXED = ["/book/clinic", "/book/clinic/consultation", "/book/clinic/consultation?month=2027-02&tz=Asia/Tokyo"]
NEVER = ["/book/clinic/consultation?start=2027-01-12T09:00:00Z", "/problems/slot-taken", "/book/nobody"]


async def page(path, *, is_indexed=True, **more) -> str:
    world = World()
    settings = BookingPage(is_published=True, index_by_search_engines=is_indexed, **more)
    await world.save(clinic(page=settings))
    return (await world.call("GET", path, accept_language="en")).body.decode()


@pytest.mark.parametrize("path", INDEXED)
async def test_an_indexed_page_describes_itself_and_has_one_address(path):
    html = await page(path)
    assert "noindex" not in html
    assert re.search(r'<meta name="description" content="[^"]{10,160}">', html)
    assert f'<link rel="canonical" href="{PUBLIC_URL}{path.partition("?")[0]}">' in html


@pytest.mark.parametrize("path", INDEXED)
async def test_a_calendar_that_wants_no_search_engines_has_none(path):
    html = await page(path, is_indexed=False)
    assert '<meta name="robots" content="noindex">' in html
    assert "canonical" not in html


@pytest.mark.parametrize("path", NEVER)
async def test_forms_and_messages_are_never_indexed(path):
    assert '<meta name="robots" content="noindex">' in await page(path)


async def test_each_language_that_was_asked_for_is_a_page_of_its_own():
    html = await page("/book/clinic?lang=fr&utm_source=mail&name=Ada")
    assert f'<link rel="canonical" href="{PUBLIC_URL}/book/clinic?lang=fr">' in html


async def test_the_description_is_plain_words_and_ends_at_one():
    html = await page("/book/clinic", header="We **care** for [you](https://example.com). " + "Always " * 40)
    (told,) = re.findall(r'<meta name="description" content="([^"]*)">', html)
    assert told.startswith("We care for you. Always")
    assert told.endswith("Always …")
    assert len(told) <= 155


async def test_what_a_link_to_the_calendar_prefills_goes_on_to_its_services():
    html = await page("/book/clinic?date=2027-01-13&name=Ada&utm_source=mail")
    found = re.search(r'<h3><a href="([^"]+)"', html)
    assert found
    for value in ("date=2027-01-13", "name=Ada", "utm_source=mail"):
        assert value in found[1]
        assert html.count(value) >= 4  # the other languages keep it too


@pytest.mark.parametrize("path", ["/book/clinic", "/book/clinic/consultation"])
async def test_whoever_only_asks_whether_a_page_is_there_is_told(path):
    world = World()
    await world.save(clinic())
    assert (await world.call("HEAD", path)).status == 200
    assert (await world.call("HEAD", "/book/nobody")).status == 404
