"""A day of hundreds of appointments: what it weighs, and where its short links lead, also once something has changed."""

import gzip
import random
import re
from datetime import timedelta
from html import unescape
from typing import Literal
from urllib.parse import parse_qsl

import pytest

from functions.console.calendar.short_links import beginnings
from shared.domain.appointments.appointment import Appointment, Customer
from shared.domain.links import new_id
from shared.records.appointments import appointment_rows
from shared.records.queue_keys import queue_hours, version_bumps
from shared.records.table import Operation
from tests.bench.days.queue_day import FIRST_NAMES, LAST_NAMES
from tests.functions.console.app import Console
from tests.support.builders import (
    MONDAY,
    SECRET,
    a_business,
    a_calendar,
    a_key,
    a_person,
    a_seat,
    a_service,
    an_appointment,
)


CALENDAR = "/console/calendars/biz0clinic"
DAY = "2027-01-12"
HOUR = timedelta(hours=1)
WHOLE_NAMES = random.Random(3).sample([f"{one} {other}" for one in FIRST_NAMES for other in LAST_NAMES], 1000)


@pytest.fixture
def console() -> Console:
    return Console(now=MONDAY)


async def a_day(console: Console, people: int, each: int = 10) -> list[Appointment]:
    """Store a day of people, who have names and ids as they are in life."""
    staff = [
        a_person(f"p{number:03d}", role="team_member").model_copy(update={"name": WHOLE_NAMES[-number]})
        for number in range(people)
    ]
    ids = tuple(one.id for one in staff)
    services = [a_service(f"video-{number}", staff=ids) for number in range(8)]
    desk = a_person("desk", role="scheduler", is_bookable=False)
    await console.save(a_calendar(a_business(), services, [desk, *staff]))
    made = [_made(number, ids[number // each], number % each) for number in range(people * each)]
    for one in made:
        await put(console, one)
    return made


def _made(number: int, person: str, place: int) -> Appointment:
    start = MONDAY + timedelta(days=1) + HOUR * (place + 1)
    seat = a_seat(customer=Customer(name=WHOLE_NAMES[number]))
    name, service = new_id(SECRET, "day", str(number)), f"video-{number * 5 % 8}"
    return an_appointment(id=name, service=service, staff=(person,), start=start, end=start + HOUR / 2, seat=seat)


async def put(console: Console, one: Appointment, kind: Literal["upsert", "delete"] = "upsert") -> None:
    """Store an appointment, or delete it, and mark its day as changed."""
    operations = [Operation(kind, key, values or {}) for key, values in appointment_rows(one).items()]
    marks = version_bumps(queue_hours(one.start, one.end), a_key())
    await console.store.table.transact("bookings", "biz0clinic", [*operations, *marks])


async def links(console: Console, query: str = "") -> dict[str, str]:
    """Return the links of the day by customer, as a browser resolves them."""
    page = (await console.open("desk", f"{CALENDAR}/calendar?day={DAY}{query}")).body.decode()
    found = re.findall(r'<li class="visit[^>]*><a [^>]*href="([^"]+)">([^<]+)<', page)
    return {who.strip(): f"{CALENDAR}/{unescape(href)}" for href, who in found}


async def led(console: Console, path: str) -> str:
    answer = await console.open("desk", path)
    assert answer.status == 303
    return answer.headers["Location"]


@pytest.mark.walk
async def test_a_hundred_people_with_ten_appointments_each_are_a_light_page(console):
    await a_day(console, 100)
    answer = await console.open("desk", f"{CALENDAR}/calendar?day={DAY}")
    html = answer.body.decode()
    assert html.count('class="visit') == 1000
    elements, size = len(re.findall(r"<[a-z]", html)), len(gzip.compress(answer.body, 6)) / 1024
    print(f"100 people with 10 appointments: {elements} elements, {size:.1f} KB")
    assert elements <= 3000
    assert size <= 17
    spoken = re.search(r'data-what="Video-5" data-time="[^"]+" href="at/2027-01-12/[a-z2-7]{3,5}">\w', html)
    assert spoken  # what a name needs is there without scripts too


async def test_links_lead_to_the_appointment_and_back_to_the_day(console):
    made = await a_day(console, 20)
    found = await links(console)
    assert len(found) == 200
    assert all(len(link.rpartition("/")[2]) < 6 for link in found.values())
    for one in made[::23]:
        path = await led(console, found[one.seat.customer.name])
        assert path == f"/console/queue/biz0clinic/{one.id}?back=calendar%3Fview%3Dday%26day%3D{DAY}"
        assert (await console.open("desk", path)).status == 200


async def test_links_keep_the_language_the_way_back_and_the_place_that_was_drawn(console):
    (first, *_) = await a_day(console, 20)
    name = first.seat.customer.name
    team = (await links(console, "&service=video-0&lang=fr"))[name]
    path = await led(console, f"{team}&to=reschedule&date={DAY}&time=14:00&staff=p003")
    assert path.startswith(f"/console/queue/biz0clinic/{first.id}/reschedule?lang=fr&")
    assert "service%3Dvideo-0" in path
    form = (await console.open("desk", path)).body.decode()
    assert 'value="14:00"' in form
    assert '<html lang="fr"' in form


@pytest.mark.walk
@pytest.mark.parametrize("view", ["week", "month"])
async def test_tables_of_many_have_short_links_too(console, view):
    made = {one.seat.customer.name: one.id for one in await a_day(console, 20)}
    name, link = next(iter((await links(console, f"&view={view}")).items()))
    path = await led(console, link)
    assert path.startswith(f"/console/queue/biz0clinic/{made[name]}?back=calendar%3Fview%3D{view}")


async def test_a_cancelled_appointment_is_still_found(console):
    (first, *_) = await a_day(console, 20)
    link = (await links(console))[first.seat.customer.name]
    await put(console, first.model_copy(update={"status": "cancelled"}))
    assert f"/{first.id}?" in await led(console, link)


@pytest.mark.walk
@pytest.mark.parametrize("change", ["moved away", "got a double"])
async def test_what_is_no_longer_there_leads_to_the_day_as_it_is_now(console, change):
    (first, *_) = await a_day(console, 20)
    link = (await links(console))[first.seat.customer.name]
    if change == "moved away":
        await put(console, first, "delete")
    else:
        await put(console, first.model_copy(update={"id": f"{link.rpartition('/')[2]}zzz"}))
    path = await led(console, link)
    assert path == f"{CALENDAR}/calendar?view=day&day={DAY}&news=changed"
    assert "no longer on this day" in (await console.open("desk", path)).body.decode()


@pytest.mark.parametrize("place", ["tomorrow/abc", "9999-99-99/abc"])
async def test_what_is_no_day_is_not_found(console, place):
    assert (await console.open("desk", f"{CALENDAR}/at/{place}")).status == 404


def test_the_shortest_beginning_that_no_other_has():
    ids = ["abcdef", "abcxyz", "abc", "zzz99", "q", "zz"]
    assert beginnings(ids) == {
        "abcdef": "abcd", "abcxyz": "abcx", "abc": "abc", "zzz99": "zzz9", "q": "q", "zz": "zz",
    }  # fmt: skip
    many = [new_id(SECRET, str(number)) for number in range(5000)]
    found = beginnings(many)
    assert len(set(found.values())) == 5000
    assert all(sum(one.startswith(found[name]) for one in many) == 1 for name in many[::97])


@pytest.mark.walk
@pytest.mark.parametrize("more", ["self=1", "segments=x", "back=//other.example", "news=%0d%0aX: y", "to=cancel"])
async def test_what_else_an_address_says_is_not_taken_along(console: Console, more: str) -> None:
    made = await a_day(console, 16)
    link = (await links(console))[made[0].seat.customer.name]
    answer = await console.open("desk", f"{link}?{more}")
    assert answer.status == 303
    there = answer.headers["Location"]
    assert there.startswith(f"/console/queue/biz0clinic/{made[0].id}?")
    assert set(dict(parse_qsl(there.partition("?")[2]))) == {"back"}


async def test_links_are_relative_to_the_calendar_without_a_slash_at_its_end(console: Console) -> None:
    await a_day(console, 16)
    answer = await console.open("desk", f"{CALENDAR}/calendar/?day={DAY}&view=day")
    assert (answer.status, answer.headers["Location"]) == (303, f"{CALENDAR}/calendar?view=day&day={DAY}")
