"""Forgets under which name somebody on the staff was in the visits of a calendar, and what they wrote there."""

import asyncio
from collections.abc import Sequence

from shared.domain.errors import TryAgain
from shared.domain.personal_data.erasing import erased_host
from shared.records.keys import VISIT, every
from shared.records.table import Operation, Row, Stale
from shared.records.visits import dump_visit, load_visit
from shared.use_cases.ports import Store
from shared.use_cases.single_write import write_together


AT_ONCE, SIDE_BY_SIDE, TRIES = 50, 8, 3  # visits of one transaction, transactions


async def forget_host(business: str, person: str, *, store: Store) -> None:
    """Forget them in all visits; raise TryAgain where these do not rest.

    All are read, since who was taken off an appointment may have been in it before.
    """
    for _ in range(TRIES):
        found = [one for row in await _visits(business, store) if (one := _without(row, person))]
        parts = [found[at : at + AT_ONCE] for at in range(0, len(found), AT_ONCE)]
        if not await _write(business, parts, store):
            return
    raise TryAgain


async def _visits(business: str, store: Store) -> Sequence[Row]:
    return (await store.table.range("bookings", business, *every(VISIT))).rows


def _without(row: Row, person: str) -> Operation | None:
    visit = load_visit(row.values)
    after = erased_host(visit, person)
    return Operation("replace", row.key, dump_visit(after), row.etag) if after != visit else None


async def _write(business: str, parts: Sequence[Sequence[Operation]], store: Store) -> bool:
    """Write the parts; return whether any has changed since it was read."""
    several = asyncio.Semaphore(SIDE_BY_SIDE)

    async def write(some: Sequence[Operation]) -> bool:
        async with several:
            try:
                await write_together(store.table, "bookings", business, some)
            except Stale:
                return True
        return False

    return any(await asyncio.gather(*map(write, parts)))
