"""The audit of a calendar, read from the newest on."""

import json
from dataclasses import dataclass

from shared.records.keys import AUDIT, KEY, every, following
from shared.use_cases.ports import Store


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what to what, and when; `place` is where in the audit it stands."""

    place: str
    at: str
    actor: str
    action: str
    subject: str


def is_place(text: str) -> bool:
    """Return whether a text can be a place in an audit."""
    return bool(KEY.fullmatch(AUDIT + text))


async def read_audit(
    after: str, count: int, *, business: str, store: Store, table: str = "bookings"
) -> list[AuditEntry]:
    """Return the entries that follow a place, the newest first; one round trip."""
    whole = every(AUDIT)
    low = following(AUDIT + after) if after else whole.low
    page = await store.table.range(table, business, low, whole.high, limit=count)
    found = []
    for row in page.rows:
        said = json.loads(row.values["body"])
        texts = [str(said.get(name, "")) for name in ("at", "actor", "action", "subject")]
        found.append(AuditEntry(row.key.removeprefix(AUDIT), *texts))
    return found
