"""Find calendars: all of an organisation, or those on whose staff somebody is."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from shared.domain.business import Calendar
from shared.domain.errors import NotFound
from shared.use_cases.ports import Store
from shared.use_cases.project_calendar import CALENDARS, ORGANISATION
from shared.use_cases.rows import member_partition


AT_ONCE = 32


@dataclass(frozen=True, slots=True)
class Listed:
    """A calendar's line in the organisation's list."""

    id: str
    name: str
    slug: str
    deleted_at: datetime | None = None


async def find_all(*, store: Store) -> list[Listed]:
    """Return the organisation's calendars, deleted ones among them; one round trip."""
    columns = ("name", "slug", "deleted")
    page = await store.table.range(ORGANISATION, CALENDARS, "!", "~", columns)
    return [
        Listed(
            row.key,
            str(row.values.get("name") or row.values.get("slug", "")),
            str(row.values.get("slug", "")),
            datetime.fromisoformat(text) if (text := str(row.values.get("deleted", ""))) else None,
        )
        for row in page.rows
    ]


async def find_of_person(email: str, *, store: Store) -> list[Calendar]:
    """Return the calendars on whose staff an address was noted, as they are now: it may have left since."""
    if not email:
        return []
    page = await store.table.range("members", member_partition(email), "!", "~")
    return await find_current((row.key for row in page.rows), store=store)


async def find_current(businesses: Iterable[str], *, store: Store) -> list[Calendar]:
    """Return those of these calendars that are there, a few at a time; one point read each once they are known."""
    limit = asyncio.Semaphore(AT_ONCE)

    async def one(business: str) -> Calendar | None:
        async with limit:
            try:
                return await store.calendars.current(await store.calendars.find_by_id(business))
            except NotFound:
                return None

    found = await asyncio.gather(*(one(business) for business in businesses))
    return [calendar for calendar in found if calendar]
