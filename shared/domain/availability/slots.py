"""Which starts are offered: the rule of availability, as arithmetic on masks.

A start is offered when the whole visit lies in (calendar hours ∩ the service's hours ∩ the person's hours)
on bookable dates, the visit with its buffers finds the person free, and the start lies on the increment grid
and within the lead times. What is offered and what a claim accepts are decided by the same functions.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, reduce
from itertools import compress, islice
from operator import and_, or_
from typing import NamedTuple

from shared.domain.calendar.business import Business, Calendar, StaffMember
from shared.domain.calendar.policy import SchedulingPolicy
from shared.domain.calendar.service import Service
from shared.domain.timeline.hours import dates_mask, grid_mask, local_date, open_mask
from shared.domain.timeline.ticks import Window, bits, ceil_tick, floor_tick, free_runs, moment_of, ones


GRACE = timedelta(minutes=15)  # a form takes time: what was offered can still be claimed
ONE_BIT = [bytes(byte & 1 << bit for byte in range(256)) for bit in range(8)]


class Slot(NamedTuple):
    """A start that can be booked: who is free, and how many seats are left."""

    start: datetime
    end: datetime
    staff: tuple[str, ...]
    seats: int


class Session(NamedTuple):
    """An open group appointment with free seats."""

    id: str
    start: datetime
    staff: tuple[str, ...]
    free: int


def business_hours(business: Business, window: Window) -> int:
    """Return the opening hours with closed and special dates in place."""
    mask = open_mask(business.hours, business.time_zone, window)
    for special in business.special_dates:
        dates = dates_mask(special.first, special.last, business.time_zone, window)
        if dates:
            mask = (mask & ~dates) | (open_mask(special.hours, business.time_zone, window) & dates)
    return mask


def bookable_dates(policy: SchedulingPolicy, zone: str, window: Window) -> int:
    """Return the ticks at which the policy allows bookings: its general rule with its dated exceptions."""
    mask = _rule(policy.availability, policy.hours, zone, window)
    for exception in policy.exceptions:
        dates = dates_mask(exception.first, exception.last, zone, window)
        if dates:
            mask = (mask & ~dates) | (_rule(exception.availability, exception.hours, zone, window) & dates)
    return mask


def _rule(availability: str, hours: tuple[tuple[tuple[int, int], ...], ...], zone: str, window: Window) -> int:
    if availability == "not_bookable":
        return 0
    return open_mask(hours, zone, window) if availability == "weekly_hours" else ones(len(window))


def staff_hours(person: StaffMember, business: Business, window: Window) -> int:
    """Return a person's hours, all of the window if they have none of their own."""
    if person.hours is None:
        return ones(len(window))
    return open_mask(person.hours, person.time_zone or business.time_zone, window)


def lead_time_mask(policy: SchedulingPolicy, window: Window, now: datetime, grace: timedelta) -> int:
    """Return the starts within the lead times; `grace` shortens the minimum, but never to before now."""
    soonest, latest = lead_times(policy, now, grace)
    return window.cut(ceil_tick(soonest), floor_tick(latest) + 1)


def lead_times(
    policy: SchedulingPolicy, now: datetime, grace: timedelta = timedelta()
) -> tuple[datetime, datetime]:
    """Return the first and the last moment of a start. In UTC, so that lead times are elapsed time."""
    now = now.astimezone(UTC)
    return max(now, now + policy.minimum_lead_time - grace), now + policy.maximum_advance


def window_for(service: Service, days: Window) -> Window:
    """Return the window that judges the starts in `days`: wide enough for the visit and its buffers."""
    return Window(days.first - service.pre_ticks, days.last + service.visit_ticks + service.post_ticks)


@dataclass(frozen=True)
class BookingRules:
    """The rules of one service in one window that follow from settings alone, before any ledger is read.

    With a `person`, nobody else is judged.
    """

    calendar: Calendar
    service: Service
    days: Window
    now: datetime
    grace: timedelta = timedelta()
    person: str | None = None

    def people(self) -> list[StaffMember]:
        """Return those who are judged: all who can be booked for the service, in its order, or the one."""
        if self.person is None:
            return self.calendar.staff_of(self.service)
        return [one for one in self.calendar.people([self.person]) if one.can_serve(self.service)]

    @cached_property
    def window(self) -> Window:
        """Return the window in which masks are compared: the days, with room for a visit and its buffers."""
        return window_for(self.service, self.days)

    def grid(self) -> int:
        """Return the starts of `days` on the increment grid and within the lead times."""
        policy, zone = self.calendar.policy_of(self.service), self.calendar.business.time_zone
        lead = lead_time_mask(policy, self.window, self.now, self.grace)
        inside = self.window.cut(self.days.first, self.days.last)
        return grid_mask(policy.time_slot_interval, zone, self.window) & lead & inside

    def hours(self) -> int:
        """Return when the calendar and the service are open."""
        business, policy = self.calendar.business, self.calendar.policy_of(self.service)
        dates = bookable_dates(policy, business.time_zone, self.window)
        return business_hours(business, self.window) & dates

    def starts(self, busy: Mapping[str, int]) -> dict[str, int]:
        """Return, for each person, the mask of the starts at which they can be booked.

        `busy` holds each person's busy mask in `self.window`; a person without one is free throughout.
        """
        grid, hours = self.grid(), self.hours()
        if not grid:
            return {}
        everything, pre = ones(len(self.window)), self.service.pre_ticks
        total = pre + self.service.visit_ticks + self.service.post_ticks
        open_by_hours: dict[tuple[object, str | None], int] = {}
        found = {}
        for person in self.people():
            key = (person.hours, person.time_zone)
            if key not in open_by_hours:
                mask = hours & staff_hours(person, self.calendar.business, self.window)
                open_by_hours[key] = grid & free_runs(mask, self.service.visit_ticks)
            starts = open_by_hours[key]
            if starts and (taken := busy.get(person.id, 0)):
                starts &= free_runs(everything & ~taken, total) << pre  # free with the buffers too
            if starts:
                found[person.id] = starts
        return found

    def joinable(self, sessions: Sequence[Session]) -> list[Session]:
        """Return the open sessions that may still be joined: on bookable dates, within the lead times."""
        policy = self.calendar.policy_of(self.service)
        lead = lead_time_mask(policy, self.window, self.now, self.grace)
        mask = lead & bookable_dates(policy, self.calendar.business.time_zone, self.window)
        mask &= self.window.cut(self.days.first, self.days.last)
        return [one for one in sessions if self._bit(one.start) >= 0 and mask >> self._bit(one.start) & 1]

    def _bit(self, start: datetime) -> int:
        return floor_tick(start) - self.window.first


@dataclass(frozen=True)
class AvailableSlots:
    """What can be booked of one service in one window, with one person or anyone who is free."""

    calendar: Calendar
    service: Service
    window: Window
    starts: Mapping[str, int]
    sessions: Sequence[Session] = field(default=())
    staff: str | None = None

    @cached_property
    def mask(self) -> int:
        """Return the offered starts: of anyone, or of all if they serve together, and of open sessions."""
        return self._claimable | self._joinable

    @cached_property
    def _claimable(self) -> int:
        if self.service.assignment == "all":
            people = self.calendar.staff_of(self.service)
            masks = [self.starts.get(person.id, 0) for person in people]
            return reduce(and_, masks) if masks else 0
        if self.staff is not None:
            return self.starts.get(self.staff, 0)
        return reduce(or_, self.starts.values(), 0)

    @cached_property
    def _sessions_by_bit(self) -> dict[int, list[Session]]:
        found: dict[int, list[Session]] = {}
        for session in self.sessions:
            if self.staff is None or self.staff in session.staff or self.service.assignment == "all":
                found.setdefault(floor_tick(session.start) - self.window.first, []).append(session)
        return found

    @cached_property
    def _joinable(self) -> int:
        mask = 0
        for bit in self._sessions_by_bit:
            mask |= 1 << bit
        return mask

    def count_by_day(self, zone: str) -> dict[date, int]:
        """Return how many starts each local day has; days without any are absent."""
        counts: dict[date, int] = {}
        mask = self.mask
        while mask:
            low = (mask & -mask).bit_length() - 1
            day = local_date(self.window.moment(low), zone)
            of_day = mask & dates_mask(day, day, zone, self.window)
            counts[day] = counts.get(day, 0) + of_day.bit_count()
            mask &= ~of_day
        return counts

    def slots(self, called: Mapping[str, str] | None = None) -> list[Slot]:
        """Return all slots, in order; `called` says what their `staff` are called, instead of by their ids."""
        return self._slots(bits(self.mask), called)

    def slots_of_day(self, day: date, zone: str) -> list[Slot]:
        """Return the slots that start on a day of a zone, in order."""
        return self._slots(bits(self.mask & dates_mask(day, day, zone, self.window)))

    def soonest(self, count: int) -> list[Slot]:
        """Return the first `count` slots."""
        return self._slots(islice(bits(self.mask), count))

    def nearest(self, start: datetime, count: int) -> list[Slot]:
        """Return the slots closest to a start, in order of time."""
        found = list(bits(self.mask))
        wanted = floor_tick(start) - self.window.first
        at = bisect_left(found, wanted)
        around = found[max(at - count, 0) : at + count]
        return self._slots(sorted(sorted(around, key=lambda bit: (abs(bit - wanted), bit))[:count]))

    def around(self, start: datetime) -> tuple[datetime | None, datetime | None]:
        """Return the last start that is offered before another one, and the first after it."""
        first = self.window.first
        before = self.mask & ones(ceil_tick(start) - first)
        after = self.mask & ~ones(floor_tick(start) + 1 - first)
        last = self.window.moment(before.bit_length() - 1) if before else None
        return last, self.window.moment((after & -after).bit_length() - 1) if after else None

    def has(self, start: datetime) -> bool:
        """Return whether a start is offered."""
        bit = floor_tick(start) - self.window.first
        return bit >= 0 and bool(self.mask >> bit & 1) and is_whole_tick(start)

    def _slots(self, starts: Iterable[int], called: Mapping[str, str] | None = None) -> list[Slot]:
        """Return the slots of these bits of the mask, which are in order."""
        found = list(starts)
        people = self._free_masks if called is None else [called[one] for one in self._free_masks]
        free = self._free(found, tuple(people))
        return [self._slot(bit, one, called) for bit, one in zip(found, free, strict=True)]

    def _slot(self, bit: int, free: tuple[str, ...], called: Mapping[str, str] | None) -> Slot:
        start, is_all = self.window.moment(bit), self.service.assignment == "all"
        seats = self.service.maximum_attendees * (min(len(free), 1) if is_all else len(free))
        if joined := self._sessions_by_bit.get(bit):
            serving = [person for session in joined for person in session.staff]
            also = serving if called is None else [called.get(one, "") for one in serving]
            free = tuple(dict.fromkeys([*free, *also]))
            seats += sum(session.free for session in joined)
        return Slot(start, start + self.service.duration, free, seats)

    def _free(self, found: list[int], people: tuple[str, ...]) -> Iterable[tuple[str, ...]]:
        """Return who of the people is free at each of these bits.

        Their masks become rows of bytes, one after another, which are then read by columns.
        """
        if not found or not people:
            return [()] * len(found)
        size = len(self.window) // 8 + 1
        rows = b"".join(mask.to_bytes(size, "little") for mask in self._free_masks.values())
        columns = (rows[bit >> 3 :: size].translate(ONE_BIT[bit & 7]) for bit in found)
        return [tuple(compress(people, column)) for column in columns]

    @cached_property
    def _free_masks(self) -> Mapping[str, int]:
        """Return the people to choose from and when each is free; people who serve together are free together."""
        if self.service.assignment == "all":
            return dict.fromkeys(self.starts, self._claimable)
        return self.starts if self.staff is None else {self.staff: self._claimable}


def is_outside_lead_times(policy: SchedulingPolicy, start: datetime, now: datetime) -> bool:
    """Return whether a start lies outside the lead times, grace included."""
    soonest, latest = lead_times(policy, now, GRACE)
    return not soonest <= start.astimezone(UTC) <= latest


def single_start_window(start: datetime) -> Window:
    """Return a window of starts that holds just this one."""
    tick = floor_tick(start)
    return Window(tick, tick + 1)


def is_whole_tick(start: datetime) -> bool:
    """Return whether a start lies on a tick. Compared in UTC, since a local time can occur twice."""
    return moment_of(floor_tick(start)) == start.astimezone(UTC)
