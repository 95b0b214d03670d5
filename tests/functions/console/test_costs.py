"""Every page of the console is light and reads in one step after its settings, in a calendar of 1,000 people and 200 services.

The pages come from the table of routes, and what is within them from their links: a new page is measured by itself.
"""

from __future__ import annotations

import asyncio
import gzip
import re
from datetime import timedelta
from time import process_time
from typing import TYPE_CHECKING

import pytest

from functions.pages.render import HERE
from functions.routes import ROUTES
from shared.domain.access.permissions import Caller
from shared.domain.calendar.business import SpecialDates
from shared.domain.calendar.service import Question
from shared.storage.calendars import JUST_READ
from tests.functions.console.app import START, Console
from tests.functions.pages.links import links_of, name_of
from tests.support.builders import MONDAY, a_business, a_calendar, a_person, a_service
from tests.support.edge import ORGANISATION_ADMINISTRATOR, PUBLIC_URL
from tests.support.figures import say


if TYPE_CHECKING:
    from tests.support.edge import Answer

pytestmark = pytest.mark.azurite
LARGEST, DEEPEST = 60_000, 2  # bytes with styles and scripts; round trips, the check of the settings is one
PEOPLE, SERVICES = 1000, 200
CALENDAR = "/console/calendars/biz0clinic"
NO_PAGES = {"sign_in", "sign_in_done", "trial_host", "queue_join"}  # they only lead on
PAGES = {
    one.name
    for one in ROUTES
    if one.template.partition("/")[0] == "console" and "GET" in one.methods.split() and one.name not in NO_PAGES
}
DEEPER = {
    "calendar_audit": 3,  # pages of the log, until one is full
    "console_home": 4,  # where one was added a moment ago is shown at once: nothing of it is from a cache
    "customers_customer": 4,  # the customer, and their appointments by an index
    "staff_handover": 3,  # what the person has coming
    "queue_details": 4,  # the appointment, its visit, and pages of its history
}


UNLINKED = {
    "setup_address": "/console/new/address?name=Clinic",
    "signed_out": "/console/signed-out",
}
"""Pages to which no link leads, or that only scripts ask for."""
NOT_HERE = {
    "calendar_administrator",
    "calendar_deleted",
    "service_dates_add",
    "service_dates_change",
    "settings_rules_change",
    "setup_preview",
    "staff_time_off",
}
"""Pages of what this calendar has none of; they look like those that add it."""


@pytest.fixture
async def console(tables) -> Console:
    """A large calendar, whose administrator is one of the organisation too, over the real table service."""
    world = Console(tables, now=MONDAY)
    boss = a_person("boss", role="administrator").model_copy(update={"email": ORGANISATION_ADMINISTRATOR})
    people = [boss, *(a_person(f"person{number}", role="team_member") for number in range(PEOPLE - 1))]
    services = [a_service(f"service{number}", staff=("boss", f"person{number}")) for number in range(SERVICES)]
    holiday = (MONDAY + timedelta(days=40)).date()
    closed = SpecialDates(first=holiday, last=holiday)
    questions = [Question(id="why", text="Why?")]
    await world.save(a_calendar(a_business(special_dates=(closed,)), services, people, questions))
    for hour in range(3):
        customer = {"name": f"Bob {hour}", "email": f"b{hour}@example.com"}
        start = START + timedelta(hours=hour)
        assert (await world.book(start, service=f"service{hour}", customer=customer)).status == 201
    world.now = START
    world.head = world.session(Caller("head", email=ORGANISATION_ADMINISTRATOR, name="Head"))
    return world


async def opened(console: Console, url: str) -> Answer:
    return await console.call("GET", url, cookie=console.head, accept="text/html")


async def found_pages(console: Console) -> dict[str, str]:
    """Return an address of each page, by the name of its route."""
    starts = (
        "/console",
        "/console/new",
        "/console/queue",
        "/console/search?find=person&calendar=biz0clinic",
        CALENDAR,
    )
    todo, found, seen = [*starts, "/console/queue?all=1"], dict(UNLINKED), set[str]()
    while todo:
        url = todo.pop(0)
        name = name_of("GET", PUBLIC_URL + url)
        if name not in PAGES or (name in found and url not in starts) or url in seen:
            continue
        seen.add(url)
        answer = await opened(console, url)
        if answer.status != 200:
            continue
        found[name] = url
        links = links_of(PUBLIC_URL + url, answer.body.decode())
        todo += [one.url.removeprefix(PUBLIC_URL).partition("#")[0] for one in links if one.method == "GET"]
    return found


def weight(answer: Answer) -> int:
    """Return what a page weighs on the wire with its styles and scripts, which browsers then keep."""
    html = answer.body
    names = set(re.findall(rb'(?:href|src)="/s/([\w.-]+\.(?:css|js))"', html))
    own = len(gzip.compress(html, 5))
    return own + sum(len(gzip.compress((HERE / "static" / one.decode()).read_bytes(), 6)) for one in names)


async def test_every_page_is_light_and_reads_in_one_step(console):
    pages = await found_pages(console)
    wrong = [f"no link leads to {name}" for name in sorted(PAGES - set(pages) - NOT_HERE)]
    for name, url in sorted(pages.items()):
        await opened(console, url)  # what is kept for the next is there now
        await asyncio.sleep(JUST_READ)
        began = process_time()
        answer = await opened(console, url)
        spent, size = process_time() - began, weight(answer)
        if answer.status != 200:
            wrong.append(f"{name} answers {answer.status} at {url}")
            continue
        depth = int(re.search(r'depth;desc="(\d+)"', answer.headers["Server-Timing"])[1])
        say(f"{name:28} {size / 1000:6.1f} KB  depth {depth}  {spent * 1000:6.1f} ms")
        if size > LARGEST:
            wrong.append(f"{name} weighs {size} bytes")
        if depth > DEEPER.get(name, DEEPEST):
            wrong.append(f"{name} is {depth} round trips deep")
    assert not wrong, "\n".join(wrong)
