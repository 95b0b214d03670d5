"""Finds the visits of a period for the usage report."""

from shared.domain.reports.period import ReportPeriod
from shared.domain.reports.visit_figures import VisitFilter
from shared.domain.visits.fact import VisitFact
from shared.records.codec import load_row
from shared.records.facts import facts_between
from shared.use_cases.ports import Store


async def find_visits(
    period: ReportPeriod, wanted: VisitFilter, *, business: str, store: Store
) -> list[VisitFact]:
    """Return the visits that began in the period and pass the filter, by the start of their appointments."""
    span = facts_between(period.start, period.end)
    page = await store.table.range("facts", business, span.low, span.high)
    facts = (load_row(VisitFact, row) for row in page.rows)
    return [one for one in facts if period.start <= one.start < period.end and wanted.admits(one)]
