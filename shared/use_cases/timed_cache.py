"""What a process has read or made, kept for a while."""

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

    async def get(self, name: CacheName, within: float, read: Callable[[], Awaitable[Cached]]) -> Cached:
        """Return a value that is at most `within` seconds old, by another reading where it is needed."""
        now = asyncio.get_running_loop().time()
        known = self._values.get(name)
        # another event loop, as tests have them, may have an earlier clock
        if known and 0 <= now - known[0] < within:
            return known[1]
        return self._put(name, now, await read())

    def made(self, name: CacheName, make: Callable[[], Cached]) -> Cached:
        """Return a value that never ages, as its name tells all that it depends on; make it if it is new."""
        if known := self._values.get(name):
            return known[1]
        return self._put(name, 0.0, make())

    def forget(self, name: CacheName) -> None:
        """Have the next caller read anew: this process has changed it."""
        self._values.pop(name, None)

    def _put(self, name: CacheName, began: float, value: Cached) -> Cached:
        if len(self._values) >= self._most:
            self._values.clear()
        self._values[name] = began, value
        return value
