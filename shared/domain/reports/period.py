"""The days that a report is about, by the clock of one zone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


DAY = timedelta(days=1)
MOST_DAYS = 400


@dataclass(frozen=True, slots=True)
class ReportPeriod:
    """The days from `first` to `last`, both included, in a time zone."""

    first: date
    last: date
    zone: str

    @property
    def days(self) -> Iterator[date]:
        """Yield each day."""
        return (self.first + number * DAY for number in range(self.length))

    @property
    def length(self) -> int:
        """Return the number of days."""
        return (self.last - self.first).days + 1

    @property
    def start(self) -> datetime:
        """Return the first moment, in UTC."""
        return self.midnight(self.first)

    @property
    def end(self) -> datetime:
        """Return the first moment after it, in UTC."""
        return self.midnight(self.last + DAY)

    @property
    def before(self) -> "ReportPeriod":
        """Return the period of equal length that ends where this one begins."""
        return ReportPeriod(self.first - self.length * DAY, self.first - DAY, self.zone)

    def day_of(self, moment: datetime) -> date:
        """Return the day of a moment, which need not be in the period."""
        return moment.astimezone(ZoneInfo(self.zone)).date()

    def midnight(self, day: date) -> datetime:
        """Return the moment at which a day begins, in UTC."""
        return datetime.combine(day, time(), ZoneInfo(self.zone)).astimezone(UTC)


def last_days(number: int, today: date, zone: str) -> ReportPeriod:
    """Return the period of so many days that ends today."""
    return ReportPeriod(today - (number - 1) * DAY, today, zone)


def this_month(today: date, zone: str) -> ReportPeriod:
    """Return the period from the first day of the month to today."""
    return ReportPeriod(today.replace(day=1), today, zone)
