"""Serves leased notices of several appointments that were changed together: each recipient gets one message.

Every appointment keeps a notice of its own, so that each change can be undone, or overtaken by a later one, by
itself. What is left of them when they are due is told at once: for one recipient after another all appointments
are read again, the messages about them are joined by kind, and the recipient is removed from each entry.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.domain.appointments.messages import Message, OutboxEntry, SentMessage, sent_entry
from shared.domain.appointments.recipients import Recipient
from shared.domain.appointments.sent_sms import BesideTold
from shared.records.table import Ambiguous, Stale
from shared.use_cases.fault_log import log_fault
from shared.use_cases.messages.compose import JOINED, joined_message, message_for
from shared.use_cases.messages.send_counts import SendCounts
from shared.use_cases.messages.serve_work import SERVING, EntrySender, TimerRun, Waits
from shared.use_cases.ports import Lease, MailUnavailable


log = logging.getLogger("openslot")


class PartSender(EntrySender):
    """Serves one of the entries, for recipients who are told of others in the same message."""

    @property
    def entry(self) -> OutboxEntry:
        """Return the entry as it is by now."""
        return self._lease.entry

    def recipient(self, who: tuple[str, str]) -> Recipient | None:
        """Return a recipient who is still to be served by this entry."""
        return next((one for one in self.entry.recipients if one.who == who), None)

    async def ready(self, recipient: Recipient) -> Message | None:
        """Return the message for a recipient; None if it would be out of date. Raise Overtaken."""
        subject = await self._subject()
        if subject is None or subject.is_superseded(self.entry):
            raise Overtaken
        return message_for(subject, self.entry, recipient, self._run.secret, self._run.clock())

    async def hand_over(
        self, message: Message, recipient: Recipient, others: "Sequence[ReadyPart]"
    ) -> tuple[SendCounts, SentMessage | None]:
        """Send a message that tells of this entry's appointment and of others'. Raises MailUnavailable."""
        if recipient.channel == "sms":
            return await self._text(message, recipient, [one.sender.also_told(one.recipient) for one in others])
        return await self._mail(message, recipient)

    def also_told(self, recipient: Recipient) -> BesideTold:
        """Return the entry as it is kept beside an SMS that tells of it."""
        return BesideTold(entry=sent_entry(self.entry, recipient), work=self._lease.key)

    async def finish(self, recipient: Recipient, sent: SentMessage | None) -> None:
        """Remove a recipient who was served, and note it."""
        noted = sent.model_copy(update={"recipient": recipient, "seat": self.entry.seat}) if sent else None
        if noted and noted.entry:
            noted = self._reported(noted, noted.which)
        self._lease = await self._run.store.outbox.finish(self._lease, recipient, noted)

    async def give_back(self, *, attempt: bool = False, until: datetime | None = None) -> None:
        """Give the entry back to a later run; without recipients delete it."""
        if self.entry.recipients:
            await self._postpone(attempt=attempt, until=until)
        else:
            await self._run.store.outbox.give_up(self._lease, self._run.clock())


class Overtaken(Exception):
    """The entry cannot be served in this run: a newer one has overtaken it, or its subject cannot be read."""


@dataclass(frozen=True)
class ReadyPart:
    """What one entry has for a recipient; no message if it would be out of date."""

    sender: PartSender
    recipient: Recipient
    message: Message | None


class TogetherSender:
    """Serves the recipients of leased entries that belong together, each once for all of them."""

    def __init__(self, run: TimerRun, leases: Sequence[Lease]) -> None:
        self._run, self._parts = run, [PartSender(run, one) for one in leases]
        self._since = min(one.since for one in leases)

    async def run(self) -> SendCounts:
        """Serve the entries. An unexpected failure counts as a try of each."""
        waits = Waits()
        try:
            tally = await self._serve(waits)
        except Exception as error:  # noqa: BLE001 - the other entries must not wait for it
            log_fault(log, "entries that belong together could not be served", error)
            tally, waits.is_try = SendCounts(), True
        left = sum(bool(one.entry.recipients) for one in self._parts)
        await self._each(self._parts, lambda one: one.give_back(attempt=waits.is_try, until=waits.until))
        return tally + SendCounts(postponed=left)

    async def _serve(self, waits: Waits) -> SendCounts:
        tally = SendCounts()
        people = [each for one in self._parts for each in one.entry.recipients]
        for who, channel in dict.fromkeys((each.who, each.channel) for each in people):
            if channel in waits.channels:
                continue
            if asyncio.get_running_loop().time() - self._since > SERVING:
                break
            try:
                tally += await self._tell(who)
            except MailUnavailable as error:
                waits.add(channel, self._run.clock() + error.later if error.later else None)
            except (Ambiguous, Stale):
                waits.add(channel, self._run.clock())  # the storage gave no clear answer: that is no failed try
        return tally

    async def _tell(self, who: tuple[str, str]) -> SendCounts:
        """Serve one recipient of all entries that have them. Raises MailUnavailable."""
        ready = await self._ready(who)
        untold = [one for one in ready if one.message is None]
        tally = SendCounts(dropped=len(untold))
        await self._finish(untold, None)
        for kind in dict.fromkeys(one.message.kind for one in ready if one.message):
            of_kind = [one for one in ready if one.message and one.message.kind == kind]
            for batch in [of_kind] if kind in JOINED else [[one] for one in of_kind]:
                first, told = batch[0], [one.message for one in batch if one.message]
                message = joined_message(first.sender.entry.together, told)
                counts, sent = await first.sender.hand_over(message, first.recipient, batch[1:])
                if sent and sent.entry:  # what is reported of the mail is so of each appointment that it tells of
                    others = tuple(one.sender.note_key(one.recipient) for one in batch[1:])
                    sent = sent.model_copy(update={"also": others})
                await self._finish(batch, sent)
                tally += counts
        return tally

    async def _ready(self, who: tuple[str, str]) -> list[ReadyPart]:
        """Return what each entry has for a recipient, read just now; what cannot be served now is given back."""
        found: list[ReadyPart] = []
        overtaken: list[PartSender] = []

        async def look(one: PartSender) -> None:
            if recipient := one.recipient(who):
                try:
                    found.append(ReadyPart(one, recipient, await one.ready(recipient)))
                except Overtaken:
                    overtaken.append(one)

        await asyncio.gather(*(look(one) for one in self._parts))
        await self._each(overtaken, lambda one: one.give_back())
        self._parts = [one for one in self._parts if one not in overtaken]
        return sorted(found, key=lambda one: self._parts.index(one.sender))

    async def _finish(self, parts: Sequence[ReadyPart], sent: SentMessage | None) -> None:
        by_sender = {one.sender: one.recipient for one in parts}
        await self._each(list(by_sender), lambda one: one.finish(by_sender[one], sent))

    async def _each(self, parts: Sequence[PartSender], write: Callable[[PartSender], Awaitable[None]]) -> None:
        """Write each of these entries; one that another worker has, or of which nothing is known, is let go."""
        outcomes = await asyncio.gather(*(write(one) for one in parts), return_exceptions=True)
        for one, outcome in zip(parts, outcomes, strict=True):
            if isinstance(outcome, (Ambiguous, Stale)):
                self._parts = [each for each in self._parts if each is not one]
            elif outcome:
                raise outcome
