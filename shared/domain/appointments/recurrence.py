"""When a series takes place: every few days, weeks or months, at the same time by a zone's clock."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, islice
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from shared.domain.errors import InvalidFields
from shared.domain.model import Request


Frequency = Literal["daily", "weekly", "monthly_by_date", "monthly_by_weekday", "monthly_by_last_weekday"]
FEWEST, MOST = 2, 52
MOST_YEARS = 10
DAYS_OF_WEEK = 7


class Recurrence(Request):
    """The rule of a series. It ends after `times`, or with the day `until`; one of them is given.

    daily                    every `every` days
    weekly                   on `weekdays` (0 is Monday) of every `every`th week; without any, on that of the start
    monthly_by_date          on the day of the month of the start; a month without it has its last day instead
    monthly_by_weekday       as the start: such as each second Tuesday; a fifth one is the last
    monthly_by_last_weekday  on the last such weekday of the month
    """

    frequency: Frequency
    every: int = Field(default=1, ge=1, le=99)
    weekdays: tuple[int, ...] = Field(default=(), max_length=DAYS_OF_WEEK)
    times: int | None = Field(default=None, ge=FEWEST, le=MOST)
    until: date | None = None

    def starts(self, start: datetime, zone: str) -> list[datetime]:
        """Return the starts in UTC, in order: the first on the day of `start`, or after it if the rule skips that.

        Raise InvalidFields for a rule without an end, for one with fewer than two or too many starts, and for one
        that goes on for too long.
        """
        local = start.astimezone(ZoneInfo(zone))
        days = self._ended(local.date())
        return [at_clock(day, local.time().replace(tzinfo=None), zone) for day in days]

    def _ended(self, first: date) -> list[date]:
        if (self.times is None) == (self.until is None):
            raise InvalidFields([("/times", "either a number or a last day")])
        found: list[date] = []
        last = self.until or date.max
        for day in islice(self._days(first), self.times or MOST + 1):
            if day > last:
                break
            if day.year > first.year + MOST_YEARS:
                raise InvalidFields([("/every", f"at most {MOST_YEARS} years in all")])
            found.append(day)
        if not FEWEST <= len(found) <= MOST:
            raise InvalidFields([("/until", f"{FEWEST} to {MOST} appointments")])
        return found

    def _days(self, first: date) -> Iterator[date]:
        """Yield the days of the rule from `first` on, without end."""
        if self.frequency == "daily":
            return (first + timedelta(days=self.every * number) for number in count())
        return self._weekly(first) if self.frequency == "weekly" else self._monthly(first)

    def _weekly(self, first: date) -> Iterator[date]:
        monday = first - timedelta(days=first.weekday())
        weekdays = sorted({one % DAYS_OF_WEEK for one in self.weekdays}) or [first.weekday()]
        for number in count():
            week = monday + timedelta(weeks=self.every * number)
            for weekday in weekdays:
                if (day := week + timedelta(days=weekday)) >= first:
                    yield day

    def _monthly(self, first: date) -> Iterator[date]:
        is_last = self.frequency == "monthly_by_last_weekday"
        place = 0 if is_last else (first.day + 6) // DAYS_OF_WEEK
        for number in count():
            years, month = divmod(first.month - 1 + self.every * number, 12)
            of_month = date(first.year + years, month + 1, 1)
            if self.frequency == "monthly_by_date":
                yield of_month.replace(day=min(first.day, _length(of_month)))
            elif (day := _weekday_of(of_month, first.weekday(), place)) >= first:
                yield day


def at_clock(day: date, clock: time, zone: str) -> datetime:
    """Return the moment at which a zone's clock shows a time on a day, in UTC.

    Of two, when clocks go back, it is the first. A time that clocks leap over comes as much later as they leap.
    """
    return datetime.combine(day, clock.replace(fold=0), ZoneInfo(zone)).astimezone(UTC)


def shifted(start: datetime, old: datetime, new: datetime, zone: str) -> datetime:
    """Return where `start` moves if another of its series moves: by as many days, to its time of the clock."""
    here, before, after = (one.astimezone(ZoneInfo(zone)) for one in (start, old, new))
    return at_clock(here.date() + (after.date() - before.date()), after.time().replace(tzinfo=None), zone)


def _length(month: date) -> int:
    return monthrange(month.year, month.month)[1]


def _weekday_of(month: date, weekday: int, place: int) -> date:
    """Return the `place`th such weekday of a month; its last one for place 0, and for a fifth that it lacks."""
    first = 1 + (weekday - month.weekday()) % DAYS_OF_WEEK
    most = (_length(month) - first) // DAYS_OF_WEEK + 1
    return month.replace(day=first + (min(place or most, most) - 1) * DAYS_OF_WEEK)
