"""Calendars to measure with: a hundred people or a thousand, with hours of their own and full ledgers."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from shared.domain.calendar.business import BookingPage, Business, Calendar, StaffMember
from shared.domain.calendar.policy import SchedulingPolicy
from shared.domain.calendar.service import Reminder, Service
from shared.domain.timeline.hours import ALWAYS, weekdays
from shared.domain.timeline.ledger import Ledger, month_window
from shared.records.keys import ledger_key
from shared.records.table import Operation
from shared.use_cases.calendars.save_calendar import save_calendar


if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.storage.store import TableStore

SECRET = "a-secret-of-the-bench-that-is-long-enough"
ADVANCE = timedelta(days=120)
HALF_HOUR = timedelta(minutes=30)
SHIFTS = (
    None,
    weekdays((480, 720), (780, 1020)),
    weekdays((540, 780), (840, 1080)),
    weekdays((600, 1140), days=(0, 2, 4)),
    weekdays((450, 750), days=range(6)),
)
ZONES = (None, None, None, "Europe/London", "America/Montreal")


def many(people: int, slug: str = "bench") -> Calendar:
    """Return a calendar in Paris whose service everybody provides."""
    staff = [
        StaffMember(
            id=f"p{number:04d}",
            name=f"Person {number}",
            email=f"p{number}@bench.example",
            hours=SHIFTS[number % len(SHIFTS)],
            time_zone=ZONES[number % 7 % len(ZONES)] if SHIFTS[number % len(SHIFTS)] else None,
        )
        for number in range(people)
    ]
    visit = Service(
        id="visit",
        name="Visit",
        duration=HALF_HOUR,
        post_buffer=timedelta(minutes=10),
        staff=tuple(one.id for one in staff),
        reminders=(Reminder(offset=timedelta(hours=24)),),
    )
    return _calendar(slug, [visit], staff, hours=weekdays((480, 1140), days=range(6)))


def round_the_clock(people: int, slug: str) -> Calendar:
    """Return a calendar that is always open, so that a bench has thousands of starts to itself."""
    staff = [StaffMember(id=f"p{number:04d}", name=f"Person {number}") for number in range(people)]
    visit = Service(
        id="visit",
        name="Visit",
        duration=HALF_HOUR,
        staff=tuple(one.id for one in staff),
        reminders=(Reminder(offset=timedelta(hours=24)),),
    )
    return _calendar(slug, [visit], staff, hours=ALWAYS)


def _calendar(slug: str, services: Sequence[Service], staff: Sequence[StaffMember], hours) -> Calendar:
    business = Business(
        id=f"b-{slug}",
        slug=slug,
        name="Bench",
        email="desk@bench.example",
        time_zone="Europe/Paris",
        hours=hours,
        policy=SchedulingPolicy(time_slot_interval=HALF_HOUR, maximum_advance=ADVANCE),
        page=BookingPage(is_published=True),
    )
    return Calendar(business, {one.id: one for one in services}, {one.id: one for one in staff}, {})


def months_from(now: datetime, count: int) -> list[str]:
    first = now.year * 12 + now.month - 1
    return [f"{month // 12}{month % 12 + 1:02d}" for month in range(first, first + count)]


def busy_ledgers(people: Sequence[str], month: str) -> dict[str, Ledger]:
    """Return a month's ledgers with some sixty visits each, at random."""
    rng, length = random.Random(month), len(month_window(month))
    found = {}
    for person in people:
        ledger = Ledger()
        for _ in range(60):
            mask = 0b11111111 << rng.randrange(length - 8)
            if not mask & ledger.busy:
                ledger = ledger.claim(mask)
        found[person] = ledger
    return found


async def save(calendar: Calendar, store: TableStore, now: datetime, months: int = 0) -> None:
    """Save a calendar, and its people's ledgers for some months."""
    business = calendar.business.id
    await save_calendar(calendar, key=f"bench-{business}-0000000", store=store, secret=SECRET)
    for month in months_from(now, months):
        ledgers = busy_ledgers(list(calendar.staff), month)
        rows = [Operation("upsert", ledger_key(month, name), ledger.to_row()) for name, ledger in ledgers.items()]
        for index in range(0, len(rows), 100):
            await store.table.transact("bookings", business, rows[index : index + 100])


def noon_today() -> datetime:
    return datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
