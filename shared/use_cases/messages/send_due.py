"""Send what is due: find calendars by their markers, lease their outbox entries, serve one recipient at a time.

An outbox entry is a row M|due|subject|number in the partition of its calendar. Its life:

 1. Filed. A command writes the entry in the same transaction as the change that it is about, so neither exists
    without the other. Before that transaction it writes a marker (minute, calendar) to the table `due`.
 2. Found. A timer run reads the markers up to now, one query for each shard, and for each calendar that has one
    the entries that are due (`send_due`, `SendRun.calendar`). Entries of a deleted calendar stay as they are.
 3. Grouped by subject, which is a seat, an appointment or a change of settings (`_by_subject`). A group is left
    to a later run if an unexpired lease is on any of its entries, and an entry if it waits: after a failed try,
    or until a change by staff can no longer be undone (shared/use_cases/telling).
 4. Merged. Of the notices of one subject only the newest stays: it takes over the recipients that older ones
    have not served, and these are deleted (`merge_entries`). Other kinds are served one by one.
    Notices of several appointments that were changed together, and are due, are leased one by one and then served
    at once (shared/use_cases/messages/serve_together.py).
 5. Leased. The transaction that merges also writes this run's name into the entry, on condition that all are as
    they were read (`Outbox.claim`). A lease lasts for 120 s, of which 60 s are for serving (`EntrySender`).
 6. Served. For one recipient after another, the appointment is read again, a message composed from it and handed
    to the mailer, and the recipient removed from the entry by a conditional write (`Outbox.finish`). No message
    is composed where it would be out of date. An entry that a newer one has overtaken is given back, and merged
    in the next run.
 7. Deleted, by the write that removes its last recipient.
 8. Retried. If the mailer is not available, the entry is given back (`Outbox.release`) with a delay of 30 s,
    doubled with each try up to an hour, and a first recipient who knows nothing yet becomes uncertain. If a run
    dies, its lease expires, and the next one marks the recipient in the same way.
 9. Failed. A recipient whose address is refused for good, or all that are left after 20 tries, are written to a
    row U|due|subject|number in the transaction that removes them here.
10. Unmarked. A marker is deleted once no entry needs it and both its minute and its last write are 10 minutes
    past, since a slow transaction may still rely on it. The hourly sweep writes markers again for all entries.

An SMS to the customer is a recipient of the same entry (`phone`, shared/use_cases/sms/send_sms.py). What a channel
cannot do now holds up its own recipients alone. A reminder that is due while its reader sleeps moves in step 6 to
an entry of its own, due in the morning.

Sending is at least once: a crash after a message is handed over and before its recipient is removed repeats
it. A mailbox recognises the copy by its Message-ID, and a calendar by UID and SEQUENCE.
"""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from shared.domain.appointments.messages import TRIES, OutboxEntry
from shared.domain.errors import NotFound
from shared.records.codec import load_row
from shared.records.keys import due_of, failed_key, number_of, subject_of, work_until
from shared.records.markers import is_before, marked_business, markers_until, may_need
from shared.records.table import Ambiguous, Operation, Page, Range, Row, Stale
from shared.use_cases.context import Context
from shared.use_cases.fault_log import log_fault
from shared.use_cases.messages.send_counts import SendCounts
from shared.use_cases.messages.serve_together import TogetherSender
from shared.use_cases.messages.serve_work import EntrySender, TimerRun, delay_after
from shared.use_cases.messages.slots import Slots
from shared.use_cases.ports import Mailer, Store
from shared.use_cases.readable import UNREADABLE
from shared.use_cases.sms.texter import NoTexter, Texter
from shared.use_cases.visits.close_visit import Tools
from shared.use_cases.visits.make_meeting import Meetings, NoMeetings


LEASE = timedelta(seconds=120)  # how long a lease lasts
TICK_LASTS = 40.0  # seconds after which a run leases nothing more: the next one looks what is urgent by then
MARKER_KEPT = timedelta(minutes=10)
NOTICES = ("session", "notify", "series")
AT_ONCE = 8  # entries served side by side, whatever the number of calendars
NO_MEETINGS, NO_TEXTER = NoMeetings(), NoTexter()
log = logging.getLogger("openslot")
Works = list[tuple[Row, OutboxEntry]]


async def send_due(
    *,
    context: Context,
    mailer: Mailer,
    worker: str,
    shards: Sequence[str],
    meetings: Meetings = NO_MEETINGS,
    texter: Texter = NO_TEXTER,
) -> SendCounts:
    """Serve every calendar that has a marker up to now; one round trip deep where there is none.

    `worker` names this run among all that may be active: entries that another one has leased are left alone.
    """
    due = markers_until(context.now)
    pages = await asyncio.gather(*(_marked(shard, context.store, due) for shard in shards))
    found: dict[str, list[tuple[str, Row]]] = {}
    for shard, rows in zip(shards, pages, strict=True):
        for row in rows or ():
            found.setdefault(marked_business(row.key), []).append((shard, row))
    started = asyncio.get_running_loop().time()
    tools, slots = Tools(context.store, context.secret, meetings), Slots(AT_ONCE)
    drain = SendRun(context.store, mailer, context.secret, context.now, worker, started, slots, tools, texter)
    tallies = await asyncio.gather(*(drain.calendar(business, marks) for business, marks in found.items()))
    return sum(tallies, SendCounts(unread=sum(rows is None for rows in pages)))


async def _marked(shard: str, store: Store, due: Range) -> list[Row] | None:
    """Return the markers that are due; None where they cannot be read, which the others need not wait for."""
    try:
        return (await store.table.range("due", shard, *due)).rows
    except Ambiguous:
        log.warning("shard %s could not be read", shard)
        return None


class SendRun(TimerRun):
    """One timer run over the calendars that have something due."""

    async def calendar(self, business: str, markers: Sequence[tuple[str, Row]]) -> SendCounts:
        """Serve the due entries of one calendar, then delete the markers that are no longer needed.

        Never raises: a failure of one calendar is logged and counted as postponed, and its markers stay.
        """
        try:
            due = work_until(self.now)
            page = await self.store.table.range("bookings", business, due.low, due.high)
            if page.rows and not await self._is_there(business):
                return SendCounts()  # it is deleted; its entries wait, in case it is restored
            read = [(row, _work(row)) for row in page.rows if not self._is_put_off(row)]
            works = [(row, work) for row, work in read if work]
            unread = [row for row, work in read if work is None]
            groups, together = self._joined(_by_subject(works), page)
            tallies = await asyncio.gather(
                *(self._group(business, group, page) for group in groups),
                *(self._together(business, batches) for batches in together),
                *(self._put_off(business, row) for row in unread),
            )
            if unread:
                log.error("calendar %s has work rows that cannot be read", business)
            await self._clear(markers, page)
            return sum(tallies, SendCounts())
        except (Ambiguous, Stale):
            return SendCounts(postponed=1)  # the markers are still there, so the next run tries again
        except Exception as error:  # noqa: BLE001 - the other calendars must not wait for it
            log_fault(log, f"calendar {business} could not be drained", error)
            return SendCounts(postponed=1)

    async def _is_there(self, business: str) -> bool:
        try:
            await self.store.calendars.current(await self.store.calendars.find_by_id(business))
        except NotFound:
            return False
        return True

    async def _clear(self, markers: Sequence[tuple[str, Row]], page: Page) -> None:
        """Delete the markers that no entry needs and that no transaction under way can rely on."""
        for shard, row in markers:
            waiting = any(may_need(row.key, work.key) for work in page.rows)
            is_past = is_before(row.key, page.date - MARKER_KEPT)
            if not waiting and is_past and page.date - row.written > MARKER_KEPT:
                try:
                    await self.store.table.transact("due", shard, [Operation("delete", row.key, etag=row.etag)])
                except (Ambiguous, Stale):
                    continue  # it was written again, or the next run deletes it

    def _joined(self, groups: list[Works], page: Page) -> tuple[list[Works], list[list[Works]]]:
        """Return the groups without the notices that are due together, and these, by what joins them.

        While another worker has one of those that belong together, the others wait for it.
        """
        found: dict[str, list[Works]] = {}
        rest: list[Works] = []
        leased: set[str] = set()
        for group in groups:
            left = group
            for told in _tellable(group):
                name = told[-1][1].together if self._is_due(told) else ""
                if not name or self._is_leased(group, page):
                    leased.add(name)
                    continue
                found.setdefault(name, []).append(told)
                left = [one for one in left if one not in told]
            rest.append(left)
        ready = [batches for name, batches in found.items() if name not in leased]
        alone = [batches[0] for batches in ready if len(batches) == 1]
        return [group for group in (*rest, *alone) if group], [one for one in ready if len(one) > 1]

    async def _together(self, business: str, batches: list[Works]) -> SendCounts:
        """Lease the newest entry of each batch, and serve what could be leased at once."""
        async with self.slots.taken(is_urgent=True):
            if self.elapsed() >= TICK_LASTS:
                return SendCounts()
            claims = (self.store.outbox.claim(business, batch, self.worker) for batch in batches)
            found = await asyncio.gather(*claims, return_exceptions=True)
            leases = [one for one in found if not isinstance(one, BaseException)]
            for one in found:
                if isinstance(one, Exception) and not isinstance(one, (Ambiguous, Stale)):
                    log_fault(log, "a notice of several could not be leased", one)
            tally = SendCounts(postponed=len(found) - len(leases))
            return tally + await TogetherSender(self, leases).run() if leases else tally

    def _is_leased(self, works: Works, page: Page) -> bool:
        # Ages are by the service's clock at both ends: the clocks of two workers may differ.
        return any(work.leased_by and page.date - row.written < LEASE for row, work in works)

    def _is_due(self, works: Works) -> bool:
        later = works[-1][1].not_before
        return later is None or later <= self.clock()

    async def _group(self, business: str, works: Works, page: Page) -> SendCounts:
        """Serve the entries about one subject, unless one of them is leased."""
        if self._is_leased(works, page):
            return SendCounts()
        merged = [[one for one in works if one[1].kind == kind] for kind in NOTICES]
        others = [[one] for one in works if one[1].kind not in NOTICES]
        tally = SendCounts()
        # Only notices can be merged: each of the others is about a start or a move of its own.
        for batch in [kind for kind in merged if kind] + others:
            if self._is_due(batch):
                async with self.slots.taken(is_urgent=_is_urgent(batch)):
                    # asked when its turn comes: among thousands that can be long after it was read
                    tally += await self._serve(business, batch) if self.elapsed() < TICK_LASTS else SendCounts()
        return tally

    async def _serve(self, business: str, batch: Works) -> SendCounts:
        """Lease the newest entry of a batch, merging the older ones into it; then serve it."""
        try:
            lease = await self.store.outbox.claim(business, batch, self.worker)
            return await EntrySender(self, lease).run()
        except (Ambiguous, Stale):
            return SendCounts(postponed=1)
        except Exception as error:  # noqa: BLE001 - the other entries must not wait for it
            log_fault(log, f"a work row ({batch[-1][1].kind}) could not be leased", error)
            return await self._put_off(business, batch[-1][0])

    def _is_put_off(self, row: Row) -> bool:
        try:
            return datetime.fromisoformat(str(row.values["notBefore"])) > self.clock()
        except UNREADABLE:
            return False  # it has none, or one that nobody can wait for

    async def _put_off(self, business: str, row: Row) -> SendCounts:
        """Count a try of an entry that cannot be read or leased; after the last try move it to the failed ones.

        The count is in columns of its own, since the body may be in a form that this version cannot write.
        """
        tries = _tries(row) + 1
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
    """Return the entry of a row; None if it or its key cannot be read, as one that a newer version wrote."""
    try:
        due_of(row.key), subject_of(row.key), number_of(row.key)
        return load_row(OutboxEntry, row)
    except (*UNREADABLE, IndexError):
        return None


def _tries(row: Row) -> int:
    """Return how often a row was tried that cannot be read: what is no count is none."""
    tries = row.values.get("tries")
    return max(tries, 0) if isinstance(tries, int) else 0


def _tellable(group: Works) -> list[Works]:
    """Return what of a subject can be told with others: its notices, and each of those that a seat left."""
    notices = [one for one in group if one[1].kind == "notify"]
    return [*([notices] if notices else []), *([one] for one in group if one[1].kind == "left")]


def _is_urgent(group: Works) -> bool:
    """Return whether these entries are about what has just happened: a reminder can wait."""
    return due_of(group[0][0].key) is None


def _by_subject(works: Iterable[tuple[Row, OutboxEntry]]) -> list[Works]:
    """Return the entries grouped by what they are about, each group from the oldest to the newest."""
    ordered = sorted(works, key=lambda one: (subject_of(one[0].key), one[0].key))
    return [list(group) for _, group in groupby(ordered, key=lambda one: subject_of(one[0].key))]
