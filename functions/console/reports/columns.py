"""The columns of the report's table: what each says of a visit, on the page and in files, and what it sorts by."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any, NamedTuple

from functions.console.queue.view import STATUSES
from shared.i18n.marked import marked


if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

    from functions.console.context import CalendarContext
    from shared.domain.visits.fact import VisitFact

KINDS = {"bookings": marked("Bookings"), "ehr": marked("Health record")}


class ReportColumn(NamedTuple):
    """A column. `means` is its definition; `shown` is the text for people, `written` that of files."""

    label: str
    means: str
    shown: Callable[[VisitFact, CalendarContext], str]
    written: Callable[[VisitFact, CalendarContext], str]
    sorts: Callable[[VisitFact, CalendarContext], Any]


def _names(fact: VisitFact, context: CalendarContext) -> str:
    known = (context.calendar.person(one) for one in fact.staff)
    return ", ".join(one.name for one in known if one)


def _service(fact: VisitFact, context: CalendarContext) -> str:
    found = context.calendar.services.get(fact.service)
    return found.name if found else ""


def _status(fact: VisitFact, context: CalendarContext) -> str:
    return context.texts.gettext(STATUSES[fact.status])


def _kind(fact: VisitFact, context: CalendarContext) -> str:
    return context.texts.gettext(KINDS[fact.kind])


def _sms(fact: VisitFact, context: CalendarContext) -> str:
    return context.texts.gettext("Yes") if fact.sms_sent else context.texts.gettext("No")


def clock(length: timedelta | None) -> str:
    """Return a length as h:mm:ss, which spreadsheets take for a time; empty for None."""
    if length is None:
        return ""
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


def _start(fact: VisitFact, context: CalendarContext) -> str:
    day = context.formats.part(fact.start, "yMMMd", "UTC")
    return f"{day}, {context.formats.exact_time(fact.start, 'UTC')}"


def _alike(
    label: str,
    means: str,
    text: Callable[[VisitFact, CalendarContext], str],
    sorts: Callable[..., Any] | None = None,
) -> ReportColumn:
    return ReportColumn(label, means, text, text, sorts or (lambda fact, context: text(fact, context).casefold()))


COLUMNS = {
    "start": ReportColumn(
        marked("Start (UTC)"),
        marked("When staff and an attendee were first in the room together, otherwise the first activity."),
        _start,
        lambda fact, _: f"{fact.start.astimezone(UTC):%Y-%m-%d %H:%M:%S}",
        lambda fact, _: fact.start,
    ),
    "meeting": _alike(
        marked("Meeting"),
        marked("The appointment’s ID."),
        lambda fact, _: fact.meeting,
        lambda fact, _: fact.meeting,
    ),
    "wait": _alike(
        marked("Waiting time"),
        marked("From the first attendee’s arrival in the waiting room until staff let an attendee in."),
        lambda fact, _: clock(fact.wait),
        lambda fact, _: (fact.wait is not None, fact.wait),
    ),
    "duration": _alike(
        marked("Duration"),
        marked("From the start until the last person left; zero if staff and attendees never met."),
        lambda fact, _: clock(fact.duration),
        lambda fact, _: fact.duration,
    ),
    "status": _alike(
        marked("Status"),
        marked(
            "Completed: an attendee joined. No-show: only staff joined. Not let in: an attendee waited in vain."
        ),
        _status,
    ),
    "kind": _alike(
        marked("Type"), marked("Whether it was booked here or comes from a health record system."), _kind
    ),
    "attendees": _alike(
        marked("Attendees"),
        marked("Staff and attendees who joined, each counted once."),
        lambda fact, _: str(fact.attendees),
        lambda fact, _: fact.attendees,
    ),
    "together": _alike(
        marked("Most at once"),
        marked("The most people who were in the room at the same time."),
        lambda fact, _: "" if fact.together is None else str(fact.together),
        lambda fact, _: fact.together or 0,
    ),
    "sms": _alike(marked("Text message sent"), marked("Whether a text message was sent about it."), _sms),
    "service": _alike(marked("Service"), marked("What was booked."), _service),
    "staff": _alike(marked("Staff"), marked("Who it was booked with, or who came to a walk-in."), _names),
}
DEFAULT = ("start", "meeting", "wait", "duration", "status", "kind", "attendees", "sms")
