"""Serve one work row that is leased: one recipient after another. What fails is tried again, then shown."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shared.domain.appointments.messages import SEATS, OutboxEntry, mark_uncertain
from shared.records.codec import dump, load_row
from shared.records.keys import failed_key, work_after
from shared.records.table import Ambiguous, Operation, Stale
from shared.use_cases.fault_log import log_fault
from shared.use_cases.messages.compose import Subject, letter_for, read_subject
from shared.use_cases.messages.host_links import file_host_links
from shared.use_cases.messages.lease import Lease, write_clearly
from shared.use_cases.messages.notify_seats import tell_seats
from shared.use_cases.messages.send_counts import SendCounts
from shared.use_cases.ports import Mailer, MailUnavailable, NotAccepted, Store
from shared.use_cases.visits.close_visit import VISITS, Tools, close_visit


HOLD, NOTED = 60.0, 110.0  # seconds that a row is served, and within which what was done can be noted
TRIES, FIRST_DELAY, LONGEST_DELAY = 20, timedelta(seconds=30), timedelta(hours=1)
READS_TRIED = 3
log = logging.getLogger("openslot")


class OutOfTime(Exception):
    """The row has to be given back before its lease ends."""


def delay_after(attempts: int) -> timedelta:
    """Return how long to wait after one more try that failed."""
    return min(FIRST_DELAY * (1 << min(attempts, 10)), LONGEST_DELAY)


@dataclass(frozen=True)
class TimerRun:
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


class EntrySender:
    """Serves the recipients of one leased row, noting each, and puts the row away at the end."""

    def __init__(self, drain: TimerRun, business: str, held: Lease) -> None:
        self._drain, self._business, self._held = drain, business, held

    async def run(self) -> SendCounts:
        """Serve the row. One that cannot be served counts as a try, as a letter that nobody took."""
        try:
            return await self._serve()
        except (Ambiguous, Stale):
            raise
        except Exception as error:  # noqa: BLE001 - the other rows must not wait for it
            log_fault(log, f"a work row ({self._held.work.kind}) could not be served", error)
            return await self._postpone(attempt=True)

    async def _serve(self) -> SendCounts:
        tally = SendCounts()
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
        """Return whether a later entry of the same session waits, which takes over the unserved recipients."""
        held, seen = self._held, subject.appointment
        if held.work.kind != "session" or seen is None or held.key.endswith(f"{seen.version:08d}"):
            return False
        with suppress(Ambiguous):
            page = await self._drain.store.table.range("bookings", self._business, *work_after(held.key))
            return any(load_row(OutboxEntry, row).kind == "session" for row in page.rows)
        return True

    async def _tell(self, subject: Subject, recipient: str) -> SendCounts:
        if recipient == SEATS or self._held.work.kind == "address":
            await self._pass_on(subject, recipient)
            return SendCounts()
        if self._held.work.kind in VISITS:
            tools, now = self._drain.tools, self._drain.clock()
            try:
                await close_visit(self._held.work, self._business, tools=tools, now=now)
            except NotAccepted:
                return SendCounts(failed=1)
            return SendCounts()
        letter = letter_for(subject, self._held.work, recipient, self._drain.secret, self._drain.clock())
        if letter is None:
            return SendCounts(dropped=1)
        try:
            await self._drain.mailer.deliver(letter, self._drain.clock())
        except NotAccepted:
            return SendCounts(failed=1)
        except MailUnavailable:
            raise
        except Exception as error:  # it is tried again, and in the end shown to somebody
            log_fault(log, "a letter could not be written", error)
            raise MailUnavailable(type(error).__name__) from error
        return SendCounts(sent=1)

    async def _pass_on(self, subject: Subject, recipient: str) -> None:
        """Give every seat, or each appointment of a person, its own row; the next run of the timer sends them."""
        work, drain, clock = self._held.work, self._drain, asyncio.get_running_loop().time
        more: dict[str, Any] = {
            "calendar": subject.calendar,
            "store": drain.store,
            "now": drain.clock(),
            "may_go_on": lambda: clock() - self._held.since < HOLD,
        }
        if recipient == SEATS:
            is_done = await tell_seats(work.appointment, work.text, **more)
        else:
            is_done = await file_host_links(recipient.partition(":")[2], **more)
        if not is_done:
            raise OutOfTime

    async def _note(self, recipient: str, *, is_refused: bool) -> None:
        """Write down who was served, or never will be; where that was the last one the row goes."""
        left = tuple(one for one in self._held.work.recipients if one != recipient)
        refused = (*self._held.work.refused, *([recipient] if is_refused else []))
        await self._put_away(self._held.work.model_copy(update={"recipients": left, "refused": refused}))

    async def _put_away(self, work: OutboxEntry) -> None:
        """Write the row, or delete it where nobody is left; together with the row that shows refusals."""
        key, verb = self._held.key, "replace" if work.recipients else "delete"
        change = Operation(verb, key, dump(work) if work.recipients else {}, self._held.etag)
        failed = work.model_copy(update={"recipients": work.refused, "refused": (), "leased_by": ""})
        is_news = work.refused != self._held.work.refused
        shown = [Operation("upsert", failed_key(key), dump(failed))] if is_news else []
        await self._apply(work if work.recipients else None, [change, *shown])

    async def _apply(self, wanted: OutboxEntry | None, operations: list[Operation]) -> None:
        owners = {self._drain.worker, wanted.leased_by if wanted else self._drain.worker}
        table, until = self._drain.store.table, self._held.since + NOTED
        self._held = await write_clearly(
            table, self._business, self._held, wanted, operations, owners, until=until
        )

    async def _postpone(self, *, attempt: bool) -> SendCounts:
        """Give the row back, to be tried later with growing delay; after the last try it has failed."""
        work = self._held.work
        if attempt and work.attempts + 1 >= TRIES:
            refused = (*work.refused, *work.recipients)
            await self._put_away(work.model_copy(update={"recipients": (), "refused": refused}))
            return SendCounts(failed=len(work.recipients))
        changes: dict[str, object] = {"leased_by": ""}
        if attempt:
            later = self._drain.clock() + delay_after(work.attempts)
            changes |= {"attempts": work.attempts + 1, "not_before": later}
            changes["recipients"] = mark_uncertain(work.recipients)
        await self._put_away(work.model_copy(update=changes))
        return SendCounts(postponed=1)
