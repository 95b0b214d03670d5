"""Time off as people type it: dates and times of a clock, whole days, weeks in a row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from functions.console.forms.problems import WrongFields
from shared.domain.appointments.appointment import TimeOff
from shared.domain.timeline.hours import local_date


if TYPE_CHECKING:
    from collections.abc import Sequence
    from gettext import NullTranslations

    from shared.domain.calendar.business import Business, StaffMember

DAY, WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True)
class TypedTimeOff:
    """What a form about time off holds. `times` are those of the first and of the last day, unless it is all day.

    Whole days are those of each person's own time zone; times are by the clock of the calendar.
    """

    title: str
    days: tuple[date, date]
    times: tuple[time, time] = (time(9), time(17))
    is_all_day: bool = True
    notes: str = ""
    people: tuple[str, ...] = ()
    weeks: int = 1
    is_quiet: bool = False

    @property
    def length(self) -> timedelta:
        """How long one of them is on the clock."""
        (first, last), (start, end) = self.days, self.times
        if self.is_all_day:
            return last + DAY - first
        return datetime.combine(last, end) - datetime.combine(first, start)

    def periods(self, person: StaffMember, business: Business, texts: NullTranslations) -> list[TimeOff]:
        """Return a person's times off, one for each week. Raises WrongFields for a time that a clock skips."""
        return [self._period(person, business, WEEK * week, texts) for week in range(self.weeks)]

    def _period(
        self, person: StaffMember, business: Business, later: timedelta, texts: NullTranslations
    ) -> TimeOff:
        first, last = (day + later for day in self.days)
        if self.is_all_day:
            zone = person.time_zone or business.time_zone
            start, end = _moment(first, time(), zone), _moment(last + DAY, time(), zone)
        else:
            start, end = (
                _moment_on(day, clock, business.time_zone, name, texts)
                for day, clock, name in zip((first, last), self.times, ("start", "end"), strict=True)
            )
        return TimeOff(
            id="new",
            staff=person.id,
            title=self.title,
            notes=self.notes,
            start=start,
            end=end,
            is_all_day=self.is_all_day,
        )


def typed_of(off: TimeOff, person: StaffMember, business: Business) -> TypedTimeOff:
    """Return a time off as its form shows it."""
    zone = (person.time_zone if off.is_all_day else None) or business.time_zone
    last = off.end - timedelta.resolution if off.is_all_day else off.end
    days = (local_date(off.start, zone), local_date(last, zone))
    shown = TypedTimeOff(off.title, days, is_all_day=off.is_all_day, notes=off.notes, people=(person.id,))
    if off.is_all_day:
        return shown
    start, end = (moment.astimezone(ZoneInfo(zone)).time() for moment in (off.start, off.end))
    return TypedTimeOff(off.title, days, (start, end), is_all_day=False, notes=off.notes, people=(person.id,))


def days_of(off: TimeOff, zone: str) -> Sequence[date]:
    """Return the first and the last day of a time off in a time zone."""
    return local_date(off.start, zone), local_date(off.end - timedelta.resolution, zone)


def _moment(day: date, clock: time, zone: str) -> datetime:
    return datetime.combine(day, clock, ZoneInfo(zone)).astimezone(UTC)


def _moment_on(day: date, clock: time, zone: str, name: str, texts: NullTranslations) -> datetime:
    moment = _moment(day, clock, zone)
    if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != datetime.combine(day, clock):
        text = texts.gettext("This time doesn’t exist on %(day)s: the clocks go forward. Choose one an hour later")
        raise WrongFields({f"{name}_time": text % {"day": day.isoformat()}})
    return moment
