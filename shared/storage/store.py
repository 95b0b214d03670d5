"""The store that use cases get: the engine, and the cached settings and masks for pages."""

import asyncio
from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from shared.records.table import Rows, Table
from shared.storage.calendars import Calendars
from shared.storage.checks.basis import ProvenTable, current_basis, prove
from shared.storage.engine import Engine
from shared.storage.shared_reads import SharedReads
from shared.use_cases.ports import LatelyRead
from shared.use_cases.timed_cache import TimedCache


if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterable
    from datetime import datetime

    from shared.storage.outbox import Outbox
    from shared.storage.queues import Queues
    from shared.use_cases.ports import Command, Decide, Decision, Reads


class TableStore(Engine):
    """One per process and table service."""

    def __init__(self, table: Table, *, seed: str = "") -> None:
        self._shared = SharedReads(table)
        self.calendars = Calendars(table, self._shared)
        self._kept: dict[str, TimedCache[Any, Any]] = {}
        super().__init__(table, seed=seed, changed=self.calendars.forget_masks, reads=self._shared)
        # the engine writes markers past both: they say only that there may be work
        self.table, self.repeatable = ProvenTable(table), ProvenTable(table, may_repeat=True)

    async def decide(
        self,
        command: "Command",
        reads: "Reads",
        decide: "Decide",
        *,
        due: "Iterable[datetime]" = (),
        earlier: Rows | None = None,
    ) -> "Decision":
        """Run a command as the engine does. Raise TryAgain, too, for what a newer version has written.

        Raise SettingsOutdated for a request that was judged by other settings than those that the command reads,
        and TryAgain if it has written before.
        """
        self.calendars.require_writable(command.business)
        basis = current_basis()
        if basis:
            decide = basis.checked(command.business, decide)
        decision = await super().decide(command, reads, decide, due=due, earlier=earlier)
        if basis and not command.may_repeat:
            basis.note_decision(command.business, decision)
        return decision

    async def prove(self) -> None:
        """Wait until all that the request is judged by is known to be current."""
        await prove()

    async def lately(
        self,
        kept: TimedCache[Any, LatelyRead],
        name: str,
        within: float,
        read: "Callable[[], Awaitable[LatelyRead]]",
        of: str,
        part: "Callable[[LatelyRead], object]" = lambda value: value,
    ) -> LatelyRead:
        """Return what is kept under a name, read at most `within` seconds ago.

        A request that may be judged by what has to be proven gets it of any age; it is read anew beside, and must
        then be the same, or the `part` of it that the request looks at. `of` names that.
        """
        basis = current_basis()
        known = kept.known(name) if basis and basis.is_open else None
        if basis is None or known is None:
            return await kept.get(name, within, read)
        if not 0 <= asyncio.get_running_loop().time() - known.began < within:
            anew = partial(kept.read_anew, name, within, read)
            basis.rest_on(of, lambda: _is_same(known.value, anew, part))
        return known.value

    def kept(self, name: str, most: int = 1, weigh: Callable[[Any], int] = lambda _: 1) -> TimedCache[Any, Any]:
        """Return what this process keeps under a name: `most` values, or as many as weigh so much, at most."""
        if name not in self._kept:
            self._kept[name] = TimedCache(most, weigh)
        return self._kept[name]

    @cached_property
    def outbox(self) -> "Outbox":
        """Return the writer of the states of outbox entries, made when a timer needs it."""
        from shared.storage.outbox import Outbox  # noqa: PLC0415 - booking pages serve no entries

        return Outbox(self.table)

    @cached_property
    def queues(self) -> "Queues":
        """Return the cache of queues, made when it is first needed."""
        from shared.storage.queues import Queues  # noqa: PLC0415 - booking pages ask for no queue

        return Queues(self.table, self._shared)


async def _is_same(
    known: LatelyRead, read: "Callable[[], Awaitable[LatelyRead]]", part: "Callable[[LatelyRead], object]"
) -> bool:
    return part(await read()) == part(known)
