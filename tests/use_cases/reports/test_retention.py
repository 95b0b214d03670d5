"""Facts are deleted once they are older than the organisation keeps them, packed or not, and with their calendar."""

from datetime import date, timedelta

import pytest

from shared.domain.reports.period import ReportPeriod
from shared.domain.reports.visit_figures import VisitFilter, figures_of
from shared.records.reports.facts import PACKING
from shared.records.table import Ambiguous
from shared.storage.store import TableStore
from shared.use_cases.calendars.save_calendar import save_calendar
from shared.use_cases.maintenance.sweep import sweep
from shared.use_cases.organisation.settings import change_organisation
from shared.use_cases.reports.erase_facts import expire_facts
from shared.use_cases.reports.find_visits import find_visits
from tests.support.builders import SECRET, a_business, a_calendar, a_key
from tests.support.fakes import MemoryTable
from tests.use_cases.reports.test_packed_days import BUSINESS, DAY, NOON, Reports, a_course


PERIOD = ReportPeriod(date(2026, 9, 1), date(2026, 11, 30), "Etc/UTC")


async def kept(reports: Reports) -> tuple[int, int]:
    """The number of facts, and of visits in the report."""
    found, _ = await find_visits(PERIOD, VisitFilter(), business=BUSINESS, store=reports.store)
    return sum(key[0] == "2" for key in reports.keys), figures_of(found).visits


async def a_past(table: MemoryTable | None = None) -> Reports:
    """A calendar with a visit on each of ten days up to the 24th of October."""
    reports = Reports()
    if table:
        reports.table, reports.store = table, TableStore(table)
    calendar = a_calendar(a_business(id=BUSINESS, slug="clinic"))
    await save_calendar(calendar, key=a_key(), store=reports.store, secret=SECRET)
    for day in range(10):
        await reports.file(a_course(day, NOON - day * DAY))
    return reports


async def keep(reports: Reports, days: int) -> None:
    await change_organisation(
        lambda one: one.model_copy(update={"report_days": days}),
        actor="head",
        number=a_key()[:12],
        store=reports.store,
        now=reports.now,
    )


@pytest.mark.parametrize("times", [1, 6], ids=["not packed", "packed"])
async def test_the_sweep_deletes_what_is_older_than_it_is_kept(times):
    reports = await a_past()
    await keep(reports, 0)
    for _ in range(times):
        await sweep(store=reports.store)
        reports.now += timedelta(hours=1)
    assert await kept(reports) == (10, 10)
    await keep(reports, (reports.now - NOON).days + 4)
    await sweep(store=reports.store)
    assert await kept(reports) == (4, 4)
    assert not any(key.endswith("20261020") for key in reports.keys if key != PACKING)


class Failing(MemoryTable):
    """A table that fails after so many deletions."""

    left = 10**6

    async def transact(self, table, partition, operations):
        self.left -= operations[0].verb == "delete"
        if self.left < 0:
            raise Ambiguous(partition)
        return await super().transact(table, partition, operations)


@pytest.mark.parametrize("moment", [0, 1, 2])
async def test_after_a_crash_no_day_is_shown_in_part_and_the_next_sweep_goes_on(moment):
    reports = await a_past()
    for _ in range(6):
        await reports.sweep()
    table = Failing(lambda: reports.now)
    table._rows = reports.table._rows
    reports.table, reports.store = table, TableStore(table)
    table.left = moment
    if moment < 2:
        with pytest.raises(Ambiguous):
            await expire_facts(BUSINESS, NOON - 4 * DAY, store=reports.store)
    assert (await kept(reports))[1] == (10 if moment in (0, 2) else 5)
    table.left = 10**6
    await expire_facts(BUSINESS, NOON - 4 * DAY, store=reports.store)
    assert await kept(reports) == (5, 5)
