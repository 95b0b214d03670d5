"""Finds the visits of a period for the usage report."""

from __future__ import annotations

from asyncio import Semaphore, gather
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from shared.use_cases.reports.read_visits import CalendarVisits


if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
    from typing import Any

    from shared.domain.reports.period import ReportPeriod
    from shared.domain.reports.visit_columns import VisitColumns
    from shared.domain.reports.visit_figures import VisitFilter
    from shared.use_cases.ports import Store


MOST_RANGES = 24  # reads of one period at once
CALENDARS_AT_ONCE = 24


class ListedPage(NamedTuple):
    """The page of a table of visits: the column by which they are sorted, and how to choose.

    `choose` returns which of the parts it is given have visits of the page: only these are read with all columns.
    It is asked again whenever anything but that has changed, so that its last answer is about what is returned.
    """

    sort: str
    choose: Callable[[Sequence[VisitColumns]], Collection[int]]


async def find_visits(
    period: ReportPeriod,
    wanted: VisitFilter,
    *,
    business: str,
    store: Store,
    before: bool = False,
    is_listed: bool = True,
) -> tuple[list[VisitColumns], list[VisitColumns]]:
    """Return the visits that began in the period and pass the filter; with `before` also of the period before.

    Two round trips deep. Unless they are listed, only what counts is read.
    """
    return await find_all_visits(
        period, wanted, {business: wanted.own}, store=store, before=before, is_listed=is_listed
    )


async def find_all_visits(
    period: ReportPeriod,
    wanted: VisitFilter,
    sources: Mapping[str, frozenset[str] | None],
    *,
    store: Store,
    before: bool = False,
    is_listed: bool = True,
    page: ListedPage | None = None,
) -> tuple[list[VisitColumns], list[VisitColumns]]:
    """Return the same of several calendars, each with the people whose visits count, None for all.

    With a `page`, all columns are read only of the days that it chooses.
    """
    limit, most_ranges = Semaphore(CALENDARS_AT_ONCE), max(MOST_RANGES // max(len(sources), 1), 1)

    async def each(work: Coroutine[Any, Any, Any]) -> Any:
        async with limit:
            return await work

    found = [
        CalendarVisits(
            business,
            period,
            replace(wanted, own=own),
            store=store,
            before=before,
            most_ranges=most_ranges,
        )
        for business, own in sources.items()
    ]
    sort = page.sort if page else ""
    await gather(*(each(one.begin(sort, is_listed=is_listed and page is None)) for one in found))
    chosen = _not_listed(found, page)
    are_changed = await gather(*(each(one.finish(chosen.get(one, ()))) for one in found))
    while any(are_changed) and (chosen := _not_listed(found, page)):
        await gather(*(each(one.list_days(days)) for one, days in chosen.items()))
    days = [day for one in found for _, day in one.days]
    return [one.now for one in days if len(one.now)], [one.before for one in days if len(one.before)]


def _not_listed(found: Sequence[CalendarVisits], page: ListedPage | None) -> dict[CalendarVisits, set[str]]:
    """Return the days of each calendar that the page needs, and of which not all columns were read."""
    if page is None:
        return {}
    days = [(one, name, day) for one in found for name, day in one.days if len(day.now)]
    needed: dict[CalendarVisits, set[str]] = {}
    for number in page.choose([day.now for *_, day in days]):
        one, name, day = days[number]
        if not day.is_listed:
            needed.setdefault(one, set()).add(name)
    return needed
