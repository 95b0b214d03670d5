"""Reads the queue of a day, and an appointment of it for a member of staff to act on."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from shared.domain.appointments.appointment import Appointment
from shared.domain.calendar.business import Calendar, StaffMember
from shared.domain.errors import NotFound
from shared.domain.visits.queue import QueueEntry
from shared.records.codec import load_row
from shared.records.keys import appointment_key, visit_key
from shared.records.queue import listed_entry
from shared.records.table import Marks
from shared.records.visits import load_visit
from shared.use_cases.ports import Store
from shared.use_cases.visits.find_visit import VisitAccess


def day_of(calendar: Calendar, day: date) -> tuple[datetime, datetime]:
    """Return when a day begins and ends in the business's time zone, in UTC."""
    zone = ZoneInfo(calendar.business.time_zone)
    first = datetime(day.year, day.month, day.day, tzinfo=zone)
    next_day = day + timedelta(days=1)
    last = datetime(next_day.year, next_day.month, next_day.day, tzinfo=zone)
    return first.astimezone(UTC), last.astimezone(UTC)


async def queue_marks(calendar: Calendar, day: date, *, store: Store) -> Marks:
    """Return what last changed the queue of a day: while that is the same, so is the queue."""
    return await store.queues.marks(calendar, *day_of(calendar, day))


async def find_queue(
    calendar: Calendar, day: date, marks: Marks | None = None, *, store: Store
) -> tuple[list[QueueEntry], str]:
    """Return all entries of a day, and their version; an empty version if they may be of several moments.

    Hours that the `marks`, read before, show as changed are read again; without them, all that this process lacks.
    """
    return await store.queues.day(calendar, *day_of(calendar, day), marks)


async def find_queued(appointment: str, calendar: Calendar, person: StaffMember, *, store: Store) -> VisitAccess:
    """Return an appointment of the queue with the rights of a member of staff. Raise NotFound."""
    row = await store.table.get("bookings", calendar.business.id, appointment_key(appointment))
    if row is None:
        raise NotFound
    found = load_row(Appointment, row)
    visit = await store.table.get("bookings", calendar.business.id, visit_key(found.start, found.id))
    service = found.service_of(calendar.services.get(found.service))
    return VisitAccess(calendar, service, found, load_visit(visit.values if visit else None), visit, person=person)


async def find_planned(appointment: Appointment, calendar: Calendar, *, store: Store) -> QueueEntry:
    """Return an appointment as the queue lists it; one point read."""
    key = visit_key(appointment.start, appointment.id)
    row = await store.table.get("bookings", calendar.business.id, key)
    return listed_entry(appointment, load_visit(row.values if row else None), calendar)
