"""Counts what visitors of booking pages do, in memory, and adds it to the day's row now and then.

A page waits for nothing. What a process counted in its last seconds is lost with it, and where the storage does
not say whether it has written, the counts are taken as written: too few are better than too many.
"""

import asyncio
from contextvars import Context
from datetime import date

from shared.domain.reports.page_steps import BookingStep, PageReport, PageSteps, page_report
from shared.domain.reports.period import ReportPeriod
from shared.records.reports.page_days import day_of_page, dump_steps, load_steps, page_key, pages_between
from shared.records.table import Ambiguous, Operation, Stale
from shared.use_cases.organisation.settings import find_organisation
from shared.use_cases.ports import Store


WAITS = 30.0  # seconds until what was counted is added
MOST, AT_ONCE, TRIES = 10_000, 16, 3  # days of calendars in memory, and how many are written side by side


class PageCounter:
    """What one process has counted and not added yet."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, date], PageSteps] = {}
        self._adding: asyncio.Task[None] | None = None

    def count(self, business: str, day: date, step: BookingStep, *, store: Store) -> None:
        """Count a step of a visitor of a calendar's page; it is added later, outside of the request's context."""
        place = (business, day)
        if place in self._counts or len(self._counts) < MOST:
            self._counts[place] = self._counts.get(place, PageSteps()).with_one(step)
        if self._adding is None or self._adding.done():
            self._adding = asyncio.get_running_loop().create_task(self._add_soon(store), context=Context())

    async def flush(self, *, store: Store) -> None:
        """Add what was counted, unless reports are off; what cannot be added now is kept for the next time."""
        counts, self._counts = self._counts, {}
        if not (await find_organisation(store=store)).has_analytics:
            return
        places = list(counts.items())
        for at in range(0, len(places), AT_ONCE):
            await asyncio.gather(*(self._add(*place, steps, store) for place, steps in places[at : at + AT_ONCE]))

    async def _add_soon(self, store: Store) -> None:
        await asyncio.sleep(WAITS)
        await self.flush(store=store)

    async def _add(self, business: str, day: date, steps: PageSteps, store: Store) -> None:
        try:
            if await add_steps(business, day, steps, store=store):
                return
        except Ambiguous:
            return
        place = (business, day)
        self._counts[place] = steps.plus(self._counts.get(place, PageSteps()))


async def add_steps(business: str, day: date, steps: PageSteps, *, store: Store) -> bool:
    """Add counts to the row of a day; return False if others were faster each time. Raise Ambiguous."""
    key = page_key(day)
    for _ in range(TRIES):
        row = await store.table.get("facts", business, key)
        values = dump_steps(load_steps(row.values).plus(steps) if row else steps)
        write = Operation("replace", key, values, row.etag) if row else Operation("insert", key, values)
        try:
            await store.table.transact("facts", business, [write])
        except Stale:
            continue  # another process has just added its counts
        return True
    return False


async def find_page_report(period: ReportPeriod, *, business: str, store: Store) -> PageReport:
    """Return the steps of the days of a period; one round trip."""
    page = await store.table.range("facts", business, *pages_between(period.first, period.last))
    return page_report((day_of_page(row.key), load_steps(row.values)) for row in page.rows)
