"""Counts the storage round trips of one invocation: how many, how deep, how long, and of which kind."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from time import perf_counter


@dataclass(slots=True)
class Trace:
    """Depth is 1 + the largest depth among the requests that had finished before a request began."""

    requests: int = 0
    transactions: int = 0
    depth: int = 0
    seconds: float = 0.0
    _finished: int = field(default=0, repr=False)


_current: ContextVar[Trace | None] = ContextVar("trace", default=None)


@asynccontextmanager
async def traced() -> AsyncIterator[Trace]:
    """Count the requests made within; requests outside any trace are not counted."""
    trace = Trace()
    token = _current.set(trace)
    try:
        yield trace
    finally:
        _current.reset(token)


@asynccontextmanager
async def round_trip(*, is_transaction: bool = False) -> AsyncIterator[None]:
    """Count what is done within as one request, if a trace is open."""
    trace = _current.get()
    if trace is None:
        yield
        return
    depth = trace._finished + 1  # noqa: SLF001 - its own
    trace.requests += 1
    trace.transactions += is_transaction
    trace.depth = max(trace.depth, depth)
    started = perf_counter()
    try:
        yield
    finally:
        trace._finished = max(trace._finished, depth)  # noqa: SLF001 - its own
        trace.seconds += perf_counter() - started
