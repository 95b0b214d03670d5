"""How many booked places were given up, how many of them late, and why.

- **booked**: places of the appointments that start in a period, cancelled ones too; a group has many, others one.
- **late**: see shared/domain/appointments/cancellation.py. Of what was cancelled before that was kept it is not
  known: such places are in no share of late ones.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from shared.domain.appointments.cancellation import PlacesLeft
from shared.domain.reports.no_shows import FEWEST, Hour


QUARTER = timedelta(minutes=15)


class BookedPlaces(NamedTuple):
    """The places of an appointment: those still taken, those given up, and those of which no more is known."""

    taken: int
    left: tuple[PlacesLeft, ...] = ()
    unknown: int = 0


class PlacesOf(NamedTuple):
    """The places of an appointment of a service with these people."""

    service: str
    staff: tuple[str, ...]
    places: BookedPlaces


class PlacesIn(NamedTuple):
    """The places of an appointment that starts in an hour of the week."""

    hour: Hour
    places: BookedPlaces


@dataclass(slots=True)
class CancelledPlaces:
    """How many places were booked and given up; `of_customers` are the late ones given up by customers."""

    booked: int = 0
    cancelled: int = 0
    late: int = 0
    of_customers: int = 0
    unknown: int = 0

    def add(self, one: BookedPlaces, times: int) -> None:
        """Count the places of so many appointments that are alike."""
        gone, late = sum(left.number for left in one.left), [left for left in one.left if left.is_late]
        self.booked += times * (one.taken + gone + one.unknown)
        self.cancelled += times * (gone + one.unknown)
        self.unknown += times * one.unknown
        self.late += times * sum(left.number for left in late)
        self.of_customers += times * sum(left.number for left in late if left.by == "customer")

    def add_up(self, other: "CancelledPlaces") -> None:
        """Count the places of others too."""
        self.booked += other.booked
        self.cancelled += other.cancelled
        self.late += other.late
        self.of_customers += other.of_customers
        self.unknown += other.unknown

    @property
    def share_late(self) -> float | None:
        """Return the share of places that were given up late; None of so few that it would be chance."""
        known = self.booked - self.unknown
        return self.late / known if known >= FEWEST else None


@dataclass(frozen=True, slots=True)
class BookedDay:
    """The places of the appointments that start on one day of UTC: by service, person and quarter of an hour.

    The first quarter of the day is 0. The clock of every zone differs from UTC by whole quarters.
    """

    services: Mapping[str, CancelledPlaces]
    people: Mapping[str, CancelledPlaces]
    quarters: Mapping[int, CancelledPlaces]
    reasons: Mapping[str, int]


@dataclass(slots=True)
class CancellationReport:
    """The places of a period: all, by service, by person and by hour; and the reasons that customers gave."""

    whole: CancelledPlaces = field(default_factory=CancelledPlaces)
    services: dict[str, CancelledPlaces] = field(default_factory=dict)
    people: dict[str, CancelledPlaces] = field(default_factory=dict)
    hours: dict[Hour, CancelledPlaces] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)

    def add_day(self, day: BookedDay, start: datetime, clock: ZoneInfo) -> None:
        """Count the places of a day that starts then."""
        for name, places in day.services.items():
            self.whole.add_up(places)
            self.services.setdefault(name, CancelledPlaces()).add_up(places)
        for name, places in day.people.items():
            self.people.setdefault(name, CancelledPlaces()).add_up(places)
        for quarter, places in day.quarters.items():
            hour = hour_at(start + quarter * QUARTER, clock)
            self.hours.setdefault(hour, CancelledPlaces()).add_up(places)
        self.reasons.update(day.reasons)


def cancellations_of(kinds: Mapping[PlacesOf, int], hours: Mapping[PlacesIn, int]) -> CancellationReport:
    """Return the report of appointments, counted once by what they are of and once by when they start.

    A place with several people counts for each.
    """
    found = CancellationReport()
    for one, times in kinds.items():
        found.whole.add(one.places, times)
        found.services.setdefault(one.service, CancelledPlaces()).add(one.places, times)
        for person in one.staff:
            found.people.setdefault(person, CancelledPlaces()).add(one.places, times)
        for left in one.places.left:
            if left.by == "customer":
                found.reasons[left.reason] += times * left.number
    for at, times in hours.items():
        found.hours.setdefault(at.hour, CancelledPlaces()).add(at.places, times)
    return found


def hour_at(start: datetime, clock: ZoneInfo) -> Hour:
    """Return the hour of the week at a moment."""
    local = start.astimezone(clock)
    return Hour(local.weekday(), local.hour)


def local_hour(start: datetime, clock: ZoneInfo) -> Hour | None:
    """Return the hour of the week that an hour of UTC is on a clock; None where it is parts of two."""
    first = start.astimezone(clock)
    last = (start + timedelta(minutes=59)).astimezone(clock)
    return hour_at(start, clock) if first.hour == last.hour else None
