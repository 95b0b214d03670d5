"""The report of demand: how far ahead each service is booked, what is cancelled, and when it is free next."""

from __future__ import annotations

from asyncio import gather
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from functions.console.download import download
from functions.console.reports.tab_page import tab_page, wants_csv
from shared.domain.errors import NotFound
from shared.use_cases.reports.count_page_steps import find_page_report
from shared.use_cases.reports.find_demand import DAYS, find_demand


if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import azure.functions as func

    from functions.console.forms.save import Tab
    from functions.console.reports.query import ReportQuery
    from functions.console.reports.scope import ReportScope
    from shared.domain.reports.demand import FreeTimes, ServiceDemand
    from shared.domain.reports.page_steps import PageSteps

NONE = "–"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class PageStep(NamedTuple):
    """How often visitors of the booking page took a step, and its share of the one before."""

    label: str
    value: str
    share: str
    means: str


def may_read_demand(scope: ReportScope) -> bool:
    """Return whether there is one for the reader: it is of one whole calendar."""
    return scope.one is not None and scope.sources[0].people is None


async def demand_report(scope: ReportScope, query: ReportQuery, tabs: Sequence[Tab]) -> func.HttpResponse:
    """Return the page, or the table as a file. Raises NotFound where there is no such report."""
    calendar, context = scope.one, scope.context
    if calendar is None or not may_read_demand(scope):
        raise NotFound
    store, business = context.app.store, calendar.business.id
    found, steps = await gather(
        find_demand(query.period, calendar=calendar, store=store, now=context.now),
        find_page_report(query.period, business=business, store=store),
    )
    rows = [
        _row(scope, one.name, found.booked.get(one.id), found.free.get(one.id))
        for one in calendar.listed_services
        if one.id in found.booked or one.id in found.free
    ]
    headings = _headings(scope)
    if wants_csv(scope, query):
        return download([[label for label, _ in headings], *rows], "demand")
    return await tab_page(
        "demand",
        scope,
        query,
        tabs,
        headings=headings,
        rows=rows,
        steps=_steps(scope, steps.whole),
        step_days=[
            [scope.formats.day(day), *(str(number) for number in one)]
            for day, one in sorted(steps.days.items(), reverse=True)
        ],
    )


def _steps(scope: ReportScope, whole: PageSteps) -> list[PageStep]:
    """Return the steps of the booking page, each with its share of the one before."""
    _, percent = scope.texts.gettext, scope.formats.percent

    def of(part: int, total: int, text: str) -> str:
        return text % {"share": percent(part / total)} if total else ""

    before = _("%(share)s of the step before")
    return [
        PageStep(
            _("Page opened"),
            str(whole.seen),
            "",
            _("The page or one of its services, from elsewhere. Someone who comes twice counts twice."),
        ),
        PageStep(
            _("Time chosen"), str(whole.chosen), of(whole.chosen, whole.seen, before), _("The form for a time.")
        ),
        PageStep(_("Booked"), str(whole.booked), of(whole.booked, whole.chosen, before), _("The form was sent.")),
    ]


def _headings(scope: ReportScope) -> list[tuple[str, str]]:
    """Return the name of each column and what it says."""
    _, ngettext = scope.texts.gettext, scope.texts.ngettext
    days = ngettext("Free in %(num)s day", "Free in %(num)s days", DAYS) % {"num": DAYS}
    return [
        (_("Service"), ""),
        (_("Next free time"), _("The first time that customers can book now.")),
        (
            _("Third next free time"),
            _("The first two are often left by a cancellation; the third is what a new customer finds."),
        ),
        (_("Days until then"), _("From now to the third next free time.")),
        (days, _("The number of times that customers can book.")),
        (_("Appointments"), _("Those that start in the period, including cancelled ones.")),
        (_("Cancelled"), _("How many of them were cancelled, by customers or by staff.")),
        (
            _("Booked ahead"),
            _("Half of the appointments for one customer were booked at most this far ahead."),
        ),
        (_("Nine in ten"), _("Nine in ten of them were booked at most this far ahead.")),
    ]


def _row(scope: ReportScope, name: str, booked: ServiceDemand | None, free: FreeTimes | None) -> list[str]:
    number = scope.formats.number
    third = free.third if free else None
    away = number((third - scope.context.now) / DAY) if third else NONE
    times = [_when(scope, free.next if free else None), _when(scope, third), away]
    counts = [str(free.starts) if free else NONE, str(booked.booked if booked else 0), _share(scope, booked)]
    ahead = [booked.median_ahead, booked.longest_ahead] if booked else [None, None]
    return [name, *times, *counts, *(_length(scope, one) for one in ahead)]


def _when(scope: ReportScope, moment: datetime | None) -> str:
    return f"{scope.formats.part(moment, 'MMMEd')}, {scope.formats.time(moment)}" if moment else NONE


def _share(scope: ReportScope, booked: ServiceDemand | None) -> str:
    share = booked.share_cancelled if booked else None
    return f"{booked.cancelled} ({scope.formats.percent(share)})" if booked and share is not None else "0"


def _length(scope: ReportScope, length: timedelta | None) -> str:
    """Return a length in whole days from two days on; in days and hours, or minutes, below."""
    if length is None:
        return NONE
    unit = DAY if length >= 2 * DAY else HOUR if length >= HOUR else MINUTE
    return scope.formats.duration(round(length / unit) * unit) or scope.formats.duration(MINUTE)
