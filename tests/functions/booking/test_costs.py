"""What the pages of times cost in round trips one after another."""

import asyncio
import re

from tests.support.builders import a_calendar, a_person, a_service
from tests.support.edge import World
from tests.support.far_table import FarTable
from tests.support.virtual_time import virtually


DEPTH = re.compile(r'depth;desc="(\d+)"')
MASKS_LAST, ORGANISATION_LASTS = 1.1, 20.1  # seconds


async def depth(world: World, path: str) -> int:
    answer = await world.call("GET", path)
    assert answer.status == 200
    found = DEPTH.search(answer.headers["Server-Timing"])
    assert found
    return int(found[1])


@virtually
async def test_times_are_two_deep_in_a_new_process_and_one_from_then_on() -> None:
    table = FarTable()
    staff = [a_person(f"p{number:04d}") for number in range(100)]
    service = a_service("solo", staff=tuple(one.id for one in staff))
    await World(table).save(a_calendar(staff=staff, services=[service]))
    for path in ("/book/clinic/solo", "/api/clinic/slots?service=solo"):
        world = World(table)
        assert await depth(world, path) == 2
        for pause in (MASKS_LAST, ORGANISATION_LASTS):
            await asyncio.sleep(pause)
            assert await depth(world, path) == 1
