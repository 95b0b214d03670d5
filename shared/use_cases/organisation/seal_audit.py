"""Seals the audit, so that an entry that is missing, altered or added later shows.

A seal has a hash of the entries of some hours and of the seal before it. Commands do not write it, since each
would have to wait for the one before it at a single row: the hourly sweep seals what has been written for an hour.
The price is that entries of the last hour are not sealed yet. Who can write to the storage could also make all
seals anew; each new seal is therefore logged, and the page of the activity shows the last one: a seal that was
noted elsewhere can be compared. The chain begins with the first sweep of the version that has it, and covers
nothing before.
"""

import asyncio
import hashlib
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal, NamedTuple

from shared.records.keys import SEAL, audit_until, every, seal_key, seal_number
from shared.records.table import Operation, Range, Row
from shared.use_cases.ports import Store
from shared.use_cases.single_write import write_alone


SETTLED = timedelta(hours=1)  # an entry has the time of its command, and is written minutes later at most
MOST_CHECKED = 500
SIDE_BY_SIDE = 16
log = logging.getLogger("openslot")
SealState = Literal["intact", "altered", "erased"]


class AuditPlace(NamedTuple):
    """Where an audit is stored."""

    partition: str
    table: str = "bookings"


@dataclass(frozen=True, slots=True)
class AuditSeal:
    """A seal of the entries after `since` up to `until`; without `count` of nothing."""

    number: int
    since: datetime
    until: datetime
    count: int
    hash: str

    @property
    def span(self) -> Range:
        """Return the keys of the entries that it covers: later ones sort first."""
        return Range(audit_until(self.until), audit_until(self.since))


class CheckedSeal(NamedTuple):
    """A seal, and whether the entries are those that it was made of; `found` of them are there."""

    seal: AuditSeal
    state: SealState
    found: int


async def seal_audit(place: AuditPlace, now: datetime, *, store: Store) -> AuditSeal | None:
    """Seal what has been written for an hour, and return the seal; None if there is nothing new.

    Raise Stale if another process does it.
    """
    last, settled = await last_seal(place.partition, None, store=store, table=place.table), now - SETTLED
    if last is None:
        return await _write(place, AuditSeal(0, settled, settled, 0, ""), store)
    if settled <= last.until:
        return None
    span = Range(audit_until(settled), audit_until(last.until))
    rows = (await store.table.range(place.table, place.partition, *span)).rows
    if not rows:
        return None
    seal = AuditSeal(last.number + 1, last.until, settled, len(rows), "")
    return await _write(place, replace(seal, hash=hash_of(last.hash, seal, rows)), store)


async def last_seal(
    partition: str, before: datetime | None, *, store: Store, table: str = "bookings"
) -> AuditSeal | None:
    """Return the newest seal, or the newest one of entries from before a moment; None if there is none."""
    page = await store.table.range(table, partition, *every(SEAL), limit=0 if before else 1)
    seals = (_seal(row) for row in page.rows)
    return next((one for one in seals if before is None or one.until <= before), None)


async def check_audit(place: AuditPlace, erased_before: datetime | None, *, store: Store) -> list[CheckedSeal]:
    """Return the newest seals, each with whether its entries are there as they were, the newest first.

    Entries from before a moment may have been erased by the calendar's retention: a seal of nothing but those
    counts as erased when they are gone, not as altered.
    """
    page = await store.table.range(place.table, place.partition, *every(SEAL), limit=MOST_CHECKED + 1)
    seals = [_seal(row) for row in page.rows]
    limit = asyncio.Semaphore(SIDE_BY_SIDE)

    async def check(seal: AuditSeal, previous: AuditSeal) -> CheckedSeal:
        async with limit:
            found = (await store.table.range(place.table, place.partition, *seal.span)).rows
        is_next = (seal.number, seal.since) == (previous.number + 1, previous.until)
        if is_next and hash_of(previous.hash, seal, found) == seal.hash:
            return CheckedSeal(seal, "intact", len(found))
        is_erased = is_next and not found and erased_before is not None and seal.until <= erased_before
        return CheckedSeal(seal, "erased" if is_erased else "altered", len(found))

    return await asyncio.gather(*(check(one, before) for one, before in pairwise(seals)))


def hash_of(previous: str, seal: AuditSeal, rows: Iterable[Row]) -> str:
    """Return the hash of a seal, by that of the seal before it and the entries."""
    whole = hashlib.sha256(f"{previous} {seal.number} {seal.since.isoformat()} {seal.until.isoformat()}".encode())
    for row in rows:
        # Lengths, so that no text can stand for two others.
        body = str(row.values["body"])
        whole.update(f"\n{len(row.key)} {row.key} {len(body)} {body}".encode())
    return whole.hexdigest()


async def _write(place: AuditPlace, seal: AuditSeal, store: Store) -> AuditSeal:
    values = {
        "from": seal.since.isoformat(),
        "until": seal.until.isoformat(),
        "count": seal.count,
        "hash": seal.hash,
    }
    await write_alone(
        store.table, place.table, place.partition, Operation("insert", seal_key(seal.number), values)
    )
    log.info("audit of %s sealed: number %s, %s entries, %s", place.partition, seal.number, seal.count, seal.hash)
    return seal


def _seal(row: Row) -> AuditSeal:
    values = row.values
    since, until = (datetime.fromisoformat(str(values[name])) for name in ("from", "until"))
    return AuditSeal(seal_number(row.key), since, until, int(values["count"]), str(values["hash"]))


def is_whole(checked: Sequence[CheckedSeal]) -> bool:
    """Return whether no seal has altered entries."""
    return all(one.state != "altered" for one in checked)
