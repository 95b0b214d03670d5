"""The report by mail: the sweep files an entry once for each period, and what it says is read as it is served."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.domain.appointments.messages import Message, NewEntry, OutboxEntry
from shared.domain.appointments.recipients import Recipient
from shared.domain.calendar.business import Business, Calendar
from shared.domain.reports.mailed_report import MailedReport
from shared.domain.reports.report_mail import DueReport, reader_id, reader_of
from shared.domain.reports.visit_figures import VisitFilter, figures_of
from shared.domain.text.addresses import folded
from shared.records.keys import progress_key
from shared.records.table import Range, Rows
from shared.records.work import work_rows
from shared.use_cases.organisation.settings import find_organisation
from shared.use_cases.ports import Command, Store, Writes
from shared.use_cases.reports.find_visits import find_visits
from shared.use_cases.reports.leave_report import leave_token


AHEAD = timedelta(hours=2)  # so long before it is due an entry may be filed: the sweep comes once an hour
FILED = progress_key("report")
REPORT = "report"


async def file_report(business: Business, *, is_on: bool, store: Store, now: datetime) -> bool:
    """File the latest report that is due, or soon will be, unless it is; return whether it was.

    Where there was no sweep for weeks only the latest is filed. While reports are off none is, and what was due
    meanwhile is not made up for.
    """
    due = business.report_mail.due_by(now + AHEAD, business.time_zone)
    if due is None:
        return False
    known = await store.table.get("bookings", business.id, FILED)
    if known and str(known.values["next"]) >= due.name:
        return False
    filing = FileReport(due, business.report_mail.readers if is_on else ())
    named = hashlib.sha256(f"report {business.id} {due.name}".encode()).hexdigest()[:40]
    return (await store.decide(Command(business.id, named, due.name), filing.reads, filing.decide)).is_new


@dataclass(frozen=True)
class FileReport:
    """What filing a report reads and decides. Pure."""

    due: DueReport
    readers: tuple[str, ...]

    def reads(self, _: Rows) -> Iterable[str | Range]:
        """Return the row that says which report was filed last."""
        return (FILED,)

    def decide(self, rows: Rows) -> Writes:
        """Return the entry with its readers, and the row; nothing if another sweep has filed it."""
        known, name = rows.values(FILED), self.due.name
        if known and str(known["next"]) >= name:
            return Writes({}, {})
        recipients = tuple(Recipient("reader", reader_id(one)) for one in self.readers)
        work = OutboxEntry(kind="report", appointment="", text=name, recipients=recipients)
        return Writes(
            {**work_rows([NewEntry(self.due.at, REPORT, name, work)]), FILED: {"next": name}}, {"report": name}
        )


async def find_report(calendar: Calendar, *, store: Store, now: datetime) -> MailedReport | None:
    """Return what the latest report that is due says; None while reports are off, or without any."""
    business = calendar.business
    due = business.report_mail.due_by(now, business.time_zone)
    organisation = await find_organisation(store=store)
    if due is None or not organisation.has_analytics:
        return None
    found, before = await find_visits(
        due.period, VisitFilter(), business=business.id, store=store, before=True, is_listed=False
    )
    return MailedReport(due, figures_of(found), figures_of(before))


def report_message(
    calendar: Calendar,
    work: OutboxEntry,
    recipient: Recipient,
    report: MailedReport | None,
    secret: str,
    now: datetime,
) -> Message | None:
    """Return the mail to a reader; None once they are not among the readers, or a later report is due."""
    business = calendar.business
    to = reader_of(recipient.person, business.report_mail.readers)
    if not to or report is None or work.text != report.due.name:
        return None
    person = next((one for one in calendar.staff.values() if one.email and folded(one.email) == folded(to)), None)
    return Message(
        kind="report",
        role="staff",
        to=to,
        name="",
        language=(person and person.language) or business.language,
        time_zone=business.time_zone,
        calendar=calendar,
        service=None,
        appointment=None,
        seat=None,
        staff=(),
        uid=f"{business.id}|report|{report.due.name}",
        sequence=0,
        report=report,
        leave_token=leave_token(secret, business.id, to, now),
    )
