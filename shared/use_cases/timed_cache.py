"""What a process has read or made, kept for a while; callers that want the same at one time share one reading."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar


CacheName = TypeVar("CacheName", bound=Hashable)
Cached = TypeVar("Cached")


class TimedCache(Generic[CacheName, Cached]):
    """Values by name, each with the loop's time at which it began to be read; at most `most` of them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: dict[CacheName, tuple[float, Cached]] = {}
        self._readings: dict[CacheName, tuple[float, asyncio.Task[Cached]]] = {}

    async def get(self, name: CacheName, within: float, read: Callable[[], Awaitable[Cached]]) -> Cached:
        """Return a value whose reading began at most `within` seconds ago; start another where there is none.

        Raise what the reading raises, for all who wait for it; it is not kept. A caller that is cancelled leaves
        the reading to the others.
        """
        loop = asyncio.get_running_loop()
        now, known = loop.time(), self._values.get(name)
        # another event loop, as tests have them, may have an earlier clock
        if known and 0 <= now - known[0] < within:
            return known[1]
        reading = self._readings.get(name)
        if not reading or now - reading[0] >= within or reading[1].get_loop() is not loop:
            reading = now, asyncio.ensure_future(self._read(name, now, read))
            reading[1].add_done_callback(_retrieve)
            self._readings[name] = reading
        return await asyncio.shield(reading[1])

    def made(self, name: CacheName, make: Callable[[], Cached]) -> Cached:
        """Return a value that never ages, as its name tells all that it depends on; make it if it is new."""
        if known := self._values.get(name):
            return known[1]
        return self._put(name, 0.0, make())

    def forget(self, name: CacheName) -> None:
        """Have the next caller read anew: this process has changed it."""
        self._values.pop(name, None)
        self._readings.pop(name, None)

    def forget_where(self, is_changed: Callable[[CacheName], bool]) -> None:
        """Forget all values with such names."""
        for name in [one for one in (*self._values, *self._readings) if is_changed(one)]:
            self.forget(name)

    async def _read(self, name: CacheName, began: float, read: Callable[[], Awaitable[Cached]]) -> Cached:
        me = asyncio.current_task()
        try:
            value = await read()
            if self._is_mine(name, me):  # else it was forgotten meanwhile, or another reading began later
                self._put(name, began, value)
            return value
        finally:
            if self._is_mine(name, me):
                del self._readings[name]

    def _is_mine(self, name: CacheName, task: "asyncio.Task[Cached] | None") -> bool:
        reading = self._readings.get(name)
        return reading is not None and reading[1] is task

    def _put(self, name: CacheName, began: float, value: Cached) -> Cached:
        if len(self._values) >= self._most:
            self._values.clear()
        self._values[name] = began, value
        return value


def _retrieve(reading: "asyncio.Task[Cached]") -> None:
    """Take notice of a failure even if all who waited for the reading are gone."""
    if not reading.cancelled():
        reading.exception()
