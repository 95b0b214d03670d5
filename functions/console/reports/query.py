"""What a report's page asks for: the tab, the days, which visits, and the columns and order of the table."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from functions.console.organisation.context import page_number, searched
from functions.console.reports.columns import COLUMNS, DEFAULT, OF_SEVERAL
from functions.console.typed_day import typed_day
from shared.domain.errors import InvalidFields, json_pointer
from shared.domain.reports.no_shows import Hour
from shared.domain.reports.period import MOST_DAYS, ReportPeriod, last_days, this_month
from shared.domain.reports.visit_figures import VisitFilter
from shared.domain.timeline.hours import local_date
from shared.i18n.marked import marked


if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from functions.console.reports.scope import ReportScope

TABS = {
    "visits": marked("Virtual visits"),
    "duration": marked("Duration"),
    "bookings": marked("Bookings"),
    "ehr": marked("Health records"),
    "demand": marked("Demand"),
    "cancellations": marked("Cancellations"),
    "utilisation": marked("Utilisation"),
    "texts": marked("Text messages"),
}
SPANS = {
    "7": marked("Last 7 days"),
    "30": marked("Last 30 days"),
    "90": marked("Last 90 days"),
    "month": marked("This month"),
    "days": marked("Days of your choice"),
}
MOST_MINUTES = 1440
STATUSES = ("completed", "no_show", "not_admitted")
OF_AVERAGES = ("met", "waited")
HOUR = re.compile(r"([0-6])-(\d|1\d|2[0-3])")


@dataclass(frozen=True)
class ReportQuery:
    """The report that is asked for, what was typed, and what is wrong with it by the names of the controls.

    `columns` are those that the address asks for; without any, those that the reader once chose are `shown`. Only
    the table is limited to a status, or what an average is of, and to an hour of the week.
    """

    tab: str
    span: str
    period: ReportPeriod
    first: str = ""
    last: str = ""
    service: str = ""
    person: str = ""
    status: str = ""
    hour: Hour | None = None
    minutes: str = ""
    columns: tuple[str, ...] = ()
    shown: tuple[str, ...] = DEFAULT
    sort: str = ""
    page: int = 0
    calendar: str = ""
    zone: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def listed(self) -> VisitFilter:
        """Return which of them are listed, at any hour."""
        if self.status in STATUSES:
            return VisitFilter(status=self.status)
        return VisitFilter(has_met=self.status == "met", has_waited=self.status == "waited")

    @property
    def wanted(self) -> VisitFilter:
        """Return which visits count in figures and charts; those of a status are only listed."""
        kind = self.tab if self.tab == "ehr" else "bookings" if self.tab == "bookings" else ""
        shortest = 0 if "shortest" in self.errors else int(self.minutes or 0)
        return VisitFilter(self.service, self.person, kind=kind, shortest=timedelta(minutes=shortest))

    def asked(self, **changes: str) -> dict[str, str]:
        """Return what the address of this report says, with changes; an empty value takes one out."""
        found = {
            "tab": "" if self.tab == "visits" else self.tab,
            "days": "" if self.span == "30" else self.span,
            "from": self.first if self.span == "days" else "",
            "to": self.last if self.span == "days" else "",
            "calendar": self.calendar,
            "zone": self.zone,
            "service": self.service,
            "person": self.person,
            "shortest": self.minutes,
            "status": self.status,
            "hour": f"{self.hour.weekday}-{self.hour.hour}" if self.hour else "",
            "columns": ",".join(self.columns),
            "sort": self.sort,
        }
        return {name: value for name, value in {**found, **changes}.items() if value}


def read_query(scope: ReportScope) -> ReportQuery:
    """Return the report that a request asks for; of what is wrong, the report of the last 30 days."""
    req, zone = scope.req, scope.zone
    today = local_date(scope.context.now, zone)
    span = _one_of(req.params.get("days", ""), SPANS, "30")
    first, last = searched(req, "from"), searched(req, "to")
    errors = _wrong_days(first, last, scope) if span == "days" else {}
    minutes = searched(req, "shortest")
    if minutes and not (minutes.isascii() and minutes.isdecimal() and int(minutes) <= MOST_MINUTES):
        most = {"number": str(MOST_MINUTES)}
        errors["shortest"] = scope.texts.gettext("Enter whole minutes, at most %(number)s") % most
    typed_zone = searched(req, "zone")
    if typed_zone and typed_zone != zone:
        errors["zone"] = scope.texts.gettext("Enter a time zone such as Europe/Paris")
    return ReportQuery(
        _one_of(req.params.get("tab", ""), TABS, "visits"),
        span,
        _period(span, first, last, today, zone) if not errors else last_days(30, today, zone),
        first,
        last,
        _one_of(req.params.get("service", ""), scope.services, ""),
        _one_of(req.params.get("person", ""), scope.staff, ""),
        _one_of(req.params.get("status", ""), (*STATUSES, *OF_AVERAGES), ""),
        Hour(*map(int, hour.groups())) if (hour := HOUR.fullmatch(req.params.get("hour", ""))) else None,
        minutes.lstrip("0"),
        _named(req.params.get("columns", "").split(",")),
        OF_SEVERAL if scope.choices else DEFAULT,
        _one_of(req.params.get("sort", ""), (*COLUMNS, *(f"-{one}" for one in COLUMNS)), ""),
        page_number(req),
        scope.sources[0].id if scope.choices and len(scope.sources) == 1 else "",
        typed_zone,
        errors,
    )


def require_right(query: ReportQuery) -> None:
    """Raise InvalidFields for days or a length that are none."""
    if query.errors:
        raise InvalidFields([(json_pointer(name), text) for name, text in query.errors.items()])


def _one_of(text: str, known: Mapping[str, object] | tuple[str, ...], otherwise: str) -> str:
    return text if text in known else otherwise


def with_columns(query: ReportQuery, chosen: Sequence[str]) -> ReportQuery:
    """Return the query with the columns to show: those of the address, or else those that the reader chose."""
    return replace(query, shown=query.columns or _named(chosen) or query.shown)


def _named(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name in COLUMNS))


def _period(span: str, first: str, last: str, today: date, zone: str) -> ReportPeriod:
    if span == "days":
        return ReportPeriod(date.fromisoformat(first), date.fromisoformat(last), zone)
    return this_month(today, zone) if span == "month" else last_days(int(span), today, zone)


def _wrong_days(first: str, last: str, scope: ReportScope) -> dict[str, str]:
    _ = scope.texts.gettext
    days = {"from": typed_day(first), "to": typed_day(last)}
    errors = {name: _("Enter a date such as 2026-11-30") for name, day in days.items() if day is None}
    begin, end = days["from"], days["to"]
    if begin and end and end < begin:
        errors["to"] = _("The last day is before the first")
    elif begin and end and (end - begin).days >= MOST_DAYS:
        errors["to"] = _("Choose at most %(number)s days") % {"number": MOST_DAYS}
    return errors
