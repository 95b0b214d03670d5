"""Finds a calendar by its address: as this process knows it, or as it certainly is now."""

from asyncio import gather
from datetime import datetime, timedelta

from shared.domain.calendar.business import Calendar
from shared.domain.errors import NotFound, SignInNeeded
from shared.domain.timeline.ledger import months_in
from shared.domain.timeline.ticks import Window
from shared.use_cases.organisation.settings import find_organisation
from shared.use_cases.ports import Store


SEEN_BEFORE, SEEN_AHEAD = timedelta(days=2), timedelta(days=62)


async def find_reachable(slug: str, *, store: Store, now: datetime) -> Calendar:
    """Return a calendar, possibly outdated, for uses that find out by themselves whether it is current.

    No round trip once this process knows it; until then the masks of the coming days and the organisation's
    settings, which its pages ask for next, are read along with it. Raise NotFound for an address that no calendar
    has.
    """
    months = months_in(Window.around(now - SEEN_BEFORE, now + SEEN_AHEAD))
    if store.calendars.is_known(slug):
        return await store.calendars.find(slug, months)
    calendar, _ = await gather(store.calendars.find(slug, months), find_organisation(store=store))
    return calendar


async def find_published(slug: str, *, store: Store, is_member: bool = False) -> Calendar:
    """Return a calendar as it is now, by one point read. Raise as `require_open`."""
    calendar = await store.calendars.current(await store.calendars.find(slug))
    require_open(calendar, is_member=is_member)
    return calendar


def require_open(calendar: Calendar, *, is_member: bool) -> None:
    """Raise NotFound unless the page is published, and SignInNeeded if it is for members only."""
    page = calendar.business.page
    if not page.is_published:
        raise NotFound
    if not page.admits(is_member=is_member):
        raise SignInNeeded
