"""The hourly sweep: files markers, reports and reminders, packs days of facts, seals audits, erases the old."""

import asyncio
import logging
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.domain.access.organisation import Organisation
from shared.domain.calendar.business import Business
from shared.domain.errors import NotFound
from shared.domain.personal_data.retention import kept_by
from shared.records.codec import load
from shared.records.keys import BUSINESS, CODES, DECISION, WORK, due_of, every
from shared.records.organisation import ORGANISATION
from shared.records.table import Ambiguous, Page, Row
from shared.use_cases.calendars.change_calendar import forget_calendar, mend_calendar
from shared.use_cases.calendars.index_calendar import is_settled
from shared.use_cases.calendars.purge_calendar import is_lost, purge_calendar
from shared.use_cases.delete_rows import delete_unchanged
from shared.use_cases.organisation.seal_audit import AuditPlace, seal_audit
from shared.use_cases.organisation.settings import PARTITION, find_organisation
from shared.use_cases.people.hold_again import release_all
from shared.use_cases.personal_data.retain import Retaining
from shared.use_cases.ports import Store
from shared.use_cases.readable import AnyResult, guarded, readable
from shared.use_cases.reports.count_booked_days import count_booked_days
from shared.use_cases.reports.erase_facts import MOST, erase_all, expire_facts
from shared.use_cases.reports.pack_days import pack_days
from shared.use_cases.reports.record_used_days import record_used_days
from shared.use_cases.reports.report_mail import file_report, file_report_of_all
from shared.use_cases.staff_links.remind_unconfirmed import file_confirmation_reminder


DECISIONS_KEPT, LIMITS_KEPT, CODES_KEPT = timedelta(hours=72), timedelta(hours=24), timedelta(hours=1)
log = logging.getLogger("openslot")
LIMITS = "0123456789abcdef"  # their partitions: the first digit of what is limited


@dataclass(frozen=True, slots=True)
class Swept:
    """The counts of one sweep."""

    calendars: int
    markers: int
    purged: int
    limits: int


async def sweep(*, store: Store) -> Swept:
    """Go through all calendars, four at a time. A part that fails is logged and left to the next sweep."""
    page = await store.table.range("org", "calendars", "!", "~")
    limit = asyncio.Semaphore(4)
    organisation = await find_organisation(store=store, within=0)

    async def one(line: Row) -> tuple[int, int]:
        async with limit:
            try:
                return await _SweptCalendar(line, organisation, store, page.date).run()
            except Ambiguous:
                return 0, 0  # the next sweep tries again; the other calendars must not wait for it

    counts = await asyncio.gather(*(one(line) for line in page.rows))
    await _sweep_organisation(organisation, page, store)
    limits = await _purge_limits(store)
    return Swept(len(page.rows), sum(count[0] for count in counts), sum(count[1] for count in counts), limits)


@dataclass(frozen=True, slots=True)
class _SweptCalendar:
    """One calendar, by its line, in the sweep that is `now`: each part of it goes on whatever the others met."""

    line: Row
    organisation: Organisation
    store: Store
    now: datetime

    async def run(self) -> tuple[int, int]:
        """Sweep it; return how many markers were filed, and how many rows purged. Raise Ambiguous."""
        line, store = self.line, self.store
        if await self._part(_is_over(line, self.organisation, store, self.now), otherwise=False):
            return 0, await self._part(_purge_lost(line, store), 0)
        row = await store.table.get("bookings", line.key, BUSINESS)
        business = next((one for _, one in readable(Business, [row] if row else [])), None)
        await self._part(_mend(line, row, business, store), None)
        counts = await self._part(_refile(line.key, store), 0), await self._part(_purge(line.key, store), 0)
        await self._part(pack_days(line.key, store=store), 0)
        await self._part(seal_audit(AuditPlace(line.key), self.now, store=store), None)
        if business and not business.deleted_at:
            await self._live(business)
        return counts

    async def _live(self, business: Business) -> None:
        """Do what only calendars need that are not deleted."""
        has_analytics, store, now = self.organisation.has_analytics, self.store, self.now
        if has_analytics:
            await self._part(count_booked_days(business.id, store=store, now=now), 0)
            await self._part(record_used_days(business.id, business.time_zone, store=store, now=now), 0)
        await self._part(file_report(business, is_on=has_analytics, store=store, now=now), otherwise=False)
        await self._part(file_confirmation_reminder(business, store=store, now=now), otherwise=False)
        await self._part(_retain(business, self.organisation, now, store), None)

    async def _part(self, work: Awaitable[AnyResult], otherwise: AnyResult) -> AnyResult:
        return await guarded(f"calendar {self.line.key}", work, otherwise)


async def _sweep_organisation(organisation: Organisation, calendars: Page, store: Store) -> None:
    """Seal the audit of the organisation, and file its report by mail."""
    live = [row.key for row in calendars.rows if not row.values.get("deleted")]
    seal = seal_audit(AuditPlace(PARTITION, ORGANISATION), calendars.date, store=store)
    with suppress(Ambiguous):
        await guarded("the organisation's audit", seal, None)
    report = file_report_of_all(organisation, live, store=store, now=calendars.date)
    with suppress(Ambiguous):
        await guarded("the organisation's report", report, otherwise=False)


async def _is_over(line: Row, organisation: Organisation, store: Store, now: datetime) -> bool:
    """Return whether a calendar is to be purged: it can no longer be restored, and nobody holds it."""
    return is_lost(line, now) and not await _is_held(line, organisation, store)


async def _purge_lost(line: Row, store: Store) -> int:
    """Purge a calendar, what was made of its visits first; return the number of rows."""
    await _forget(line, store)
    if await erase_all(line.key, store=store) >= MOST:
        return 0  # the next sweep goes on
    return await purge_calendar(line, store=store)


async def _forget(line: Row, store: Store) -> None:
    """Have other calendars not count on one that is going to be purged; it may be half gone already."""
    await release_all(line.key, store=store)
    with suppress(NotFound):
        await forget_calendar(await store.calendars.reload(line.key, include_deleted=True), store=store)


async def _is_held(line: Row, organisation: Organisation, store: Store) -> bool:
    """Return whether a legal hold keeps a calendar that would be purged."""
    row = await store.table.get("bookings", line.key, BUSINESS)
    return bool(organisation.legal_hold or (row and load(Business, row.values).legal_hold))


async def _retain(business: Business, organisation: Organisation, now: datetime, store: Store) -> None:
    """Erase what was kept long enough by the calendar's or the organisation's rules, unless a hold keeps it."""
    kept = kept_by(business.retention, business.legal_hold, organisation.retention, organisation.legal_hold)
    if kept.hold:
        return
    if organisation.report_days:
        before = now - timedelta(days=organisation.report_days)
        await guarded(f"calendar {business.id}", expire_facts(business.id, before, store=store), None)
    if kept.retention.is_on:
        await Retaining(business.id, kept.retention, store, now).run()


async def _mend(line: Row, row: Row | None, business: Business | None, store: Store) -> None:
    """Update a calendar's line, and the lists of its people, if its settings have another version.

    Of a calendar of an earlier version it is also found where else its people work; a deleted one holds nothing.
    """
    if business and business.deleted_at:
        await release_all(line.key, store=store)
    if row and (row.values.get("version") != line.values.get("version") or not is_settled(line)):
        await mend_calendar(line, store=store)


async def _refile(business: str, store: Store) -> int:
    """Write a marker for each minute that has an entry, in case one was lost; return how many."""
    page = await store.table.range("bookings", business, *every(WORK), select=("leasedBy",))
    minutes = set[datetime | None]()
    for row in page.rows:
        try:
            minutes.add(due_of(row.key))
        except (ValueError, IndexError):
            log.warning("calendar %s has a work row that is due at no minute", business)
    await store.markers.write(business, minutes)
    return len(minutes)


async def _purge(business: str, store: Store) -> int:
    """Delete the codes and decisions that have expired; return how many decisions."""
    codes = await store.table.range("bookings", business, *every(CODES))
    await _delete("bookings", business, codes, CODES_KEPT, store)
    page = await store.table.range("bookings", business, *every(DECISION))
    return await _delete("bookings", business, page, DECISIONS_KEPT, store)


async def _purge_limits(store: Store) -> int:
    """Delete rate limits that were unused for a day: their buckets are full again."""
    purged = 0
    for partition in LIMITS:
        try:
            page = await store.table.range("limits", partition, "0", "~")
            purged += await _delete("limits", partition, page, LIMITS_KEPT, store)
        except Ambiguous:
            continue  # the next sweep tries again
    return purged


async def _delete(table: str, partition: str, page: Page, kept: timedelta, store: Store) -> int:
    """Delete the rows last written longer than `kept` ago, unless one was written since it was read."""
    old = [row for row in page.rows if page.date - row.written > kept]
    return await delete_unchanged(store.table, table, partition, old)
