"""An outbox entry that one worker leases, and how it is written so that the outcome is never in doubt."""

import asyncio
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, replace

from shared.domain.appointments.messages import OutboxEntry
from shared.records.codec import load_row
from shared.records.table import Ambiguous, Operation, Row, Stale, Table


ANSWER = 2.0  # seconds to wait for one: a worker that dies while waiting repeats a message, so reading is better
PAUSES = (0.0, 0.2, 1.0)  # seconds between tries; the last one from then on


@dataclass(frozen=True, slots=True)
class Lease:
    """An outbox entry that this worker has leased, as it last wrote it; `since` is the loop's time, in seconds."""

    key: str
    etag: str
    work: OutboxEntry
    since: float


async def write_clearly(
    table: Table,
    business: str,
    held: Lease,
    wanted: OutboxEntry | None,
    operations: list[Operation],
    owners: Collection[str],
    *,
    until: float,
) -> Lease:
    """Write the leased entry, or delete it if `wanted` is None, and return the lease as it is then.

    `operations` are one transaction that begins with the write of the entry. An unclear answer is resolved by
    reading the entry again, since serving it again would repeat a message. `owners` are the names that the entry
    may carry in `leased_by` while it is still ours to write. Raise Stale if another worker has it, and Ambiguous
    if no answer was clear by the loop's time `until`.
    """
    clock, tries = asyncio.get_running_loop().time, 0
    while not tries or clock() < until:
        try:
            async with asyncio.timeout(ANSWER):
                etags = await table.transact("bookings", business, operations)
        except (Ambiguous, Stale, TimeoutError):
            row = await _read_again(table, business, held.key, until)
        else:
            return replace(held, etag=etags[0], work=wanted or held.work)
        if row is None and wanted is None:  # the delete took effect, although its answer was lost
            return held
        if row is None:
            raise Stale(held.key)
        work = load_row(OutboxEntry, row)
        if work == wanted:  # the same of a replace
            return replace(held, etag=row.etag, work=work)
        if row.etag != held.etag and work.leased_by not in owners:
            raise Stale(held.key)
        # It did not take effect: write again, on condition of the version that was read just now.
        held = replace(held, etag=row.etag, work=work)
        operations = [operations[0]._replace(etag=row.etag), *operations[1:]]
        await asyncio.sleep(_pause(tries))
        tries += 1
    raise Ambiguous(held.key)


async def _read_again(table: Table, business: str, key: str, until: float) -> Row | None:
    """Return the entry's row, None if it is deleted; raise Ambiguous if there is no answer by `until`."""
    clock, tries = asyncio.get_running_loop().time, 0
    while not tries or clock() < until:
        with suppress(Ambiguous, TimeoutError):
            async with asyncio.timeout(ANSWER):
                return await table.get("bookings", business, key)
        await asyncio.sleep(_pause(tries))
        tries += 1
    raise Ambiguous(key)


def _pause(tries: int) -> float:
    return PAUSES[min(tries, len(PAUSES) - 1)]
