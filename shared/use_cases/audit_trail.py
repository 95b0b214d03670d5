"""The audit of a calendar: read from the newest on, and told of whoever looks in from outside."""

import json
from dataclasses import dataclass
from datetime import datetime

from shared.domain.links import digest
from shared.use_cases.appointment_rows import audit_row
from shared.use_cases.lone_writes import write_alone
from shared.use_cases.ports import Operation, Store
from shared.use_cases.rows import KEY


FIRST, LAST = "Z|", "Z~"
REMEMBERED = 5000


@dataclass(frozen=True, slots=True)
class Entry:
    """Who did what to what, and when; `place` is where in the audit it stands."""

    place: str
    at: str
    actor: str
    action: str
    subject: str


async def read_audit(after: str, count: int, *, business: str, store: Store) -> list[Entry]:
    """Return the entries that follow a place, the newest first; one round trip."""
    low = f"{FIRST}{after}-" if after and KEY.fullmatch(FIRST + after) else FIRST
    page = await store.table.range("bookings", business, low, LAST, limit=count)
    found = []
    for row in page.rows:
        said = json.loads(row.values["body"])
        texts = [str(said.get(name, "")) for name in ("at", "actor", "action", "subject")]
        found.append(Entry(row.key.removeprefix(FIRST), *texts))
    return found


class OutsideLooks:
    """Notes, once an hour for each, that an administrator of the organisation looked into a calendar."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._noted: set[tuple[str, str, datetime]] = set()

    async def note(self, business: str, actor: str, now: datetime) -> None:
        hour = now.replace(minute=0, second=0, microsecond=0)
        look = (business, actor, hour)
        if look in self._noted:
            return
        if len(self._noted) > REMEMBERED:
            self._noted.clear()
        number = digest("", "look", actor).hex()[:12]
        told = audit_row(hour, number, actor, "looked in for the organisation", business)
        for key, values in told.items():
            await write_alone(self._store.table, "bookings", business, Operation("upsert", key, values or {}))
        self._noted.add(look)
