"""The figures above a chart, each with what it counts and how it changed since the period before."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shared.domain.reports.visit_figures import figures_of


if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from functions.console.context import CalendarContext
    from functions.console.reports.query import ReportQuery
    from shared.domain.visits.fact import VisitFact


class FigureCard(NamedTuple):
    """A figure; `change` compares it with the period before, `href` leads to the visits that it counts."""

    label: str
    value: str
    means: str
    change: str
    href: str


def figure_cards(
    context: CalendarContext, query: ReportQuery, found: Sequence[VisitFact], before: Sequence[VisitFact]
) -> list[FigureCard]:
    """Return the figures of a period beside those of the period before."""
    _, now, then = context.texts.gettext, figures_of(found), figures_of(before)
    rows = lambda status: f"{context.here('reports', **query.asked(status=status))}#visits"  # noqa: E731
    return [
        FigureCard(
            _("Visits"),
            str(now.visits),
            _("Visits that took place, by the day on which they began. Where nobody came, none took place."),
            _change(context, now.visits, then.visits),
            rows(""),
        ),
        FigureCard(
            _("Completed"),
            _share(now.completed, now.visits),
            _("An attendee joined."),
            _change(context, now.completed, then.completed),
            rows("completed"),
        ),
        FigureCard(
            _("No-shows"),
            _share(now.no_shows, now.visits),
            _("Staff joined, and no attendee did."),
            _change(context, now.no_shows, then.no_shows),
            rows("no_show"),
        ),
        FigureCard(
            _("Not let in"),
            _share(now.not_admitted, now.visits),
            _("An attendee waited, and nobody let them in."),
            _change(context, now.not_admitted, then.not_admitted),
            rows("not_admitted"),
        ),
        FigureCard(
            _("Average duration"),
            length(context, now.average_duration),
            _("Of the visits in which staff and an attendee met: %(number)s.") % {"number": now.met},
            _before(context, then.average_duration),
            "",
        ),
        FigureCard(
            _("Average wait"),
            length(context, now.average_wait),
            _("Of the visits with an attendee in the waiting room: %(number)s.") % {"number": now.waited},
            _before(context, then.average_wait),
            "",
        ),
    ]


def length(context: CalendarContext, of: timedelta | None) -> str:
    """Return a length in minutes and seconds; a dash for None."""
    if of is None:
        return "–"
    minutes, seconds = divmod(round(of.total_seconds()), 60)
    _ = context.texts.gettext
    parts = [_("%(num)s min") % {"num": minutes}] if minutes else []
    parts += [_("%(num)s s") % {"num": seconds}] if seconds or not minutes else []
    return " ".join(parts).replace(" ", "\u00a0")


def _share(part: int, whole: int) -> str:
    return f"{part} ({round(100 * part / whole)}\u00a0%)" if whole else str(part)


def _change(context: CalendarContext, now: int, then: int) -> str:
    _ = context.texts.gettext
    if now == then:
        return _("as many as in the period before")
    text = _("↑ %(number)s more than in the period before") if now > then else ""
    text = text or _("↓ %(number)s fewer than in the period before")
    return text % {"number": abs(now - then)}


def _before(context: CalendarContext, then: timedelta | None) -> str:
    _ = context.texts.gettext
    return _("%(length)s in the period before") % {"length": length(context, then)} if then is not None else ""
