"""Finds the deleted calendars that can be restored, with who deleted them."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from shared.domain.calendar.business import Calendar
from shared.domain.errors import NotFound
from shared.use_cases.calendars.change_business import RECOVERABLE
from shared.use_cases.calendars.find_businesses import CalendarSummary, find_all, find_noted
from shared.use_cases.organisation.find_audit import read_audit
from shared.use_cases.ports import Store


LOOKED_THROUGH = 20  # entries of the audit: nearly always the newest is the deletion
ACTION = "calendar deleted"


@dataclass(frozen=True, slots=True)
class DeletedCalendar:
    """A deleted calendar; `by` is empty if it is not known who deleted it."""

    id: str
    name: str
    language: str
    deleted_at: datetime
    by: str

    @property
    def lost_at(self) -> datetime:
        """Return when it can no longer be restored."""
        return self.deleted_at + RECOVERABLE


async def find_deleted(*, store: Store, now: datetime) -> list[DeletedCalendar]:
    """Return the deleted calendars of the organisation, the latest first."""
    return await _told(await _restorable(store, now), store)


async def find_deleted_of_person(
    email: str, *, store: Store, now: datetime
) -> list[tuple[DeletedCalendar, Calendar]]:
    """Return those on whose staff an address was recorded, with their settings as they were."""
    listed, noted = await asyncio.gather(_restorable(store, now), find_noted(email, store=store))
    own = [one for one in listed if one.id in set(noted)]
    told, settings = await asyncio.gather(_told(own, store), _settings([one.id for one in own], store))
    return [(one, settings[one.id]) for one in told if one.id in settings]


async def _restorable(store: Store, now: datetime) -> list[CalendarSummary]:
    found = await find_all(store=store)
    return [one for one in found if one.deleted_at is not None and now - one.deleted_at <= RECOVERABLE]


async def _told(listed: Iterable[CalendarSummary], store: Store) -> list[DeletedCalendar]:
    there = [(one, one.deleted_at) for one in listed if one.deleted_at is not None]
    actors = await asyncio.gather(*(_who_deleted(one.id, store) for one, _ in there))
    found = [
        DeletedCalendar(one.id, one.name, one.language, deleted_at, by)
        for (one, deleted_at), by in zip(there, actors, strict=True)
    ]
    return sorted(found, key=lambda one: one.deleted_at, reverse=True)


async def _who_deleted(business: str, store: Store) -> str:
    entries = await read_audit("", LOOKED_THROUGH, business=business, store=store)
    return next((one.actor for one in entries if one.action.startswith(ACTION)), "")


async def _settings(businesses: Iterable[str], store: Store) -> dict[str, Calendar]:
    async def one(business: str) -> Calendar | None:
        try:
            return await store.calendars.reload(business, include_deleted=True)
        except NotFound:
            return None

    found = await asyncio.gather(*map(one, businesses))
    return {calendar.business.id: calendar for calendar in found if calendar}
