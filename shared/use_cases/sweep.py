"""The hourly sweep: re-file the markers of whatever work is found, and purge decisions that nobody can ask for."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from shared.use_cases.ports import Ambiguous, Operation, Range, Stale, Store
from shared.use_cases.rows import ASAP, minute_of


DECISIONS_KEPT = timedelta(hours=72)
AT_ONCE = 100
EVERY_WORK_ROW, EVERY_DECISION = Range("M|", "M~"), Range("I|", "I~")


@dataclass(frozen=True, slots=True)
class Swept:
    calendars: int
    markers: int
    purged: int


async def sweep(*, store: Store) -> Swept:
    """Go through all calendars, a few at a time."""
    page = await store.table.range("org", "calendars", "!", "~")
    limit, found = asyncio.Semaphore(4), [row.key for row in page.rows]

    async def one(business: str) -> tuple[int, int]:
        async with limit:
            try:
                return await _refile(business, store), await _purge(business, store)
            except Ambiguous:
                return 0, 0  # the next hour takes it up; the other calendars must not wait for it

    counts = await asyncio.gather(*(one(business) for business in found))
    return Swept(len(found), sum(count[0] for count in counts), sum(count[1] for count in counts))


async def _refile(business: str, store: Store) -> int:
    page = await store.table.range("bookings", business, *EVERY_WORK_ROW, select=("leasedBy",))
    stamps = {row.key.split("|")[1] for row in page.rows}
    await store.markers.write(business, [None if stamp == ASAP else minute_of(stamp) for stamp in stamps])
    return len(stamps)


async def _purge(business: str, store: Store) -> int:
    page = await store.table.range("bookings", business, *EVERY_DECISION)
    purged, old = 0, [row for row in page.rows if page.date - row.written > DECISIONS_KEPT]
    for index in range(0, len(old), AT_ONCE):
        batch = [Operation("delete", row.key, etag=row.etag) for row in old[index : index + AT_ONCE]]
        try:
            await store.table.transact("bookings", business, batch)
            purged += len(batch)
        except Stale:
            continue  # somebody else purges too
    return purged
