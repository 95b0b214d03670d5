"""Seals the audit, so that an entry that is missing, altered or added later shows.

A seal has a hash of the entries of some hours and of the seal before it. Commands do not write it, since each
would have to wait for the one before it at a single row: the hourly sweep seals what has been written for an hour.
The price is that entries of the last hour are not sealed yet. Who can write to the storage could also make all
seals anew; each new seal is therefore logged, and the page of the activity shows the last one: a seal that was
noted elsewhere can be compared. The chain begins with the first sweep of the version that has it, and covers
nothing before.

Where somebody is erased, entries lose their names (unname_audit.py). Their seal keeps its hash, by which the next
one is chained to it, and gets a second one, `again`, of what is left. An entry of the audit, `told_by`, tells it,
and is sealed like any other: a second hash that nobody told counts as altered. A `salt` that goes with the names
keeps the first hash from telling who it was.
"""

import asyncio
import hashlib
import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from secrets import token_hex
from typing import Literal, NamedTuple

from shared.records.keys import SEAL, audit_until, every, seal_key, seal_number
from shared.records.organisation import ORGANISATION
from shared.records.table import Operation, Range, Row, Values
from shared.use_cases.organisation.settings import PARTITION
from shared.use_cases.ports import Store
from shared.use_cases.single_write import write_together


SETTLED = timedelta(hours=1)  # an entry has the time of its command, and is written minutes later at most
MOST_CHECKED = 500
SIDE_BY_SIDE = 16
log = logging.getLogger("openslot")
SealState = Literal["intact", "altered", "erased"]


class AuditPlace(NamedTuple):
    """Where an audit is stored."""

    partition: str
    table: str = "bookings"

    @property
    def address(self) -> tuple[str, str]:
        """Return the table and the partition."""
        return self.table, self.partition


OF_ORGANISATION = AuditPlace(PARTITION, ORGANISATION)


@dataclass(frozen=True, slots=True)
class AuditSeal:
    """A seal of the entries after `since` up to `until`; without `count` of nothing."""

    number: int
    since: datetime
    until: datetime
    count: int
    hash: str
    salt: str = ""  # of the second hash if there is one; empty in seals of earlier versions
    again: str = ""
    told_by: str = ""
    etag: str = ""

    @property
    def span(self) -> Range:
        """Return the keys of the entries that it covers: later ones sort first."""
        return Range(audit_until(self.until), audit_until(self.since))

    @property
    def values(self) -> Values:
        """Return the columns of its row."""
        named = {"from": self.since.isoformat(), "until": self.until.isoformat(), "salt": self.salt}
        again = {"again": self.again, "by": self.told_by} if self.again else {}
        return {**named, "count": self.count, "hash": self.hash, **again}

    @property
    def unchanged(self) -> Operation:
        """Return a write that leaves it as it is, and fails if somebody has written it since it was read."""
        return Operation("replace", seal_key(self.number), self.values, self.etag)


class CheckedSeal(NamedTuple):
    """A seal, and whether the entries are those that it was made of; `found` of them are there."""

    seal: AuditSeal
    state: SealState
    found: int


async def seal_audit(place: AuditPlace, now: datetime, *, store: Store) -> AuditSeal | None:
    """Seal what has been written for an hour, and return the seal; None if there is nothing new.

    Raise Stale if another process does it, or takes names out of the entries meanwhile.
    """
    last, settled = await last_seal(place.partition, None, store=store, table=place.table), now - SETTLED
    if last is None:
        return await _write(place, AuditSeal(0, settled, settled, 0, ""), None, store)
    if settled <= last.until:
        return None
    span = Range(audit_until(settled), audit_until(last.until))
    rows = (await store.table.range(place.table, place.partition, *span)).rows
    if not rows:
        return None
    seal = AuditSeal(last.number + 1, last.until, settled, len(rows), "", token_hex(16))
    return await _write(place, replace(seal, hash=hash_of(last.hash, seal, rows)), last, store)


async def last_seal(
    partition: str, before: datetime | None, *, store: Store, table: str = "bookings"
) -> AuditSeal | None:
    """Return the newest seal, or the newest one of entries from before a moment; None if there is none."""
    page = await store.table.range(table, partition, *every(SEAL), limit=0 if before else 1)
    seals = (as_seal(row) for row in page.rows)
    return next((one for one in seals if before is None or one.until <= before), None)


async def check_audit(place: AuditPlace, erased_before: datetime | None, *, store: Store) -> list[CheckedSeal]:
    """Return the newest seals, each with whether its entries are there as they were, the newest first.

    Entries from before a moment may have been erased by the calendar's retention: a seal of nothing but those
    counts as erased when they are gone, not as altered.
    """
    page = await store.table.range(place.table, place.partition, *every(SEAL), limit=MOST_CHECKED + 1)
    seals = [as_seal(row) for row in page.rows]
    limit = asyncio.Semaphore(SIDE_BY_SIDE)

    async def check(seal: AuditSeal, previous: AuditSeal) -> CheckedSeal:
        async with limit:
            found = (await store.table.range(place.table, place.partition, *seal.span)).rows
            told = await store.table.get(place.table, place.partition, seal.told_by) if seal.told_by else None
        if is_intact(seal, previous, found, told):
            return CheckedSeal(seal, "intact", len(found))
        is_gone = not found and erased_before is not None and seal.until <= erased_before
        return CheckedSeal(seal, "erased" if is_gone and _follows(seal, previous) else "altered", len(found))

    return await asyncio.gather(*(check(one, before) for one, before in pairwise(seals)))


def is_intact(seal: AuditSeal, previous: AuditSeal, rows: Sequence[Row], told: Row | None) -> bool:
    """Return whether these are the entries of a seal; `told` is the entry that told its second hash, if any."""
    if not _follows(seal, previous):
        return False
    if not seal.again:
        return hash_of(previous.hash, seal, rows) == seal.hash
    is_told = told is not None and json.loads(str(told.values["body"])).get("seals", {}).get(str(seal.number))
    return seal.again == is_told == hash_again(seal, rows)


def _follows(seal: AuditSeal, previous: AuditSeal) -> bool:
    return (seal.number, seal.since) == (previous.number + 1, previous.until)


def hash_of(previous: str, seal: AuditSeal, rows: Iterable[Row]) -> str:
    """Return the hash of a seal, by that of the seal before it and the entries."""
    place = f"{previous} {seal.number} {seal.since.isoformat()} {seal.until.isoformat()}"
    return _hash(f"{place} {seal.salt}" if seal.salt else place, rows)


def hash_again(seal: AuditSeal, rows: Iterable[Row]) -> str:
    """Return the second hash of a seal, by its first and what is left of the entries."""
    return _hash(f"again {seal.hash} {seal.salt}", rows)


def _hash(begin: str, rows: Iterable[Row]) -> str:
    whole = hashlib.sha256(begin.encode())
    for row in rows:
        # Lengths, so that no text can stand for two others.
        body = str(row.values["body"])
        whole.update(f"\n{len(row.key)} {row.key} {len(body)} {body}".encode())
    return whole.hexdigest()


async def _write(place: AuditPlace, seal: AuditSeal, last: AuditSeal | None, store: Store) -> AuditSeal:
    made = Operation("insert", seal_key(seal.number), seal.values)
    # The last seal is written with it: whoever takes names out of entries writes that one too.
    await write_together(store.table, *place.address, [made, last.unchanged] if last else [made])
    log.info("audit of %s sealed: number %s, %s entries, %s", place.partition, seal.number, seal.count, seal.hash)
    return seal


def as_seal(row: Row) -> AuditSeal:
    """Return the seal of a row."""
    values = row.values
    since, until = (datetime.fromisoformat(str(values[name])) for name in ("from", "until"))
    salt, again, told_by = (str(values.get(name, "")) for name in ("salt", "again", "by"))
    count = int(values["count"])
    return AuditSeal(
        seal_number(row.key), since, until, count, str(values["hash"]), salt, again, told_by, row.etag
    )


def is_whole(checked: Sequence[CheckedSeal]) -> bool:
    """Return whether no seal has altered entries."""
    return all(one.state != "altered" for one in checked)
