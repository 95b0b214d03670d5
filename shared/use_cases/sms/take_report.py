"""Takes what a provider reports of an SMS; one that was not delivered goes to the undelivered messages.

It does so for each appointment that it tells of. What is kept with the SMS has those that were told of together.
A reminder of the same day has an outbox entry of its own, whose worker notes that its SMS is left out, and then
looks whether this one was delivered: either it sees the report, or the report its note.
"""

import asyncio
import re
from typing import Literal

from shared.domain.appointments.messages import SentMessage
from shared.domain.appointments.sent_sms import BesideTold, SentSms, SmsReason, SmsStatus
from shared.records.codec import dump, load_row
from shared.records.table import Operation, Stale
from shared.use_cases.messages.references import MessageReference, read_reference
from shared.use_cases.messages.show_undelivered import shown_undelivered
from shared.use_cases.ports import Store


SMS_KEY = re.compile(r"P\|[0-9]{12}\|[0-9a-f]{16}")
TRIES = 5
Taken = Literal["taken", "known", "unknown"]


async def take_report(reference: str, status: SmsStatus, reason: SmsReason, *, store: Store, secret: str) -> Taken:
    """Note what became of an SMS; `known` if that is no news, `unknown` if there is no such SMS.

    Raise Ambiguous, and Stale if others write all the time.
    """
    about = read_reference(secret, "sms", reference)
    if about is None or not SMS_KEY.fullmatch(about.key):
        return "unknown"
    for _ in range(TRIES):
        row = await store.table.get("bookings", about.business, about.key)
        if row is None:
            return "unknown"
        sent = load_row(SentSms, row)
        after = sent.after(status, reason)
        if after != sent:
            operations = [Operation("replace", row.key, dump(after), row.etag)]
            operations += await _shown(about.business, after, store)
            try:
                await store.table.transact("bookings", about.business, operations)
            except Stale:
                continue
        # also if it is known: whoever took it the first time may have stopped in between
        await asyncio.gather(*(_show_left_out(about, one, after, store) for one in after.also if one.note))
        return "taken" if after != sent else "known"
    raise Stale(about.key)


async def _shown(business: str, sent: SentSms, store: Store) -> list[Operation]:
    """Return what shows that nobody was told of what the SMS was sent for."""
    if not sent.is_undelivered:
        return []
    told = [(sent.entry, sent.work), *((one.entry, one.work) for one in sent.also if not one.note)]
    found = (shown_undelivered(business, entry, work, sent.reason, store=store) for entry, work in told)
    return [one for part in await asyncio.gather(*found) for one in part]


async def _show_left_out(about: MessageReference, other: BesideTold, sent: SentSms, store: Store) -> None:
    """Show that an SMS which was left out for this one was not delivered either, once."""
    for _ in range(TRIES if sent.is_undelivered else 0):
        row = await store.table.get("bookings", about.business, other.note)
        note = load_row(SentMessage, row) if row else None
        if row is None or note is None or note.is_failed or note.sms != about.key:
            return
        failed = note.model_copy(update={"is_failed": True, "why": sent.reason})
        shown = await shown_undelivered(about.business, other.entry, other.work, sent.reason, store=store)
        try:
            await store.table.transact(
                "bookings", about.business, [Operation("replace", row.key, dump(failed), row.etag), *shown]
            )
        except Stale:
            continue
        return
    if sent.is_undelivered:
        raise Stale(other.note)
