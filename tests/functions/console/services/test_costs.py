"""What the pages of services cost: round trips once the settings are known, and bytes for a large calendar."""

import asyncio
import re

import pytest

from shared.domain.calendar.service import Question
from shared.storage.calendars import JUST_READ, MASKS_LAST
from tests.functions.console.app import Console
from tests.functions.console.services.place import BOSS, ONE, PATH, a_place
from tests.support.builders import MONDAY, a_business, a_calendar, a_person, a_service


DEPTH = re.compile(r'depth;desc="(\d+)"')
HEAVIEST = 60_000  # bytes on the wire
LARGE = [a_service(f"service-{number:03}") for number in range(200)]
QUESTIONS = [
    Question(id=f"q{number:02}", text=f"A question that is asked, number {number}?") for number in range(60)
]
PAGES = ("", "?page=4", "/new", "/questions", "/service/service-000", "/service/service-000/questions")
TABS = tuple(f"/service/service-000/{one}" for one in ("people", "messages", "online", "rules", "share", "remove"))


@pytest.mark.parametrize("page", [*PAGES, *TABS])
async def test_a_large_calendar_has_pages_that_are_not_heavy(page):
    people = [a_person(f"person-{number:04}") for number in range(1000)]
    world = await a_place(*LARGE, people=people, questions=QUESTIONS)
    answer = await world.call(
        "GET", PATH + page, cookie=world.cookie("boss"), accept="text/html", accept_encoding="gzip"
    )
    assert answer.status == 200
    assert len(answer.body) <= HEAVIEST


@pytest.mark.azurite
@pytest.mark.parametrize(
    ("path", "deep"),
    [
        (PATH, 1),
        (f"{ONE}/consultation", 1),
        (f"{ONE}/consultation/people", 1),
        (f"{ONE}/consultation/questions", 1),
        (f"{ONE}/consultation/rules", 2),  # free times are counted by the settings as they are
        (f"{ONE}/consultation/remove", 1),
        (f"{ONE}/consultation/balance", 2),  # so is what would be moved
    ],
)
async def test_pages_are_shallow_once_the_settings_are_known(tables, path, deep):
    world = Console(tables, now=MONDAY)
    await world.save(a_calendar(a_business(), [a_service()], [BOSS, a_person()]))
    await world.open("boss", path)
    found = set()
    for _ in range(5):
        await asyncio.sleep(MASKS_LAST + JUST_READ)
        timing = (await world.open("boss", path)).headers["Server-Timing"]
        found.add(int(DEPTH.search(timing)[1]))
        if min(found) <= deep:  # beside this table, reads that are sent together may still end one by one
            break
    assert min(found) == deep
