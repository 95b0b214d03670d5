"""Reads the audit of a calendar, the newest entry first."""

import json
from dataclasses import dataclass
from datetime import datetime

from shared.domain.differences import FieldChange
from shared.records.audit import changes_in
from shared.records.keys import AUDIT, KEY, every, following
from shared.records.table import Row
from shared.use_cases.ports import Store


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what to what, and when; `place` is the entry's position in the audit.

    `changes` are what it changed, and `more` is the number of those that are not listed.
    """

    place: str
    at: str
    actor: str
    action: str
    subject: str
    changes: tuple[FieldChange, ...] = ()
    more: int = 0

    @property
    def moment(self) -> datetime:
        """Return when it was done."""
        return datetime.fromisoformat(self.at)


def is_place(text: str) -> bool:
    """Return whether a text can be a position in an audit."""
    return bool(KEY.fullmatch(AUDIT + text))


async def read_audit(
    after: str, count: int, *, business: str, store: Store, table: str = "bookings"
) -> list[AuditEntry]:
    """Return up to `count` entries that follow a position (from the newest if empty); one round trip."""
    whole = every(AUDIT)
    low = following(AUDIT + after) if after else whole.low
    page = await store.table.range(table, business, low, whole.high, limit=count)
    return [as_entry(row) for row in page.rows]


def as_entry(row: Row) -> AuditEntry:
    """Return the entry of a row of an audit."""
    said = json.loads(row.values["body"])
    at, actor, action, subject = (str(said.get(name, "")) for name in ("at", "actor", "action", "subject"))
    changes, more = changes_in(said)
    return AuditEntry(row.key.removeprefix(AUDIT), at, actor, action, subject, tuple(changes), more)
