"""Rate limits: counted in memory at once, and shared between processes by the `limits` table every second."""

import asyncio
from contextvars import Context
from dataclasses import dataclass
from datetime import datetime

from functions.settings.app import Limits, RateLimit
from shared.domain.errors import TooManyMails, TooManyRequests
from shared.domain.links import digest
from shared.domain.text.addresses import folded
from shared.records.table import Operation, Stale, Table


SETTLE_EVERY = 1.0
REMEMBERED = 20_000
TRIES = 3
ROUNDING = 0.01  # share of one request: floats, whose errors add up in a burst of hundreds


@dataclass(slots=True)
class _Bucket:
    """`full_at` is when the bucket is full again, in seconds since the epoch (GCRA's arrival time)."""

    full_at: float
    unsettled: float = 0.0


class RateLimiter:
    """A leaky bucket for each address, calendar, and mail address.

    Other processes' counts arrive within a second or so: that lets a little more through, and a request waits for
    no storage.
    """

    def __init__(self, table: Table, limits: Limits, secret: str) -> None:
        self._table, self._limits, self._secret = table, limits, secret
        self._buckets: dict[str, _Bucket] = {}
        self._settling: asyncio.Task[None] | None = None

    def count_change(self, address: str, business: str, now: datetime) -> None:
        """Count a booking, move or cancellation. Raises TooManyRequests."""
        self._take(f"a|{address}", self._limits.address, now)
        self._take(f"c|{business}", self._limits.calendar, now)

    def count_read(self, address: str, now: datetime) -> None:
        """Count a page or a list of slots. Raises TooManyRequests."""
        self._take(f"r|{address}", self._limits.reads, now)

    def count_text(self, name: str, now: datetime) -> None:
        """Count a booking that sends a customer an SMS. Raises TooManyRequests."""
        self._take(f"m|{name}", self._limits.mails, now)

    def count_mail(self, name: str, now: datetime) -> None:
        """Count a booking or move that mails a customer. Raises TooManyMails."""
        try:
            self._take(f"m|{name}", self._limits.mails, now)
        except TooManyRequests as limit:
            raise TooManyMails(limit.retry_after) from None

    def forget_mail(self, name: str) -> None:
        """Take back what was counted last, as no mail is sent."""
        self._give_back(f"m|{name}", self._limits.mails)

    def count_code(self, business: str, email: str, now: datetime) -> None:
        """Count a mail with a one-time code. Raises TooManyRequests."""
        self._take(f"k|{business}|{folded(email)}", self._limits.codes, now)

    def count_try(self, name: str, now: datetime) -> None:
        """Count a code that is tried. Raises TooManyRequests, whether or not it is right."""
        self._take(f"t|{name}", self._limits.tries, now)

    def forget_try(self, name: str) -> None:
        """Take back what was counted last, as the code was not wrong."""
        self._give_back(f"t|{name}", self._limits.tries)

    def _give_back(self, name: str, rule: RateLimit) -> None:
        if bucket := self._buckets.get(name):
            cost = 1 / rule.per_second
            bucket.full_at, bucket.unsettled = bucket.full_at - cost, bucket.unsettled - cost

    def _take(self, name: str, rule: RateLimit, now: datetime) -> None:
        if not self._limits.are_on:
            return
        moment, cost = now.timestamp(), 1 / rule.per_second
        bucket = self._buckets.setdefault(name, _Bucket(moment))
        full_at = max(bucket.full_at, moment) + cost
        over = full_at - moment - rule.burst * cost
        if over > cost * ROUNDING:
            raise TooManyRequests(int(over) + 1)
        bucket.full_at, bucket.unsettled = full_at, bucket.unsettled + cost
        self._settle_soon(moment)

    def _settle_soon(self, moment: float) -> None:
        """Settle outside the request's context, so that its cost is not traced as the request's."""
        if self._settling is None or self._settling.done():
            self._settling = asyncio.get_running_loop().create_task(self._settle(moment), context=Context())

    async def _settle(self, moment: float) -> None:
        """Add this process's counts to the shared rows, and take over those of others."""
        await asyncio.sleep(SETTLE_EVERY)
        # a full bucket is as good as a new one, so it can be dropped
        if len(self._buckets) > REMEMBERED:
            self._buckets = {name: one for name, one in self._buckets.items() if one.full_at > moment}
        counted = [(name, bucket) for name, bucket in self._buckets.items() if bucket.unsettled]
        for index in range(0, len(counted), 16):
            await asyncio.gather(*(self._settle_one(name, it) for name, it in counted[index : index + 16]))

    async def _settle_one(self, name: str, bucket: _Bucket) -> None:
        """Settle one bucket. What cannot be settled now is kept for the next time."""
        added, bucket.unsettled = bucket.unsettled, 0.0
        # hashed: the table holds no address of a person
        key = digest(self._secret, "limit", name).hex()[:32]
        for _ in range(TRIES):
            try:
                await self._add(key, bucket, added)
            except Stale:
                continue  # another process has just settled this bucket
            except Exception:  # noqa: BLE001 - a failing storage must not block bookings
                break
            else:
                return
        bucket.unsettled += added

    async def _add(self, key: str, bucket: _Bucket, added: float) -> None:
        # 16 partitions by the first hexadecimal digit, to spread the writes
        partition = key[0]
        row = await self._table.get("limits", partition, key)
        shared = float(row.values["fullAt"]) if row else 0.0
        settled = max(shared + added, bucket.full_at)
        values = {"fullAt": str(settled)}
        write = Operation("replace", key, values, row.etag) if row else Operation("insert", key, values)
        await self._table.transact("limits", partition, [write])
        bucket.full_at = max(bucket.full_at, settled)
