"""Reads the visits of one calendar: packed days, and the facts of days that are not packed as they are now.

In the first of two round trips, days are read beside their marks; in the second the facts of marked days, and the
versions of the others. A day without a mark whose version is the same then was exact when its mark was looked for.
One that has another version was packed after we began, and is exact as it is: only such days take a third one.
"""

from __future__ import annotations

from asyncio import gather
from bisect import bisect_left
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from shared.domain.reports.visit_columns import columns_of, microseconds
from shared.domain.visits.fact import VisitFact
from shared.records.keys import id_of
from shared.records.reports.facts import (
    MARKED,
    MARKS_OF_DAYS,
    PACKING,
    day_of_fact,
    days_between_facts,
    facts_between,
    facts_of_days,
    packed_days,
)
from shared.records.reports.packed_days import columns_to_count, columns_to_list, columns_to_name, unpack
from shared.use_cases.readable import readable
from shared.use_cases.reports.pack_days import DONE


if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from shared.domain.reports.period import ReportPeriod
    from shared.domain.reports.visit_columns import VisitColumns
    from shared.domain.reports.visit_figures import VisitFilter
    from shared.records.table import Row, Values
    from shared.use_cases.ports import Store

A_RANGE = 20  # days that are read at once
DAY = timedelta(days=1)


class ReadDay(NamedTuple):
    """The visits of a day that count, of the period and of the one before it.

    `values` and `version` are those of the packed row, empty of facts; `is_listed`: all columns were read.
    """

    now: VisitColumns
    before: VisitColumns
    values: Values
    version: str
    is_listed: bool


class CalendarVisits:
    """The visits of a period of a calendar, and with `before` of the period before, that pass a filter."""

    def __init__(
        self,
        business: str,
        period: ReportPeriod,
        wanted: VisitFilter,
        *,
        store: Store,
        before: bool,
        most_ranges: int,
    ) -> None:
        self.business, self._period, self._wanted, self._store = business, period, wanted, store
        self._first = period.before.start if before else period.start
        self._bounds = [[microseconds(end) for end in (one.start, one.end)] for one in (period, period.before)]
        self._low, self._high = days_between_facts(self._first, period.end)
        self._turn = days_between_facts(period.start, period.end)[0]  # no day before it has visits of the period
        self._most_ranges = most_ranges
        self._marked: Collection[str] = ()
        self._is_packed = False
        self._days: dict[str, ReadDay] = {}

    @property
    def days(self) -> list[tuple[str, ReadDay]]:
        """Return the days that were read, in order."""
        return sorted(self._days.items(), key=itemgetter(0))

    async def begin(self, sort: str = "", *, is_listed: bool) -> None:
        """Read packed days: what counts of them, what they are sorted by, and all if they are listed."""
        spans = self._packed(sort, is_listed=is_listed)
        ranges = [(*packed_days(low, high), columns) for low, high, columns in spans]
        marks, *packed = await gather(self._range(*MARKS_OF_DAYS), *(self._range(*one) for one in ranges))
        state = {row.key: row.values for row in marks}
        self._is_packed = state.get(PACKING, {}).get("next") == DONE
        self._marked = {row.key.removeprefix(MARKED) for row in marks if row.key != PACKING}
        for row in (row for rows in packed for row in rows if self._is_packed):
            day = id_of(row.key)
            if day not in self._marked:
                self._take(row, is_listed=is_listed and day >= self._turn)

    async def finish(self, listed: Collection[str]) -> bool:
        """Read facts, and all columns of some days; return whether anything else is no longer as it was."""
        if not self._is_packed:
            self._take_facts(await self._range(*facts_between(self._first, self._period.end)))
            return bool(self._days)
        marked = sorted(day for day in self._marked if self._low <= day <= self._high)
        facts = [self._range(*facts_of_days(*span)) for span in _runs(marked)]
        names = [self._range(*packed_days(*span), columns_to_name()) for span in _runs(sorted(listed))]
        versions, *read = await gather(self._range(*packed_days(self._low, self._high), ("none",)), *facts, *names)
        self._add_names((row for rows in read[len(facts) :] for row in rows), listed)
        current = {id_of(row.key): row.etag for row in versions}
        known = {name: day.version for name, day in self._days.items()}
        days = current.keys() | known.keys()
        changed = {name for name in days if current.get(name) != known.get(name)} - set(self._marked)
        await self.list_days(changed)
        self._take_facts(row for rows in read[: len(facts)] for row in rows)
        return bool(changed or facts) or not all(self._days[name].is_listed for name in listed)

    async def list_days(self, listed: Collection[str]) -> None:
        """Read days anew with all columns, as they are now."""
        spans = _runs(sorted(listed))
        read = await gather(*(self._range(*packed_days(*span), columns_to_list()) for span in spans))
        for name in listed:
            self._days.pop(name, None)
        for row in (row for rows in read for row in rows if id_of(row.key) in listed):
            self._take(row, is_listed=True)

    def _packed(self, sort: str, *, is_listed: bool) -> list[tuple[str, str, list[str]]]:
        """Return which packed days to read with which columns: of those before the period only what counts."""
        columns = columns_to_list() if is_listed else columns_to_count(sort)
        found = [(*span, columns) for span in _spans(self._turn, self._high, self._most_ranges)]
        if self._low == self._turn:
            return found
        is_by_whom = bool(self._wanted.service or self._wanted.person or self._wanted.own is not None)
        columns = columns_to_count(is_by_whom=is_by_whom)
        return [(*span, columns) for span in _spans(self._low, _next(self._turn, -1), self._most_ranges)] + found

    async def _range(self, low: str, high: str, columns: Sequence[str] = ()) -> list[Row]:
        return (await self._store.table.range("facts", self.business, low, high, columns)).rows

    def _take(self, row: Row, *, is_listed: bool) -> None:
        visits = unpack(row.values, self.business)
        now, before = self._within(visits)
        self._days[id_of(row.key)] = ReadDay(now, before, row.values, row.etag, is_listed)

    def _add_names(self, rows: Iterable[Row], listed: Collection[str]) -> None:
        """Take the columns that were missing of days, unless they were packed anew meanwhile."""
        for row in rows:
            known = self._days.get(id_of(row.key))
            if known and known.version == row.etag and id_of(row.key) in listed:
                self._take(row._replace(values={**known.values, **row.values}), is_listed=True)

    def _take_facts(self, rows: Iterable[Row]) -> None:
        for day, some in groupby(rows, lambda row: day_of_fact(row.key)):
            facts = (one for _, one in readable(VisitFact, some))
            now, before = self._within(columns_of(facts, self.business))
            self._days[day] = ReadDay(now, before, {}, "", is_listed=True)

    def _within(self, visits: VisitColumns) -> tuple[VisitColumns, VisitColumns]:
        now, before = (
            visits.cut(bisect_left(visits.starts, first), bisect_left(visits.starts, last))
            for first, last in self._bounds
        )
        return self._wanted.of(now), self._wanted.of(before)


def _spans(low: str, high: str, most: int) -> list[tuple[str, str]]:
    """Return the days from one to another in parts to read side by side."""
    length = (_day(high) - _day(low)).days + 1
    step = max(A_RANGE, -(-length // most))
    return [(_next(low, number), min(_next(low, number + step - 1), high)) for number in range(0, length, step)]


def _runs(days: Sequence[str]) -> list[tuple[str, str]]:
    """Return days as stretches without a gap, so that many of them are few reads."""
    found: list[tuple[str, str]] = []
    for day in days:
        if found and _next(found[-1][1], 1) == day and found[-1][0] > _next(day, -A_RANGE):
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


def _day(text: str) -> date:
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))


def _next(day: str, number: int) -> str:
    return f"{_day(day) + number * DAY:%Y%m%d}"
