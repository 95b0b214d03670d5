"""Logs where a fault happened and its type, without its message: that may hold what a customer typed."""

import traceback
from collections.abc import Iterator
from logging import Logger


def log_fault(log: Logger, what: str, error: BaseException) -> None:
    """Log `what` and the traceback of an exception and its causes, without any exception's message."""
    log.error("%s\n%s", what, "\ncaused by ".join(_chain(error)))


def _chain(error: BaseException | None) -> Iterator[str]:
    while error is not None:
        yield f"{type(error).__qualname__} at\n" + "".join(traceback.format_tb(error.__traceback__))
        error = error.__cause__ or error.__context__
