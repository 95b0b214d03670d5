"""Days of a clinic in Paris, and what it offers on them, for tests of availability."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from shared.domain.availability.slots import (
    AvailableSlots,
    BookingRules,
)
from shared.domain.calendar.policy import SchedulingPolicy
from shared.domain.timeline.hours import days_window, weekdays
from shared.domain.timeline.ticks import ceil_tick, floor_tick
from tests.support.builders import a_business, a_calendar, a_person, a_service


PARIS = ZoneInfo("Europe/Paris")
DAY = date(2027, 1, 12)  # a Tuesday
LONG_BEFORE = datetime(2027, 1, 4, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def at(clock, day=DAY, zone=PARIS, fold=0):
    hours, minutes = clock.split(":")
    return datetime(day.year, day.month, day.day, int(hours), int(minutes), tzinfo=zone, fold=fold)


def offered(calendar, *, day=DAY, days=1, now=LONG_BEFORE, taken=(), sessions=(), staff=None, grace=timedelta()):
    """Return the offer of the calendar's only service; `taken` is (person, start, end)."""
    (service,) = calendar.services.values()
    zone = calendar.business.time_zone
    judge = BookingRules(calendar, service, days_window(day, day + timedelta(days=days - 1), zone), now, grace)
    busy: dict[str, int] = {}
    for person, start, end in taken:
        busy[person] = busy.get(person, 0) | judge.window.cut(floor_tick(start), ceil_tick(end))
    return AvailableSlots(
        calendar, service, judge.window, judge.starts(busy), judge.joinable(list(sessions)), staff
    )


def clock_of(offer, pattern="%H:%M"):
    zone = ZoneInfo(offer.calendar.business.time_zone)
    return [slot.start.astimezone(zone).strftime(pattern) for slot in offer.slots()]


def a_clinic(hours=((540, 720),), *, people=None, business=(), policy=(), **service):
    policy = SchedulingPolicy(**{"maximum_advance": timedelta(days=60), **dict(policy)})
    values = {"hours": weekdays(*hours, days=range(7)), "policy": policy, **dict(business)}
    people = people or [a_person()]
    service = {"staff": tuple(one.id for one in people), **service}
    return a_calendar(a_business(**values), [a_service(**service)], people)
