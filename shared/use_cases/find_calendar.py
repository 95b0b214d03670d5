"""Find a calendar by its address: as this process knows it, or certainly as it is now."""

from shared.domain.business import Calendar
from shared.domain.errors import NotFound
from shared.use_cases.ports import Store


async def find_reachable(slug: str, *, store: Store) -> Calendar:
    """Return a calendar without asking whether it is still current: for uses that find out by themselves.

    No round trip once this process knows it. Raises NotFound for an address that is nobody's.
    """
    return await store.calendars.find(slug)


async def find_published(slug: str, *, store: Store) -> Calendar:
    """Return a calendar as it is now, by one point read. Raises NotFound unless its page is published."""
    calendar = await store.calendars.current(await store.calendars.find(slug))
    if not calendar.business.page.is_published:
        raise NotFound
    return calendar
