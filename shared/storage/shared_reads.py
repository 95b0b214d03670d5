"""Reads that the commands of a process share: a caller may use any read that began after its request."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from shared.records.keys import APPOINTMENT, LEDGER, QUEUE, SEAT, SESSION, SETTINGS, TIME_OFF
from shared.records.table import Ambiguous, Page, Range, Row, Table


SHARED = (SETTINGS, LEDGER, APPOINTMENT, SESSION, SEAT, TIME_OFF, QUEUE)
"""The kinds of rows that several commands may want; others are read by one command only."""
PATIENCE = 2.0  # seconds to wait for the read of another caller
TRIES = 4  # callers without a deadline must not wait forever
REMEMBERED = 2000


@dataclass(slots=True)
class _Read:
    answer: asyncio.Future[Any]
    began: int
    ended: int = 0
    before: "_Read | None" = None  # the one that was answered last when this began

    @property
    def is_answered(self) -> bool:
        return self.answer.done() and not self.answer.cancelled() and self.answer.exception() is None


class SharedReads:
    """Numbers the moments of this process, and runs at most one read of a row at a time. Only an optimisation.

    A caller that wants a row during a read waits for the next one, together with all others: a crowd that wants
    one ledger reads it a few times, not once each. Whom the answer before it serves does not wait. Each answer
    carries the moment by which it was read.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self._reads: dict[tuple[str, str | Range], _Read] = {}
        self._moment = 0

    def moment(self) -> int:
        """Return the number of this moment; later ones are larger."""
        self._moment += 1
        return self._moment

    async def get(self, business: str, key: str, since: int) -> tuple[Row | None, int]:
        """Return a row as it was at some moment after `since`. Raise Ambiguous."""
        if not key.startswith(SHARED):
            return await self._table.get("bookings", business, key), self.moment()
        return await self._shared((business, key), since, lambda: self._table.get("bookings", business, key))

    async def range(self, business: str, wanted: Range, since: int) -> tuple[Page, int]:
        """Return a range as it was after `since`. Raise Ambiguous."""
        return await self._shared(
            (business, wanted), since, lambda: self._table.range("bookings", business, *wanted)
        )

    async def _shared(
        self, name: tuple[str, str | Range], since: int, read: Callable[[], Awaitable[Any]]
    ) -> tuple[Any, int]:
        hung = 0
        while hung < TRIES:
            known = self._reads.get(name)
            if known is None or (known.began < since and known.answer.done()):
                known = self._begin(name, read)
            if (before := known.before) and before.began > since and not known.answer.done():
                return before.answer.result(), before.ended
            done, _ = await asyncio.wait({known.answer}, timeout=PATIENCE)
            if done and known.began > since:
                return known.answer.result(), known.ended
            hung += not done
            if not done and self._reads.get(name) is known:
                del self._reads[name]  # it hangs: let the next caller begin another
        raise Ambiguous("ReadTimeout")

    def _begin(self, name: tuple[str, str | Range], read: Callable[[], Awaitable[Any]]) -> _Read:
        if len(self._reads) > REMEMBERED:
            self._reads = {one: it for one, it in self._reads.items() if not it.answer.done()}
        begun = _Read(asyncio.ensure_future(read()), self.moment())
        before = self._reads.get(name)
        if before and before.is_answered:
            begun.before, before.before = before, None
        begun.answer.add_done_callback(lambda _: self._end(begun))
        self._reads[name] = begun
        return begun

    def _end(self, read: _Read) -> None:
        read.ended = self.moment()
        if not read.answer.cancelled():
            read.answer.exception()  # retrieves the exception even if all waiting tasks are gone
