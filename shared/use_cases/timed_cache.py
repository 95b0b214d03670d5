"""What a process has read or made, kept for a while; callers that want the same at one time share one reading."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar


CacheName = TypeVar("CacheName", bound=Hashable)
Cached = TypeVar("Cached")


@dataclass(frozen=True, slots=True)
class KeptValue(Generic[Cached]):
    """A value, or the task that reads it; `began` is the loop's time at which the reading began."""

    began: float
    version: str
    value: Cached


class TimedCache(Generic[CacheName, Cached]):
    """Values by name, each with its version and the loop's time at which it began to be read.

    `most` is the number of values, or the most that they weigh together; the oldest are forgotten first.
    """

    def __init__(self, most: int, weigh: Callable[[Cached], int] = lambda _: 1) -> None:
        self._most, self._weigh, self._weight = most, weigh, 0
        self._values: dict[CacheName, KeptValue[Cached]] = {}
        self._readings: dict[CacheName, KeptValue[asyncio.Task[Cached]]] = {}

    async def get(
        self, name: CacheName, within: float, read: Callable[[], Awaitable[Cached]], version: str = ""
    ) -> Cached:
        """Return a value of this version whose reading began at most `within` seconds ago, else read it.

        Raise what the reading raises, for all who wait for it; it is not kept. A caller that is cancelled leaves
        the reading to the others.
        """
        loop = asyncio.get_running_loop()
        now, known = loop.time(), self._values.get(name)
        # another event loop, as tests have them, may have an earlier clock
        if known and known.version == version and 0 <= now - known.began < within:
            return known.value
        return await asyncio.shield(self._reading(name, within, read, version))

    def known(self, name: CacheName) -> KeptValue[Cached] | None:
        """Return a value of any age, with the loop's time at which it began to be read; None if there is none."""
        return self._values.get(name)

    async def read_anew(self, name: CacheName, within: float, read: Callable[[], Awaitable[Cached]]) -> Cached:
        """Return a value whose reading began at most `within` seconds ago, and is under way or begins now."""
        return await asyncio.shield(self._reading(name, within, read, ""))

    async def get_at_once(
        self, name: CacheName, within: float, at_most: float, read: Callable[[], Awaitable[Cached]]
    ) -> Cached:
        """Return the same; but a value that is older, up to `at_most` seconds, at once, while it is read anew.

        Whoever comes after that has the new one. Nobody waits for a reading that takes long, except for the first.
        """
        known, now = self._values.get(name), asyncio.get_running_loop().time()
        if known and within <= now - known.began < at_most:
            self._reading(name, within, read, "")
            return known.value
        return await self.get(name, within, read)

    def _reading(
        self, name: CacheName, within: float, read: Callable[[], Awaitable[Cached]], version: str
    ) -> "asyncio.Task[Cached]":
        """Return the reading that is under way, unless it began too long ago: else begin one."""
        loop = asyncio.get_running_loop()
        now, reading = loop.time(), self._readings.get(name)
        is_shared = reading and reading.version == version and now - reading.began < within
        if not reading or not is_shared or reading.value.get_loop() is not loop:
            task = asyncio.ensure_future(self._read(name, now, read, version))
            task.add_done_callback(take_notice)
            self._readings[name] = reading = KeptValue(now, version, task)
        return reading.value

    def made(self, name: CacheName, make: Callable[[], Cached]) -> Cached:
        """Return a value that never ages, as its name tells all that it depends on; make it if it is new."""
        if known := self._values.get(name):
            return known.value
        return self.put(name, make())

    def put(self, name: CacheName, value: Cached, version: str = "", began: float = 0.0) -> Cached:
        """Keep a value that the caller has made or read, and return it."""
        self._drop(name)
        self._values[name] = KeptValue(began, version, value)
        self._weight += self._weigh(value)
        while self._weight > self._most and self._values:
            self._drop(next(iter(self._values)))
        return value

    def __contains__(self, name: CacheName) -> bool:
        """Return whether a value of any age or version is known, or being read."""
        return name in self._values or name in self._readings

    def is_fresh(self, name: CacheName, within: float) -> bool:
        """Return whether `get` would read nothing: a value is as new as that, or is being read."""
        known = self._values.get(name)
        return name in self._readings or (
            known is not None and 0 <= asyncio.get_running_loop().time() - known.began < within
        )

    def forget(self, name: CacheName) -> None:
        """Have the next caller read anew: this process has changed it."""
        self._drop(name)
        self._readings.pop(name, None)

    def forget_where(self, is_changed: Callable[[CacheName], bool]) -> None:
        """Forget all values with such names."""
        for name in [one for one in (*self._values, *self._readings) if is_changed(one)]:
            self.forget(name)

    async def _read(
        self, name: CacheName, began: float, read: Callable[[], Awaitable[Cached]], version: str
    ) -> Cached:
        me = asyncio.current_task()
        try:
            value = await read()
            if self._is_mine(name, me):  # else it was forgotten meanwhile, or another reading began later
                self.put(name, value, version, began)
            return value
        finally:
            if self._is_mine(name, me):
                del self._readings[name]

    def _is_mine(self, name: CacheName, task: "asyncio.Task[Cached] | None") -> bool:
        reading = self._readings.get(name)
        return reading is not None and reading.value is task

    def _drop(self, name: CacheName) -> None:
        if known := self._values.pop(name, None):
            self._weight -= self._weigh(known.value)


def take_notice(reading: "asyncio.Task[Any]") -> None:
    """Take notice of a failure even if all who waited for the reading are gone, or nobody did."""
    if not reading.cancelled():
        reading.exception()
