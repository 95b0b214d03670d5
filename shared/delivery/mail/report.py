"""What the report by mail says: its days, and its figures beside those of the period before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from shared.delivery.mail.formats import mail_formats


if TYPE_CHECKING:
    from datetime import timedelta

    from shared.delivery.mail.formats import MailFormats
    from shared.delivery.mail.sender import Sender
    from shared.domain.appointments.messages import Message
    from shared.domain.reports.mailed_report import MailedReport


def period_of(message: Message, formats: MailFormats) -> str:
    """Return the days that a report is about; empty for other messages."""
    period = message.report.due.period if message.report else None
    return formats.days(period.first, period.last) if period else ""


def report_link(message: Message, sender: Sender) -> str:
    """Return where the report is about the same days; empty for other messages."""
    if message.report is None:
        return ""
    period = message.report.due.period
    business = None if message.report.of_all else message.calendar.business
    return sender.report_page(business, period.first, period.last)


def report_named(message: Message) -> Message:
    """Return the message; one about the report of all calendars with what they are called together."""
    calendar = message.calendar
    if message.report is None or message.report.of_all is None:
        return message
    name = mail_formats(message.language, message.time_zone).text("All calendars")
    named = calendar.business.model_copy(update={"name": name})
    return replace(message, calendar=replace(calendar, business=named))


def report_facts(message: Message, report: MailedReport, formats: MailFormats) -> list[tuple[str, str]]:
    """Return the days and the figures, each with its label."""
    gettext, now, then = formats.texts.gettext, report.now, report.then
    counts = (
        (gettext("Visits"), now.visits, then.visits),
        (gettext("Completed"), now.completed, then.completed),
        (gettext("No-shows"), now.no_shows, then.no_shows),
        (gettext("Not admitted"), now.not_admitted, then.not_admitted),
    )
    lengths = (
        (gettext("Average duration"), now.average_duration, then.average_duration),
        (gettext("Average wait"), now.average_wait, then.average_wait),
    )
    found = [(gettext("Period"), period_of(message, formats))]
    found += [(label, _number(one, before, now.visits, formats)) for label, one, before in counts]
    return found + [(label, _length(one, before, formats)) for label, one, before in lengths if one is not None]


def _number(now: int, then: int, whole: int, formats: MailFormats) -> str:
    """Return a number with its share of all visits, if it is some of them, beside the one before."""
    share = f", {formats.percent(now / whole)}" if 0 < now < whole else ""
    return f"{now}{share} ({_change(now, then, formats)})"


def _change(now: int, then: int, formats: MailFormats) -> str:
    gettext = formats.texts.gettext  # the words of the page of the report
    if now == then:
        return gettext("as many as in the period before")
    text = gettext("↑ %(number)s more than in the period before") if now > then else ""
    return (text or gettext("↓ %(number)s fewer than in the period before")) % {"number": abs(now - then)}


def _length(now: timedelta, then: timedelta | None, formats: MailFormats) -> str:
    if then is None:
        return _exact(now, formats)
    before = formats.texts.gettext("%(length)s in the period before") % {"length": _exact(then, formats)}
    return f"{_exact(now, formats)} ({before})"


def _exact(length: timedelta, formats: MailFormats) -> str:
    """Return a length in minutes and seconds."""
    minutes, seconds = divmod(round(length.total_seconds()), 60)
    gettext = formats.texts.gettext  # the words of the page of the report
    parts = [gettext("%(num)s min") % {"num": minutes}] if minutes else []
    parts += [gettext("%(num)s s") % {"num": seconds}] if seconds or not minutes else []
    return " ".join(parts).replace(" ", "\u00a0")
