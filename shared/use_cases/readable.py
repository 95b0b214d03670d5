"""What cannot be read is passed over: a row, or a part of the timer's work, never stops the others."""

import logging
from collections.abc import Awaitable, Iterable
from typing import TypeVar

from shared.domain.errors import TryAgain
from shared.records.codec import AnyModel, load_row
from shared.records.table import Ambiguous, Row, Stale
from shared.use_cases.fault_log import log_fault


UNREADABLE = (ValueError, KeyError, TypeError)
"""What reading a row raises that another version wrote, or nobody did."""
AnyResult = TypeVar("AnyResult")
log = logging.getLogger("openslot")


def readable(kind: type[AnyModel], rows: Iterable[Row]) -> list[tuple[Row, AnyModel]]:
    """Return rows with their documents; how many cannot be read is logged."""
    found, unread = list[tuple[Row, AnyModel]](), 0
    for row in rows:
        try:
            found.append((row, load_row(kind, row)))
        except UNREADABLE:
            unread += 1
    if unread:
        log.warning("%s rows of %s cannot be read and were passed over", unread, kind.__name__)
    return found


async def guarded(what: str, work: Awaitable[AnyResult], otherwise: AnyResult) -> AnyResult:
    """Return what a part of the timer's work returns, or `otherwise` if it fails: the next sweep tries again.

    Raise Ambiguous: the storage does not answer, which no other part can do without.
    """
    try:
        return await work
    except Ambiguous:
        raise
    except (Stale, TryAgain):  # others write at the same time
        return otherwise
    except Exception as error:  # noqa: BLE001 - whatever is wrong with it, the other parts go on
        log_fault(log, f"{what} could not be swept", error)
        return otherwise
