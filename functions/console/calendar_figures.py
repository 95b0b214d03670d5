"""The figures of a calendar's last days as its home shows them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from shared.domain.access.permissions import Permission
from shared.domain.calendar.service import Price


if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from functions.console.context import CalendarContext
    from shared.use_cases.reports.find_figures import LastDays


class ShownFigure(NamedTuple):
    """A figure with what it counts; `more` says what is within it, or its share."""

    label: str
    value: str
    more: str = ""


class ShownDays(NamedTuple):
    """The days that were counted, and their figures."""

    days: str
    figures: Sequence[ShownFigure]


def shown_days(context: CalendarContext, found: LastDays) -> ShownDays:
    """Return the figures in the reader's words; what was earned only for those who may read the report."""
    formats = context.formats
    days = f"{formats.short_day(found.first)} – {formats.short_day(found.last)}"
    figures = [*_appointments(context, found), *_people(context, found)]
    return ShownDays(days, figures)


def _appointments(context: CalendarContext, found: LastDays) -> Iterator[ShownFigure]:
    _, formats, all_of = context.texts.gettext, context.formats, found.figures
    yield ShownFigure(_("Appointments"), formats.number(all_of.live), _hours(context, found))
    if all_of.live:
        in_person = _("%(num)s in person") % {"num": formats.number(all_of.live - all_of.online)}
        yield ShownFigure(_("Online"), formats.number(all_of.online), in_person)
    cancelled = _share(context, all_of.cancelled, all_of.cancelled + all_of.live)
    yield ShownFigure(_("Cancellations"), formats.number(all_of.cancelled), cancelled)
    yield ShownFigure(
        _("No-shows"), formats.number(all_of.no_shows), _share(context, all_of.no_shows, all_of.live)
    )


def _people(context: CalendarContext, found: LastDays) -> Iterator[ShownFigure]:
    _, formats, all_of = context.texts.gettext, context.formats, found.figures
    if all_of.by_customers or all_of.by_staff:
        by_staff = _("%(num)s by staff") % {"num": formats.number(all_of.by_staff)}
        yield ShownFigure(_("Booked by customers themselves"), formats.number(all_of.by_customers), by_staff)
    if all_of.walk_ins:
        yield ShownFigure(_("Walk-ins"), formats.number(all_of.walk_ins))
    if found.new_customers is not None:
        first_time = _("booked for the first time")
        yield ShownFigure(_("New customers"), formats.number(found.new_customers), first_time)
    if all_of.earned is not None and context.access.may(Permission.READ_REPORT):
        money = formats.price(Price(kind="fixed", amount=all_of.earned), context.business.currency)
        yield ShownFigure(_("Estimated revenue"), money, _("at the present prices of the services"))


def _hours(context: CalendarContext, found: LastDays) -> str:
    hours = context.formats.number(found.figures.length / timedelta(hours=1))
    return context.texts.gettext("%(num)s h") % {"num": hours} if found.figures.live else ""


def _share(context: CalendarContext, part: int, whole: int) -> str:
    return context.formats.percent(part / whole) if part and whole else ""
