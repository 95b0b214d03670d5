"""Erases what was kept of visits for reports, in all calendars of the organisation."""

from datetime import datetime

from shared.records.audit import audit_row
from shared.records.organisation import ORGANISATION
from shared.records.reports.booked_days import BOOKED_DAYS, booked_before
from shared.records.reports.facts import FACTS, MARKS_OF_DAYS, PACKED_DAYS, spans_before
from shared.records.reports.page_days import PAGE_DAYS, pages_before
from shared.records.reports.used_days import USED_DAYS, used_before
from shared.records.table import Operation, Stale
from shared.use_cases.calendars.find_businesses import find_all
from shared.use_cases.delete_rows import delete_keys
from shared.use_cases.organisation.settings import PARTITION
from shared.use_cases.personal_data.legal_hold import require_no_hold
from shared.use_cases.ports import Store


MOST = 20_000
ACTION = "facts erased"


async def erase_facts(*, actor: str, number: str, store: Store, now: datetime, most: int = MOST) -> bool:
    """Erase up to `most` facts, and return whether there are none left; noted in the audit.

    Raise UnderLegalHold while there is one on the organisation or on any of its calendars.
    What stops in the middle is taken up by the next call. Facts that are filed meanwhile stay: turn reports off
    first.
    """
    calendars = await find_all(store=store)
    for calendar in calendars:
        await require_no_hold(calendar.id, store=store)
    told = audit_row(now, number, actor, ACTION, PARTITION)
    audit = [Operation("upsert", key, values) for key, values in told.items() if values]
    await store.table.transact(ORGANISATION, PARTITION, audit)
    left = most
    for calendar in calendars:
        try:
            left -= await erase_all(calendar.id, left, store=store)
        except Stale:
            return False  # something was deleted or packed meanwhile
        if left <= 0:
            return False
    return True


async def erase_all(business: str, most: int = MOST, *, store: Store) -> int:
    """Erase up to `most` facts of a calendar and all that was made of them; return how many rows.

    The marks go first: without them nobody relies on packed days, and a day that is being packed is refused.
    """
    erased = 0
    for span in (MARKS_OF_DAYS, PACKED_DAYS, FACTS, USED_DAYS, PAGE_DAYS, BOOKED_DAYS):
        page = await store.table.range("facts", business, *span, ("none",), limit=most)
        erased += await delete_keys(store.table, "facts", business, [row.key for row in page.rows])
    return erased


async def expire_facts(business: str, before: datetime, most: int = MOST, *, store: Store) -> None:
    """Delete up to `most` facts of the days before that of a moment, and what was made of these days.

    Packed days go first: a fact whose day has neither a mark nor was packed is in no report.
    """
    made = (used_before(before), pages_before(before), booked_before(before))
    for span in (*spans_before(before), *made):
        page = await store.table.range("facts", business, *span, ("none",), limit=most)
        await delete_keys(store.table, "facts", business, [row.key for row in page.rows])
