"""The lines of each tab's chart, and the sentence that says what they show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.console.reports.chart import Chart, Series
from functions.console.reports.figures import length


if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, timedelta

    from functions.console.reports.query import ReportQuery
    from functions.console.reports.scope import ReportScope
    from shared.domain.reports.visit_figures import VisitFigures


def lines_of(scope: ReportScope, query: ReportQuery, by_day: Mapping[date, VisitFigures]) -> Chart:
    """Return the chart of the query's tab."""
    _, figures = scope.texts.gettext, list(by_day.values())
    if query.tab == "duration":
        series = [
            _lengths(scope, _("Average duration (minutes)"), figures, lambda one: one.average_duration),
            _lengths(scope, _("Average wait (minutes)"), figures, lambda one: one.average_wait),
        ]
    else:
        series = _counts(scope, query, figures)
    links = [
        f"{scope.here(**{**query.asked(), 'days': 'days', 'from': str(day), 'to': str(day)})}#visits"
        for day in by_day
    ]
    return Chart(series, [scope.formats.day(day) for day in by_day], links)


def _counts(scope: ReportScope, query: ReportQuery, figures: Sequence[VisitFigures]) -> list[Series]:
    """Return the number of visits; on the first tab also by where they come from, once they come from both."""
    _ = scope.texts.gettext
    found = [_numbers(_("All visits"), [one.visits for one in figures])]
    if query.tab == "visits" and any(one.ehr for one in figures):
        found.append(_numbers(_("Bookings"), [one.bookings for one in figures]))
        found.append(_numbers(_("Health records"), [one.ehr for one in figures]))
    return found


def _numbers(name: str, values: Sequence[int]) -> Series:
    return Series(name, list(values), [str(one) for one in values])


def _lengths(
    scope: ReportScope,
    name: str,
    figures: Sequence[VisitFigures],
    of: Callable[[VisitFigures], timedelta | None],
) -> Series:
    lengths = [of(one) for one in figures]
    values = [one.total_seconds() / 60 if one is not None else None for one in lengths]
    return Series(name, values, [length(scope, one) for one in lengths])


def finding(scope: ReportScope, query: ReportQuery, chart: Chart, whole: VisitFigures) -> str:
    """Return what the chart shows in a sentence, which is the name of the picture."""
    _ = scope.texts.gettext
    days = {"days": f"{chart.days[0]} – {chart.days[-1]}"}
    if query.tab == "duration":
        figures = {
            "duration": length(scope, whole.average_duration),
            "wait": length(scope, whole.average_wait),
        }
        return _("Average duration %(duration)s and wait %(wait)s, %(days)s.") % {**figures, **days}
    if not whole.visits:
        return _("No visits, %(days)s.") % days
    values = [one or 0 for one in chart.series[0].values]
    most = values.index(max(values))
    peak = {"number": whole.visits, "day": chart.days[most], "most": int(values[most])}
    return _("Visits by day, %(days)s: %(number)s in all, most on %(day)s (%(most)s).") % {**peak, **days}
