"""A work row that one worker holds for a while, and how it is written so that the answer is never in doubt."""

import asyncio
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, replace

from shared.domain.appointments.messages import OutboxEntry
from shared.records.codec import load_row
from shared.records.table import Ambiguous, Operation, Row, Stale, Table


ANSWER = 2.0  # seconds to wait for one: who dies while waiting repeats a letter, so looking is better
PAUSES = (0.0, 0.2, 1.0)


@dataclass(frozen=True, slots=True)
class Lease:
    """A work row that is ours for a while, as we last wrote it."""

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
    """Write a work row that is ours, or delete it where `wanted` is nothing.

    An unclear answer is cleared up by reading, since doing all of it again would repeat a letter. `owners` are the
    names that the row may carry while it is still ours to write. Raises Stale where it is not, and Ambiguous where
    nothing was clear by the loop's time `until`.
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
        if row is None and wanted is None:
            return held
        if row is None:
            raise Stale(held.key)
        work = load_row(OutboxEntry, row)
        if work == wanted:
            return replace(held, etag=row.etag, work=work)
        if row.etag != held.etag and work.leased_by not in owners:
            raise Stale(held.key)
        held = replace(held, etag=row.etag, work=work)
        operations = [operations[0]._replace(etag=row.etag), *operations[1:]]
        await asyncio.sleep(_pause(tries))
        tries += 1
    raise Ambiguous(held.key)


async def _read_again(table: Table, business: str, key: str, until: float) -> Row | None:
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
