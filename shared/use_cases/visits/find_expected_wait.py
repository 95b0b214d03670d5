"""Reads what an attendee in the waiting room may expect; the day is read a few times a minute for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from shared.domain.visits.expected import expected_wait
from shared.records.queue import listed_entry
from shared.use_cases.visits.find_queue import find_queue


if TYPE_CHECKING:
    from collections.abc import Hashable
    from datetime import datetime

    from shared.domain.visits.expected import ExpectedWait
    from shared.domain.visits.queue import QueueEntry
    from shared.use_cases.ports import Store
    from shared.use_cases.timed_cache import TimedCache
    from shared.use_cases.visits.find_visit import VisitAccess


KEPT, DAYS = "days of who waits", 256
READ_EVERY, AT_MOST = 15.0, 120.0  # seconds


async def find_expected_wait(entrance: VisitAccess, *, store: Store, now: datetime) -> ExpectedWait | None:
    """Return what the holder of a join link may expect; None for who does not wait. Most calls read nothing."""
    visit, calendar = entrance.visit, entrance.calendar
    if entrance.is_host or not entrance.is_live or entrance.me not in visit.waiting:
        return None
    day = entrance.appointment.start.astimezone(ZoneInfo(calendar.business.time_zone)).date()
    kept: TimedCache[Hashable, list[QueueEntry]] = store.kept(KEPT, DAYS)

    async def read() -> list[QueueEntry]:
        return (await find_queue(calendar, day, store=store))[0]

    listed = await kept.get_at_once((calendar.business.id, day), READ_EVERY, AT_MOST, read)
    return expected_wait(listed_entry(entrance.appointment, visit, calendar), listed, now)
