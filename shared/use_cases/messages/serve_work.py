"""Serves one leased outbox entry, one recipient after another, and retries what fails."""

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
from shared.use_cases.messages.compose import Subject, message_for, read_subject
from shared.use_cases.messages.host_links import file_host_links
from shared.use_cases.messages.lease import Lease, write_clearly
from shared.use_cases.messages.notify_seats import tell_seats
from shared.use_cases.messages.send_counts import SendCounts
from shared.use_cases.ports import Mailer, MailUnavailable, NotAccepted, Store
from shared.use_cases.visits.close_visit import VISITS, Tools, close_visit


HOLD, NOTED = 60.0, 110.0  # seconds in which to serve an entry, and to note what was done: less than a lease
TRIES, FIRST_DELAY, LONGEST_DELAY = 20, timedelta(seconds=30), timedelta(hours=1)
READS_TRIED = 3
log = logging.getLogger("openslot")


class OutOfTime(Exception):
    """The entry has to be given back before its lease ends."""


def delay_after(attempts: int) -> timedelta:
    """Return how long an entry waits after one more failed try."""
    return min(FIRST_DELAY * (1 << min(attempts, 10)), LONGEST_DELAY)


@dataclass(frozen=True)
class TimerRun:
    """What one timer run works with. Its clock continues from `now` by the loop's time."""

    store: Store
    mailer: Mailer
    secret: str
    now: datetime
    worker: str
    started: float
    slots: asyncio.Semaphore
    tools: Tools

    def elapsed(self) -> float:
        """Return the seconds since the run began."""
        return asyncio.get_running_loop().time() - self.started

    def clock(self) -> datetime:
        """Return the present moment, without reading the machine's clock."""
        return self.now + timedelta(seconds=self.elapsed())


class EntrySender:
    """Serves the recipients of one leased entry, noting each, and gives the entry back or deletes it."""

    def __init__(self, drain: TimerRun, business: str, held: Lease) -> None:
        self._drain, self._business, self._held = drain, business, held

    async def run(self) -> SendCounts:
        """Serve the entry. An unexpected failure counts as a try, like a mailer that is not available."""
        try:
            return await self._serve()
        except (Ambiguous, Stale):
            raise
        except Exception as error:  # noqa: BLE001 - the other entries must not wait for it
            log_fault(log, f"a work row ({self._held.work.kind}) could not be served", error)
            return await self._postpone(attempt=True)

    async def _serve(self) -> SendCounts:
        tally = SendCounts()
        for recipient in self._held.work.recipients:
            if asyncio.get_running_loop().time() - self._held.since > HOLD:
                return tally + await self._postpone(attempt=False)
            # Read for each recipient: the appointment may change while earlier ones are served.
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
        if not self._held.work.recipients:  # it had none: `_note` deletes an entry with its last one
            await self._apply(None, [Operation("delete", self._held.key, etag=self._held.etag)])
        return tally

    async def _subject(self) -> Subject | None:
        """Return what the entry is about; None if it cannot be read at present."""
        for _ in range(READS_TRIED):
            with suppress(Ambiguous):
                return await read_subject(self._held.work, self._business, self._drain.store)
        return None

    async def _is_overtaken(self, subject: Subject) -> bool:
        """Return whether a later entry of the same session waits, which takes over the unserved recipients."""
        held, seen = self._held, subject.appointment
        if held.work.kind != "session" or seen is None or held.key.endswith(f"{seen.version:08d}"):
            return False
        # In doubt yes: the entry is given back, and the next run looks again.
        with suppress(Ambiguous):
            page = await self._drain.store.table.range("bookings", self._business, *work_after(held.key))
            return any(load_row(OutboxEntry, row).kind == "session" for row in page.rows)
        return True

    async def _tell(self, subject: Subject, recipient: str) -> SendCounts:
        """Serve one recipient, by a message or by the work that the entry stands for."""
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
        message = message_for(subject, self._held.work, recipient, self._drain.secret, self._drain.clock())
        if message is None:
            return SendCounts(dropped=1)
        try:
            await self._drain.mailer.deliver(message, self._drain.clock())
        except NotAccepted:
            return SendCounts(failed=1)
        except MailUnavailable:
            raise
        except Exception as error:  # a fault in a template may be mended before the last try
            log_fault(log, "a message could not be written", error)
            raise MailUnavailable(type(error).__name__) from error
        return SendCounts(sent=1)

    async def _pass_on(self, subject: Subject, recipient: str) -> None:
        """File an entry for every seat, or for each appointment of a person; the next timer run serves these."""
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
        """Remove a recipient who was served or refused; the entry is deleted with its last one."""
        left = tuple(one for one in self._held.work.recipients if one != recipient)
        refused = (*self._held.work.refused, *([recipient] if is_refused else []))
        await self._put_away(self._held.work.model_copy(update={"recipients": left, "refused": refused}))

    async def _put_away(self, work: OutboxEntry) -> None:
        """Write the entry, or delete it if it has no recipients left.

        Newly refused recipients are written to the row of failed ones in the same transaction.
        """
        key, verb = self._held.key, "replace" if work.recipients else "delete"
        change = Operation(verb, key, dump(work) if work.recipients else {}, self._held.etag)
        failed = work.model_copy(update={"recipients": work.refused, "refused": (), "leased_by": ""})
        is_news = work.refused != self._held.work.refused
        shown = [Operation("upsert", failed_key(key), dump(failed))] if is_news else []
        await self._apply(work if work.recipients else None, [change, *shown])

    async def _apply(self, wanted: OutboxEntry | None, operations: list[Operation]) -> None:
        """Write the entry and keep its new version; raise as `write_clearly`."""
        # A write that gives the entry back clears `leased_by`; if its answer is lost, the entry carries that.
        owners = {self._drain.worker, wanted.leased_by if wanted else self._drain.worker}
        table, until = self._drain.store.table, self._held.since + NOTED
        self._held = await write_clearly(
            table, self._business, self._held, wanted, operations, owners, until=until
        )

    async def _postpone(self, *, attempt: bool) -> SendCounts:
        """Give the entry back to a later run.

        With `attempt` this counts as a try and the entry waits; after the last try its recipients are refused.
        """
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
