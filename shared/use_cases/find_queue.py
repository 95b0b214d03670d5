"""Read a day's queue of a calendar: its version by one small range, its lines by ranges that are read at once."""

import asyncio
import hashlib
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from shared.domain.appointment import Appointment, Status
from shared.domain.business import Calendar, StaffMember
from shared.domain.errors import NotFound
from shared.domain.visit_queue import Planned, QueueLine
from shared.use_cases.find_visit import Entrance
from shared.use_cases.ports import Range, Row, Store
from shared.use_cases.rows import (
    appointment_key,
    days_between,
    load_row,
    minute_of,
    queues_between,
    visit_key,
    visits_between,
)
from shared.use_cases.visit_rows import load_visit


FEW = 60  # people above whom a day is read in parts, an hour each


def day_of(calendar: Calendar, day: date) -> tuple[datetime, datetime]:
    """Return when a day begins and ends where the business is."""
    zone = ZoneInfo(calendar.business.time_zone)
    first = datetime(day.year, day.month, day.day, tzinfo=zone)
    next_day = day + timedelta(days=1)
    last = datetime(next_day.year, next_day.month, next_day.day, tzinfo=zone)
    return first.astimezone(UTC), last.astimezone(UTC)


async def queue_version(calendar: Calendar, day: date, *, store: Store) -> str:
    """Return a name for the queue as it is now: it changes when the queue does."""
    first, last = day_of(calendar, day)
    page = await store.table.range("bookings", calendar.business.id, *queues_between(first, last))
    text = "|".join(f"{row.key} {row.etag}" for row in page.rows)
    return hashlib.sha256(f"{calendar.business.version}|{text}".encode()).hexdigest()[:24]


async def find_queue(calendar: Calendar, day: date, *, store: Store, now: datetime) -> list[QueueLine]:
    """Return all lines of a day; one round trip deep."""
    first, last = day_of(calendar, day)
    starts, visits = await asyncio.gather(
        _read(calendar, [days_between(*part) for part in _parts(calendar, first, last)], store),
        _read(calendar, [visits_between(*part) for part in _parts(calendar, first, last)], store),
    )
    known = {row.key[2:]: row for row in visits}
    lines = []
    for row in starts:
        visit = known.get(row.key[2:])
        planned = _planned(row, calendar)
        lines.append(QueueLine(planned, load_visit(visit.values if visit else None), now))
    return lines


def _parts(calendar: Calendar, first: datetime, last: datetime) -> Iterable[tuple[datetime, datetime]]:
    """Cut a day where it may have more rows than one answer holds."""
    step = timedelta(hours=1) if len(calendar.staff) > FEW else timedelta(days=2)
    while first < last:
        yield first, min(first + step, last)
        first += step


async def _read(calendar: Calendar, ranges: list[Range], store: Store) -> list[Row]:
    pages = await asyncio.gather(*(store.table.range("bookings", calendar.business.id, *one) for one in ranges))
    return [row for page in pages for row in page.rows]


def _planned(row: Row, calendar: Calendar) -> Planned:
    _, start, name = row.key.split("|")
    values, service = row.values, calendar.services.get(str(row.values["service"]))
    return Planned(
        business=calendar.business.id,
        id=name,
        start=minute_of(start),
        end=datetime.fromisoformat(str(values["end"])),
        status=cast("Status", values["status"]),
        service=str(values["service"]),
        staff=tuple(str(values["staff"]).split(",")),
        name=str(values["name"]),
        filled=int(values["filled"]),
        is_online=service is not None and service.is_online,
    )


async def find_queued(appointment: str, calendar: Calendar, person: StaffMember, *, store: Store) -> Entrance:
    """Return an appointment of the queue as somebody of the staff acts on it. Raises NotFound."""
    row = await store.table.get("bookings", calendar.business.id, appointment_key(appointment))
    if row is None:
        raise NotFound
    found = load_row(Appointment, row)
    visit = await store.table.get("bookings", calendar.business.id, visit_key(found.start, found.id))
    service = calendar.services.get(found.service)
    return Entrance(calendar, service, found, load_visit(visit.values if visit else None), visit, person=person)
