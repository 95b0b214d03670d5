"""The report as JSON: the same figures as on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shared.domain.reports.no_shows import waits_within
from shared.domain.reports.visit_figures import VisitFigures, figures_by_day


if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from shared.domain.reports.period import ReportPeriod
    from shared.domain.reports.visit_columns import VisitColumns


def report_document(period: ReportPeriod, found: Sequence[VisitColumns], now: datetime) -> dict[str, Any]:
    """Return figures in all and by day; lengths are in seconds, null where there is nothing to average."""
    by_day = figures_by_day(found, period)
    half, most = waits_within(found, 0.5, 0.9)
    return {
        "made": now.isoformat(),
        "from": str(period.first),
        "to": str(period.last),
        "timeZone": period.zone,
        "figures": _figures(sum(by_day.values(), VisitFigures())),
        "waits": {"half": _seconds(half), "nineInTen": _seconds(most)},
        "days": [{"day": str(day), **_figures(one)} for day, one in by_day.items()],
    }


def _figures(one: VisitFigures) -> dict[str, Any]:
    return {
        "visits": one.visits,
        "bookings": one.bookings,
        "ehr": one.ehr,
        "completed": one.completed,
        "noShows": one.no_shows,
        "notAdmitted": one.not_admitted,
        "averageDuration": _seconds(one.average_duration),
        "averageWait": _seconds(one.average_wait),
    }


def _seconds(length: timedelta | None) -> float | None:
    return round(length.total_seconds(), 3) if length is not None else None
