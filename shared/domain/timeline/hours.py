"""Weekly hours in local time, turned into masks of ticks."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator

from shared.domain.timeline.ticks import TICK, TICKS_A_DAY, Window, free_runs, moment_of, repeat, stretch


MINUTES_A_DAY = 1440
EPOCH_DAY = date(1970, 1, 1)
MONDAY_PHASE = 3 * TICKS_A_DAY  # 1 January 1970 was a Thursday


def _checked(days: tuple[tuple[tuple[int, int], ...], ...]) -> tuple[tuple[tuple[int, int], ...], ...]:
    if len(days) != 7:
        raise ValueError("weekly hours have seven days, Monday first")
    for day in days:
        if any(not 0 <= start < end <= MINUTES_A_DAY for start, end in day):
            raise ValueError("an interval of hours lies within one day and ends after it starts")
        if any(left[1] > right[0] for left, right in pairwise(day)):
            raise ValueError("the intervals of a day are in order and do not overlap")
    return days


Intervals = tuple[tuple[int, int], ...]
"""Half-open intervals in minutes after local midnight, e.g. ((540, 720), (780, 1080))."""

WeeklyHours = Annotated[tuple[Intervals, ...], AfterValidator(_checked)]
"""Seven days, Monday first, each with its intervals; a day without any is closed."""

CLOSED: WeeklyHours = ((),) * 7
ALWAYS: WeeklyHours = (((0, MINUTES_A_DAY),),) * 7


def weekdays(*intervals: tuple[int, int], days: Iterable[int] = range(5)) -> WeeklyHours:
    """Return the same intervals on each of `days` (Monday is 0)."""
    chosen = set(days)
    return tuple(intervals if day in chosen else () for day in range(7))


def _day_pattern(intervals: Intervals) -> int:
    """Return the ticks that lie wholly in the intervals, where adjacent intervals count as one."""
    minutes = 0
    for start, end in intervals:
        minutes |= stretch(start, end)
    whole = free_runs(minutes, 5)
    return sum(1 << tick for tick in range(TICKS_A_DAY) if whole >> (5 * tick) & 1)


@lru_cache(maxsize=4096)
def _week_pattern(hours: WeeklyHours) -> int:
    return sum(_day_pattern(day) << (index * TICKS_A_DAY) for index, day in enumerate(hours))


def _offset(zone: ZoneInfo, tick: int) -> int:
    offset = moment_of(tick).astimezone(zone).utcoffset()
    assert offset is not None
    return offset // TICK


@lru_cache(maxsize=1024)
def constant_offset_spans(zone: str, window: Window) -> tuple[tuple[int, int, int], ...]:
    """Return the window cut where the zone's UTC offset changes: (first tick, last tick, offset in ticks)."""
    place, found, first = ZoneInfo(zone), [], window.first
    while first < window.last:
        offset = _offset(place, first)
        last = _end_of_offset(place, offset, first, window.last)
        found.append((first, last, offset))
        first = last
    return tuple(found)


def _end_of_offset(zone: ZoneInfo, offset: int, first: int, limit: int) -> int:
    """Return the first tick after `first` with another offset, or the limit: steps of a day, then halves."""
    probe = first
    while probe < limit and _offset(zone, probe) == offset:
        probe += TICKS_A_DAY
    low, high = max(first, probe - TICKS_A_DAY), min(probe, limit)
    if high == limit and _offset(zone, limit - 1) == offset:
        return limit
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(zone, middle) == offset else (low, middle)
    return high


def _spread(pattern: int, period: int, phase: int, zone: str, window: Window) -> int:
    mask = 0
    for first, last, offset in constant_offset_spans(zone, window):
        # Within the span, local time is UTC plus the offset, so the pattern only has to be shifted.
        skip = (first + offset + phase) % period
        local = repeat(pattern, period, last - first + skip) >> skip
        mask |= local << (first - window.first)
    return mask


@lru_cache(maxsize=8192)
def open_mask(hours: WeeklyHours, zone: str, window: Window) -> int:
    """Return the window's ticks whose local time in `zone` lies in the weekly hours."""
    return _spread(_week_pattern(hours), 7 * TICKS_A_DAY, MONDAY_PHASE, zone, window)


@lru_cache(maxsize=512)
def grid_mask(step: timedelta, zone: str, window: Window) -> int:
    """Return the starts at multiples of `step` after local midnight, on the clock of `zone`."""
    every = step // TICK
    pattern = sum(1 << tick for tick in range(0, TICKS_A_DAY, every))
    return _spread(pattern, TICKS_A_DAY, 0, zone, window)


def dates_mask(first: date, last: date, zone: str, window: Window) -> int:
    """Return the ticks whose local date in `zone` is one of first…last, both included."""
    low = (first - EPOCH_DAY).days * TICKS_A_DAY
    high = ((last - EPOCH_DAY).days + 1) * TICKS_A_DAY
    if (
        high + TICKS_A_DAY <= window.first or low - TICKS_A_DAY >= window.last
    ):  # in any zone: the holidays of years
        return 0
    return _dates_mask(low, high, zone, window)


@lru_cache(maxsize=4096)
def _dates_mask(low: int, high: int, zone: str, window: Window) -> int:
    mask = 0
    for begin, end, offset in constant_offset_spans(zone, window):
        mask |= window.cut(max(begin, low - offset), min(end, high - offset))
    return mask


def days_window(first: date, last: date, zone: str) -> Window:
    """Return the window of the local days first…last, both included."""
    place = ZoneInfo(zone)
    start = datetime(first.year, first.month, first.day, tzinfo=place)
    after = last + timedelta(days=1)
    return Window.around(start, datetime(after.year, after.month, after.day, tzinfo=place))


def whole_days(start: datetime, end: datetime, zone: str) -> tuple[datetime, datetime]:
    """Return the local days that [start, end) touches, from the first one's midnight to the last one's end."""
    last = max(start, end - timedelta.resolution)
    days = (local_date(start, zone), local_date(last, zone) + timedelta(days=1))
    first, after = (datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC) for day in days)
    return first, after


def local_date(moment: datetime, zone: str) -> date:
    """Return the date of a moment in a time zone."""
    return moment.astimezone(ZoneInfo(zone)).date()
