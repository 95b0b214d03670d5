"""What is kept for a while: read once for all who ask together, again when it is old, and never a failure."""

import asyncio

import pytest

from shared.use_cases.timed_cache import TimedCache
from tests.support.virtual_time import virtually


class Source:
    """Counts its readings; each takes a second."""

    def __init__(self, *wrong: Exception) -> None:
        self.readings = 0
        self.wrong = list(wrong)

    async def read(self) -> int:
        self.readings += 1
        number = self.readings
        await asyncio.sleep(1)
        if self.wrong:
            raise self.wrong.pop(0)
        return number


@virtually
async def test_those_who_ask_together_share_a_reading():
    cache, source = TimedCache(10), Source()
    assert await asyncio.gather(*(cache.get("a", 5, source.read) for _ in range(20))) == [1] * 20
    assert await cache.get("b", 5, source.read) == 2


@virtually
async def test_a_value_is_read_again_when_it_is_too_old_for_the_one_who_asks():
    cache, source = TimedCache(10), Source()
    assert await cache.get("a", 5, source.read) == 1  # began a second ago
    assert await cache.get("a", 5, source.read) == 1
    assert await cache.get("a", 0.5, source.read) == 2
    await asyncio.sleep(5)
    assert await cache.get("a", 5, source.read) == 3


@virtually
async def test_a_reading_that_began_too_long_ago_is_not_shared():
    cache, source = TimedCache(10), Source()
    first = asyncio.ensure_future(cache.get("a", 5, source.read))
    await asyncio.sleep(0.6)
    assert await cache.get("a", 0.5, source.read) == 2
    assert await first == 1
    assert await cache.get("a", 5, source.read) == 2  # the later reading counts


@virtually
async def test_a_failure_is_everyones_who_waited_and_is_not_kept():
    cache, source = TimedCache(10), Source(ValueError("away"))
    found = await asyncio.gather(*(cache.get("a", 5, source.read) for _ in range(3)), return_exceptions=True)
    assert [str(one) for one in found] == ["away"] * 3
    assert await cache.get("a", 5, source.read) == 2


@virtually
async def test_one_who_gives_up_leaves_the_reading_to_the_others():
    cache, source = TimedCache(10), Source()
    impatient = asyncio.ensure_future(cache.get("a", 5, source.read))
    await asyncio.sleep(0.1)
    other = asyncio.ensure_future(cache.get("a", 5, source.read))
    await asyncio.sleep(0.1)
    impatient.cancel()
    assert await other == 1
    with pytest.raises(asyncio.CancelledError):
        await impatient


@virtually
async def test_what_was_forgotten_during_its_reading_is_read_anew():
    cache, source = TimedCache(10), Source()
    before = asyncio.ensure_future(cache.get("a", 5, source.read))
    await asyncio.sleep(0.1)
    cache.forget("a")
    assert await cache.get("a", 5, source.read) == 2
    assert await before == 1
    assert await cache.get("a", 5, source.read) == 2


@virtually
async def test_names_are_forgotten_together():
    cache, source = TimedCache(10), Source()
    for name in ("a1", "a2", "b1"):
        await cache.get(name, 60, source.read)
    cache.forget_where(lambda name: name.startswith("a"))
    assert await cache.get("b1", 60, source.read) == 3
    assert [await cache.get(name, 60, source.read) for name in ("a1", "a2")] == [4, 5]


@virtually
async def test_it_holds_no_more_than_it_may():
    cache = TimedCache(2)
    assert [cache.made(name, object) is not None for name in "abc"] == [True] * 3
    assert len(cache._values) <= 2  # the bound is its promise


@virtually
async def test_the_oldest_are_forgotten_first_until_the_others_are_light_enough():
    cache = TimedCache(10, len)
    for name, size in (("a", 4), ("b", 4), ("c", 5)):
        cache.put(name, "x" * size)
    assert [name in cache for name in "abc"] == [False, True, True]
    assert cache.put("d", "x" * 11) == "x" * 11  # heavier than all that may be kept
    assert not any(name in cache for name in "abcd")


@virtually
async def test_another_version_is_read_anew_and_a_reading_of_it_is_shared():
    cache, source = TimedCache(10), Source()
    assert await asyncio.gather(*(cache.get("a", 60, source.read, one) for one in ("1", "2", "2"))) == [1, 2, 2]
    assert await cache.get("a", 60, source.read, "2") == 2  # the later reading is kept
    cache.put("a", 7, "3", asyncio.get_running_loop().time())
    assert await cache.get("a", 60, source.read, "3") == 7
    assert await cache.get("a", 60, source.read, "1") == 3


@virtually
async def test_an_older_value_is_given_at_once_while_it_is_read_anew_and_one_that_is_too_old_is_waited_for():
    cache, source = TimedCache(10), Source()
    assert await cache.get_at_once("a", 5, 60, source.read) == 1
    await asyncio.sleep(6)
    assert await cache.get_at_once("a", 5, 60, source.read) == 1
    await asyncio.sleep(2)
    assert await cache.get_at_once("a", 5, 60, source.read) == 2
    await asyncio.sleep(61)
    assert await cache.get_at_once("a", 5, 60, source.read) == 3
    cache.forget("a")
    assert await cache.get_at_once("a", 5, 60, source.read) == 4
