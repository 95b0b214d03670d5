"""Logs where a fault happened and of which kind, without its words: those may hold what a customer typed."""

import traceback
from collections.abc import Iterator
from logging import Logger


def log_fault(log: Logger, what: str, error: BaseException) -> None:
    log.error("%s\n%s", what, "\ncaused by ".join(_chain(error)))


def _chain(error: BaseException | None) -> Iterator[str]:
    while error is not None:
        yield f"{type(error).__qualname__} at\n" + "".join(traceback.format_tb(error.__traceback__))
        error = error.__cause__ or error.__context__
