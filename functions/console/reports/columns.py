"""The columns of the report's table: what each says of a visit, on the page and in files, and what it sorts by."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any, NamedTuple

from functions.console.queue.words import STATUSES
from shared.domain.reports.visit_columns import EHR, SMS, STATUS
from shared.domain.reports.visit_columns import STATUSES as ALL_STATUSES
from shared.i18n.marked import marked


if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import timedelta

    from functions.console.reports.scope import ReportScope
    from functions.spreadsheets.workbook import SheetCell
    from shared.domain.appointments.appointment import Status
    from shared.domain.reports.visit_columns import ReportedVisit, VisitColumns

    Text = Callable[[ReportedVisit, ReportScope], str]
    Keys = Callable[[VisitColumns, ReportScope], Sequence[Any]]

KINDS = {"bookings": marked("Bookings"), "ehr": marked("Health record")}


class ReportColumn(NamedTuple):
    """A column. `means` is its definition; `shown` is the text for people, `written` that of files.

    `sorts` are what all visits are sorted by, `typed` is the value where it is no text.
    """

    label: str
    means: str
    shown: Text
    written: Text
    sorts: Keys
    typed: Callable[[ReportedVisit], SheetCell] | None = None

    def value(self, visit: ReportedVisit, scope: ReportScope) -> SheetCell:
        """Return the cell of a workbook."""
        return self.typed(visit) if self.typed else self.written(visit, scope)


def _status(status: Status, scope: ReportScope) -> str:
    return scope.texts.gettext(STATUSES[status])


def _kind(kind: str, scope: ReportScope) -> str:
    return scope.texts.gettext(KINDS[kind])


def _answer(is_so: bool, scope: ReportScope) -> str:
    return scope.texts.gettext("Yes") if is_so else scope.texts.gettext("No")


def _by_mark(text: Callable[[int, ReportScope], str]) -> Keys:
    """Return what sorts by a text that follows from the marks."""

    def keys(visits: VisitColumns, scope: ReportScope) -> Sequence[Any]:
        texts = {mark: text(mark, scope).casefold() for mark in set(visits.marks)}
        return [texts[mark] for mark in visits.marks]

    return keys


def _by_service(visits: VisitColumns, scope: ReportScope) -> Sequence[Any]:
    names = [scope.service(*one).casefold() for one in visits.service_list]
    return [names[one] for one in visits.services]


def _by_calendar(visits: VisitColumns, scope: ReportScope) -> Sequence[Any]:
    names = [scope.named[one.business].name.casefold() for one in visits.service_list]
    return [names[one] for one in visits.services]


def _by_staff(visits: VisitColumns, scope: ReportScope) -> Sequence[Any]:
    names = [scope.people(*one).casefold() for one in visits.staff_list]
    return [names[one] for one in visits.staff]


def clock(length: timedelta | None) -> str:
    """Return a length as h:mm:ss, which spreadsheets take for a time; empty for None."""
    if length is None:
        return ""
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


def _start(visit: ReportedVisit, scope: ReportScope) -> str:
    day = scope.formats.part(visit.start, "yMMMd", "UTC")
    return f"{day}, {scope.formats.exact_time(visit.start, 'UTC')}"


def _alike(
    label: str, means: str, text: Text, sorts: Keys, typed: Callable[[ReportedVisit], SheetCell] | None = None
) -> ReportColumn:
    return ReportColumn(label, means, text, text, sorts, typed)


COLUMNS = {
    "start": ReportColumn(
        marked("Start (UTC)"),
        marked("When staff and an attendee were first in the room together, otherwise the first activity."),
        _start,
        lambda visit, _: f"{visit.start.astimezone(UTC):%Y-%m-%d %H:%M:%S}",
        lambda visits, _: visits.starts,
        lambda visit: visit.start,
    ),
    "meeting": _alike(
        marked("Meeting"),
        marked("The appointment’s ID."),
        lambda visit, _: visit.meeting,
        lambda visits, _: visits.meetings,
    ),
    "wait": _alike(
        marked("Waiting time"),
        marked("From the first attendee’s arrival in the waiting room until staff admitted an attendee."),
        lambda visit, _: clock(visit.wait),
        lambda visits, _: visits.waits,
        lambda visit: visit.wait,
    ),
    "duration": _alike(
        marked("Duration"),
        marked("From the start until the last person left; zero if staff and attendees never met."),
        lambda visit, _: clock(visit.duration),
        lambda visits, _: visits.durations,
        lambda visit: visit.duration,
    ),
    "status": _alike(
        marked("Status"),
        marked(
            "Completed: an attendee joined. No-show: only staff joined. Not admitted: an attendee waited in vain."
        ),
        lambda visit, scope: _status(visit.status, scope),
        _by_mark(lambda mark, scope: _status(ALL_STATUSES[mark & STATUS], scope)),
    ),
    "kind": _alike(
        marked("Type"),
        marked("Whether it was booked here or comes from a health record system."),
        lambda visit, scope: _kind(visit.kind, scope),
        _by_mark(lambda mark, scope: _kind("ehr" if mark & EHR else "bookings", scope)),
    ),
    "attendees": _alike(
        marked("Attendees"),
        marked("Staff and attendees who joined, each counted once."),
        lambda visit, _: str(visit.attendees),
        lambda visits, _: visits.attendees,
        lambda visit: visit.attendees,
    ),
    "together": _alike(
        marked("Most at once"),
        marked("The largest number of people in the room at the same time."),
        lambda visit, _: "" if visit.together is None else str(visit.together),
        lambda visits, _: visits.together,
        lambda visit: visit.together,
    ),
    "sms": _alike(
        marked("Text message sent"),
        marked("Whether a text message was sent about it."),
        lambda visit, scope: _answer(visit.sms_sent, scope),
        _by_mark(lambda mark, scope: _answer(bool(mark & SMS), scope)),
    ),
    "service": _alike(
        marked("Service"),
        marked("What was booked."),
        lambda visit, scope: scope.service(visit.business, visit.service),
        _by_service,
    ),
    "staff": _alike(
        marked("Staff"),
        marked("Who it was booked with, or who came to a walk-in."),
        lambda visit, scope: scope.people(visit.business, visit.staff),
        _by_staff,
    ),
    "calendar": _alike(
        marked("Calendar"),
        marked("The calendar in which it was booked."),
        lambda visit, scope: scope.named[visit.business].name,
        _by_calendar,
    ),
}
DEFAULT = ("start", "meeting", "wait", "duration", "status", "kind", "attendees", "sms")
OF_SEVERAL = ("calendar", *DEFAULT)
