"""One request, or one run of a timer: what it has of its own for as long as it lasts."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, TypeVar


if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Own = TypeVar("Own")
_current: ContextVar[dict[object, object] | None] = ContextVar("invocation", default=None)


@contextmanager
def invocation() -> Iterator[None]:
    """Run as one invocation: within, `services().now()` is one moment, that of its first call."""
    token = _current.set({})
    try:
        yield
    finally:
        _current.reset(token)


def own_of(shared: Own, make: Callable[[Own], Own]) -> Own:
    """Return what this invocation has instead of something shared, made when first asked for.

    Outside of an invocation it is what is shared.
    """
    own = _current.get()
    if own is None:
        return shared
    if type(shared) not in own:
        own[type(shared)] = make(shared)
    return own[type(shared)]  # type: ignore[return-value]
