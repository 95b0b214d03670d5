"""Send what is due: find calendars by their markers, lease their work rows, and serve one recipient at a time.

Sending is at least once: a crash between handing a letter over and noting it repeats that letter, which a reader's
mailbox recognises by its Message-ID, and a calendar by UID and SEQUENCE.
"""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from pydantic import ValidationError

from shared.domain.appointments.messages import OutboxEntry, merge_entries
from shared.domain.errors import NotFound
from shared.records.codec import dump, load_row
from shared.records.keys import failed_key, subject_of, work_until
from shared.records.markers import is_before, marked_business, markers_until, may_need
from shared.records.table import Ambiguous, Operation, Page, Row, Stale
from shared.use_cases.fault_log import log_fault
from shared.use_cases.messages.lease import Lease, write_clearly
from shared.use_cases.messages.send_counts import SendCounts
from shared.use_cases.messages.serve_work import TRIES, EntrySender, TimerRun, delay_after
from shared.use_cases.ports import Mailer, Store
from shared.use_cases.visits.close_visit import Tools
from shared.use_cases.visits.make_meeting import Meetings, NoMeetings


LEASE, LEASING = timedelta(seconds=120), 5.0  # how long one lasts; seconds to get it in
TICK_LASTS = 50.0  # seconds after which a run of the timer takes on nothing new
MARKER_KEPT = timedelta(minutes=10)
AT_ONCE = 8
NO_MEETINGS = NoMeetings()
log = logging.getLogger("openslot")


async def send_due(
    *,
    store: Store,
    mailer: Mailer,
    secret: str,
    now: datetime,
    worker: str,
    shards: Sequence[str],
    meetings: Meetings = NO_MEETINGS,
) -> SendCounts:
    """Drain every calendar that has a marker up to now; one round trip deep where there is none.

    `worker` names this run among all that may be at work; nobody else's letters are touched while leased.
    """
    pages = await asyncio.gather(*(_marked(shard, store, now) for shard in shards))
    found: dict[str, list[tuple[str, Row]]] = {}
    for shard, rows in zip(shards, pages, strict=True):
        for row in rows:
            found.setdefault(marked_business(row.key), []).append((shard, row))
    started = asyncio.get_running_loop().time()
    tools, slots = Tools(store, secret, meetings), asyncio.Semaphore(AT_ONCE)
    drain = SendRun(store, mailer, secret, now, worker, started, slots, tools)
    tallies = await asyncio.gather(*(drain.calendar(business, marks) for business, marks in found.items()))
    return sum(tallies, SendCounts())


async def _marked(shard: str, store: Store, now: datetime) -> list[Row]:
    try:
        return (await store.table.range("due", shard, *markers_until(now))).rows
    except Ambiguous:
        log.warning("shard %s could not be read", shard)  # the next run reads it; the others need not wait
        return []


class SendRun(TimerRun):
    """A run at the calendars that have something due."""

    async def calendar(self, business: str, markers: Sequence[tuple[str, Row]]) -> SendCounts:
        """Serve what one calendar has due, then take away the markers that nothing can need any more."""
        try:
            due = work_until(self.now)
            page = await self.store.table.range("bookings", business, due.low, due.high)
            if page.rows and not await self._is_there(business):
                return SendCounts()  # it was deleted; what is due waits, in case it is restored
            ready = [row for row in page.rows if not self._is_put_off(row)]
            works = [(row, work) for row in ready if (work := _work(row))]
            unread = [row for row in ready if _work(row) is None]
            tallies = await asyncio.gather(
                *(self._group(business, group, page) for group in _by_subject(works)),
                *(self._put_off(business, row) for row in unread),
            )
            if unread:
                log.error("calendar %s has work rows that cannot be read", business)
            await self._clear(markers, page)
            return sum(tallies, SendCounts())
        except (Ambiguous, Stale):
            return SendCounts(postponed=1)  # the markers are still there: the next run takes it up
        except Exception as error:  # noqa: BLE001 - the others must not wait for it
            log_fault(log, f"calendar {business} could not be drained", error)
            return SendCounts(postponed=1)

    async def _is_there(self, business: str) -> bool:
        try:
            await self.store.calendars.current(await self.store.calendars.find_by_id(business))
        except NotFound:
            return False
        return True

    async def _clear(self, markers: Sequence[tuple[str, Row]], page: Page) -> None:
        for shard, row in markers:
            waiting = any(may_need(row.key, work.key) for work in page.rows)
            is_past = is_before(row.key, page.date - MARKER_KEPT)
            if not waiting and is_past and page.date - row.written > MARKER_KEPT:
                try:
                    await self.store.table.transact("due", shard, [Operation("delete", row.key, etag=row.etag)])
                except (Ambiguous, Stale):
                    continue  # it was written again, or will be looked at again

    async def _group(self, business: str, works: list[tuple[Row, OutboxEntry]], page: Page) -> SendCounts:
        """Serve the rows about one seat, unless somebody holds one of them."""
        if any(work.leased_by and page.date - row.written < LEASE for row, work in works):
            return SendCounts()
        sessions = [(row, work) for row, work in works if work.kind == "session"]
        notices = [(row, work) for row, work in works if work.kind == "notify"]
        others = [[one] for one in works if one[1].kind not in ("notify", "session")]
        tally = SendCounts()
        for batch in [kind for kind in (sessions, notices) if kind] + others:
            work = batch[-1][1]
            if (not work.not_before or work.not_before <= self.clock()) and self.elapsed() < TICK_LASTS:
                async with self.slots:
                    tally += await self._serve(business, batch)
        return tally

    async def _serve(self, business: str, batch: list[tuple[Row, OutboxEntry]]) -> SendCounts:
        """Lease the newest row of a batch, taking in what older ones had not served; then serve it."""
        try:
            held = await self._lease(business, batch)
            return await EntrySender(self, business, held).run()
        except (Ambiguous, Stale):
            return SendCounts(postponed=1)
        except Exception as error:  # noqa: BLE001 - the other rows must not wait for it
            log_fault(log, f"a work row ({batch[-1][1].kind}) could not be leased", error)
            return await self._put_off(business, batch[-1][0])

    async def _lease(self, business: str, batch: list[tuple[Row, OutboxEntry]]) -> Lease:
        *older, (row, _) = batch
        work = merge_entries([one for _, one in batch]).model_copy(update={"leased_by": self.worker})
        operations = [Operation("replace", row.key, dump(work), row.etag)]
        operations += [Operation("delete", one.key, etag=one.etag) for one, _ in older]
        now = asyncio.get_running_loop().time()
        held, until = Lease(row.key, row.etag, work, now), now + LEASING
        return await write_clearly(self.store.table, business, held, work, operations, {self.worker}, until=until)

    def _is_put_off(self, row: Row) -> bool:
        later = row.values.get("notBefore")
        return bool(later) and datetime.fromisoformat(str(later)) > self.clock()

    async def _put_off(self, business: str, row: Row) -> SendCounts:
        """Count a try of a row that cannot be read or leased, beside its body; after the last it has failed."""
        tries = int(row.values.get("tries", 0)) + 1
        later = (self.clock() + delay_after(tries - 1)).isoformat()
        operations = [Operation("replace", row.key, {**row.values, "tries": tries, "notBefore": later}, row.etag)]
        if tries >= TRIES:
            shown = Operation("upsert", failed_key(row.key), row.values)
            operations = [Operation("delete", row.key, etag=row.etag), shown]
        try:
            await self.store.table.transact("bookings", business, operations)
        except (Ambiguous, Stale):
            return SendCounts(postponed=1)
        return SendCounts(failed=1) if tries >= TRIES else SendCounts(postponed=1)


def _work(row: Row) -> OutboxEntry | None:
    """Return what a row asks for; nothing where it cannot be read, as a newer version's may not be."""
    try:
        return load_row(OutboxEntry, row)
    except (ValidationError, KeyError):
        return None


def _by_subject(works: Iterable[tuple[Row, OutboxEntry]]) -> list[list[tuple[Row, OutboxEntry]]]:
    ordered = sorted(works, key=lambda one: (subject_of(one[0].key), one[0].key))
    return [list(group) for _, group in groupby(ordered, key=lambda one: subject_of(one[0].key))]
