"""Erases what was kept of visits for reports, in all calendars of the organisation."""

from datetime import datetime

from shared.records.audit import audit_row
from shared.records.facts import ALL_FACTS
from shared.records.organisation import ORGANISATION
from shared.records.table import Operation
from shared.use_cases.calendars.find_businesses import find_all
from shared.use_cases.organisation.settings import PARTITION
from shared.use_cases.ports import Store


AT_ONCE, MOST = 100, 20_000
ACTION = "facts erased"


async def erase_facts(*, actor: str, number: str, store: Store, now: datetime, most: int = MOST) -> bool:
    """Erase up to `most` facts, and return whether there are none left; noted in the audit.

    What stops in the middle is taken up by the next call. Facts that are filed meanwhile stay: turn reports off
    first.
    """
    told = audit_row(now, number, actor, ACTION, PARTITION)
    audit = [Operation("upsert", key, values) for key, values in told.items() if values]
    await store.table.transact(ORGANISATION, PARTITION, audit)
    left = most
    for calendar in await find_all(store=store):
        left -= await _erase(calendar.id, left, store)
        if left <= 0:
            return False
    return True


async def _erase(business: str, most: int, store: Store) -> int:
    """Erase up to `most` facts of a calendar, and return how many."""
    page = await store.table.range("facts", business, *ALL_FACTS, limit=most)
    keys = [row.key for row in page.rows]
    for at in range(0, len(keys), AT_ONCE):
        deletes = [Operation("delete", key) for key in keys[at : at + AT_ONCE]]
        await store.table.transact("facts", business, deletes)
    return len(keys)
