"""Serves one leased outbox entry, one recipient after another, and retries what fails."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from shared.domain.appointments.messages import REFUSED, TRIES, Message, OutboxEntry, SentMessage, sent_entry
from shared.domain.appointments.recipients import READERS, SEATS, Channel, Recipient
from shared.domain.appointments.sent_sms import BesideTold
from shared.records.keys import sent_key, work_after
from shared.records.table import Ambiguous, Stale
from shared.use_cases.context import Context
from shared.use_cases.fault_log import log_fault
from shared.use_cases.messages.compose import message_for
from shared.use_cases.messages.host_links import file_host_links
from shared.use_cases.messages.notify_seats import tell_seats
from shared.use_cases.messages.references import MessageReference, reference_of
from shared.use_cases.messages.send_counts import SendCounts
from shared.use_cases.messages.slots import Slots
from shared.use_cases.messages.subject import Subject, read_subject
from shared.use_cases.people.serve_holds import HOLDS, serve_hold
from shared.use_cases.ports import Lease, Mailer, MailUnavailable, NotAccepted, Store
from shared.use_cases.readable import readable
from shared.use_cases.reports.report_mail import file_readers
from shared.use_cases.sms.send_sms import NotYet, SmsSending
from shared.use_cases.sms.texter import Texter
from shared.use_cases.visits.close_visit import VISITS, Tools, close_visit


if TYPE_CHECKING:
    from shared.domain.reports.mailed_report import MailedReport

SERVING = 60.0  # seconds in which to serve an entry: less than a lease lasts
FIRST_DELAY, LONGEST_DELAY = timedelta(seconds=30), timedelta(hours=1)
READS_TRIED = 3
SOON = timedelta(minutes=2)  # for so long an entry is put off; for longer, what waits gets an entry of its own
log = logging.getLogger("openslot")


class OutOfTime(Exception):
    """The entry has to be given back, before its lease ends or because a later one takes over what is left."""


def delay_after(attempts: int) -> timedelta:
    """Return how long an entry waits after one more failed try."""
    return min(FIRST_DELAY * (1 << min(attempts, 10)), LONGEST_DELAY)


@dataclass
class Waits:
    """Why recipients of an entry wait: their channel does not work now, or it is too early for them."""

    channels: set[Channel] = field(default_factory=set)
    is_try: bool = False
    until: datetime | None = None

    def add(self, channel: Channel, until: datetime | None) -> None:
        """Let the others of this channel wait too; without a moment, a try has failed."""
        self.channels.add(channel)
        self.is_try |= until is None
        self.until = min(filter(None, (self.until, until)), default=None)


@dataclass(frozen=True)
class TimerRun:
    """What one timer run works with. Its clock continues from `now` by the loop's time."""

    store: Store
    mailer: Mailer
    secret: str
    now: datetime
    worker: str
    started: float
    slots: Slots
    tools: Tools
    texter: Texter

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
        self._report: MailedReport | None = None

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
        tally, waits = SendCounts(), Waits()
        for recipient in self._lease.entry.recipients:
            if recipient.channel in waits.channels:
                continue
            if asyncio.get_running_loop().time() - self._lease.since > SERVING:
                return tally + await self._postpone(attempt=False)
            # Read for each recipient: the appointment may change while earlier ones are served.
            subject = await self._subject()
            if subject is None or subject.is_superseded(self._lease.entry) or await self._is_overtaken(subject):
                return tally + await self._postpone(attempt=False)
            try:
                tally += await self._try(subject, recipient, waits)
            except OutOfTime:
                return tally + await self._postpone(attempt=False)
        if waits.channels:
            return tally + await self._postpone(attempt=waits.is_try, until=waits.until)
        if not self._lease.entry.recipients:
            # it had none to serve, so it is deleted
            await self._run.store.outbox.give_up(self._lease, self._run.clock())
        return tally

    async def _try(self, subject: Subject, recipient: Recipient, waits: Waits) -> SendCounts:
        """Serve one recipient, or let them and the others of their channel wait."""
        try:
            told, sent = await self._tell(subject, recipient)
        except NotYet as early:
            return await self._wait(recipient, early.until, waits)
        except MailUnavailable as error:
            waits.add(recipient.channel, self._run.clock() + error.later if error.later else None)
            return SendCounts()
        except (Ambiguous, Stale):
            # The storage gave no clear answer before anything was handed over: that is no failed try.
            waits.add(recipient.channel, self._run.clock())
            return SendCounts()
        self._lease = await self._run.store.outbox.finish(self._lease, recipient, sent)
        return told

    async def _subject(self) -> Subject | None:
        """Return what the entry is about; None if it cannot be read at present."""
        for _ in range(READS_TRIED):
            with suppress(Ambiguous):
                found = await read_subject(
                    self._lease.entry, self._lease.business, self._run.store, self._run.clock(), self._report
                )
                self._report = found.report
                return found
        return None

    async def _is_overtaken(self, subject: Subject) -> bool:
        """Return whether a later entry of the same session waits, which takes over the unserved recipients."""
        lease, seen = self._lease, subject.appointment
        if lease.entry.kind != "session" or seen is None or lease.key.endswith(f"{seen.version:08d}"):
            return False
        # In doubt yes: the entry is given back, and the next run looks again.
        with suppress(Ambiguous):
            page = await self._run.store.table.range("bookings", self._lease.business, *work_after(lease.key))
            return any(one.kind == "session" for _, one in readable(OutboxEntry, page.rows))
        return True

    async def _tell(self, subject: Subject, recipient: Recipient) -> tuple[SendCounts, SentMessage | None]:
        """Serve one recipient, by a message or by the work that the entry stands for."""
        if recipient == SEATS or self._lease.entry.kind == "address":
            await self._pass_on(subject, recipient)
            return SendCounts(), None
        if recipient == READERS:
            now = self._run.clock()
            await file_readers(self._lease.entry, subject.calendar, store=self._run.store, now=now)
            return SendCounts(), None
        if self._lease.entry.kind in VISITS:
            return await self._close(recipient)
        if self._lease.entry.kind in HOLDS:
            await self._hold(recipient)
            return SendCounts(), None
        message = message_for(subject, self._lease.entry, recipient, self._run.secret, self._run.clock())
        if message is None:
            return SendCounts(dropped=1), None
        return await (self._text if recipient.channel == "sms" else self._mail)(message, recipient)

    async def _mail(self, message: Message, recipient: Recipient) -> tuple[SendCounts, SentMessage | None]:
        try:
            await self._run.mailer.deliver(self._named(message, recipient), self._run.clock())
        except NotAccepted:
            return SendCounts(failed=1), self._noted(message.kind, recipient, is_failed=True)
        except MailUnavailable:
            raise
        except Exception as error:  # a fault in a template may be mended before the last try
            log_fault(log, "a message could not be written", error)
            raise MailUnavailable(type(error).__name__) from error
        noted, which = self._noted(message.kind, recipient), self._which(message)
        return SendCounts(sent=1), self._reported(noted, which) if self._run.mailer.reports else noted

    def _named(self, message: Message, recipient: Recipient) -> Message:
        """Return the message with what tells it from one before it, and by what its provider's reports name it."""
        resent = self._lease.entry.resent
        if not self._run.mailer.reports:
            return replace(message, resent=resent) if resent else message
        about = MessageReference(self._lease.business, self.note_key(recipient), self._which(message))
        return replace(message, resent=resent, reference=reference_of(self._run.secret, "mail", about))

    def _which(self, message: Message) -> str:
        """Return what tells a mail from others of the same entry: it may be filed anew, or sent again by staff."""
        return f"{message.sequence}.{self._lease.entry.resent}"

    def note_key(self, recipient: Recipient) -> str:
        """Return the key of the note of what became of the message to a recipient."""
        return sent_key(self._lease.entry.appointment, self._lease.key, recipient)

    def _reported(self, noted: SentMessage, which: str) -> SentMessage:
        """Return a note with what shows the message among the undelivered, should its provider say so."""
        entry = sent_entry(self._lease.entry, noted.recipient)
        return noted.model_copy(update={"entry": entry, "work": self._lease.key, "which": which})

    async def _text(
        self, message: Message, recipient: Recipient, also: Sequence[BesideTold] = ()
    ) -> tuple[SendCounts, SentMessage | None]:
        run = self._run
        sending = SmsSending(self._lease, run.store, run.texter, run.secret, run.clock())
        try:
            return await sending.send(message, recipient, also)
        except (MailUnavailable, NotYet, Ambiguous, Stale):
            raise
        except Exception as error:
            log_fault(log, "an SMS could not be written", error)
            raise MailUnavailable(type(error).__name__) from error

    async def _hold(self, recipient: Recipient) -> None:
        clock, lease, run = asyncio.get_running_loop().time, self._lease, self._run
        is_done = await serve_hold(
            lease.entry.kind,
            recipient,
            lease.business,
            context=Context(run.store, run.secret, run.clock()),
            may_go_on=lambda: clock() - lease.since < SERVING,
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
        now, seat, why = self._run.clock(), self._lease.entry.seat, REFUSED if is_failed else ""
        return SentMessage(at=now, kind=kind, recipient=recipient, seat=seat, is_failed=is_failed, why=why)

    async def _pass_on(self, subject: Subject, recipient: Recipient) -> None:
        """File an entry for every seat, or for each appointment of a person; the next timer run serves these."""
        entry, run, clock = self._lease.entry, self._run, asyncio.get_running_loop().time
        more: dict[str, Any] = {
            "calendar": subject.calendar,
            "store": run.store,
            "now": run.clock(),
            "may_go_on": lambda: clock() - self._lease.since < SERVING,
        }
        if recipient == SEATS:
            about: dict[str, Any] = {"version": entry.version, "silent": entry.silent}
            is_done = await tell_seats(entry.appointment, entry.text, **about, **more)
        else:
            is_done = await file_host_links(recipient.person, **more)
        if not is_done:
            raise OutOfTime

    async def _wait(self, recipient: Recipient, until: datetime, waits: Waits) -> SendCounts:
        """Let a recipient wait; for longer by an entry of their own, at which no timer looks before."""
        run = self._run
        if until - run.clock() <= SOON:
            waits.add(recipient.channel, until)
            return SendCounts()
        try:
            await run.store.markers.write(self._lease.business, [until])
        except Ambiguous:
            waits.add(recipient.channel, run.clock())
            return SendCounts()
        self._lease = await run.store.outbox.defer(self._lease, recipient, until)
        return SendCounts(postponed=1)

    async def _postpone(self, *, attempt: bool, until: datetime | None = None) -> SendCounts:
        """Give the entry back to a later run, which may serve it from `until` on.

        With `attempt` this counts as a try and the entry waits; after the last try its recipients are refused.
        """
        lease, outbox = self._lease, self._run.store.outbox
        if attempt and lease.entry.attempts + 1 >= TRIES:
            await outbox.give_up(lease, self._run.clock())
            return SendCounts(failed=len(lease.entry.recipients))
        later = self._run.clock() + delay_after(lease.entry.attempts) if attempt else until
        self._lease = await outbox.release(lease, later=later, is_try=attempt)
        return SendCounts(postponed=1)
