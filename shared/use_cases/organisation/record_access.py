"""Notes in a calendar's audit that someone of the organisation, not on its staff, looked at it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from shared.records.audit import audit_row
from shared.records.table import Operation
from shared.use_cases.ports import Store
from shared.use_cases.single_write import write_alone


if TYPE_CHECKING:
    from shared.use_cases.timed_cache import TimedCache


ACTION = "looked at by the organisation"
MOST_KNOWN = 10_000
PAUSE, LONGEST = timedelta(minutes=5), timedelta(hours=1)
KEPT = "accesses"


@dataclass(slots=True)
class SeenAccess:
    """An access of someone to a calendar: when it was noted, and when it was last seen; None before it was."""

    noted: datetime | None = None
    last: datetime | None = None

    def goes_on(self, now: datetime) -> bool:
        """Return whether it is still the one that was noted."""
        if self.noted is None or self.last is None:
            return False
        return now - self.last < PAUSE and now - self.noted < LONGEST


async def record_access(actor: str, business: str, *, store: Store, now: datetime) -> None:
    """Note when an access begins, and again each hour that it lasts; after a pause of 5 minutes it is another one.

    A page that polls every few seconds is one access. Each process may note the same access once.
    """
    kept: TimedCache[tuple[str, str], SeenAccess] = store.kept(KEPT, MOST_KNOWN)
    access = kept.made((actor, business), SeenAccess)
    is_noted, access.last = access.goes_on(now), now
    if is_noted:
        return
    access.noted = now
    told = audit_row(now, f"look-{sha256(actor.encode()).hexdigest()[:16]}", actor, ACTION, business)
    try:
        for key, values in told.items():
            await write_alone(store.repeatable, "bookings", business, Operation("upsert", key, values or {}))
    except BaseException:
        access.noted = None  # so the next request tries again
        raise
