"""An event loop whose clock jumps to the next timer as soon as nothing else is ready: hours pass in milliseconds."""

import asyncio
import functools
from collections import deque
from collections.abc import Awaitable, Callable
from contextvars import Context, copy_context
from heapq import heappop, heappush
from typing import Any, TypeVar


Given = TypeVar("Given")


class _Call:
    """What asyncio calls a handle, of something that is to happen later."""

    __slots__ = ("arguments", "callback", "context", "moment")

    def __init__(
        self, callback: Callable[..., object], arguments: tuple[Any, ...], context: Context | None, moment: float
    ) -> None:
        self.callback, self.arguments, self.moment = callback, arguments, moment
        self.context = copy_context() if context is None else context  # an empty one is one

    def cancel(self) -> None:
        self.callback, self.arguments = _nothing, ()

    def run(self) -> None:
        self.callback(*self.arguments)

    def cancelled(self) -> bool:
        return self.callback is _nothing

    def when(self) -> float:
        return self.moment


def _nothing() -> None:
    """What a cancelled call does."""


def _end(waiting: "asyncio.Future[None]") -> None:
    if not waiting.done():
        waiting.set_result(None)


_NO_CONTEXT = Context()


class VirtualTimeLoop(asyncio.BaseEventLoop):
    """Starts at 0 s. Nothing in it may wait for the outside.

    Most of a run is spent here, so that what only a loop with sockets needs is left out.
    """

    get_debug = staticmethod(bool)  # no, and without a call of Python: it is asked often

    def __init__(self) -> None:
        super().__init__()
        self._now = 0.0
        self._count = 0
        self._soon: deque[tuple[Callable[..., object], Callable[..., object], tuple[Any, ...]]] = deque()
        self._later: list[tuple[float, int, _Call]] = []

    def time(self) -> float:
        return self._now

    def call_soon(self, callback: Callable[..., object], *args: Any, context: Context | None = None) -> Any:
        """Call it as soon as what is before it has been. Futures and tasks bring their context, and never cancel."""
        if context is not None:
            self._soon.append((context.run, callback, args))
            return None
        call = _Call(callback, args, context, self._now)
        self._soon.append((call.context.run, call.run, ()))
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

    def pause(self, seconds: float) -> "asyncio.Future[None]":
        """Sleep, for those who do nothing else all day."""
        waiting: asyncio.Future[None] = asyncio.Future(loop=self)
        self.call_at(self._now + seconds, _end, waiting, context=_NO_CONTEXT)
        return waiting

    def create_task(self, coro: Any, *, name: str | None = None, context: Context | None = None) -> Any:
        return asyncio.Task(coro, loop=self, name=name, context=context)

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> Any:
        """Do at once what another thread would do meanwhile."""
        done: asyncio.Future[Any] = asyncio.Future(loop=self)
        try:
            done.set_result(func(*args))
        except Exception as error:  # noqa: BLE001 - whoever waits for it gets it
            done.set_exception(error)
        return done

    def _run_once(self) -> None:
        """Run what is ready, then move the clock; BaseEventLoop calls this until it is stopped.

        A callback that fails ends the run: nobody would read a log of it.
        """
        soon, later = self._soon, self._later
        next_one = soon.popleft
        while not self._stopping:
            while soon:
                run, callback, arguments = next_one()
                run(callback, *arguments)
            if self._stopping:
                return
            if not later:
                raise RuntimeError("everything waits, and no timer will end it")
            moment, _, call = heappop(later)
            if call.callback is not _nothing:
                self._now = max(self._now, moment)
                call.context.run(call.callback, *call.arguments)

    def _write_to_self(self) -> None:
        """Nothing sleeps, so that an interrupt need not wake it."""


def virtually(test: Callable[..., Awaitable[Given]]) -> Callable[..., Given]:
    """Run an async test, or a part of one, on virtual time."""

    @functools.wraps(test)
    def run(*arguments: object, **fixtures: object) -> Given:
        with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
            return runner.run(test(*arguments, **fixtures))  # type: ignore[arg-type]

    return run
