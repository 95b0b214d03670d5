"""The figures above a chart, each with what it counts and how it changed since the period before."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from shared.i18n.marked import marked


if TYPE_CHECKING:
    from functions.console.reports.query import ReportQuery
    from functions.console.reports.scope import ReportScope
    from shared.domain.reports.no_shows import Hour
    from shared.domain.reports.visit_figures import VisitFigures


MONDAY = date(2024, 1, 1)


class FigureCard(NamedTuple):
    """A figure; `change` compares it with the period before, `href` leads to the visits that it counts."""

    label: str
    value: str
    means: str
    change: str
    href: str


COUNTED: tuple[tuple[str, str, str, str], ...] = (
    (
        "visits",
        "",
        marked("Visits"),
        marked(
            "Visits that took place, by the day on which they began. A visit to which no one came isn’t counted."
        ),
    ),
    ("completed", "completed", marked("Completed"), marked("An attendee joined.")),
    ("no_shows", "no_show", marked("No-shows"), marked("Staff joined, and no attendee did.")),
    (
        "not_admitted",
        "not_admitted",
        marked("Not admitted"),
        marked("An attendee waited, and no one admitted them."),
    ),
)
"""The numbers of visits, with the status that each counts, its label and its meaning."""
AVERAGES: tuple[tuple[str, str, str, str], ...] = (
    (
        "average_duration",
        "met",
        marked("Average duration"),
        marked("Of the visits in which staff and an attendee met: %(number)s."),
    ),
    (
        "average_wait",
        "waited",
        marked("Average wait"),
        marked("Of the visits with an attendee in the waiting room: %(number)s."),
    ),
)
"""The averages, with the number of visits that each is of."""


def figure_cards(
    scope: ReportScope, query: ReportQuery, now: VisitFigures, then: VisitFigures
) -> list[FigureCard]:
    """Return the figures of a period beside those of the period before."""
    _ = scope.texts.gettext
    cards = []
    for name, status, label, means in COUNTED:
        number, href = getattr(now, name), scope.here(**query.asked(status=status, hour=""))
        value = _share(number, now.visits) if status else str(number)
        change = _change(scope, number, getattr(then, name))
        cards.append(FigureCard(_(label), value, _(means), change, f"{href}#visits"))
    for name, of, label, means in AVERAGES:
        value, change = length(scope, getattr(now, name)), _before(scope, getattr(then, name))
        href = f"{scope.here(**query.asked(status=of, hour=''))}#visits" if getattr(now, of) else ""
        cards.append(FigureCard(_(label), value, _(means) % {"number": getattr(now, of)}, change, href))
    return cards


def listed_as(scope: ReportScope, query: ReportQuery) -> str:
    """Return what the table is limited to, in words; empty for all visits."""
    labels = {key: label for _, key, label, _ in (*COUNTED, *AVERAGES)}
    words = [scope.texts.gettext(labels[query.status])] if query.status else []
    return ", ".join([*words, *([hour_of_week(scope, query.hour)] if query.hour else [])])


def hour_of_week(scope: ReportScope, hour: Hour) -> str:
    """Return an hour of a weekday in words."""
    return f"{scope.formats.weekday(MONDAY + timedelta(days=hour.weekday))} {hour.hour}:00"


def length(scope: ReportScope, of: timedelta | None) -> str:
    """Return a length in minutes and seconds; a dash for None."""
    if of is None:
        return "–"
    minutes, seconds = divmod(round(of.total_seconds()), 60)
    _ = scope.texts.gettext
    parts = [_("%(num)s min") % {"num": minutes}] if minutes else []
    parts += [_("%(num)s s") % {"num": seconds}] if seconds or not minutes else []
    return " ".join(parts).replace(" ", "\u00a0")


def _share(part: int, whole: int) -> str:
    return f"{part} ({round(100 * part / whole)}\u00a0%)" if whole else str(part)


def _change(scope: ReportScope, now: int, then: int) -> str:
    _ = scope.texts.gettext
    if now == then:
        return _("as many as in the period before")
    text = _("↑ %(number)s more than in the period before") if now > then else ""
    text = text or _("↓ %(number)s fewer than in the period before")
    return text % {"number": abs(now - then)}


def _before(scope: ReportScope, then: timedelta | None) -> str:
    _ = scope.texts.gettext
    return _("%(length)s in the period before") % {"length": length(scope, then)} if then is not None else ""
