"""Finds the visits of a period for the usage report: packed days, and the facts of days not packed yet."""

from __future__ import annotations

from asyncio import Semaphore, gather
from dataclasses import replace
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from shared.domain.reports.visit_columns import columns_of
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
from shared.records.reports.packed_days import packed_columns, unpack
from shared.use_cases.readable import readable
from shared.use_cases.reports.pack_days import DONE


if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from shared.domain.reports.period import ReportPeriod
    from shared.domain.reports.visit_columns import VisitColumns
    from shared.domain.reports.visit_figures import VisitFilter
    from shared.records.table import Row
    from shared.use_cases.ports import Store


A_RANGE, MOST_RANGES = 10, 24  # days that are read at once, and how many such reads of one calendar
CALENDARS_AT_ONCE = 24
DAY = timedelta(days=1)


async def find_visits(
    period: ReportPeriod,
    wanted: VisitFilter,
    *,
    business: str,
    store: Store,
    before: bool = False,
    is_listed: bool = True,
    most_ranges: int = MOST_RANGES,
) -> tuple[list[VisitColumns], list[VisitColumns]]:
    """Return the visits that began in the period and pass the filter; with `before` also of the period before.

    Two round trips deep. The first reads which days are marked: of the others, what is read after it is exact.
    Unless they are listed, only what counts is read.
    """
    first = period.before.start if before else period.start
    page = await store.table.range("facts", business, *MARKS_OF_DAYS)
    state = {row.key: row.values for row in page.rows}
    if state.get(PACKING, {}).get("next") != DONE:
        rows = (await store.table.range("facts", business, *facts_between(first, period.end))).rows
        parts = _of_facts(rows, business)
    else:
        marked = [row.key.removeprefix(MARKED) for row in page.rows if row.key != PACKING]
        spans = _days(period, first, is_listed=is_listed, most=most_ranges)
        parts = await _read(spans, marked, business=business, store=store)
    return _within(period, wanted, parts), _within(period.before, wanted, parts) if before else []


async def find_all_visits(
    period: ReportPeriod,
    wanted: VisitFilter,
    sources: Mapping[str, frozenset[str] | None],
    *,
    store: Store,
    before: bool = False,
    is_listed: bool = True,
) -> tuple[list[VisitColumns], list[VisitColumns]]:
    """Return the same of several calendars, each with the people whose visits count, None for all."""
    limit, most_ranges = Semaphore(CALENDARS_AT_ONCE), max(MOST_RANGES // max(len(sources), 1), 1)

    async def one(business: str, own: frozenset[str] | None) -> tuple[list[VisitColumns], list[VisitColumns]]:
        async with limit:
            return await find_visits(
                period,
                replace(wanted, own=own),
                business=business,
                store=store,
                before=before,
                is_listed=is_listed,
                most_ranges=most_ranges,
            )

    found = await gather(*(one(*source) for source in sources.items()))
    return [part for now, _ in found for part in now], [part for _, then in found for part in then]


def _within(period: ReportPeriod, wanted: VisitFilter, parts: Iterable[VisitColumns]) -> list[VisitColumns]:
    cut = (one.cut(one.place(period.start), one.place(period.end)) for one in parts)
    found = (wanted.of(one) for one in cut if len(one))
    return [one for one in found if len(one)]


def _of_facts(rows: Iterable[Row], business: str) -> list[VisitColumns]:
    """Return the visits of each day."""
    days = groupby(rows, lambda row: day_of_fact(row.key))
    return [columns_of((one for _, one in readable(VisitFact, some)), business) for _, some in days]


def _days(period: ReportPeriod, first: datetime, *, is_listed: bool, most: int) -> list[tuple[str, str, bool]]:
    """Return the days to read from `first` on, in parts, and whether visits of them may be listed."""
    low, high = days_between_facts(first, period.end)
    turn = days_between_facts(period.start, period.end)[0]  # what is before it is never listed
    before = _spans(low, _next(turn, -1), most) if low < turn else []
    return [(*one, False) for one in before] + [(*one, is_listed) for one in _spans(turn, high, most)]


async def _read(
    spans: Sequence[tuple[str, str, bool]], marked: Sequence[str], *, business: str, store: Store
) -> list[VisitColumns]:
    stale = [day for day in marked if spans[0][0] <= day <= spans[-1][1]]
    packed, facts = await gather(
        gather(
            *(
                store.table.range("facts", business, *packed_days(low, high), packed_columns(is_listed=is_whole))
                for low, high, is_whole in spans
            )
        ),
        gather(*(store.table.range("facts", business, *facts_of_days(*span)) for span in _runs(stale))),
    )
    taken = set(stale)
    days = (row for page in packed for row in page.rows if id_of(row.key) not in taken)
    found = [unpack(row.values, business) for row in days]
    return found + _of_facts((row for page in facts for row in page.rows), business)


def _spans(low: str, high: str, most: int) -> list[tuple[str, str]]:
    """Return the days from one to another in parts to read side by side."""
    length = (_day(high) - _day(low)).days + 1
    step = max(A_RANGE, -(-length // most))
    return [(_next(low, number), min(_next(low, number + step - 1), high)) for number in range(0, length, step)]


def _runs(days: Sequence[str]) -> list[tuple[str, str]]:
    """Return days as stretches without a gap, so that many marked days are few reads."""
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
