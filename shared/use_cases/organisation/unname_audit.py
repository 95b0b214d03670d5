"""Takes somebody who is erased out of an audit: the entries stay, without their name, and so do the seals.

What an entry loses, and what its seal gets instead (seal_audit.py), is one transaction; with it goes an entry that
tells the seal's second hash. Each transaction is whole by itself: a crash leaves an audit that can be checked. A
seal whose entries were altered before stays altered.
"""

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from secrets import token_hex

from shared.domain.errors import TryAgain
from shared.domain.personal_data.unnamed import UnnamedPerson
from shared.records.audit import audit_entry
from shared.records.keys import AUDIT, SEAL, audit_key, every
from shared.records.table import Operation, Row, Stale, Values
from shared.use_cases.organisation.seal_audit import AuditPlace, AuditSeal, as_seal, hash_again, is_intact
from shared.use_cases.ports import Store
from shared.use_cases.single_write import write_together


ACTION = "names erased"
AT_ONCE = 40  # entries of one transaction: with a seal for each, and what tells of them, below 100 rows
TRIES = 5


class _ReadAudit:
    """An audit as it was read, and as the transactions since have left it."""

    def __init__(self, seals: Sequence[Row], rows: Sequence[Row]) -> None:
        """Take the seals and the entries, both in the order of their keys: the newest first."""
        self.seals = [as_seal(row) for row in seals]
        self.rows = {row.key: row for row in rows}
        self.keys = [row.key for row in rows]
        self.begins = [one.span.low for one in self.seals]

    def seal_of(self, key: str) -> int:
        """Return the place of the seal that covers an entry; -1 if none does."""
        place = bisect_right(self.begins, key) - 1
        return place if place >= 0 and key < self.seals[place].span.high else -1

    def within(self, seal: AuditSeal) -> list[Row]:
        """Return the entries of a seal."""
        low, high = (bisect_left(self.keys, end) for end in seal.span)
        return [self.rows[key] for key in self.keys[low:high]]

    def is_intact(self, place: int) -> bool:
        """Return whether the entries of a seal are those that it was made of."""
        seal, previous = self.seals[place], self.seals[place + 1 : place + 2]
        told = self.rows.get(seal.told_by)
        return bool(previous) and is_intact(seal, previous[0], self.within(seal), told)


@dataclass(frozen=True, slots=True)
class UnnamingAudit:
    """Takes `who` out of one audit in the name of `actor`; `number` distinguishes the entries that tell of it."""

    place: AuditPlace
    who: UnnamedPerson
    actor: str
    number: str
    store: Store
    now: datetime

    async def run(self) -> None:
        """Take them out of all entries that there are. Raise TryAgain if the audit does not rest."""
        for _ in range(TRIES):
            try:
                return await self._through(await self._read())
            except Stale:  # the sweep has sealed meanwhile, or another process does the same
                continue
        raise TryAgain

    async def _read(self) -> _ReadAudit:
        table = self.store.table
        seals = await table.range(*self.place.address, *every(SEAL))
        return _ReadAudit(seals.rows, (await table.range(*self.place.address, *every(AUDIT))).rows)

    async def _through(self, audit: _ReadAudit) -> None:
        changed = [after for row in audit.rows.values() if (after := self._without(row)) is not row]
        for at in range(0, len(changed), AT_ONCE):
            await self._write(audit, changed[at : at + AT_ONCE])

    def _without(self, row: Row) -> Row:
        said = json.loads(str(row.values["body"]))
        after = self.who.entry(said)
        return row if after == said else row._replace(values={"body": json.dumps(after, ensure_ascii=False)})

    async def _write(self, audit: _ReadAudit, changed: Sequence[Row]) -> None:
        places = sorted({audit.seal_of(row.key) for row in changed} - {-1})
        intact = [place for place in places if audit.is_intact(place)]
        audit.rows |= {row.key: row for row in changed}
        key = audit_key(self.now, f"{self.number}-{token_hex(4)}")
        seals = {place: self._again(audit, place, key) for place in intact}
        told = Row(key, self._told(seals.values()), "", self.now)
        if audit.seals:  # whoever seals next writes the last one too: of both at once, one is told so
            seals.setdefault(0, audit.seals[0])
        writes = [Operation("replace", row.key, row.values, row.etag) for row in changed]
        writes += [Operation("insert", key, told.values), *(one.unchanged for one in seals.values())]
        etags = await write_together(self.store.table, *self.place.address, writes)
        audit.rows[key] = told
        for (place, one), etag in zip(seals.items(), etags[len(etags) - len(seals) :], strict=True):
            audit.seals[place] = replace(one, etag=etag)

    def _again(self, audit: _ReadAudit, place: int, told_by: str) -> AuditSeal:
        salted = replace(audit.seals[place], salt=token_hex(16), told_by=told_by)
        return replace(salted, again=hash_again(salted, audit.within(salted)))

    def _told(self, seals: Iterable[AuditSeal]) -> Values:
        said = audit_entry(self.now, self.actor, ACTION, self.who.document)
        told = {"seals": {str(one.number): one.again for one in seals}}
        return {"body": json.dumps({**said, **told}, ensure_ascii=False)}
