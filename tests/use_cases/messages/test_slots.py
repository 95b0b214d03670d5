"""Slots of a run: as many side by side as there are, the urgent before all that wait."""

import asyncio

from shared.use_cases.messages.slots import Slots
from tests.support.virtual_time import virtually


@virtually
async def test_what_is_urgent_goes_first_and_no_more_than_so_many_at_once() -> None:
    slots, order, now = Slots(2), list[str](), 0

    async def one(name: str, *, is_urgent: bool = False) -> None:
        nonlocal now
        async with slots.taken(is_urgent=is_urgent):
            now += 1
            assert now <= 2
            order.append(name)
            await asyncio.sleep(1)
            now -= 1

    tasks = [asyncio.create_task(one(f"later {number}")) for number in range(4)]
    await asyncio.sleep(0.5)
    tasks.append(asyncio.create_task(one("urgent", is_urgent=True)))
    await asyncio.gather(*tasks)
    assert order == ["later 0", "later 1", "urgent", "later 2", "later 3"]


@virtually
async def test_a_slot_that_nobody_wants_any_more_is_the_next_ones() -> None:
    slots, served = Slots(1), list[str]()

    async def one(name: str) -> None:
        async with slots.taken(is_urgent=False):
            served.append(name)
            await asyncio.sleep(1)

    first, second, third = (asyncio.create_task(one(name)) for name in ("first", "second", "third"))
    await asyncio.sleep(0.5)
    second.cancel()
    await asyncio.sleep(0.5)
    await asyncio.gather(first, second, third, return_exceptions=True)
    await asyncio.wait_for(one("fourth"), 5)
    assert served == ["first", "third", "fourth"]
