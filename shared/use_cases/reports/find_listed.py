"""Finds the appointments of a calendar as lists show them: the next ones, those of some days, those of a text."""

import re
from datetime import datetime
from typing import TYPE_CHECKING

from shared.domain.appointments.appointment import Appointment
from shared.domain.calendar.business import Calendar
from shared.domain.visits.queue import Planned, QueueEntry
from shared.records.codec import load_row
from shared.records.keys import appointments_named, days_between, days_from
from shared.records.queue import COLUMNS, listed_rows
from shared.use_cases.customers.search_customers import plain
from shared.use_cases.ports import Store


if TYPE_CHECKING:
    from shared.use_cases.timed_cache import TimedCache

REFERENCE = re.compile("[a-z2-7]{8}")
MOST_SEARCHED = 1000  # rows of a calendar: one answer
LASTS = 20.0  # seconds that a search may lag behind
KEPT, MOST_CALENDARS = "listed", 40


async def find_next(calendar: Calendar, first: datetime, most: int, *, store: Store) -> list[QueueEntry]:
    """Return the nearest appointments that start at `first` or later, at most so many; one round trip."""
    # some of them may be cancelled
    page = await store.table.range("bookings", calendar.business.id, *days_from(first), COLUMNS, 4 * most)
    found = listed_rows(page.rows, (), calendar)
    return [one for one in found if one.status != "cancelled"][:most]


async def find_listed(calendar: Calendar, first: datetime, last: datetime, *, store: Store) -> list[Planned]:
    """Return the appointments that start in [first, last), without those that are cancelled; one round trip."""
    page = await store.table.range("bookings", calendar.business.id, *days_between(first, last), COLUMNS)
    found = (one.planned for one in listed_rows(page.rows, (), calendar))
    return [one for one in found if one.status != "cancelled" and one.origin != "trial"]


async def search_listed(
    text: str, first: datetime, most: int, *, calendar: Calendar, store: Store
) -> list[Planned]:
    """Return appointments from `first` on by a text: its words are in the customer's name, or it is the RefID.

    Of a large calendar only the next thousand are searched. Nothing is read while they are known from just now.
    """
    kept: TimedCache[tuple[str, str], list[tuple[Planned, str, str]]] = store.kept(KEPT, MOST_CALENDARS)

    async def read() -> list[tuple[Planned, str, str]]:
        span = days_from(first)
        columns = (*COLUMNS, "ref")
        page = await store.table.range("bookings", calendar.business.id, *span, columns, MOST_SEARCHED)
        entries = listed_rows(page.rows, (), calendar)
        return [
            (one.planned, plain(one.planned.name), plain(str(row.values.get("ref") or "")))
            for one, row in zip(entries, page.rows, strict=True)
            if one.planned.origin != "trial"
        ]

    known = await kept.get((calendar.business.id, calendar.business.version), LASTS, read)
    wanted = plain(text)
    words = wanted.split()
    return [one for one, name, ref in known if ref == wanted or all(word in name for word in words)][:most]


async def find_by_reference(text: str, *, business: str, store: Store) -> list[Appointment]:
    """Return the appointments for one customer with the reference that was read out; one round trip.

    The reference is how their id begins, so only one of a text that can be one is looked up.
    """
    name = "".join(text.split()).lower()
    if not REFERENCE.fullmatch(name):
        return []
    page = await store.table.range("bookings", business, *appointments_named(name), limit=2)
    return [load_row(Appointment, row) for row in page.rows]
