"""What the report by mail says: its days, its figures beside those of the period before, and one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.delivery.calendar_files.details import Detail
from shared.delivery.mail.sanitise import one_line
from shared.domain.reports.no_shows import Rate


if TYPE_CHECKING:
    from datetime import timedelta

    from shared.delivery.mail.formats import MailFormats
    from shared.domain.appointments.messages import Message
    from shared.domain.reports.mailed_report import MailedReport


def report_days(report: MailedReport, formats: MailFormats) -> str:
    """Return the days that a report is about."""
    period = report.due.period
    return f"{formats.day(period.first)} – {formats.day(period.last)}"


def report_opening(message: Message, report: MailedReport, formats: MailFormats) -> str:
    """Return the greeting, what the figures are about, and how the share of no-shows changed if it can be told."""
    _, name = formats.text, one_line(message.name, 80)
    hello = _("Hello %(name)s,") % {"name": name} if name else _("Hello,")
    said = _("This is what came of the online visits at %(business)s. Charts and lists are in the report.")
    told = [said % {"business": one_line(message.calendar.business.name, 100)}, _no_shows(report, formats)]
    return f"{hello}\n{' '.join(filter(None, told))}"


def report_facts(report: MailedReport, formats: MailFormats) -> list[Detail]:
    """Return the days and the figures; a share is of all visits."""
    _, now, then = formats.texts.gettext, report.now, report.then
    counts = (
        (_("Visits"), now.visits, then.visits),
        (_("Completed"), now.completed, then.completed),
        (_("No-shows"), now.no_shows, then.no_shows),
        (_("Not admitted"), now.not_admitted, then.not_admitted),
    )
    lengths = (
        (_("Average duration"), now.average_duration, then.average_duration),
        (_("Average wait"), now.average_wait, then.average_wait),
    )
    return [
        Detail(_("Period"), report_days(report, formats)),
        *(Detail(label, f"{number} ({_change(number, before, formats)})") for label, number, before in counts),
        *(
            Detail(label, _length(length, before, formats))
            for label, length, before in lengths
            if length is not None
        ),
    ]


def _change(now: int, then: int, formats: MailFormats) -> str:
    _ = formats.texts.gettext
    if now == then:
        return _("as many as in the period before")
    text = _("↑ %(number)s more than in the period before") if now > then else ""
    return (text or _("↓ %(number)s fewer than in the period before")) % {"number": abs(now - then)}


def _length(now: timedelta, then: timedelta | None, formats: MailFormats) -> str:
    if then is None:
        return _exact(now, formats)
    before = formats.texts.gettext("%(length)s in the period before") % {"length": _exact(then, formats)}
    return f"{_exact(now, formats)} ({before})"


def _exact(length: timedelta, formats: MailFormats) -> str:
    """Return a length in minutes and seconds."""
    minutes, seconds = divmod(round(length.total_seconds()), 60)
    _ = formats.texts.gettext
    parts = [_("%(num)s min") % {"num": minutes}] if minutes else []
    parts += [_("%(num)s s") % {"num": seconds}] if seconds or not minutes else []
    return " ".join(parts).replace(" ", "\u00a0")


def _no_shows(report: MailedReport, formats: MailFormats) -> str:
    _, now = formats.texts.gettext, Rate(report.now.visits, report.now.no_shows).share
    then = Rate(report.then.visits, report.then.no_shows).share
    if now is None or then is None:
        return ""
    shares = {"then": formats.percent(then), "now": formats.percent(now)}
    if shares["then"] == shares["now"]:
        return _("No-shows stayed at %(now)s.") % shares
    text = _("No-shows rose from %(then)s to %(now)s.") if now > then else ""
    return (text or _("No-shows fell from %(then)s to %(now)s.")) % shares
