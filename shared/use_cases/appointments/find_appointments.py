"""Finds a calendar's appointments in the order of their starts: all or those of a period, page by page."""

import asyncio
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.domain.appointments.appointment import LONGEST_VISIT, Appointment, Seat, Status
from shared.domain.calendar.business import Calendar
from shared.domain.errors import NotFound
from shared.domain.visits.visit import Visit
from shared.records.appointments import LONG
from shared.records.codec import load_row
from shared.records.keys import (
    DAY,
    IDENTIFIER,
    appointment_key,
    day_key,
    days_between,
    every,
    following,
    long_ones_between,
    minute,
    minute_of,
    seats_of,
    visit_key,
    visits_between,
)
from shared.records.table import Row
from shared.records.visits import load_visit
from shared.use_cases.ports import Store


PLACE = re.compile(r"(\d{12})\.([A-Za-z0-9._~-]{1,60})", re.ASCII)
SPARE, ONE_ANSWER = 50, 1000  # more rows than requested, as some are cancelled; rows that one answer holds
FEW, PART = 60, timedelta(minutes=30)  # with more people than that, a period is read in parts
AT_ONCE = 50


class Span(NamedTuple):
    """The moments [first, last)."""

    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class AppointmentWithVisit:
    """An appointment as it was read, with its visit if it has one.

    `seats` are the taken ones of a group, if they were requested, and `left` those that were cancelled or moved.
    """

    appointment: Appointment
    changed_at: datetime
    seats: tuple[Seat, ...] = ()
    visit: Visit | None = None
    left: tuple[Seat, ...] = ()

    @property
    def status(self) -> Status:
        """Return the visit's status, as queues show it: the appointment's own changes only when it is over."""
        if self.visit is None or not self.appointment.is_live:
            return self.appointment.status
        return self.visit.status

    @property
    def place(self) -> str:
        """Return its position in the order, as a text."""
        return f"{minute(self.appointment.start)}.{self.appointment.id}"

    @property
    def leaving(self) -> tuple[Seat, ...]:
        """Return its seats that were cancelled without that anyone was told of it yet."""
        return tuple(one for one in self.left if one.is_leaving)

    @property
    def parties(self) -> tuple[Seat, ...]:
        """Return its seats: the only one, or those of a group if they were read."""
        return (self.appointment.seat,) if self.appointment.seat else self.seats


AppointmentFilter = Callable[[AppointmentWithVisit], bool]
Visits = Mapping[str, Row]
"""Rows of visits, by the part of their keys that the keys of the index of starts have too."""


async def read_appointment(name: str, *, business: str, store: Store) -> AppointmentWithVisit:
    """Return an appointment with its seats, also a cancelled one. Raise NotFound. One round trip."""
    if not IDENTIFIER.fullmatch(name):
        raise NotFound
    row, seats = await asyncio.gather(
        store.table.get("bookings", business, appointment_key(name)),
        store.table.range("bookings", business, *seats_of(name)),
    )
    if row is None:
        raise NotFound
    found = [load_row(Seat, each) for each in seats.rows]
    left = tuple(one for one in found if one.status != "booked")
    return AppointmentWithVisit(load_row(Appointment, row), row.written, _taken(seats.rows), left=left)


async def with_visit(one: AppointmentWithVisit, business: str, store: Store) -> AppointmentWithVisit:
    """Return the same with its visit; one round trip if it can have one."""
    appointment = one.appointment
    if not appointment.is_live:
        return one
    row = await store.table.get("bookings", business, visit_key(appointment.start, appointment.id))
    return replace(one, visit=load_visit(row.values)) if row else one


async def find_appointments(
    span: Span | None, after: str, count: int, wish: AppointmentFilter, *, calendar: Calendar, store: Store
) -> list[AppointmentWithVisit]:
    """Return up to `count` live appointments after a position that pass the filter, within a span if given.

    One round trip deep, unless so many are cancelled or filtered out that more have to be read.
    """
    low, high = days_between(*span) if span else every(DAY)
    known = PLACE.fullmatch(after)
    begin = following(day_key(minute_of(known[1]), known[2])) if known else ""
    walk = _walk(max(low, begin), high, count, wish, business=calendar.business.id, store=store)
    if span is None or begin >= low:
        return await walk
    early, found = await asyncio.gather(_early(span, calendar, store), walk)
    wanted = [one for one in early if _key(one) > begin and wish(one)]
    return [*sorted(wanted, key=_key), *found][:count]


async def with_seats(
    found: Iterable[AppointmentWithVisit], *, business: str, store: Store
) -> list[AppointmentWithVisit]:
    """Return the same with the seats of group sessions; one round trip if there are any."""
    several = asyncio.Semaphore(AT_ONCE)

    async def filled(one: AppointmentWithVisit) -> AppointmentWithVisit:
        if not one.appointment.is_group:
            return one
        async with several:
            page = await store.table.range("bookings", business, *seats_of(one.appointment.id))
        return replace(one, seats=_taken(page.rows))

    return list(await asyncio.gather(*(filled(one) for one in found)))


async def _walk(
    low: str, high: str, count: int, wish: AppointmentFilter, *, business: str, store: Store
) -> list[AppointmentWithVisit]:
    found: list[AppointmentWithVisit] = []
    size = min(count + SPARE, ONE_ANSWER)
    while low < high:
        page, visits = await asyncio.gather(
            store.table.range("bookings", business, low, high, limit=size),
            _visits(low, high, size, business, store),
        )
        last = page.rows[-1].key if page.rows else ""
        # Visits of appointments that were moved count towards the limit too, so the last ones may be missing.
        if len(visits) == size and (end := _after(visits)) < last:
            visits |= await _visits(end, f"{last}-", 0, business, store)
        found += [one for one in _live(page.rows, visits) if wish(one)]
        if len(found) >= count or len(page.rows) < size:
            break
        low, size = f"{last}-", ONE_ANSWER
    return found[:count]


async def _visits(low: str, high: str, limit: int, business: str, store: Store) -> dict[str, Row]:
    """Return the visits of a range of the index of starts."""
    page = await store.table.range("bookings", business, f"V{low[1:]}", f"V{high[1:]}", limit=limit)
    return {row.key[1:]: row for row in page.rows}


def _after(visits: Visits) -> str:
    return f"D{max(visits)}-"


async def _early(span: Span, calendar: Calendar, store: Store) -> list[AppointmentWithVisit]:
    """Return those that began before the span and reach into it: short ones by start, long ones by end."""
    first, part = span.first - LONG, PART if len(calendar.staff) > FEW else LONG
    parts = [days_between(first + part * count, first + part * (count + 1)) for count in range(LONG // part)]
    ends = long_ones_between(span.first, span.first + LONGEST_VISIT)
    around = visits_between(first, span.first)
    business = calendar.business.id
    visits, *pages = await asyncio.gather(
        *(store.table.range("bookings", business, *one) for one in (around, *parts, ends))
    )
    known = {row.key[1:]: row for row in visits.rows}
    found = {one.appointment.id: one for page in pages for one in _live(page.rows, known)}
    early = [
        one for one in found.values() if one.appointment.end > span.first and _key(one) < days_between(*span).low
    ]
    older = [with_visit(one, business, store) for one in early if one.appointment.start < first]
    return [one for one in early if one.appointment.start >= first] + list(await asyncio.gather(*older))


def _live(rows: Iterable[Row], visits: Visits) -> list[AppointmentWithVisit]:
    found = (AppointmentWithVisit(load_row(Appointment, row), row.written) for row in rows)
    live = [one for one in found if one.appointment.is_live and one.appointment.origin != "trial"]
    return [replace(one, visit=_visit(one, visits)) for one in live]


def _visit(one: AppointmentWithVisit, visits: Visits) -> Visit | None:
    row = visits.get(visit_key(one.appointment.start, one.appointment.id)[1:])
    return load_visit(row.values) if row else None


def _taken(rows: Iterable[Row]) -> tuple[Seat, ...]:
    seats = (load_row(Seat, row) for row in rows)
    return in_order(one for one in seats if one.status == "booked")


def in_order(seats: Iterable[Seat]) -> tuple[Seat, ...]:
    """Return seats in the order in which they were booked."""
    return tuple(sorted(seats, key=lambda one: (one.made_at, one.id)))


def _key(one: AppointmentWithVisit) -> str:
    return day_key(one.appointment.start, one.appointment.id)
