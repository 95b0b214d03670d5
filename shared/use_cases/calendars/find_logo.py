"""Finds a calendar's logo by its hash."""

from shared.domain.calendar.business import Calendar
from shared.domain.calendar.logo import logo_hash
from shared.domain.errors import NotFound
from shared.records.keys import LOGO
from shared.use_cases.ports import Store


async def find_logo(name: str, *, calendar: Calendar, store: Store) -> tuple[bytes, str]:
    """Return the logo's bytes and media type. Raise NotFound for any hash but that of the logo shown now."""
    if calendar.business.page.logo != name:
        calendar = await store.calendars.current(calendar)
    if calendar.business.page.logo != name:
        raise NotFound
    row = await store.table.get("bookings", calendar.business.id, LOGO)
    if row is None or logo_hash(bytes(row.values["data"])) != name:
        raise NotFound
    return bytes(row.values["data"]), str(row.values["type"])


async def find_shown_logo(calendar: Calendar, *, store: Store) -> tuple[bytes, str] | None:
    """Return the bytes and the media type of the logo that the page shows; None if it shows none."""
    name = calendar.business.page.shown_logo
    row = await store.table.get("bookings", calendar.business.id, LOGO) if name else None
    return (bytes(row.values["data"]), str(row.values["type"])) if row else None
