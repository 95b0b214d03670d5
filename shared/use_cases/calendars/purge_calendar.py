"""Purges a calendar that was deleted too long ago to be restored: all its rows, the one that says so last."""

from datetime import datetime

from shared.domain.calendar.business import Business
from shared.records.codec import load
from shared.records.keys import BUSINESS
from shared.records.organisation import CALENDARS, ORGANISATION
from shared.records.table import Operation, Range, Row
from shared.use_cases.calendars.change_business import RECOVERABLE
from shared.use_cases.ports import Store


AT_ONCE = 100
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
            await _delete("slugs", slug, ["0"], store)
    page = await store.table.range("bookings", business, *EVERYTHING, select=("version",))
    keys = sorted((row.key for row in page.rows), key=lambda key: key == BUSINESS)
    for index in range(0, len(keys), AT_ONCE):
        await _delete("bookings", business, keys[index : index + AT_ONCE], store)
    await _delete(ORGANISATION, CALENDARS, [business], store)
    return len(keys)


async def _slugs(line: Row, store: Store) -> set[str]:
    row = await store.table.get("bookings", line.key, BUSINESS)
    known = load(Business, row.values) if row else None
    return {str(line.values.get("slug", "")), *((known.slug, *known.former_slugs) if known else ())} - {""}


async def _delete(table: str, partition: str, keys: list[str], store: Store) -> None:
    await store.table.transact(table, partition, [Operation("delete", key) for key in keys])
