"""Rate limits: counted in memory at once, settled between processes through the `limits` table once a second."""

import asyncio
import contextlib
import hashlib
from dataclasses import dataclass
from datetime import datetime

from functions.settings import Limits, Rule
from shared.domain.errors import TooManyRequests
from shared.use_cases.ports import Ambiguous, Operation, Stale, Table


SETTLE_EVERY = 1.0
REMEMBERED = 20_000


@dataclass(slots=True)
class _Bucket:
    """`full_at` is when the bucket is full again, in seconds since the epoch (the GCRA's arrival time)."""

    full_at: float
    unsettled: float = 0.0


class RateLimiter:
    """A leaky bucket for each address and calendar. Other processes' counts arrive within a second or so."""

    def __init__(self, table: Table, limits: Limits) -> None:
        self._table, self._limits = table, limits
        self._buckets: dict[str, _Bucket] = {}
        self._settling: asyncio.Task[None] | None = None

    def count_change(self, address: str, business: str, now: datetime) -> None:
        """Count a booking, move or cancellation. Raises TooManyRequests."""
        self._take(f"a|{address}", self._limits.address, now)
        self._take(f"c|{business}", self._limits.calendar, now)

    def count_read(self, address: str, now: datetime) -> None:
        """Count a page or a list of slots. Raises TooManyRequests."""
        self._take(f"r|{address}", self._limits.reads, now)

    def _take(self, name: str, rule: Rule, now: datetime) -> None:
        if not self._limits.are_on:
            return
        moment, cost = now.timestamp(), 1 / rule.per_second
        bucket = self._buckets.setdefault(name, _Bucket(moment))
        full_at = max(bucket.full_at, moment) + cost
        over = full_at - moment - rule.burst * cost
        if over > 0:
            raise TooManyRequests(int(over) + 1)
        bucket.full_at, bucket.unsettled = full_at, bucket.unsettled + cost
        self._settle_soon(moment)

    def _settle_soon(self, moment: float) -> None:
        if self._settling is None or self._settling.done():
            self._settling = asyncio.ensure_future(self._settle(moment))

    async def _settle(self, moment: float) -> None:
        """Add what was counted here to the shared rows, and learn what others counted."""
        await asyncio.sleep(SETTLE_EVERY)
        if len(self._buckets) > REMEMBERED:
            self._buckets = {name: one for name, one in self._buckets.items() if one.full_at > moment}
        counted = [(name, bucket) for name, bucket in self._buckets.items() if bucket.unsettled]
        for index in range(0, len(counted), 16):
            await asyncio.gather(*(self._settle_one(name, it) for name, it in counted[index : index + 16]))

    async def _settle_one(self, name: str, bucket: _Bucket) -> None:
        added, bucket.unsettled = bucket.unsettled, 0.0
        partition = hashlib.sha256(name.encode()).hexdigest()[:32]
        with contextlib.suppress(Ambiguous, Stale):  # the count is kept here; only others learn of it later
            row = await self._table.get("limits", partition, "0")
            shared = float(row.values["fullAt"]) if row else 0.0
            settled = max(shared + added, bucket.full_at)
            values = {"fullAt": str(settled)}
            write = Operation("replace", "0", values, row.etag) if row else Operation("insert", "0", values)
            await self._table.transact("limits", partition, [write])
            bucket.full_at = max(bucket.full_at, settled)
