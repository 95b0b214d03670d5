"""Finds the coming appointments of a person on a calendar's staff, and counts those of a calendar."""

from dataclasses import dataclass
from datetime import datetime

from shared.domain.calendar.business import Calendar
from shared.records.keys import days_from, id_of, start_of
from shared.use_cases.ports import Store


LONGEST_LIST = 100
COLUMNS = ("staff", "status", "service", "end")


@dataclass(frozen=True, slots=True)
class UpcomingAppointment:
    """A coming appointment, with as much as its person may see by a link in a message."""

    start: datetime
    end: datetime
    service: str
    id: str = ""


async def find_upcoming(
    calendar: Calendar, person: str, *, store: Store, now: datetime
) -> list[UpcomingAppointment]:
    """Return the person's appointments that start from now on, the nearest hundred; one round trip."""
    page = await store.table.range("bookings", calendar.business.id, *days_from(now), COLUMNS)
    found = []
    for row in page.rows:
        if person in str(row.values["staff"]).split(",") and row.values["status"] != "cancelled":
            service = calendar.services.get(str(row.values["service"]))
            end = datetime.fromisoformat(str(row.values["end"]))
            name = service.name if service else ""
            found.append(UpcomingAppointment(start_of(row.key), end, name, id_of(row.key)))
    return found[:LONGEST_LIST]


async def count_coming(business: str, *, store: Store, now: datetime) -> int:
    """Return how many appointments of a calendar start from now on and are not cancelled; one round trip."""
    page = await store.table.range("bookings", business, *days_from(now), ("status",))
    return sum(row.values["status"] != "cancelled" for row in page.rows)
