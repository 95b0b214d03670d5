"""The queue as JSON, under the address of its page: `GET /console/queue` with `Accept: application/json`.

It takes the same query as the page (calendar, day, service, staff, name, status, online=1, page) from the same
people, by session or by token; an ETag that is still current is answered with 304.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

import azure.functions as func

from functions.console.queue.query import QueueQuery
from functions.http.boundary import json_response
from shared.domain.appointments.appointment import Status
from shared.domain.calendar.business import Calendar
from shared.domain.model import Model
from shared.domain.visits.queue import QueueLine


class Named(Model):
    """A service or a person, by id and name."""

    id: str
    name: str


class ShownCalendar(Model):
    """A calendar in the queue. `day` is the day shown, in its time zone."""

    id: str
    slug: str
    name: str
    time_zone: str
    day: date


class Waiting(Model):
    """An attendee in the waiting room. `party` is the id to admit; `isHere`: their page is still open."""

    party: str
    name: str
    is_here: bool


class ShownAppointment(Model):
    """An appointment in the queue.

    `unanswered` is what an attendee who waits wrote last, unless staff have written since. `waitSeconds` is from
    the first attendee's arrival to the first admission, or until now.
    """

    id: str
    calendar: str
    status: Status
    start: datetime
    end: datetime
    service: Named
    staff: list[Named]
    customer: str
    attendees: int
    is_online: bool
    origin: str
    is_late: bool
    has_left: bool
    wait_seconds: int | None = None
    waiting_since: datetime | None = None
    waiting: list[Waiting]
    devices: list[str]
    unanswered: str | None = None


class QueueDocument(Model):
    """`counts` are of all appointments that match, `appointments` one page of those with the chosen status."""

    calendars: list[ShownCalendar]
    counts: dict[str, int]
    total: int
    page: int
    page_size: int
    appointments: list[ShownAppointment]


class QueuePage(NamedTuple):
    """One page of lines, their counts by status, and how many lines all pages have together."""

    lines: Sequence[QueueLine]
    counts: Mapping[str, int]
    total: int
    page_size: int


def queue_json(seen: QueueQuery, chosen: QueuePage) -> func.HttpResponse:
    """Return as JSON what the page shows."""
    calendars = {one.calendar.business.id: one.calendar for one in seen.shown}
    document = QueueDocument(
        calendars=[_calendar(one.calendar, seen.day_in(one)) for one in seen.shown],
        counts=dict(chosen.counts),
        total=chosen.total,
        page=seen.page,
        page_size=chosen.page_size,
        appointments=[_shown(line, calendars[line.planned.business]) for line in chosen.lines],
    )
    return json_response(document)


def _calendar(calendar: Calendar, day: date) -> ShownCalendar:
    one = calendar.business
    return ShownCalendar(id=one.id, slug=one.slug, name=one.name, time_zone=one.time_zone, day=day)


def _shown(line: QueueLine, calendar: Calendar) -> ShownAppointment:
    planned, service = line.planned, calendar.services.get(line.planned.service)
    people = calendar.people(planned.staff)
    return ShownAppointment(
        id=planned.id,
        calendar=planned.business,
        status=line.status,
        start=planned.start,
        end=planned.end,
        service=Named(id=planned.service, name=service.name if service else ""),
        staff=[Named(id=one.id, name=one.name) for one in people],
        customer=planned.name,
        attendees=planned.filled,
        is_online=planned.is_online,
        origin=planned.origin,
        is_late=line.is_late,
        has_left=line.has_gone,
        wait_seconds=int(line.wait.total_seconds()) if line.wait is not None else None,
        waiting_since=line.waits_since,
        waiting=[Waiting(party=party, name=name, is_here=is_here) for party, name, is_here in line.waiting],
        devices=line.devices.split(),
        unanswered=line.unanswered or None,
    )
