"""The console's first page: few calendars at a glance, many in pages, and straight to a new one where there is none."""

import re

import pytest

from shared.domain.access.permissions import Caller
from shared.domain.calendar.business import BookingPage
from shared.use_cases.calendars.change_business import BusinessChange
from shared.use_cases.commands import Author
from shared.use_cases.context import Context
from tests.functions.console.setup import NEW, Setup, a_newcomer
from tests.support.builders import SECRET, a_business, a_calendar, a_key, a_person
from tests.support.edge import ORGANISATION_ADMINISTRATOR as HEAD


@pytest.fixture
async def nora() -> Setup:
    return await a_newcomer()


async def with_calendars(world: Setup, count: int, **page: object) -> None:
    """Nora administers so many calendars."""
    person = a_person("nora", role="administrator")
    for number in range(count):
        business = a_business(
            id=f"biz{number}", slug=f"calendar-{number:03}", name=f"Calendar {number:03}", page=BookingPage(**page)
        )
        await world.save(a_calendar(business, staff=[person]))


def names(html: str) -> list[str]:
    return re.findall(r'<a class="name"[^>]*><bdi[^>]*>([^<]*)', html)


async def home(world: Setup, query: str = "") -> str:
    answer = await world.open("nora", f"/console?{query}")
    assert answer.status == 200, answer.body
    return answer.body.decode()


async def test_who_may_create_calendars_and_has_none_is_led_to_a_new_one(nora):
    answer = await nora.open("nora", "/console?lang=fr")
    assert (answer.status, answer.headers["Location"]) == (303, f"{NEW}?lang=fr")


async def test_who_may_not_is_told_how_to_get_one(nora):
    answer = await nora.open("mary", "/console")
    assert (answer.status, b"No calendar yet" in answer.body) == (200, True)
    assert b'href="/console/new"' not in answer.body


async def test_who_has_deleted_their_only_calendar_can_restore_it_or_create_another(nora):
    calendar = await nora.created()
    author = Author("nora", a_key())
    await BusinessChange(calendar.business.id, author, "", Context(nora.store, SECRET, nora.now)).delete(None)
    html = await home(nora)
    assert "No calendar yet" in html
    assert 'href="/console/deleted"' in html
    assert f'href="{NEW}"' in html


async def test_one_calendar_needs_no_search_and_another_one_can_be_created(nora):
    await with_calendars(nora, 1, is_published=True)
    html = await home(nora)
    assert names(html) == ["Calendar 000"]
    assert 'id="list-find"' not in html
    assert f'href="{NEW}"' in html
    assert "Published" in html


@pytest.mark.walk
async def test_many_are_found_by_name_and_shown_in_pages(nora):
    await with_calendars(nora, 60)
    first, last = await home(nora), await home(nora, "page=2")
    assert (len(names(first)), len(names(last))) == (50, 10)
    assert 'href="/console?page=1"' in first
    assert 'rel="prev"' not in first
    assert 'rel="next"' not in last
    assert len(names(await home(nora, "page=99999999"))) == 50
    assert len(names(await home(nora, "page=9999"))) == 10
    assert names(await home(nora, "find=r+05")) == [f"Calendar 05{one}" for one in range(10)]
    assert "No calendar has this name." in await home(nora, "find=zebra")


@pytest.mark.walk
async def test_an_organisation_administrator_sees_own_ones_first_and_then_all_others(nora):
    await with_calendars(nora, 60)
    await nora.save(
        a_calendar(a_business(id="own", slug="my-own", name="My own"), staff=[a_person("head", email=HEAD)])
    )
    cookie = nora.session(Caller("head", email=HEAD, name="Head"))
    first, second = [
        (await nora.call("GET", f"/console{query}", cookie=cookie, accept="text/html")).body.decode()
        for query in ("", "?page=1")
    ]
    assert names(first)[:2] == ["My own", "Calendar 000"]
    assert (len(names(first)), len(names(second))) == (50, 11)
