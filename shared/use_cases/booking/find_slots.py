"""Finds what can be booked of a service: settings from the cache, masks in one wave of reads."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from shared.domain.availability.slots import AvailableSlots, BookingRules, Session
from shared.domain.calendar.business import Calendar
from shared.domain.calendar.service import Service
from shared.domain.errors import InvalidFields, NotFound
from shared.domain.timeline.hours import days_window
from shared.domain.timeline.ledger import busy_in, months_in
from shared.domain.timeline.ticks import Window
from shared.use_cases.ports import Store


if TYPE_CHECKING:
    from shared.domain.appointments.appointment import Appointment


MAXIMUM_DAYS = 62
BEFORE, AFTER = timedelta(days=14), timedelta(days=30)


class SlotsRequest(NamedTuple):
    """The local days first…last, both included, in `zone`; `staff` restricts to one person.

    `moving` is the appointment that is to be moved: its own ticks count as free.
    """

    service: str
    first: date
    last: date
    zone: str
    staff: str | None = None
    moving: "Appointment | None" = None

    def person_for(self, service: Service) -> str | None:
        """Return the one person whose times are asked for, None where everybody's matter."""
        is_one = self.staff in service.staff and service.assignment == "one"
        return self.staff if is_one else None


async def find_slots(
    request: SlotsRequest, *, calendar: Calendar, store: Store, now: datetime, grace: timedelta = timedelta()
) -> AvailableSlots:
    """Return what is offered of a service on these days; one round trip deep if the cached settings are current.

    Raise NotFound for an unknown service, and InvalidFields for days that are reversed, too many or out of range.
    """
    service = service_of(calendar, request.service)
    days = _days(request)
    window, person = BookingRules(calendar, service, days, now).window, request.person_for(service)
    current, masks, sessions = await asyncio.gather(
        store.calendars.current(calendar),
        store.calendars.busy(calendar.business.id, months_in(window), len(calendar.staff), person or ""),
        sessions_of([service], calendar=calendar, days=days, store=store),
    )
    if current is not calendar:  # hours or staff may differ, so the masks may be of other people or months
        return await find_slots(request, calendar=current, store=store, now=now, grace=grace)
    judge = BookingRules(calendar, service, days, now, grace, person)
    return offered(judge, masks, sessions.get(service.id, ()), request.staff, request.moving)


def offered(
    judge: BookingRules,
    masks: Mapping[str, Mapping[str, int]],
    sessions: Sequence[Session],
    staff: str | None = None,
    moving: "Appointment | None" = None,
) -> AvailableSlots:
    """Return what the rules offer beside the busy `masks` (by month, then person) and the open `sessions`."""
    starts = judge.starts(_busy(judge, masks, moving))
    chosen = staff if judge.service.assignment == "one" else None
    return AvailableSlots(judge.calendar, judge.service, judge.window, starts, judge.joinable(sessions), chosen)


def days_around(day: date, today: date) -> tuple[date, date]:
    """Return the first and last day to search for the times nearest to one on `day`; none is before `today`."""
    return max(day - BEFORE, today), max(day, today) + AFTER


def service_of(calendar: Calendar, service: str) -> Service:
    """Return a service of the calendar by its id. Raise NotFound."""
    found = calendar.services.get(service)
    if found is None:
        raise NotFound
    return found


def _days(request: SlotsRequest) -> Window:
    if request.last < request.first:
        raise InvalidFields([("/to", "before /from")])
    if (request.last - request.first).days >= MAXIMUM_DAYS:
        raise InvalidFields([("/to", f"at most {MAXIMUM_DAYS} days in one request")])
    if not 1971 <= request.first.year <= request.last.year <= 2200:
        raise InvalidFields([("/from", "a date within reach")])
    return days_window(request.first, request.last, request.zone)


async def sessions_of(
    services: Iterable[Service], *, calendar: Calendar, days: Window, store: Store
) -> Mapping[str, Sequence[Session]]:
    """Return the open sessions that start in `days`, by service; a service for one customer at a time has none."""
    groups = [one.id for one in services if one.is_group]
    if not groups:
        return {}
    first, last = days.moment(0), days.moment(len(days))
    return await store.calendars.sessions(calendar.business.id, groups, first, last)


def _busy(
    judge: BookingRules, masks: Mapping[str, Mapping[str, int]], moving: "Appointment | None"
) -> dict[str, int]:
    """Return one mask for each person of the service, its months joined into the rules' window."""
    window, found = judge.window, {}
    for person in judge.people():
        busy = busy_in(window, {month: people.get(person.id, 0) for month, people in masks.items()})
        if moving and moving.capacity == 1 and person.id in moving.staff:
            busy &= ~window.cut(*moving.claim)
        found[person.id] = busy
    return found
