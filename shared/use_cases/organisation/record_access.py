"""Notes in a calendar's audit that someone of the organisation, not on its staff, looked at it."""

from datetime import datetime, timedelta
from hashlib import sha256
from weakref import WeakKeyDictionary

from shared.records.audit import audit_row
from shared.records.table import Operation, Table
from shared.use_cases.ports import Store
from shared.use_cases.single_write import write_alone


ACTION = "looked at by the organisation"
MOST_KNOWN = 10_000
PAUSE, LONGEST = timedelta(minutes=5), timedelta(hours=1)
Looker = tuple[str, str]
_noted: WeakKeyDictionary[Table, dict[Looker, tuple[datetime, datetime]]] = WeakKeyDictionary()
"""For each access: when it was noted, and when it was last seen."""


async def record_access(actor: str, business: str, *, store: Store, now: datetime) -> None:
    """Note when an access begins, and again each hour that it lasts; after a pause of 5 minutes it is another one.

    A page that polls every few seconds is one access. Each process may note the same access once.
    """
    looks = _noted.setdefault(store.table, {})
    began, last = looks.get((actor, business), (None, None))
    if began and last and now - last < PAUSE and now - began < LONGEST:
        looks[actor, business] = (began, now)
        return
    if len(looks) >= MOST_KNOWN:
        looks.clear()
    looks[actor, business] = (now, now)
    told = audit_row(now, f"look-{sha256(actor.encode()).hexdigest()[:16]}", actor, ACTION, business)
    try:
        for key, values in told.items():
            await write_alone(store.table, "bookings", business, Operation("upsert", key, values or {}))
    except BaseException:
        looks.pop((actor, business), None)  # not noted, so the next request tries again
        raise
