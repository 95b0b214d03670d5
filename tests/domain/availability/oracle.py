"""The rule of availability said a second time, slowly: it walks the minutes one by one and knows no masks.

It reads settings only (hours, dates, policy, people) and appointments as stretches of time. It imports nothing
of what turns settings into masks, so that both can be wrong only in different ways.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from zoneinfo import ZoneInfo

from shared.domain.calendar.business import Calendar, StaffMember
from shared.domain.calendar.service import Service


MINUTE = timedelta(minutes=1)
PIECE = 5  # minutes: hours round inwards to it, what is claimed rounds outwards
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def minute_of(moment: datetime) -> int:
    """Return the whole minutes since the epoch, rounded down."""
    return int((moment - BEGINNING).total_seconds() // 60)


def whole_minutes(duration: timedelta) -> int:
    return int(-(-duration.total_seconds() // 60))


def down(minute: int) -> int:
    return minute - minute % PIECE


def up(minute: int) -> int:
    return minute + -minute % PIECE


@cache
def lies_in(minute: int, intervals) -> bool:
    """Tell whether the piece of 5 minutes around a minute of the day lies in the intervals, taken together."""
    piece = range(down(minute), down(minute) + PIECE)
    return all(any(start <= one < end for start, end in intervals) for one in piece)


@dataclass
class Oracle:
    """`taken` is what each person has on, as (start, end) pairs; `first` and `end` bound the starts that are asked."""

    calendar: Calendar
    service: Service
    first: datetime
    end: datetime
    now: datetime
    grace: timedelta = timedelta()
    taken: dict[str, list[tuple[datetime, datetime]]] = field(default_factory=dict)
    _clocks: dict[str, dict[int, datetime]] = field(default_factory=dict)

    def starts(self) -> dict[str, list[datetime]]:
        """Return, for each person who has any, the starts at which they can be booked."""
        found = {}
        wanted = [minute for minute in self._minutes if self._is_in_time(minute) and self._is_on_grid(minute)]
        for person in self.calendar.staff_of(self.service):
            starts = [minute for minute in wanted if self._serves(person, minute)]
            if starts:
                found[person.id] = [BEGINNING + minute * MINUTE for minute in starts]
        return found

    def may_join(self, start: datetime) -> bool:
        """Tell whether an open session at a start may be joined: on bookable dates, within the lead times."""
        return self.first <= start < self.end and self._is_in_time(minute_of(start)) and self._is_bookable(start)

    @property
    def _minutes(self) -> range:
        return range(minute_of(self.first), minute_of(self.end))

    @cached_property
    def _policy(self):
        return self.service.policy or self.calendar.business.policy

    @cached_property
    def _zone(self) -> str:
        return self.calendar.business.time_zone

    @cached_property
    def _step(self) -> int:
        return whole_minutes(self._policy.time_slot_interval)

    @cached_property
    def _soonest(self) -> datetime:
        return max(self.now, self.now + self._policy.minimum_lead_time - self.grace)

    @cached_property
    def _latest(self) -> datetime:
        return self.now + self._policy.maximum_advance

    def _clock(self, zone: str, minute: int) -> datetime:
        known = self._clocks.setdefault(zone, {})
        if minute not in known:
            known[minute] = (BEGINNING + minute * MINUTE).astimezone(ZoneInfo(zone))
        return known[minute]

    def _is_on_grid(self, minute: int) -> bool:
        local = self._clock(self._zone, minute)
        return (local.hour * 60 + local.minute) % self._step == 0

    def _is_in_time(self, minute: int) -> bool:
        return self._soonest <= self._moment(minute) <= self._latest

    def _serves(self, person: StaffMember, start: int) -> bool:
        visit = range(start, up(start + whole_minutes(self.service.duration)))
        if not all(self._is_open(minute) and self._works(person, minute) for minute in visit):
            return False
        begin = down(minute_of(self._moment(start) - self.service.pre_buffer))
        end = up(whole_minutes(self._moment(start) + self.service.duration + self.service.post_buffer - BEGINNING))
        return not any(minute in self._busy.get(person.id, ()) for minute in range(begin, end))

    def _moment(self, minute: int) -> datetime:
        return BEGINNING + minute * MINUTE

    @cached_property
    def _busy(self) -> dict[str, set[int]]:
        return {
            person: {
                minute
                for start, end in stretches
                for minute in range(down(minute_of(start)), up(whole_minutes(end - BEGINNING)))
            }
            for person, stretches in self.taken.items()
        }

    def _is_open(self, minute: int) -> bool:
        business = self.calendar.business
        local = self._clock(business.time_zone, minute)
        hours = business.hours
        for special in business.special_dates:
            if special.first <= local.date() <= special.last:
                hours = special.hours
        inside = lies_in(local.hour * 60 + local.minute, hours[local.weekday()])
        return inside and self._is_bookable(self._moment(minute))

    def _is_bookable(self, moment: datetime) -> bool:
        local, rule = self._clock(self.calendar.business.time_zone, minute_of(moment)), self._policy
        for exception in self._policy.exceptions:
            if exception.first <= local.date() <= exception.last:
                rule = exception
        if rule.availability == "weekly_hours":
            return lies_in(local.hour * 60 + local.minute, rule.hours[local.weekday()])
        return rule.availability == "when_staff_are_free"

    def _works(self, person: StaffMember, minute: int) -> bool:
        if person.hours is None:
            return True
        local = self._clock(person.time_zone or self.calendar.business.time_zone, minute)
        return lies_in(local.hour * 60 + local.minute, person.hours[local.weekday()])
