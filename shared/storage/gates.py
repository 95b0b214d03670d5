"""Locks in front of rows that many commands of a process change. An optimisation: safety never rests on them."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from weakref import WeakValueDictionary

from shared.records.table import Row


KEPT = 256
"""Gates of the rows that changed last, kept for commands that read a row before the change and come afterwards."""


class Gate(asyncio.Lock):
    """A lock for a row, and when this process last changed it.

    `left` is a ledger as that change left it, at some moment after `sent_at`: whoever began before that decides by
    it without another read. If another process has changed the ledger since, its version is not the one that their
    write expects.
    """

    def __init__(self) -> None:
        super().__init__()
        self.changed_at = self.sent_at = 0
        self.left: Row | None = None


class Gates:
    """The gates of a process, each by its calendar and its row."""

    def __init__(self, moment: Callable[[], int]) -> None:
        """`moment` numbers the moments of this process."""
        self._moment = moment
        self._gates: WeakValueDictionary[str, Gate] = WeakValueDictionary()
        self._changed: deque[Gate] = deque(maxlen=KEPT)

    @asynccontextmanager
    async def holding(self, names: Sequence[str]) -> AsyncIterator[dict[str, Gate]]:
        """Hold the gates of rows, named in sorted order so that two commands cannot block each other."""
        gates = {name: self._gates.setdefault(name, Gate()) for name in names}
        async with AsyncExitStack() as stack:
            for gate in gates.values():
                await stack.enter_async_context(gate)
            yield gates

    def count_change(self, gates: Mapping[str, Gate], sent_at: int, left: Mapping[str, Row]) -> None:
        """Record that what was sent may just have changed rows; it is known how it left some of them."""
        for name, gate in gates.items():
            gate.changed_at, gate.sent_at, gate.left = self._moment(), sent_at, left.get(name)
            self._changed.append(gate)
