"""Serves one leased outbox entry, one recipient after another, and retries what fails."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shared.domain.appointments.messages import TRIES, OutboxEntry, SentMessage
from shared.domain.appointments.recipients import SEATS, Recipient
from shared.records.codec import load_row
from shared.records.keys import work_after
from shared.records.table import Ambiguous, Stale
from shared.use_cases.fault_log import log_fault
from shared.use_cases.messages.compose import message_for
from shared.use_cases.messages.host_links import file_host_links
from shared.use_cases.messages.notify_seats import tell_seats
from shared.use_cases.messages.send_counts import SendCounts
from shared.use_cases.messages.subject import Subject, read_subject
from shared.use_cases.people.serve_holds import HOLDS, serve_hold
from shared.use_cases.ports import Lease, Mailer, MailUnavailable, NotAccepted, Store
from shared.use_cases.visits.close_visit import VISITS, Tools, close_visit


HOLD = 60.0  # seconds in which to serve an entry: less than a lease lasts
FIRST_DELAY, LONGEST_DELAY = timedelta(seconds=30), timedelta(hours=1)
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

    def __init__(self, run: TimerRun, lease: Lease) -> None:
        self._run, self._lease = run, lease

    async def run(self) -> SendCounts:
        """Serve the entry. An unexpected failure counts as a try, like a mailer that is not available."""
        try:
            return await self._serve()
        except (Ambiguous, Stale):
            raise
        except Exception as error:  # noqa: BLE001 - the other entries must not wait for it
            log_fault(log, f"an entry ({self._lease.entry.kind}) could not be served", error)
            return await self._postpone(attempt=True)

    async def _serve(self) -> SendCounts:
        tally = SendCounts()
        for recipient in self._lease.entry.recipients:
            if asyncio.get_running_loop().time() - self._lease.since > HOLD:
                return tally + await self._postpone(attempt=False)
            # Read for each recipient: the appointment may change while earlier ones are served.
            subject = await self._subject()
            if subject is None or subject.is_superseded(self._lease.entry) or await self._is_overtaken(subject):
                return tally + await self._postpone(attempt=False)
            try:
                told, sent = await self._tell(subject, recipient)
            except OutOfTime:
                return tally + await self._postpone(attempt=False)
            except MailUnavailable:
                return tally + await self._postpone(attempt=True)
            self._lease = await self._run.store.outbox.finish(self._lease, recipient, sent)
            tally += told
        if not self._lease.entry.recipients:
            await self._run.store.outbox.give_up(
                self._lease, self._run.clock()
            )  # it had none to serve, so it is deleted
        return tally

    async def _subject(self) -> Subject | None:
        """Return what the entry is about; None if it cannot be read at present."""
        for _ in range(READS_TRIED):
            with suppress(Ambiguous):
                return await read_subject(self._lease.entry, self._lease.business, self._run.store)
        return None

    async def _is_overtaken(self, subject: Subject) -> bool:
        """Return whether a later entry of the same session waits, which takes over the unserved recipients."""
        lease, seen = self._lease, subject.appointment
        if lease.entry.kind != "session" or seen is None or lease.key.endswith(f"{seen.version:08d}"):
            return False
        # In doubt yes: the entry is given back, and the next run looks again.
        with suppress(Ambiguous):
            page = await self._run.store.table.range("bookings", self._lease.business, *work_after(lease.key))
            return any(load_row(OutboxEntry, row).kind == "session" for row in page.rows)
        return True

    async def _tell(self, subject: Subject, recipient: Recipient) -> tuple[SendCounts, SentMessage | None]:
        """Serve one recipient, by a message or by the work that the entry stands for."""
        if recipient == SEATS or self._lease.entry.kind == "address":
            await self._pass_on(subject, recipient)
            return SendCounts(), None
        if self._lease.entry.kind in VISITS:
            return await self._close(recipient)
        if self._lease.entry.kind in HOLDS:
            await self._hold(recipient)
            return SendCounts(), None
        message = message_for(subject, self._lease.entry, recipient, self._run.secret, self._run.clock())
        if message is None:
            return SendCounts(dropped=1), None
        try:
            await self._run.mailer.deliver(message, self._run.clock())
        except NotAccepted:
            return SendCounts(failed=1), self._noted(message.kind, recipient, is_failed=True)
        except MailUnavailable:
            raise
        except Exception as error:  # a fault in a template may be mended before the last try
            log_fault(log, "a message could not be written", error)
            raise MailUnavailable(type(error).__name__) from error
        return SendCounts(sent=1), self._noted(message.kind, recipient)

    async def _hold(self, recipient: Recipient) -> None:
        clock, lease, run = asyncio.get_running_loop().time, self._lease, self._run
        is_done = await serve_hold(
            lease.entry.kind,
            recipient,
            lease.business,
            store=run.store,
            secret=run.secret,
            now=run.clock(),
            may_go_on=lambda: clock() - lease.since < HOLD,
        )
        if not is_done:
            raise OutOfTime

    async def _close(self, recipient: Recipient) -> tuple[SendCounts, SentMessage | None]:
        entry, run = self._lease.entry, self._run
        try:
            await close_visit(entry, self._lease.business, tools=run.tools, now=run.clock())
        except NotAccepted:
            return SendCounts(failed=1), self._noted(entry.kind, recipient, is_failed=True)
        return SendCounts(), None

    def _noted(self, kind: str, recipient: Recipient, *, is_failed: bool = False) -> SentMessage:
        now, seat = self._run.clock(), self._lease.entry.seat
        return SentMessage(at=now, kind=kind, recipient=recipient, seat=seat, is_failed=is_failed)

    async def _pass_on(self, subject: Subject, recipient: Recipient) -> None:
        """File an entry for every seat, or for each appointment of a person; the next timer run serves these."""
        entry, run, clock = self._lease.entry, self._run, asyncio.get_running_loop().time
        more: dict[str, Any] = {
            "calendar": subject.calendar,
            "store": run.store,
            "now": run.clock(),
            "may_go_on": lambda: clock() - self._lease.since < HOLD,
        }
        if recipient == SEATS:
            is_done = await tell_seats(entry.appointment, entry.text, **more)
        else:
            is_done = await file_host_links(recipient.person, **more)
        if not is_done:
            raise OutOfTime

    async def _postpone(self, *, attempt: bool) -> SendCounts:
        """Give the entry back to a later run.

        With `attempt` this counts as a try and the entry waits; after the last try its recipients are refused.
        """
        lease, outbox = self._lease, self._run.store.outbox
        if attempt and lease.entry.attempts + 1 >= TRIES:
            await outbox.give_up(lease, self._run.clock())
            return SendCounts(failed=len(lease.entry.recipients))
        later = self._run.clock() + delay_after(lease.entry.attempts) if attempt else None
        self._lease = await outbox.release(lease, later=later)
        return SendCounts(postponed=1)
