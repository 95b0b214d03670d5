"""The report by mail: the sweep files an entry once for each period, and what it says is read as it is served."""

import asyncio
import hashlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from shared.domain.access.organisation import Organisation
from shared.domain.appointments.messages import Message, OutboxEntry
from shared.domain.appointments.notices import NewEntry
from shared.domain.appointments.recipients import READERS, Recipient
from shared.domain.calendar.business import Business, Calendar
from shared.domain.reports.mailed_report import MailedReport
from shared.domain.reports.report_mail import DueReport, OrganisationReportMail, reader_id, reader_of
from shared.domain.reports.visit_figures import VisitFilter, figures_of
from shared.domain.text.addresses import folded
from shared.records.keys import progress_key, work_key
from shared.records.organisation import ORGANISATION
from shared.records.table import Operation, Range, Row, Rows, Stale, Values
from shared.records.work import work_rows
from shared.use_cases.calendars.find_businesses import find_all
from shared.use_cases.organisation.settings import PARTITION, find_organisation
from shared.use_cases.ports import Command, Store, Writes
from shared.use_cases.readable import readable
from shared.use_cases.reports.find_visits import find_all_visits, find_visits
from shared.use_cases.reports.leave_report import leave_token
from shared.use_cases.single_write import write_alone


AHEAD = timedelta(hours=2)  # so long before it is due an entry may be filed: the sweep comes once an hour
REPORT, OF_ALL = "report", "report-of-all"
TO_READERS = {REPORT: "report-to", OF_ALL: "report-of-all-to"}  # the subjects of the entries of their readers
FILED, FILED_OF_ALL = progress_key(REPORT), "reports"


async def file_report(business: Business, *, is_on: bool, store: Store, now: datetime) -> bool:
    """File the latest report that is due, or soon will be, unless it is; return whether it was.

    Where there was no sweep for weeks only the latest is filed. While reports are off none is, and what was due
    meanwhile is not made up for. Who reads it is found once it is due.
    """
    due = business.report_mail.due_by(now + AHEAD, business.time_zone)
    if due is None:
        return False
    known = await store.table.get("bookings", business.id, FILED)
    if known and str(known.values["next"]) >= due.name:
        return False
    return await _file(FileReport(due, (READERS,) if is_on else ()), business.id, store)


async def file_report_of_all(
    organisation: Organisation, calendars: Iterable[str], *, store: Store, now: datetime
) -> bool:
    """File the latest report of all calendars as `file_report` does; return whether it was filed.

    The outbox of one of the calendars carries it. Which report was filed last, and where, is noted beside the
    organisation as well: that calendar may be deleted, and its entries wait then. What it has not sent of the
    report that is due goes to another one, in the next round.
    """
    mail, live = organisation.report_mail, frozenset(calendars)
    due = mail.due_by(now + AHEAD, mail.time_zone)
    if due is None or not live:
        return False
    known = await store.table.get(ORGANISATION, FILED_OF_ALL, FILED)
    carrier, before = min(live), str(known.values.get("carrier", "")) if known else ""
    recipients: tuple[Recipient, ...] = (READERS,) if organisation.has_analytics else ()
    left, number = list[Row](), 0
    if known and str(known.values["next"]) >= due.name:
        number = int(known.values.get("round", 0)) + 1
        left = await _left_behind(due, before, store) if before and before not in live else []
        if not left:
            return False
        recipients = await _unserved(left, due, before, number - 1, store)
    is_new = await _file(FileReport(due, recipients, OF_ALL, number), carrier, store)
    noted: Values = {"next": due.name, "carrier": carrier, "round": number}
    await write_alone(store.table, ORGANISATION, FILED_OF_ALL, Operation("upsert", FILED, noted))
    for row in left:
        with suppress(Stale):  # deleted by another sweep
            await write_alone(store.table, "bookings", before, Operation("delete", row.key, etag=row.etag))
    return is_new


async def _left_behind(due: DueReport, business: str, store: Store) -> list[Row]:
    """Return the entries of a report of all that wait in the outbox of a deleted calendar."""
    keys = [work_key(due.at, subject, due.name) for subject in (OF_ALL, TO_READERS[OF_ALL])]
    rows = await asyncio.gather(*(store.table.get("bookings", business, key) for key in keys))
    return [row for row in rows if row]


async def _unserved(
    left: Sequence[Row], due: DueReport, business: str, number: int, store: Store
) -> tuple[Recipient, ...]:
    """Return whom these entries have not served; all readers only if they have no entry of their own yet."""
    recipients = [one for _, entry in readable(OutboxEntry, left) for one in entry.recipients]
    named = FileReport(due, (), TO_READERS[OF_ALL], number)
    known = await store.table.get("bookings", business, named.filed)
    is_named = named.is_done(known.values if known else None)
    return tuple(dict.fromkeys(one for one in recipients if one != READERS or not is_named))


async def file_readers(work: OutboxEntry, calendar: Calendar, *, store: Store, now: datetime) -> None:
    """File an entry for those who are named by now, once, if the report of an entry is still the latest due."""
    organisation = await find_organisation(store=store, within=0)
    business, of_all = calendar.business, is_of_all(work)
    mail = organisation.report_mail if of_all else business.report_mail
    due = mail.due_by(now, organisation.report_mail.time_zone if of_all else business.time_zone)
    if due is None or work.text.removeprefix(f"{OF_ALL} ") != due.name or not organisation.has_analytics:
        return
    if of_all and not await _carries(work, due, business.id, store):
        return
    readers = tuple(Recipient("reader", reader_id(one)) for one in mail.readers)
    if readers:
        subject = TO_READERS[OF_ALL if of_all else REPORT]
        await _file(FileReport(due, readers, subject, work.version), business.id, store)


async def _carries(work: OutboxEntry, due: DueReport, business: str, store: Store) -> bool:
    """Return whether a calendar is the one that sends the report of all, and note it if that is not noted yet.

    Raise Stale if it is noted meanwhile.
    """
    known = await store.table.get(ORGANISATION, FILED_OF_ALL, FILED)
    if known and str(known.values["next"]) >= due.name:
        return (known.values.get("carrier"), int(known.values.get("round", 0))) == (business, work.version)
    noted: Values = {"next": due.name, "carrier": business, "round": work.version}
    write = Operation("replace", FILED, noted, known.etag) if known else Operation("insert", FILED, noted)
    await store.table.transact(ORGANISATION, FILED_OF_ALL, [write])
    return True


@dataclass(frozen=True)
class FileReport:
    """What filing a report reads and decides. Pure.

    The `subject` distinguishes its entries from others of the calendar; the `number` is that of the round.
    """

    due: DueReport
    recipients: tuple[Recipient, ...]
    subject: str = REPORT
    number: int = 0

    @property
    def filed(self) -> str:
        """Return the key of the row that says which report was filed last."""
        return progress_key(self.subject)

    @property
    def edition(self) -> str:
        """Return what distinguishes it from the calendar's other reports and rounds; later ones sort behind it."""
        return f"{self.due.name} {self.number:03d}" if self.number else self.due.name

    def is_done(self, known: Values | None) -> bool:
        """Return whether it, or a later one, was filed by the row that says so."""
        return known is not None and str(known["next"]) >= self.edition

    def reads(self, _: Rows) -> Iterable[str | Range]:
        """Return the row that says which report was filed last."""
        return (self.filed,)

    def decide(self, rows: Rows) -> Writes:
        """Return the entry with its recipients, and the row; nothing if another sweep has filed it."""
        if self.is_done(rows.values(self.filed)):
            return Writes({}, {})
        name, of_all = self.due.name, self.subject.startswith(OF_ALL)
        work = OutboxEntry(
            kind="report",
            appointment="",
            version=self.number,
            text=f"{OF_ALL} {name}" if of_all else name,
            recipients=self.recipients,
        )
        entry = work_rows([NewEntry(self.due.at, self.subject, name, work)])
        return Writes({**entry, self.filed: {"next": self.edition}}, {"report": name})


async def _file(filing: FileReport, business: str, store: Store) -> bool:
    named = hashlib.sha256(f"{filing.subject} {business} {filing.edition}".encode()).hexdigest()[:40]
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
