"""What stands out in a report: two sentences by rules, and where no-shows are many."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from functions.console.reports.figures import MONDAY, length
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
    from collections.abc import Callable, Mapping, Sequence

    from functions.console.reports.query import ReportQuery
    from functions.console.reports.scope import ReportScope
    from shared.domain.reports.visit_columns import VisitColumns
    from shared.domain.reports.visit_figures import VisitFigures

MOST, SHADES, MOST_SENTENCES = 20, 5, 2
MORE, FEWER, EQUAL = (
    marked("No-shows rose from %(then)s to %(now)s."),
    marked("No-shows fell from %(then)s to %(now)s."),
    marked("No-shows stayed at %(now)s."),
)


class HeatCell(NamedTuple):
    """An hour of a weekday; `shade` is from 0 to 4, and the text empty where there are too few visits.

    `href` leads to the visits of the hour, where they are listed.
    """

    text: str
    visits: int
    shade: int
    href: str


class RateLine(NamedTuple):
    """A service or a person with the number of visits, and the share of no-shows if it can be told.

    The addresses lead to the visits, and to the no-shows; they are empty for who or what is gone.
    """

    name: str
    visits: int
    share: str
    href: str
    missed: str


def what_stands_out(
    scope: ReportScope, query: ReportQuery, found: Sequence[VisitColumns], now: VisitFigures, then: VisitFigures
) -> dict[str, Any]:
    """Return the sentences, the heat map and the rates by service and by person."""
    hours = rates_by_hour(found, scope.zone)

    def way(**changes: str) -> str:
        return f"{scope.here(**query.asked(**{'status': '', 'hour': '', **changes}))}#visits"

    def lines(
        kind: str, rates: Mapping[tuple[str, str], Rate], name_of: Callable[[str, str], str]
    ) -> list[RateLine]:
        return [_line(scope, kind, key, name_of(*key), rate, way) for key, rate in islice(rates.items(), MOST)]

    is_own = all(one.people is not None for one in scope.sources)
    return {
        "sentences": _sentences(scope, hours, found, now, then),
        "heat": heat_of(
            scope,
            {hour: (rate.share, rate.visits) for hour, rate in hours.items()},
            lambda hour: way(hour=f"{hour.weekday}-{hour.hour}"),
        ),
        "rates": {
            scope.texts.gettext("Service"): lines("service", rates_by_service(found), scope.service),
            scope.texts.gettext("Staff"): []
            if is_own
            else lines("person", rates_by_person(found), lambda business, one: scope.people(business, [one])),
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
        sentences.append(_("The share of no-shows is highest on %(day)s at %(time)s: %(share)s.") % at)
    if now.waited and len(sentences) < MOST_SENTENCES:
        half, most = (length(scope, one) for one in waits_within(found, 0.5, 0.9))
        said = _("Half of those who waited were admitted within %(half)s, nine in ten within %(most)s.")
        sentences.append(said % {"half": half, "most": most})
    return sentences


def _weekday(scope: ReportScope, weekday: int) -> str:
    return scope.formats.weekday(MONDAY + timedelta(days=weekday))


def _line(
    scope: ReportScope, kind: str, key: tuple[str, str], name: str, rate: Rate, way: Callable[..., str]
) -> RateLine:
    """Return a line of a service or person, of whom the name is empty if they are gone."""
    business, one = key
    asked = {kind: one, **({"calendar": business} if scope.choices else {})}
    share = scope.formats.percent(rate.share) if rate.share is not None else "–"
    hrefs = (way(**asked), way(**asked, status="no_show")) if name else ("", "")
    return RateLine(name or "–", rate.visits, share, *hrefs)


def heat_of(
    scope: ReportScope,
    hours: Mapping[Hour, tuple[float | None, int]],
    way: Callable[[Hour], str] = lambda _: "",
) -> dict[str, Any]:
    """Return the hours of the week from the first to the last, with a share and what it is of; empty without any.

    A share is None of so few that it would be chance. `way` returns where an hour leads.
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
            return HeatCell("", number, 0, "")
        shade = min(int(SHADES * share / top), SHADES - 1)
        return HeatCell(scope.formats.percent(share), number, shade, way(Hour(day, hour)))

    rows = [(_weekday(scope, day), [cell(day, hour) for hour in span]) for day in days]
    return {"hours": [f"{hour}:00" for hour in span], "rows": rows}
