"""An event loop whose clock jumps to the next timer as soon as nothing else is ready: hours pass in milliseconds."""

import asyncio
import functools
from collections import deque
from collections.abc import Awaitable, Callable
from contextvars import Context, copy_context
from heapq import heappop, heappush
from typing import Any


class _Call:
    """What asyncio calls a handle, without what only a loop with sockets needs: most of a run is spent here."""

    __slots__ = ("arguments", "callback", "context", "is_cancelled", "moment")

    def __init__(
        self, callback: Callable[..., object], arguments: tuple[Any, ...], context: Context | None, moment: float
    ) -> None:
        self.callback, self.arguments, self.moment = callback, arguments, moment
        self.context = copy_context() if context is None else context  # an empty one is one
        self.is_cancelled = False

    def cancel(self) -> None:
        self.is_cancelled = True
        self.callback, self.arguments = id, (None,)

    def cancelled(self) -> bool:
        return self.is_cancelled

    def when(self) -> float:
        return self.moment


class VirtualTimeLoop(asyncio.BaseEventLoop):
    """Starts at 0 s. Nothing in it may wait for the outside."""

    def __init__(self) -> None:
        super().__init__()
        self._now = 0.0
        self._count = 0
        self._soon: deque[_Call] = deque()
        self._later: list[tuple[float, int, _Call]] = []

    def time(self) -> float:
        return self._now

    def call_soon(self, callback: Callable[..., object], *args: Any, context: Context | None = None) -> Any:
        call = _Call(callback, args, context, self._now)
        self._soon.append(call)
        return call

    def call_later(
        self, delay: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> Any:
        return self.call_at(self._now + delay, callback, *args, context=context)

    def call_at(
        self, when: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> Any:
        call = _Call(callback, args, context, when)
        self._count += 1
        heappush(self._later, (when, self._count, call))
        return call

    def create_task(self, coro: Any, *, name: str | None = None, context: Context | None = None) -> Any:
        return asyncio.Task(coro, loop=self, name=name, context=context)

    def _run_once(self) -> None:
        """Run what is ready, moving the clock where nothing is; BaseEventLoop calls this until it is stopped.

        A callback that fails ends the run: nobody would read a log of it.
        """
        soon, later = self._soon, self._later
        while later and later[0][2].is_cancelled:
            heappop(later)
        if not soon:
            if not later:
                raise RuntimeError("everything waits, and no timer will end it")
            self._now = max(self._now, later[0][0])
        while later and later[0][0] <= self._now:
            soon.append(heappop(later)[2])
        for _ in range(len(soon)):
            call = soon.popleft()
            if not call.is_cancelled:
                call.context.run(call.callback, *call.arguments)

    def _write_to_self(self) -> None:
        """Nothing sleeps, so that an interrupt need not wake it."""


def virtually(test: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    """Run an async test on virtual time."""

    @functools.wraps(test)
    def run(*arguments: object, **fixtures: object) -> None:
        with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
            runner.run(test(*arguments, **fixtures))  # type: ignore[arg-type]

    return run
