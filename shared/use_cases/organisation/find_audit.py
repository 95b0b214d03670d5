"""Reads the audit of a calendar, the newest entry first."""

import json
from dataclasses import dataclass

from shared.records.keys import AUDIT, KEY, every, following
from shared.use_cases.ports import Store


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what to what, and when; `place` is the entry's position in the audit."""

    place: str
    at: str
    actor: str
    action: str
    subject: str


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
    found = []
    for row in page.rows:
        said = json.loads(row.values["body"])
        texts = [str(said.get(name, "")) for name in ("at", "actor", "action", "subject")]
        found.append(AuditEntry(row.key.removeprefix(AUDIT), *texts))
    return found
