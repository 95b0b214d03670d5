"""What a request is judged by before it is known to be current: proven before anything is written or answered.

Rights and settings are taken as this process knows them, while the table is asked whether they are still the same:
reads need not wait for that, only writes and the answer. If they are not, the request begins again with what is.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any, TypeVar

from shared.domain.calendar.business import Calendar
from shared.domain.errors import TryAgain
from shared.records.keys import BUSINESS
from shared.records.table import Ambiguous, Operation, Rows, Stale, Table
from shared.use_cases.ports import Decide, Decision
from shared.use_cases.timed_cache import take_notice


Given = TypeVar("Given")
BEGUN = 5  # how often a request begins before it gives up
AT_ONCE = 32  # proofs of one request, as an organisation may have thousands of calendars


class SettingsOutdated(Exception):
    """What a request was judged by is outdated, such as the settings of `businesses`; it has written nothing."""

    def __init__(self, businesses: Sequence[str]) -> None:
        super().__init__(*businesses)
        self.businesses = businesses


class Basis:
    """What a request is judged by. Once it has written it cannot begin again, and is refused instead.

    What does no harm if it is done twice is not counted: a reading of an own calendar, a note, a hold.
    """

    def __init__(self) -> None:
        self._versions: dict[str, str] = {}
        self._own: dict[str, set[str]] = {}
        self._limit = asyncio.Semaphore(AT_ONCE)
        self._proofs: dict[str, asyncio.Task[bool]] = {}
        self._beside: list[asyncio.Task[object]] = []
        self._has_written = self._is_over = False

    @property
    def is_open(self) -> bool:
        """Whether the request may still be judged by what has to be proven."""
        return not self._has_written

    def judge_by(self, calendar: Calendar) -> None:
        """Judge by these settings, which commands of the request must find as they are."""
        self._versions.setdefault(calendar.business.id, calendar.business.version)

    def rest_on(
        self, what: str, is_same: Callable[[], Coroutine[Any, Any, bool]], *, forgets_unread: bool = False
    ) -> None:
        """Judge by what the process knows, and ask meanwhile whether it is the same; once for each name.

        What cannot be read twice in a row has the request refused; or begun again, if it then `forgets_unread`.
        """
        if what not in self._proofs:
            proof = self._proofs[what] = asyncio.ensure_future(self._asked(is_same, forgets_unread))
            proof.add_done_callback(take_notice)

    async def _asked(self, is_same: Callable[[], Coroutine[Any, Any, bool]], forgets_unread: bool) -> bool:
        """Never raise Ambiguous: whoever writes would take it for an unclear write, and send that again."""
        async with self._limit:
            with suppress(Ambiguous):
                return await is_same()
            try:
                return await is_same()
            except Ambiguous:
                if forgets_unread:
                    return False
                raise TryAgain from None

    def read_beside(self, reading: Coroutine[Any, Any, object]) -> None:
        """Read what a change will look up, so that it finds it in the cache of the process."""
        beside = asyncio.ensure_future(reading)
        beside.add_done_callback(take_notice)
        self._beside.append(beside)

    async def prove(self) -> None:
        """Wait until all is known to be current. Raise SettingsOutdated, and what the asking raises."""
        if self._has_written:
            return
        proofs = dict(self._proofs)
        found = await asyncio.shield(asyncio.gather(*proofs.values()))
        if not all(found):
            raise SettingsOutdated([what for what, is_same in zip(proofs, found, strict=True) if not is_same])

    def checked(self, business: str, decide: Decide) -> Decide:
        """Return what decides only if the settings that it reads are those that the request is judged by."""

        def decide_by_the_same(rows: Rows) -> Any:
            settings = rows.values(BUSINESS)
            if settings and not self._is_judged_by(business, settings.get("version")):
                raise TryAgain if self._has_written else SettingsOutdated([business])
            return decide(rows)

        return decide_by_the_same

    def _is_judged_by(self, business: str, version: object) -> bool:
        """Return whether a version of settings is what the request is judged by, or has made itself."""
        judged_by = self._versions.get(business)
        if not judged_by or self._is_over:
            return True
        return version == judged_by or version in self._own.get(business, ())

    def note_decision(self, business: str, decision: Decision) -> None:
        """Note what a command of the request has decided, and the version of the settings that it left."""
        self._has_written = True
        if version := decision.outcome.get("version"):
            self._own.setdefault(business, set()).add(version)

    def note_write(self) -> None:
        """Note that the request may have written something."""
        self._has_written = True

    def end(self) -> None:
        """Ask no longer; what goes on in the background is judged by nothing."""
        self._has_written = self._is_over = True
        for task in (*self._proofs.values(), *self._beside):
            task.cancel()


_current: ContextVar[Basis | None] = ContextVar("basis", default=None)


def current_basis() -> Basis | None:
    """Return what this request is judged by; None where it is judged by nothing that has to be proven."""
    return _current.get()


async def prove() -> None:
    """Wait for the proof, before anything is done outside of the table. Raise SettingsOutdated, NotFound."""
    if basis := _current.get():
        await basis.prove()


async def judged(answer: Callable[[], Awaitable[Given]], forget: Callable[[str], object]) -> Given:
    """Return the answer to a request, begun again whenever what it was judged by is outdated.

    `forget` has the settings of a calendar read anew. Raise TryAgain if they change again and again, and what
    `answer` raises.
    """
    for _ in range(BEGUN):
        try:
            return await _once(answer)
        except SettingsOutdated as outdated:
            for one in outdated.businesses:
                forget(one)
    raise TryAgain


async def _once(answer: Callable[[], Awaitable[Given]]) -> Given:
    with _resting() as basis:
        try:
            found = await answer()
        except SettingsOutdated:
            raise
        except Exception:
            await basis.prove()  # a refusal, too, is only said of what is current
            raise
        await basis.prove()
        return found


@contextmanager
def _resting() -> Iterator[Basis]:
    basis = Basis()
    token = _current.set(basis)
    try:
        yield basis
    finally:
        _current.reset(token)
        basis.end()


class ProvenTable:
    """A table that a request writes to only once what it is judged by is proven.

    Where writes `may_repeat`, the request may begin again after one, unless it is unclear whether it was done.
    """

    def __init__(self, table: Table, *, may_repeat: bool = False) -> None:
        self._table, self._may_repeat = table, may_repeat
        self.get, self.range = table.get, table.range

    async def transact(self, table: str, partition: str, operations: Sequence[Operation]) -> list[str]:
        """Write as the table does. Raise SettingsOutdated, NotFound."""
        basis = _current.get()
        if basis is None:
            return await self._table.transact(table, partition, operations)
        await basis.prove()
        try:
            etags = await self._table.transact(table, partition, operations)
        except Stale:  # nothing was written
            raise
        except BaseException:
            basis.note_write()
            raise
        if not self._may_repeat:
            basis.note_write()
        return etags
