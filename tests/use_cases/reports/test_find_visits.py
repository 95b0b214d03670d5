"""Which visits belong to a period: those that began in it, whenever their appointments were planned."""

from datetime import UTC, date, datetime, timedelta

import pytest

from shared.domain.reports.period import ReportPeriod
from shared.domain.reports.visit_figures import VisitFilter
from shared.domain.visits.fact import VisitFact
from shared.records.codec import dump
from shared.records.reports.facts import fact_key
from shared.records.table import Operation
from shared.storage.store import TableStore
from shared.use_cases.reports.find_visits import find_visits
from tests.support.fakes import MemoryTable


PERIOD = ReportPeriod(date(2026, 3, 29), date(2026, 3, 29), "Europe/Paris")  # a day of 23 hours
FIRST, END = datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


async def found(*visits: tuple[datetime, datetime], wanted: VisitFilter | None = None) -> list[str]:
    """The ids of the found ones among visits with a planned start and a beginning."""
    table = MemoryTable()
    for number, (planned, began) in enumerate(visits):
        fact = VisitFact(meeting=f"m{number}", start=began, status="completed", service="video")
        rows = [Operation("upsert", fact_key(planned, fact.meeting), dump(fact))]
        await table.transact("facts", "biz0clinic", rows)
    kept = wanted or VisitFilter()
    visits, _ = await find_visits(PERIOD, kept, business="biz0clinic", store=TableStore(table))
    return [name for one in visits for name in one.meetings]


@pytest.mark.parametrize(
    ("began", "is_found"),
    [(FIRST - SECOND, False), (FIRST, True), (END - SECOND, True), (END, False)],
)
async def test_the_beginning_counts_to_the_second(began, is_found):
    assert await found((began, began)) == ["m0"] * is_found


@pytest.mark.parametrize("early", [-7 * DAY, -DAY, -SECOND, SECOND, DAY, 30 * DAY])
async def test_the_appointment_may_be_planned_for_another_day(early):
    assert await found((FIRST + early, FIRST), (END - SECOND + early, END - SECOND)) == ["m0", "m1"]


async def test_the_filter_counts():
    assert await found((FIRST, FIRST), wanted=VisitFilter(service="other")) == []
