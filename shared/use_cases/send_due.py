"""Send what is due: find calendars by their markers, lease their work rows, and serve one recipient at a time.

Sending is at least once: a crash between handing a letter over and noting it repeats that letter, which a reader's
mailbox recognises by its Message-ID, and a calendar by UID and SEQUENCE.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from shared.domain.errors import NotFound
from shared.domain.messages import SEATS, Work, perhaps_told, take_over
from shared.use_cases.due_letters import Subject, letter_for, read_subject
from shared.use_cases.faults import log_fault
from shared.use_cases.leases import Leased, write_clearly
from shared.use_cases.make_meeting import Meetings, NoMeetings
from shared.use_cases.ports import (
    Ambiguous,
    Mailer,
    MailUnavailable,
    NotAccepted,
    Operation,
    Page,
    Row,
    Stale,
    Store,
)
from shared.use_cases.rows import dump, failed_key, load_row, minute, work_after, work_until
from shared.use_cases.serve_visit import VISITS, Tools, serve_visit
from shared.use_cases.session_seats import tell_seats
from shared.use_cases.tally import Tally


LEASE, HOLD = timedelta(seconds=120), 60.0
LEASING, NOTED = 5.0, 110.0  # seconds to get a lease in, and within which what was done under it can be noted
TICK_LASTS = 50.0  # seconds after which a run of the timer takes on nothing new
TRIES, FIRST_DELAY, LONGEST_DELAY = 20, timedelta(seconds=30), timedelta(hours=1)
MARKER_KEPT = timedelta(minutes=10)
AT_ONCE, READS_TRIED = 8, 3
NO_MEETINGS = NoMeetings()
log = logging.getLogger("openslot")


class OutOfTime(Exception):
    """The row has to be given back before its lease ends."""


async def send_due(
    *,
    store: Store,
    mailer: Mailer,
    secret: str,
    now: datetime,
    worker: str,
    shards: Sequence[str],
    meetings: Meetings = NO_MEETINGS,
) -> Tally:
    """Drain every calendar that has a marker up to now; one round trip deep where there is none.

    `worker` names this run among all that may be at work; nobody else's letters are touched while leased.
    """
    pages = await asyncio.gather(*(_marked(shard, store, now) for shard in shards))
    found: dict[str, list[tuple[str, Row]]] = {}
    for shard, rows in zip(shards, pages, strict=True):
        for row in rows:
            found.setdefault(row.key.partition("|")[2], []).append((shard, row))
    started = asyncio.get_running_loop().time()
    tools, slots = Tools(store, secret, meetings), asyncio.Semaphore(AT_ONCE)
    drain = Drain(store, mailer, secret, now, worker, started, slots, tools)
    tallies = await asyncio.gather(*(drain.calendar(business, marks) for business, marks in found.items()))
    return sum(tallies, Tally())


async def _marked(shard: str, store: Store, now: datetime) -> list[Row]:
    try:
        return (await store.table.range("due", shard, "0", f"{minute(now)}~")).rows
    except Ambiguous:
        log.warning("shard %s could not be read", shard)  # the next run reads it; the others need not wait
        return []


@dataclass(frozen=True)
class Drain:
    """One run of the timer; its clock goes on from `now` by the loop's."""

    store: Store
    mailer: Mailer
    secret: str
    now: datetime
    worker: str
    started: float
    slots: asyncio.Semaphore
    tools: Tools

    def elapsed(self) -> float:
        return asyncio.get_running_loop().time() - self.started

    def clock(self) -> datetime:
        return self.now + timedelta(seconds=self.elapsed())

    async def calendar(self, business: str, markers: Sequence[tuple[str, Row]]) -> Tally:
        """Serve what one calendar has due, then take away the markers that nothing can need any more."""
        try:
            due = work_until(self.now)
            page = await self.store.table.range("bookings", business, due.low, due.high)
            if page.rows and not await self._is_there(business):
                return Tally()  # it was deleted; what is due waits, in case it is restored
            rows = sorted(page.rows, key=lambda row: (_subject(row), row.key))
            groups = [list(rows) for _, rows in groupby(rows, key=_subject)]
            tallies = await asyncio.gather(*(self._group(business, group, page) for group in groups))
            await self._clear(markers, page)
            return sum(tallies, Tally())
        except (Ambiguous, Stale):
            return Tally(postponed=1)  # the markers are still there: the next run takes it up
        except Exception as error:  # noqa: BLE001 - the others must not wait for it
            log_fault(log, f"calendar {business} could not be drained", error)
            return Tally(postponed=1)

    async def _is_there(self, business: str) -> bool:
        try:
            await self.store.calendars.current(await self.store.calendars.find_by_id(business))
        except NotFound:
            return False
        return True

    async def _clear(self, markers: Sequence[tuple[str, Row]], page: Page) -> None:
        for shard, row in markers:
            stamp = row.key.partition("|")[0]
            waiting = any(work.key.split("|")[1] <= stamp for work in page.rows)
            is_past = stamp <= minute(page.date - MARKER_KEPT)
            if not waiting and is_past and page.date - row.written > MARKER_KEPT:
                try:
                    await self.store.table.transact("due", shard, [Operation("delete", row.key, etag=row.etag)])
                except (Ambiguous, Stale):
                    continue  # it was written again, or will be looked at again

    async def _group(self, business: str, rows: list[Row], page: Page) -> Tally:
        """Serve the rows about one seat, unless somebody holds one of them."""
        works = [(row, load_row(Work, row)) for row in rows]
        if any(work.leased_by and page.date - row.written < LEASE for row, work in works):
            return Tally()
        sessions = [(row, work) for row, work in works if work.kind == "session"]
        notices = [(row, work) for row, work in works if work.kind == "notify"]
        others = [[one] for one in works if one[1].kind not in ("notify", "session")]
        tally = Tally()
        for batch in [kind for kind in (sessions, notices) if kind] + others:
            work = batch[-1][1]
            if (not work.not_before or work.not_before <= self.clock()) and self.elapsed() < TICK_LASTS:
                async with self.slots:
                    tally += await self._serve(business, batch)
        return tally

    async def _serve(self, business: str, batch: list[tuple[Row, Work]]) -> Tally:
        """Lease the newest row of a batch, taking in what older ones had not served; then serve it."""
        try:
            held = await self._lease(business, batch)
            return await Serving(self, business, held).run()
        except (Ambiguous, Stale):
            return Tally(postponed=1)

    async def _lease(self, business: str, batch: list[tuple[Row, Work]]) -> Leased:
        *older, (row, _) = batch
        work = take_over([one for _, one in batch]).model_copy(update={"leased_by": self.worker})
        operations = [Operation("replace", row.key, dump(work), row.etag)]
        operations += [Operation("delete", one.key, etag=one.etag) for one, _ in older]
        now = asyncio.get_running_loop().time()
        held, until = Leased(row.key, row.etag, work, now), now + LEASING
        return await write_clearly(self.store.table, business, held, work, operations, {self.worker}, until=until)


class Serving:
    """Serves the recipients of one leased row, noting each, and puts the row away at the end."""

    def __init__(self, drain: Drain, business: str, held: Leased) -> None:
        self._drain, self._business, self._held = drain, business, held

    async def run(self) -> Tally:
        tally = Tally()
        for recipient in self._held.work.recipients:
            if asyncio.get_running_loop().time() - self._held.since > HOLD:
                return tally + await self._postpone(attempt=False)
            subject = await self._subject()
            if subject is None or subject.is_superseded(self._held.work) or await self._is_overtaken(subject):
                return tally + await self._postpone(attempt=False)
            try:
                told = await self._tell(subject, recipient)
            except OutOfTime:
                return tally + await self._postpone(attempt=False)
            except MailUnavailable:
                return tally + await self._postpone(attempt=True)
            await self._note(recipient, is_refused=bool(told.failed))
            tally += told
        if not self._held.work.recipients:
            await self._apply(None, [Operation("delete", self._held.key, etag=self._held.etag)])
        return tally

    async def _subject(self) -> Subject | None:
        """Return what the row is about, or nothing where it cannot be read just now."""
        for _ in range(READS_TRIED):
            with suppress(Ambiguous):
                return await read_subject(self._held.work, self._business, self._drain.store)
        return None

    async def _is_overtaken(self, subject: Subject) -> bool:
        """Tell whether a later row about the same session waits, which takes over what this one has not served."""
        held, seen = self._held, subject.appointment
        if held.work.kind != "session" or seen is None or held.key.endswith(f"{seen.version:08d}"):
            return False
        with suppress(Ambiguous):
            page = await self._drain.store.table.range("bookings", self._business, *work_after(held.key))
            return any(load_row(Work, row).kind == "session" for row in page.rows)
        return True

    async def _tell(self, subject: Subject, recipient: str) -> Tally:
        if recipient == SEATS:
            await self._tell_seats(subject)
            return Tally()
        if self._held.work.kind in VISITS:
            tools, now = self._drain.tools, self._drain.clock()
            try:
                await serve_visit(self._held.work, self._business, tools=tools, now=now)
            except NotAccepted:
                return Tally(failed=1)
            return Tally()
        letter = letter_for(subject, self._held.work, recipient, self._drain.secret, self._drain.clock())
        if letter is None:
            return Tally(dropped=1)
        try:
            await self._drain.mailer.deliver(letter, self._drain.clock())
        except NotAccepted:
            return Tally(failed=1)
        except MailUnavailable:
            raise
        except Exception as error:  # it is tried again, and in the end shown to somebody
            log_fault(log, "a letter could not be written", error)
            raise MailUnavailable(type(error).__name__) from error
        return Tally(sent=1)

    async def _tell_seats(self, subject: Subject) -> None:
        """Give every seat a notice of its own; the next run of the timer sends them."""
        work, drain = self._held.work, self._drain
        loop = asyncio.get_running_loop()
        if not await tell_seats(
            work.appointment,
            work.text,
            calendar=subject.calendar,
            store=drain.store,
            now=drain.clock(),
            may_go_on=lambda: loop.time() - self._held.since < HOLD,
        ):
            raise OutOfTime

    async def _note(self, recipient: str, *, is_refused: bool) -> None:
        """Write down who was served, or never will be; where that was the last one the row goes."""
        left = tuple(one for one in self._held.work.recipients if one != recipient)
        refused = (*self._held.work.refused, *([recipient] if is_refused else []))
        await self._put_away(self._held.work.model_copy(update={"recipients": left, "refused": refused}))

    async def _put_away(self, work: Work) -> None:
        """Write the row, or delete it where nobody is left; together with the row that shows refusals."""
        key, verb = self._held.key, "replace" if work.recipients else "delete"
        change = Operation(verb, key, dump(work) if work.recipients else {}, self._held.etag)
        failed = work.model_copy(update={"recipients": work.refused, "refused": (), "leased_by": ""})
        is_news = work.refused != self._held.work.refused
        shown = [Operation("upsert", failed_key(key), dump(failed))] if is_news else []
        await self._apply(work if work.recipients else None, [change, *shown])

    async def _apply(self, wanted: Work | None, operations: list[Operation]) -> None:
        owners = {self._drain.worker, wanted.leased_by if wanted else self._drain.worker}
        table, until = self._drain.store.table, self._held.since + NOTED
        self._held = await write_clearly(
            table, self._business, self._held, wanted, operations, owners, until=until
        )

    async def _postpone(self, *, attempt: bool) -> Tally:
        """Give the row back, to be tried later with growing delay; after the last try it has failed."""
        work = self._held.work
        if attempt and work.attempts + 1 >= TRIES:
            refused = (*work.refused, *work.recipients)
            await self._put_away(work.model_copy(update={"recipients": (), "refused": refused}))
            return Tally(failed=len(work.recipients))
        changes: dict[str, object] = {"leased_by": ""}
        if attempt:
            delay = min(FIRST_DELAY * 2 ** min(work.attempts, 10), LONGEST_DELAY)
            changes |= {"attempts": work.attempts + 1, "not_before": self._drain.clock() + delay}
            changes["recipients"] = perhaps_told(work.recipients)
        await self._put_away(work.model_copy(update=changes))
        return Tally(postponed=1)


def _subject(row: Row) -> str:
    return row.key.split("|")[2]
