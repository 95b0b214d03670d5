"""The one engine for every command: read, decide, write in one transaction, until there is one answer.

Everything that a command changes goes into one transaction, together with the insert of its decision row. A
refusal is recorded by the same insert. An unclear outcome is followed by the same command only. Writes are
conditional on the versions that the command read.
"""

import asyncio
import random
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from shared.domain.errors import Refusal, TryAgain
from shared.records.table import Ambiguous, Rows, Stale, Table
from shared.storage.gates import Gates
from shared.storage.markers import Markers
from shared.storage.shared_reads import SharedReads


if TYPE_CHECKING:
    from shared.storage.holding.holds import Holds
    from shared.use_cases.ports import Command, Decide, Decision, Reads

DEADLINE, FIRST_PAUSE, LONGEST_PAUSE = 20.0, 0.05, 3.0


class Engine:
    """Runs commands against a table, whatever they mean."""

    def __init__(
        self,
        table: Table,
        *,
        seed: str = "",
        changed: Callable[[str], object] = str,
        reads: SharedReads | None = None,
    ) -> None:
        """`changed` is called with each calendar that this process may just have changed."""
        self.table = self.repeatable = table
        self.changed = changed
        self.markers, self.reads = Markers(table), reads or SharedReads(table)
        self.gates = Gates(self.reads.moment)
        self._random = random.Random(seed or None)  # noqa: S311 - jitter, not secrecy

    @cached_property
    def holds(self) -> "Holds":
        """Return what looks after holds in other calendars."""
        from shared.storage.holding.holds import Holds  # noqa: PLC0415 - as above

        return Holds(self.repeatable)

    async def decide(
        self,
        command: "Command",
        reads: "Reads",
        decide: "Decide",
        *,
        due: Iterable[datetime] = (),
        earlier: Rows | None = None,
    ) -> "Decision":
        """Run a command to its one decision. Raise a recorded refusal, and TryAgain after the deadline."""
        from shared.storage.deciding.tries import Tries  # noqa: PLC0415 - heavy, and pages decide nothing

        run = Tries(self, command, reads, decide, {None, *due}, earlier)
        clock = asyncio.get_running_loop().time
        deadline, tries = clock() + DEADLINE, 0
        while clock() < deadline:
            try:
                async with asyncio.timeout_at(deadline):
                    if decision := await run.attempt():
                        return decision
            except (Ambiguous, Stale):
                run.after_conflict()
            except Refusal as refusal:
                await run.away.withdraw_after(refusal)
                raise
            except TimeoutError:
                break
            await self._pause(tries, deadline - clock())
            tries += 1
        raise TryAgain

    async def _pause(self, tries: int, left: float) -> None:
        """Back off with full jitter, never beyond the deadline."""
        longest = min(FIRST_PAUSE * 2 ** min(tries, 10), LONGEST_PAUSE)
        await asyncio.sleep(max(min(self._random.uniform(0, longest), left), 0))
