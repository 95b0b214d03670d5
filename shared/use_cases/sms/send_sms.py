"""Hands one SMS of a leased outbox entry over, unless its reader wants none or sleeps, and notes what it comes to.

What is known of an SMS is a row of its own, written before it is handed over, so that whatever its provider
reports has a place. Of a try that failed for now, the row is deleted.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import cast, get_args

from shared.domain.appointments.messages import Message, OutboxEntry, SentMessage, sent_entry
from shared.domain.appointments.recipients import Recipient
from shared.domain.appointments.sent_sms import BesideTold, Product, SentSms, SmsReason, quiet_until
from shared.records.codec import dump, load_row
from shared.records.keys import number_of, sent_key, sms_key
from shared.records.table import Ambiguous, Operation, Stale
from shared.use_cases.context import Context
from shared.use_cases.messages.references import MessageReference, reference_of
from shared.use_cases.messages.send_counts import SendCounts
from shared.use_cases.ports import Lease, MailUnavailable, NotAccepted, Store
from shared.use_cases.sms.opt_outs import code_of, is_opted_out, record_opt_out, stop_token
from shared.use_cases.sms.same_day import AGAIN_AFTER, SameDay, with_same_day
from shared.use_cases.sms.texter import SmsHandover, Texter


class NotYet(Exception):
    """The SMS may be sent from a moment on, and not before."""

    def __init__(self, until: datetime) -> None:
        super().__init__()
        self.until = until


@dataclass(frozen=True, slots=True)
class SmsSending:
    """What it takes to send the SMS of a leased entry; `now` is the present moment."""

    lease: Lease
    store: Store
    texter: Texter
    secret: str
    now: datetime

    async def send(
        self, message: Message, recipient: Recipient, also: Sequence[BesideTold] = ()
    ) -> tuple[SendCounts, SentMessage | None]:
        """Return what became of it; it tells of the other entries `also`.

        Raise NotYet, MailUnavailable or Ambiguous.
        """
        if is_automatic(self.lease.entry):
            if later := quiet_until(self.now, message.time_zone):
                raise NotYet(later)
            found = await self._same_day(message)
            if found.covered_by:
                return await self._left_out(message, recipient, found.covered_by)
            message, also = found.message, found.also
        sender = self.texter.sender_for(message.to) if message.to else ""
        sent = self._sent(message, sender, recipient).model_copy(update={"also": tuple(also)})
        # each try has a row of its own: what is reported of one that had no answer is not of the next
        key = sms_key(self.now, f"{self.lease.key} {self.lease.entry.attempts} {self.lease.worker}", sent.seat)
        if not (message.to and sender):
            return await self._refused(sent, key, "no_sender" if message.to else "invalid", recipient)
        code = code_of(self.secret, message.to)
        if await is_opted_out(code, store=self.store):
            return await self._refused(sent, key, "opted_out", recipient)
        written = await self._inserted(key, sent)
        reference = reference_of(self.secret, "sms", MessageReference(self.lease.business, key))
        is_answered = sender.startswith("+") or sender.isdigit()
        handover = SmsHandover(message.to, sender, reference, "" if is_answered else stop_token(self.secret, code))
        try:
            reason = await self._handed_over(message, handover, code)
        except MailUnavailable:
            with suppress(Ambiguous, Stale):
                # unless something was reported of it: then it was sent
                await self._write(Operation("delete", key, etag=written))
            raise
        if reason:
            return await self._refused(sent, key, reason, recipient)
        return SendCounts(sent=1), self._noted(message.kind, recipient, key)

    async def _handed_over(self, message: Message, handover: SmsHandover, code: str) -> SmsReason | None:
        """Return why the provider does not take it, None where it does."""
        try:
            await self.texter.send(message, handover, self.now)
        except NotAccepted as refused:
            reason = _reason(str(refused))
            if reason == "opted_out":  # its carrier keeps a list of its own
                await record_opt_out(code, is_out=True, by="provider", store=self.store, now=self.now)
            return reason
        return None

    async def _same_day(self, message: Message) -> SameDay:
        """Return the reminder with those that it is sent with. Raise NotYet if an earlier one waits."""
        lease = self.lease
        found = await with_same_day(
            message,
            lease.entry,
            number_of(lease.key),
            business=lease.business,
            context=Context(self.store, self.secret, self.now),
        )
        if found.waits:
            raise NotYet(self.now + AGAIN_AFTER)
        return found

    async def _left_out(
        self, message: Message, recipient: Recipient, key: str
    ) -> tuple[SendCounts, SentMessage | None]:
        """Note that the SMS of this key has told of it, and look once more whether that was delivered.

        A report that comes after the note finds it (take_report); one that came before is found here.
        """
        noted = self._noted(message.kind, recipient, key)
        note = sent_key(self.lease.entry.appointment, self.lease.key, recipient)
        await self._write(Operation("upsert", note, dump(noted)))
        row = await self.store.table.get("bookings", self.lease.business, key)
        other = load_row(SentSms, row) if row else None
        if other and other.is_undelivered:
            return SendCounts(failed=1), self._noted(message.kind, recipient, key, why=other.reason)
        return SendCounts(dropped=1), None

    async def _refused(
        self, sent: SentSms, key: str, reason: SmsReason, recipient: Recipient
    ) -> tuple[SendCounts, SentMessage]:
        """Note that it cannot be sent. One who wants none is not among those whom messages did not reach."""
        await self._write(Operation("upsert", key, dump(sent.after("failed", reason))))
        if reason == "opted_out":
            return SendCounts(dropped=1), self._noted(sent.kind, recipient, key)
        return SendCounts(failed=1), self._noted(sent.kind, recipient, key, why=reason)

    async def _inserted(self, key: str, sent: SentSms) -> str:
        """Return the ETag of what is known of it: no late copy of an insert undoes what was reported meanwhile."""
        try:
            return await self._write(Operation("insert", key, dump(sent)))
        except Ambiguous:
            row = await self.store.table.get("bookings", self.lease.business, key)
            if row is None:
                raise
            return row.etag

    async def _write(self, operation: Operation) -> str:
        return (await self.store.table.transact("bookings", self.lease.business, [operation]))[0]

    def _sent(self, message: Message, sender: str, recipient: Recipient) -> SentSms:
        entry, appointment = self.lease.entry, message.appointment
        assert appointment is not None
        assert message.seat is not None
        is_online = message.service is not None and message.service.is_online
        product: Product = (
            "walk_in" if appointment.origin == "on_demand" else "online" if is_online else "in_person"
        )
        return SentSms(
            at=self.now,
            sender=sender,
            kind=message.kind,
            product=product,
            appointment=appointment.id,
            seat=message.seat.id,
            entry=sent_entry(entry, recipient),
            work=self.lease.key,
            covers=_covered(message),
        )

    def _noted(self, kind: str, recipient: Recipient, key: str, why: str = "") -> SentMessage:
        seat, is_failed = self.lease.entry.seat, bool(why)
        return SentMessage(
            at=self.now, kind=kind, recipient=recipient, seat=seat, is_failed=is_failed, sms=key, why=why
        )


def _covered(message: Message) -> tuple[tuple[str, datetime], ...]:
    """Return which appointments the SMS is about."""
    them = message.series or (message,)
    return tuple((one.seat.id, one.appointment.start) for one in them if one.seat and one.appointment)


def is_automatic(entry: OutboxEntry) -> bool:
    """Return whether it is a reminder that nobody asked for at this moment."""
    return entry.kind == "reminder" and entry.offset is not None


def _reason(text: str) -> SmsReason:
    return cast("SmsReason", text) if text in get_args(SmsReason) else "other"
