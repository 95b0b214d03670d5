"""Where no-shows and waits stand out: by service, by people, by weekday and hour; and how long most people wait.

A rate is told only of ten visits or more: of fewer it is chance.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import compress
from typing import NamedTuple
from zoneinfo import ZoneInfo

from shared.domain.reports.ranks import numbers_within
from shared.domain.reports.visit_columns import EPOCH, MICROSECOND, STATUS, STATUSES, VisitColumns


FEWEST = 10
HOUR = timedelta(hours=1) // MICROSECOND
QUARTER = HOUR // 4  # no zone's clock differs from UTC by less
NO_SHOW = STATUSES.index("no_show")
TABLE = bytes(mark & STATUS == NO_SHOW for mark in range(256))


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of some visits were no-shows."""

    visits: int = 0
    no_shows: int = 0

    @property
    def share(self) -> float | None:
        """Return the share of no-shows; None of so few visits that it would be chance."""
        return self.no_shows / self.visits if self.visits >= FEWEST else None


class Hour(NamedTuple):
    """An hour of a weekday, 0 being Monday, by the clock of the report."""

    weekday: int
    hour: int


def rates_by_hour(visits: Iterable[VisitColumns], zone: str) -> dict[Hour, Rate]:
    """Return the rate of each hour of the week in which visits began."""
    parts, clock = list(visits), ZoneInfo(zone)
    step = HOUR if all(_is_whole(part, clock) for part in parts) else QUARTER
    quarters, missed = Counter[int](), Counter[int]()
    for part in parts:
        bad_ones = part.marks.translate(TABLE)
        for quarter, low, high in _stretches(part, step):
            quarters[quarter] += high - low
            missed[quarter] += bad_ones.count(1, low, high)
    hours, bad = Counter[Hour](), Counter[Hour]()
    for quarter, number in quarters.items():
        hour = _hour_of(quarter * step, clock)
        hours[hour] += number
        bad[hour] += missed[quarter]
    return {hour: Rate(number, bad[hour]) for hour, number in hours.items()}


def of_hour(visits: VisitColumns, hour: Hour, zone: str) -> VisitColumns:
    """Return the visits that began in an hour of the week."""
    clock, mask = ZoneInfo(zone), bytearray(len(visits))
    step = HOUR if _is_whole(visits, clock) else QUARTER
    for quarter, low, high in _stretches(visits, step):
        mask[low:high] = bytes([_hour_of(quarter * step, clock) == hour]) * (high - low)
    return visits.compressed(mask)


def _stretches(visits: VisitColumns, step: int) -> Iterator[tuple[int, int, int]]:
    """Yield the hours, or quarters of one, in which visits began: stretches of them, as they are in order."""
    starts, low = visits.starts, 0
    while low < len(starts):
        number = starts[low] // step
        high = bisect_left(starts, (number + 1) * step, low)
        yield number, low, high
        low = high


def _hour_of(start: int, clock: ZoneInfo) -> Hour:
    local = (EPOCH + start * MICROSECOND).astimezone(clock)
    return Hour(local.weekday(), local.hour)


def _is_whole(part: VisitColumns, clock: ZoneInfo) -> bool:
    """Return whether the clock differs from UTC by whole hours at the first and the last of a day's visits."""
    ends = (EPOCH + start * MICROSECOND for start in (*part.starts[:1], *part.starts[-1:]))
    return all(not (one.astimezone(clock).utcoffset() or timedelta()) % timedelta(hours=1) for one in ends)


def rates_by_service(visits: Iterable[VisitColumns]) -> dict[tuple[str, str], Rate]:
    """Return the rate of each service of each calendar."""
    return _rates((part, part.services, [(one,) for one in part.service_list]) for part in visits)


def rates_by_person(visits: Iterable[VisitColumns]) -> dict[tuple[str, str], Rate]:
    """Return the rate of each person of each calendar; a visit with several counts for each of them."""
    return _rates(
        (part, part.staff, [[(one.business, name) for name in one.staff] for one in part.staff_list])
        for part in visits
    )


def _rates(
    found: Iterable[tuple[VisitColumns, Sequence[int], Sequence[Sequence[tuple[str, str]]]]],
) -> dict[tuple[str, str], Rate]:
    visits, missed = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for part, column, names in found:
        all_of, bad = Counter(column), Counter(compress(column, part.marks.translate(TABLE)))
        for place, number in all_of.items():
            for name in names[place]:
                visits[name] += number
                missed[name] += bad[place]
    return {(name[0], name[1]): Rate(number, missed[name]) for name, number in visits.most_common()}


def worst_hour(rates: Mapping[Hour, Rate], whole: Rate) -> Hour | None:
    """Return the hour with the highest rate, if it is half as high again as that of all."""
    told = [(rate.share, rate.visits, hour) for hour, rate in rates.items() if rate.share is not None]
    share, _, hour = max(told, default=(0.0, 0, Hour(0, 0)))
    return hour if whole.share and share >= 1.5 * whole.share else None


def waits_within(visits: Iterable[VisitColumns], *shares: float) -> list[timedelta | None]:
    """Return the times within which these shares of those who waited were let in; None where nobody waited."""
    found = numbers_within([part.waits for part in visits], *shares)
    return [wait * MICROSECOND for wait in found] or [None for _ in shares]
