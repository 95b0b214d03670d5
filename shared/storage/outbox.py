"""The entries of the outbox in the table: a worker claims one, finishes its recipients, and releases what is left.

An entry is in one of four states, by what its row holds:

waiting   nobody serves it
leased    `leased_by` names the worker that serves it; a lease that is older than it lasts counts as waiting
put off   `not_before` says when it is tried again, or first
failed    a row U|… holds the recipients that are not tried again

claim     waiting → leased, with the recipients of older entries about the same subject, which it replaces
finish    leased → leased, with one recipient less; deleted with the last. One that is refused becomes failed
release   leased → waiting, or put off after a failed try
give up   leased → failed

No outcome is left in doubt: serving an entry again would repeat a message, so an unclear answer is resolved by
reading the entry.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from shared.domain.appointments.messages import (
    NONE_FAILED,
    NOT_TAKEN,
    OutboxEntry,
    SentMessage,
    merge_entries,
    merge_failed,
    reasons_of,
)
from shared.domain.appointments.recipients import Recipient, mark_uncertain
from shared.records.codec import dump, load_row
from shared.records.keys import failed_key, later_key, sent_key
from shared.records.table import Ambiguous, Operation, Row, Stale, Table
from shared.use_cases.ports import Lease


ANSWER = 2.0  # seconds to wait for one: a worker that dies while waiting repeats a message, so reading is better
PAUSES = (0.0, 0.2, 1.0)  # seconds between tries; the last one from then on
MOST_NOTED = 90  # messages that are given up in one transaction, which has a hundred writes at most
CLAIMING, NOTED = 5.0, 110.0  # seconds within which to get a lease, and to write what was done with it


class Outbox:
    """Writes the states of entries; each write is on condition that the row is as this worker last saw it."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def claim(self, business: str, batch: Sequence[tuple[Row, OutboxEntry]], worker: str) -> Lease:
        """Lease the newest of these entries, the last, merged with the older ones, which are deleted.

        Raise Stale if one has changed since it was read, and Ambiguous if the outcome stays unknown.
        """
        *older, (row, _) = batch
        # Without `not_before` nobody takes an entry that was served in part for one that still waits to be.
        leased = {"leased_by": worker, "not_before": None}
        entry = merge_entries([one for _, one in batch]).model_copy(update=leased)
        operations = [Operation("replace", row.key, dump(entry), row.etag)]
        operations += [Operation("delete", one.key, etag=one.etag) for one, _ in older]
        now = asyncio.get_running_loop().time()
        lease = Lease(business, row.key, row.etag, entry, worker, now)
        return await self._write(lease, entry, operations, until=now + CLAIMING)

    async def finish(self, lease: Lease, recipient: Recipient, sent: SentMessage | None = None) -> Lease:
        """Remove a recipient who was served, or is refused for good; delete the entry with its last one.

        What became of the message to them, if there was one, is noted in the same write.
        """
        left = tuple(one for one in lease.entry.recipients if one != recipient)
        changes: dict[str, object] = {"recipients": left}
        if sent and sent.is_failed:
            changes["refused"] = (*lease.entry.refused, recipient)
            changes["reasons"] = lease.entry.reasons | {recipient.called: sent.why}
        return await self._put(lease, lease.entry.model_copy(update=changes), [sent] if sent else [])

    async def defer(self, lease: Lease, recipient: Recipient, until: datetime) -> Lease:
        """Move a recipient to an entry of their own that is due at `until`, in one transaction."""
        left = tuple(one for one in lease.entry.recipients if one != recipient)
        own = {"recipients": (recipient,), "leased_by": "", "not_before": None, "attempts": 0, **NONE_FAILED}
        later = Operation("upsert", later_key(lease.key, until), dump(lease.entry.model_copy(update=own)))
        return await self._put(lease, lease.entry.model_copy(update={"recipients": left}), more=[later])

    async def release(self, lease: Lease, *, later: datetime | None = None, is_try: bool = True) -> Lease:
        """Give the entry back: to whoever comes next or, as after a failed try, to who comes after `later`."""
        changes: dict[str, object] = {"leased_by": ""}
        if later:
            changes["not_before"] = later
        if later and is_try:
            changes["attempts"] = lease.entry.attempts + 1
            changes["recipients"] = mark_uncertain(lease.entry.recipients)
        return await self._put(lease, lease.entry.model_copy(update=changes))

    async def give_up(self, lease: Lease, now: datetime) -> Lease:
        """Refuse all recipients that are left; the entry is deleted."""
        entry = lease.entry
        refused = (*entry.refused, *entry.recipients)
        reasons = entry.reasons | {one.called: NOT_TAKEN for one in entry.recipients}
        sent = [
            SentMessage(at=now, kind=entry.kind, recipient=one, seat=entry.seat, is_failed=True, why=NOT_TAKEN)
            for one in entry.recipients[:MOST_NOTED]
        ]
        after = {"recipients": (), "refused": refused, "reasons": reasons}
        return await self._put(lease, entry.model_copy(update=after), sent)

    async def _put(
        self, lease: Lease, entry: OutboxEntry, sent: Sequence[SentMessage] = (), more: Sequence[Operation] = ()
    ) -> Lease:
        """Write the entry, or delete it without recipients; the same write shows what was sent or refused."""
        has_more = bool(entry.recipients)
        change = Operation(
            "replace" if has_more else "delete", lease.key, dump(entry) if has_more else {}, lease.etag
        )
        new = tuple(one for one in entry.refused if one not in lease.entry.refused)
        shown = {"recipients": new, "refused": (), "reasons": reasons_of(entry, new), "leased_by": ""}
        failed = entry.model_copy(update=shown) if new else None
        told = [one for one in sent if entry.appointment or one.entry]
        noted = [Operation("upsert", _sent_key(lease, one), dump(one)) for one in told]
        wanted = entry if has_more else None
        return await self._write(lease, wanted, [change, *noted, *more], until=lease.since + NOTED, failed=failed)

    async def _shown(self, lease: Lease, failed: OutboxEntry) -> Operation:
        """Return what puts the recipients of a failed entry beside those that are shown already."""
        row = await self._table.get("bookings", lease.business, key := failed_key(lease.key))
        if row is None:
            return Operation("insert", key, dump(failed))
        both = merge_failed(load_row(OutboxEntry, row), failed)
        return Operation("replace", key, dump(both), row.etag)

    async def _write(
        self,
        lease: Lease,
        wanted: OutboxEntry | None,
        operations: list[Operation],
        *,
        until: float,
        failed: OutboxEntry | None = None,
    ) -> Lease:
        """Write the entry, or delete it if `wanted` is None, and return the lease as it is then.

        It is the first of the `operations`; who `failed` just now is shown to staff in the same transaction. Raise
        Stale if another worker has it, Ambiguous if no answer was clear by the loop's time `until`.
        """
        # A write that gives the entry back clears `leased_by`; if its answer is lost, the entry carries that.
        owners = {lease.worker, wanted.leased_by if wanted else lease.worker}
        clock, tries = asyncio.get_running_loop().time, 0
        while not tries or clock() < until:
            try:
                async with asyncio.timeout(ANSWER):
                    etags = await self._written(lease, operations, failed)
            except (Ambiguous, Stale, TimeoutError):
                row = await self._read_again(lease, until)
            else:
                return replace(lease, etag=etags[0], entry=wanted or lease.entry)
            if row is None:
                if wanted is None:  # the delete took effect, although its answer was lost
                    return lease
                raise Stale(lease.key)
            entry = load_row(OutboxEntry, row)
            if entry == wanted:  # the same of a replace
                return replace(lease, etag=row.etag, entry=entry)
            if row.etag != lease.etag and entry.leased_by not in owners:
                raise Stale(lease.key)
            # It did not take effect: write again, on condition of the version that was read just now.
            lease = replace(lease, etag=row.etag, entry=entry)
            operations[0] = operations[0]._replace(etag=row.etag)
            tries = await _paused(tries)
        raise Ambiguous(lease.key)

    async def _written(
        self, lease: Lease, operations: Sequence[Operation], failed: OutboxEntry | None
    ) -> list[str]:
        shown = [await self._shown(lease, failed)] if failed else []
        return await self._table.transact("bookings", lease.business, [*operations, *shown])

    async def _read_again(self, lease: Lease, until: float) -> Row | None:
        """Return the entry's row, None if it is deleted; raise Ambiguous if there is no answer by `until`."""
        clock, tries = asyncio.get_running_loop().time, 0
        while not tries or clock() < until:
            with suppress(Ambiguous, TimeoutError):
                async with asyncio.timeout(ANSWER):
                    return await self._table.get("bookings", lease.business, lease.key)
            tries = await _paused(tries)
        raise Ambiguous(lease.key)


def _sent_key(lease: Lease, sent: SentMessage) -> str:
    return sent_key(lease.entry.appointment, lease.key, sent.recipient)


async def _paused(tries: int) -> int:
    """Wait before another try; return how many there were."""
    await asyncio.sleep(PAUSES[min(tries, len(PAUSES) - 1)])
    return tries + 1
