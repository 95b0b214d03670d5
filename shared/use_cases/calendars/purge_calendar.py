"""Purges a calendar that was deleted too long ago to be restored: all its rows, the one that says so last."""

from datetime import datetime

from shared.domain.calendar.business import Business
from shared.records.codec import load
from shared.records.keys import BUSINESS
from shared.records.organisation import CALENDARS, ORGANISATION
from shared.records.table import Range, Row
from shared.use_cases.calendars.change_business import RECOVERABLE
from shared.use_cases.delete_rows import delete_keys
from shared.use_cases.ports import Store


EVERYTHING = Range("!", "~")


def is_lost(line: Row, date: datetime) -> bool:
    """Return whether a calendar, by its line in the organisation's list, can no longer be restored."""
    deleted = str(line.values.get("deleted", ""))
    return bool(deleted) and date - datetime.fromisoformat(deleted) > RECOVERABLE


async def purge_calendar(line: Row, *, store: Store) -> int:
    """Delete a calendar and free its addresses; return the number of rows.

    After a failure the next sweep continues, since the calendar's own row and its line are deleted last.
    """
    business = line.key
    for slug in await _slugs(line, store):
        address = await store.table.get("slugs", slug, "0")
        if address and address.values["business"] == business:
            await delete_keys(store.table, "slugs", slug, ["0"])
    page = await store.table.range("bookings", business, *EVERYTHING, select=("version",))
    keys = sorted((row.key for row in page.rows), key=lambda key: key == BUSINESS)
    await delete_keys(store.table, "bookings", business, keys)
    await delete_keys(store.table, ORGANISATION, CALENDARS, [business])
    return len(keys)


async def _slugs(line: Row, store: Store) -> set[str]:
    row = await store.table.get("bookings", line.key, BUSINESS)
    known = load(Business, row.values) if row else None
    return {str(line.values.get("slug", "")), *((known.slug, *known.former_slugs) if known else ())} - {""}
