"""The figures of the usage report: what each number counts.

- **visits**: visits that took place in a period, by the day on which they began; nobody came: not among them.
- **completed**, **no-shows**, **not admitted**: those that ended in this status.
- **average duration**: of the visits in which staff and an attendee met.
- **average wait**: of the visits with an attendee in the waiting room.
"""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial, reduce
from operator import mul
from typing import TYPE_CHECKING

from shared.domain.reports.period import DAY, ReportPeriod
from shared.domain.reports.visit_columns import EHR, MARKS, MICROSECOND, NOT, STATUS, STATUSES, VisitColumns


if TYPE_CHECKING:
    from array import array

ZERO = timedelta()
SIZE = 8  # bytes of a number
SIGN, NEGATIVE = 7 if sys.byteorder == "little" else 0, 255  # the byte by which a number is NOT


@dataclass(frozen=True, slots=True)
class VisitFilter:
    """Which visits count; each empty value lets all pass. `shortest` is the minimum duration.

    With `own`, only visits of one of these people count; with `has_met` and `has_waited` those that the averages
    are of.
    """

    service: str = ""
    person: str = ""
    status: str = ""
    kind: str = ""
    shortest: timedelta = ZERO
    own: frozenset[str] | None = None
    has_met: bool = False
    has_waited: bool = False

    def of(self, visits: VisitColumns) -> VisitColumns:
        """Return the visits that count."""
        if self == VisitFilter():
            return visits
        marks = bytes(self._admits(mark) for mark in range(MARKS))
        masks: list[Iterable[object]] = [visits.marks.translate(marks + bytes(256 - MARKS))]
        if self.service:
            services = [one.service == self.service for one in visits.service_list]
            masks.append(map(services.__getitem__, visits.services))
        if self.person:
            staff = [self.person in one.staff for one in visits.staff_list]
            masks.append(map(staff.__getitem__, visits.staff))
        if self.own is not None:
            own = [not self.own.isdisjoint(one.staff) for one in visits.staff_list]
            masks.append(map(own.__getitem__, visits.staff))
        if self.has_met:
            masks.append(map(bool, visits.durations))
        if self.has_waited:
            masks.append(map(NOT.__ne__, visits.waits))
        if self.shortest:
            masks.append(map((self.shortest // MICROSECOND).__le__, visits.durations))
        # times True or False is True or False, and an all() for each visit would take three times as long
        return visits.compressed(list(reduce(partial(map, mul), masks)))

    def _admits(self, mark: int) -> bool:
        is_status = not self.status or STATUSES.index(self.status) == mark & STATUS
        return is_status and self.kind in ("", "ehr" if mark & EHR else "bookings")


@dataclass(slots=True)
class VisitFigures:
    """Counts and sums of visits, which can be added up; the averages follow from them."""

    visits: int = 0
    bookings: int = 0
    ehr: int = 0
    completed: int = 0
    no_shows: int = 0
    not_admitted: int = 0
    met: int = 0
    waited: int = 0
    duration: timedelta = ZERO
    wait: timedelta = ZERO

    def add(self, visits: VisitColumns) -> None:
        """Count visits."""
        counts = [visits.marks.count(mark) for mark in range(MARKS)]
        number = len(visits)
        self.visits += number
        ehr = sum(count for mark, count in enumerate(counts) if mark & EHR)
        self.bookings += number - ehr
        self.ehr += ehr
        self.completed += _of_status(counts, "completed")
        self.no_shows += _of_status(counts, "no_show")
        self.not_admitted += _of_status(counts, "not_admitted")
        self.met += number - _zeros(visits.durations)
        self.duration += sum(visits.durations) * MICROSECOND
        missing = visits.waits.tobytes()[SIGN::SIZE].count(NEGATIVE)
        self.waited += number - missing
        self.wait += (sum(visits.waits) - NOT * missing) * MICROSECOND

    def __add__(self, other: "VisitFigures") -> "VisitFigures":
        return VisitFigures(
            self.visits + other.visits,
            self.bookings + other.bookings,
            self.ehr + other.ehr,
            self.completed + other.completed,
            self.no_shows + other.no_shows,
            self.not_admitted + other.not_admitted,
            self.met + other.met,
            self.waited + other.waited,
            self.duration + other.duration,
            self.wait + other.wait,
        )

    @property
    def average_duration(self) -> timedelta | None:
        """Return the average of the visits in which staff and an attendee met; None without any."""
        return self.duration / self.met if self.met else None

    @property
    def average_wait(self) -> timedelta | None:
        """Return the average of the visits with an attendee in the waiting room; None without any."""
        return self.wait / self.waited if self.waited else None


def figures_of(visits: Iterable[VisitColumns]) -> VisitFigures:
    """Return the figures of some visits."""
    found = VisitFigures()
    for part in visits:
        found.add(part)
    return found


def figures_by_day(visits: Sequence[VisitColumns], period: ReportPeriod) -> dict[date, VisitFigures]:
    """Return the figures of each day of the period, in order; visits of other days are left out."""
    found = {day: VisitFigures() for day in period.days}
    midnights = {day: period.midnight(day) for day in (*found, period.last + DAY)}
    for part in visits:
        day = max(period.day_of(part.first), period.first) if part else period.last + DAY
        low = part.place(midnights[day]) if part and day in midnights else 0
        while day in found and low < len(part):
            high = part.place(midnights[day + DAY])
            found[day].add(part.cut(low, high))
            day, low = day + DAY, high
    return found


def _zeros(column: "array[int]") -> int:
    """Return how many numbers are zero: of these each byte is. To look at each takes five times as long."""
    packed, found = column.tobytes(), 0
    for place in range(SIZE):
        found |= int.from_bytes(packed[place::SIZE], sys.byteorder)
    return found.to_bytes(len(column), sys.byteorder).count(0)


def _of_status(counts: Sequence[int], status: str) -> int:
    return sum(count for mark, count in enumerate(counts) if mark & STATUS == STATUSES.index(status))
