"""What stands out in a report: two sentences by rules, and where no-shows are many."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from functions.console.reports.figures import length
from shared.domain.reports.no_shows import (
    Hour,
    Rate,
    rates_by_hour,
    rates_by_person,
    rates_by_service,
    waits_within,
    worst_hour,
)
from shared.i18n.marked import marked


if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from functions.console.reports.scope import ReportScope
    from shared.domain.reports.visit_columns import VisitColumns
    from shared.domain.reports.visit_figures import VisitFigures

MOST, SHADES, MOST_SENTENCES = 20, 5, 2
MONDAY = date(2024, 1, 1)
MORE, FEWER, EQUAL = (
    marked("No-shows rose from %(then)s to %(now)s."),
    marked("No-shows fell from %(then)s to %(now)s."),
    marked("No-shows stayed at %(now)s."),
)


class HeatCell(NamedTuple):
    """An hour of a weekday; `shade` is from 0 to 4, and the text empty where there are too few visits."""

    text: str
    visits: int
    shade: int


class RateLine(NamedTuple):
    """A service or a person with the number of visits, and the share of no-shows if it can be told."""

    name: str
    visits: int
    share: str


def what_stands_out(
    scope: ReportScope, found: Sequence[VisitColumns], now: VisitFigures, then: VisitFigures
) -> dict[str, Any]:
    """Return the sentences, the heat map and the rates by service and by person."""
    hours = rates_by_hour(found, scope.zone)
    services = [(scope.service(*name), rate) for name, rate in rates_by_service(found).items()]
    people = [(scope.people(name[0], [name[1]]), rate) for name, rate in rates_by_person(found).items()]
    is_own = all(one.people is not None for one in scope.sources)
    return {
        "sentences": _sentences(scope, hours, found, now, then),
        "heat": heat_of(scope, {hour: (rate.share, rate.visits) for hour, rate in hours.items()}),
        "rates": {
            scope.texts.gettext("Service"): _lines(scope, services),
            scope.texts.gettext("Staff"): [] if is_own else _lines(scope, people),
        },
    }


def _sentences(
    scope: ReportScope,
    hours: Mapping[Hour, Rate],
    found: Sequence[VisitColumns],
    now: VisitFigures,
    then: VisitFigures,
) -> list[str]:
    _, sentences = scope.texts.gettext, []
    rate, before = Rate(now.visits, now.no_shows), Rate(then.visits, then.no_shows)
    if rate.share is not None and before.share is not None:
        texts = scope.formats.percent(before.share), scope.formats.percent(rate.share)
        change = EQUAL if texts[0] == texts[1] else MORE if rate.share > before.share else FEWER
        sentences.append(_(change) % {"then": texts[0], "now": texts[1]})
    if (worst := worst_hour(hours, rate)) and (share := hours[worst].share) is not None:
        at = {
            "day": _weekday(scope, worst.weekday),
            "time": f"{worst.hour}:00",
            "share": scope.formats.percent(share),
        }
        sentences.append(_("Their share is highest on %(day)s at %(time)s: %(share)s.") % at)
    if now.waited and len(sentences) < MOST_SENTENCES:
        half, most = (length(scope, one) for one in waits_within(found, 0.5, 0.9))
        said = _("Half of those who waited were let in within %(half)s, nine in ten within %(most)s.")
        sentences.append(said % {"half": half, "most": most})
    return sentences


def _weekday(scope: ReportScope, weekday: int) -> str:
    return scope.formats.weekday(MONDAY + timedelta(days=weekday))


def _lines(scope: ReportScope, rates: Sequence[tuple[str, Rate]]) -> list[RateLine]:
    percent = scope.formats.percent
    return [
        RateLine(name or "–", rate.visits, percent(rate.share) if rate.share is not None else "–")
        for name, rate in rates[:MOST]
    ]


def heat_of(scope: ReportScope, hours: Mapping[Hour, tuple[float | None, int]]) -> dict[str, Any]:
    """Return the hours of the week from the first to the last, with a share and what it is of; empty without any.

    A share is None of so few that it would be chance.
    """
    told = [share for share, _ in hours.values() if share is not None]
    if not told:
        return {}
    top = max(*told, 0.01)
    span = range(min(one.hour for one in hours), max(one.hour for one in hours) + 1)
    days = sorted({one.weekday for one in hours})

    def cell(day: int, hour: int) -> HeatCell:
        share, number = hours.get(Hour(day, hour), (None, 0))
        if share is None:
            return HeatCell("", number, 0)
        return HeatCell(scope.formats.percent(share), number, min(int(SHADES * share / top), SHADES - 1))

    rows = [(_weekday(scope, day), [cell(day, hour) for hour in span]) for day in days]
    return {"hours": [f"{hour}:00" for hour in span], "rows": rows}
