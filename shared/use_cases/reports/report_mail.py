"""The report by mail: the sweep files an entry once for each period, and what it says is read as it is served."""

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.domain.access.organisation import Organisation
from shared.domain.appointments.messages import Message, NewEntry, OutboxEntry
from shared.domain.appointments.recipients import Recipient
from shared.domain.calendar.business import Business, Calendar
from shared.domain.reports.mailed_report import MailedReport
from shared.domain.reports.report_mail import DueReport, OrganisationReportMail, reader_id, reader_of
from shared.domain.reports.visit_figures import VisitFilter, figures_of
from shared.domain.text.addresses import folded
from shared.records.codec import load_row
from shared.records.keys import progress_key, work_key
from shared.records.organisation import ORGANISATION
from shared.records.table import Operation, Range, Rows, Stale, Values
from shared.records.work import work_rows
from shared.use_cases.calendars.find_businesses import find_all
from shared.use_cases.organisation.settings import PARTITION, find_organisation
from shared.use_cases.ports import Command, Store, Writes
from shared.use_cases.reports.find_visits import find_all_visits, find_visits
from shared.use_cases.reports.leave_report import leave_token
from shared.use_cases.single_write import write_alone


AHEAD = timedelta(hours=2)  # so long before it is due an entry may be filed: the sweep comes once an hour
REPORT, OF_ALL = "report", "report-of-all"
FILED, FILED_OF_ALL = progress_key(REPORT), "reports"


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
    return await _file(filing, business.id, store)


async def file_report_of_all(
    organisation: Organisation, calendars: Iterable[str], *, store: Store, now: datetime
) -> bool:
    """File the latest report of all calendars as `file_report` does; return whether it was filed.

    The outbox of one of the calendars carries it. Which report was filed last, and where, is noted beside the
    organisation as well: that calendar may be deleted, and its entries wait then. What it has not sent of the
    report that is due goes to another one.
    """
    mail, live = organisation.report_mail, frozenset(calendars)
    due = mail.due_by(now + AHEAD, mail.time_zone)
    if due is None or not live:
        return False
    known = await store.table.get(ORGANISATION, FILED_OF_ALL, FILED)
    readers, stranded = mail.readers if organisation.has_analytics else (), None
    before = str(known.values.get("carrier", "")) if known else ""
    if known and str(known.values["next"]) >= due.name:
        key = work_key(due.at, OF_ALL, due.name)
        stranded = await store.table.get("bookings", before, key) if before and before not in live else None
        if stranded is None:
            return False
        unsent = {one.person for one in load_row(OutboxEntry, stranded).recipients}
        readers = tuple(one for one in readers if reader_id(one) in unsent)
    carrier = min(live)
    is_new = await _file(FileReport(due, readers, is_of_all=True), carrier, store)
    if stranded:
        with suppress(Stale):  # deleted by another sweep
            await write_alone(
                store.table, "bookings", before, Operation("delete", stranded.key, etag=stranded.etag)
            )
    noted: Values = {"next": due.name, "carrier": carrier}
    await write_alone(store.table, ORGANISATION, FILED_OF_ALL, Operation("upsert", FILED, noted))
    return is_new


@dataclass(frozen=True)
class FileReport:
    """What filing a report reads and decides. Pure."""

    due: DueReport
    readers: tuple[str, ...]
    is_of_all: bool = False

    @property
    def subject(self) -> str:
        """Return what distinguishes the entries of the report of all calendars from those of one."""
        return OF_ALL if self.is_of_all else REPORT

    @property
    def filed(self) -> str:
        """Return the key of the row that says which report was filed last."""
        return progress_key(self.subject)

    def reads(self, _: Rows) -> Iterable[str | Range]:
        """Return the row that says which report was filed last."""
        return (self.filed,)

    def decide(self, rows: Rows) -> Writes:
        """Return the entry with its readers, and the row; nothing if another sweep has filed it."""
        known, name = rows.values(self.filed), self.due.name
        if known and str(known["next"]) >= name:
            return Writes({}, {})
        recipients = tuple(Recipient("reader", reader_id(one)) for one in self.readers)
        text = f"{OF_ALL} {name}" if self.is_of_all else name
        work = OutboxEntry(kind="report", appointment="", text=text, recipients=recipients)
        entry = work_rows([NewEntry(self.due.at, self.subject, name, work)])
        return Writes({**entry, self.filed: {"next": name}}, {"report": name})


async def _file(filing: FileReport, business: str, store: Store) -> bool:
    named = hashlib.sha256(f"{filing.subject} {business} {filing.due.name}".encode()).hexdigest()[:40]
    return (await store.decide(Command(business, named, filing.due.name), filing.reads, filing.decide)).is_new


async def find_report(
    calendar: Calendar, *, store: Store, now: datetime, known: MailedReport | None = None
) -> MailedReport | None:
    """Return what the latest report that is due says; None while reports are off, or without any.

    If the one that is `known` is of the same period, it is not computed anew.
    """
    business = calendar.business
    due = business.report_mail.due_by(now, business.time_zone)
    organisation = await find_organisation(store=store)
    if due is None or not organisation.has_analytics:
        return None
    if known and known.due == due:
        return known
    found, before = await find_visits(
        due.period, VisitFilter(), business=business.id, store=store, before=True, is_listed=False
    )
    return MailedReport(due, figures_of(found), figures_of(before))


async def find_report_of_all(
    *, store: Store, now: datetime, known: MailedReport | None = None
) -> MailedReport | None:
    """Return the same of all calendars, and who reads it now."""
    organisation = await find_organisation(store=store)
    mail = organisation.report_mail
    due = mail.due_by(now, mail.time_zone)
    if due is None or not organisation.has_analytics:
        return None
    if known and known.due == due:
        return replace(known, of_all=mail)
    calendars: dict[str, frozenset[str] | None] = {
        one.id: None for one in await find_all(store=store) if not one.deleted_at
    }
    found, before = await find_all_visits(
        due.period, VisitFilter(), calendars, store=store, before=True, is_listed=False
    )
    return MailedReport(due, figures_of(found), figures_of(before), mail)


def is_of_all(work: OutboxEntry) -> bool:
    """Return whether an entry is the report of all calendars."""
    return work.text.startswith(f"{OF_ALL} ")


def report_message(
    calendar: Calendar,
    work: OutboxEntry,
    recipient: Recipient,
    report: MailedReport | None,
    secret: str,
    now: datetime,
) -> Message | None:
    """Return the mail to a reader; None once they are not among the readers, or a later report is due."""
    mail = report.of_all if report and report.of_all else calendar.business.report_mail
    to = reader_of(recipient.person, mail.readers)
    if not to or report is None or work.text.removeprefix(f"{OF_ALL} ") != report.due.name:
        return None
    sender = PARTITION if report.of_all else calendar.business.id
    calendar = _without_its_own(calendar, report.of_all) if report.of_all else calendar
    business = calendar.business
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
        uid=f"{sender}|report|{report.due.name}",
        sequence=0,
        report=report,
        leave_token=leave_token(secret, sender, to, now),
    )


def _without_its_own(calendar: Calendar, mail: OrganisationReportMail) -> Calendar:
    """Return a calendar that says nothing of the one whose outbox carries the report of all."""
    carrier = calendar.business
    business = Business(
        id=carrier.id, slug=carrier.slug, name="", language=mail.language, time_zone=mail.time_zone
    )
    return Calendar(business, {}, {}, {})
