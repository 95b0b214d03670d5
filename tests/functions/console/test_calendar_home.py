"""A calendar's home: what customers can book, what is missing until they can, and who comes next today."""

import re
from dataclasses import replace
from datetime import timedelta

from shared.domain.calendar.business import BookingPage
from tests.functions.console.app import PEOPLE, START, Console, a_clinic, a_console
from tests.support.builders import MONDAY, a_business, a_calendar, a_person, a_service


HOME = "/console/calendars/biz0clinic"
BOSS = {**PEOPLE, "boss": a_person("boss", role="administrator", is_bookable=False)}


async def home(world: Console, who: str = "boss") -> str:
    answer = await world.open(who, HOME)
    assert answer.status == 200, answer.body
    return answer.body.decode()


def checks(html: str) -> dict[str, bool]:
    """What is needed until customers can book, and whether it is done."""
    items = re.findall(r'<li class="(is-done)?">.*?</svg>(.*?)</li>', html, re.DOTALL)
    return {re.sub(r"<[^>]+>", "", text).removesuffix(": done"): bool(done) for done, text in items}


async def test_a_published_page_that_can_be_booked_needs_nothing():
    world = Console(now=MONDAY)
    await world.save(a_clinic(BOSS))
    html = await home(world)
    assert checks(html) == {}
    assert 'value="https://book.example.org/book/clinic"' in html
    assert "Today at 8:00\u202fAM, a customer can book from today" in html
    assert re.search(r"\d+ times are free in the next two weeks", html)


async def test_what_is_missing_is_listed_with_the_way_to_it():
    world = Console(now=MONDAY)
    service = a_service(staff=("eye",))
    business = a_business(page=BookingPage(), hours=((),) * 7)
    eye = a_person("eye", role="viewer", is_bookable=False)
    await world.save(a_calendar(business, [service], [BOSS["boss"], eye]))
    html = await home(world)
    assert checks(html) == {
        "A service is shown on the page": True,
        "Somebody can be booked for it": False,
        "There are opening hours": False,
        "The booking page is published": False,
    }
    assert f'href="{HOME}/settings/hours"' in html
    assert f'href="{HOME}/page/publish"' in html


async def test_a_viewer_is_not_asked_to_do_what_they_may_not():
    world = Console(now=MONDAY)
    clinic = a_clinic(BOSS)
    await world.save(replace(clinic, business=clinic.business.model_copy(update={"page": BookingPage()})))
    html = await home(world, "eye")
    assert checks(html) == {}
    assert "Not published" in html
    assert "New booking" not in html
    assert "New booking" in await home(world, "desk")


async def test_the_next_appointments_are_those_of_today_that_are_not_over():
    world = await a_console()
    await world.book(
        START + timedelta(days=1), service="video", customer={"name": "Eve", "email": "e@example.com"}
    )
    html = await home(world, "desk")
    assert re.findall(r'<span class="who"><a[^>]*><bdi>(\w+)', html) == ["Ana", "Bob"]
    world.now = START + timedelta(minutes=45)
    html = await home(world, "desk")
    assert re.findall(r'<span class="who"><a[^>]*><bdi>(\w+)', html) == ["Bob"]
    world.now = START + timedelta(hours=4)
    assert "No more appointments today." in await home(world, "desk")
