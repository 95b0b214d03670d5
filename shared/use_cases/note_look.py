"""Tell in a calendar's audit that somebody of the organisation looked in who is not on its staff: once an hour."""

from datetime import datetime
from hashlib import sha256
from weakref import WeakKeyDictionary

from shared.use_cases.appointment_rows import audit_row
from shared.use_cases.lone_writes import write_alone
from shared.use_cases.ports import Operation, Store, Table


ACTION = "looked at by the organisation"
MOST_KNOWN = 10_000
Look = tuple[str, str, datetime]
_noted: WeakKeyDictionary[Table, set[Look]] = WeakKeyDictionary()


async def note_look(actor: str, business: str, *, store: Store, now: datetime) -> None:
    """Write the row unless this process has; another one's is the same row."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    noted = _noted.setdefault(store.table, set())
    if (actor, business, hour) in noted:
        return
    told = audit_row(hour, f"look-{sha256(actor.encode()).hexdigest()[:16]}", actor, ACTION, business)
    for key, values in told.items():
        await write_alone(store.table, "bookings", business, Operation("upsert", key, values or {}))
    if len(noted) >= MOST_KNOWN:
        noted.clear()
    noted.add((actor, business, hour))
