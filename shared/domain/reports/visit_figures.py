"""The figures of the usage report: what each number counts.

- **visits**: visits that took place in a period, by the day on which they began; nobody came: not among them.
- **completed**, **no-shows**, **not admitted**: those that ended in this status.
- **average duration**: of the visits in which staff and an attendee met.
- **average wait**: of the visits with an attendee in the waiting room.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from shared.domain.reports.period import ReportPeriod
from shared.domain.visits.fact import VisitFact


ZERO = timedelta()


@dataclass(frozen=True, slots=True)
class VisitFilter:
    """Which visits count; each empty value lets all pass. `shortest` is the minimum duration."""

    service: str = ""
    person: str = ""
    status: str = ""
    kind: str = ""
    shortest: timedelta = ZERO

    def admits(self, fact: VisitFact) -> bool:
        """Return whether a visit counts."""
        return (
            self.service in ("", fact.service)
            and (not self.person or self.person in fact.staff)
            and self.status in ("", fact.status)
            and self.kind in ("", fact.kind)
            and fact.duration >= self.shortest
        )


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

    def add(self, fact: VisitFact) -> None:
        """Count a visit."""
        self.visits += 1
        self.bookings += fact.kind == "bookings"
        self.ehr += fact.kind == "ehr"
        self.completed += fact.status == "completed"
        self.no_shows += fact.status == "no_show"
        self.not_admitted += fact.status == "not_admitted"
        self.met += fact.duration > ZERO
        self.duration += fact.duration
        if fact.wait is not None:
            self.waited += 1
            self.wait += fact.wait

    @property
    def average_duration(self) -> timedelta | None:
        """Return the average of the visits in which staff and an attendee met; None without any."""
        return self.duration / self.met if self.met else None

    @property
    def average_wait(self) -> timedelta | None:
        """Return the average of the visits with an attendee in the waiting room; None without any."""
        return self.wait / self.waited if self.waited else None


def figures_of(facts: Iterable[VisitFact]) -> VisitFigures:
    """Return the figures of some visits."""
    found = VisitFigures()
    for fact in facts:
        found.add(fact)
    return found


def figures_by_day(facts: Iterable[VisitFact], period: ReportPeriod) -> dict[date, VisitFigures]:
    """Return the figures of each day of the period, in order; visits of other days are left out."""
    found = {day: VisitFigures() for day in period.days}
    for fact in facts:
        if figures := found.get(period.day_of(fact.start)):
            figures.add(fact)
    return found
