"""Takes what a provider reports of an SMS; one that was not delivered goes to the undelivered messages."""

import re
from typing import Literal

from shared.domain.appointments.messages import OutboxEntry
from shared.domain.appointments.recipients import PHONE
from shared.domain.appointments.sent_sms import SentSms, SmsReason, SmsStatus
from shared.records.codec import dump, load_row
from shared.records.keys import failed_key
from shared.records.table import Operation, Row, Stale
from shared.use_cases.ports import Store
from shared.use_cases.sms.references import read_reference


SMS_KEY = re.compile(r"P\|[0-9]{12}\|[0-9a-f]{16}")
TRIES = 5
Taken = Literal["taken", "known", "unknown"]


async def take_report(reference: str, status: SmsStatus, reason: SmsReason, *, store: Store, secret: str) -> Taken:
    """Note what became of an SMS; `known` if that is no news, `unknown` if there is no such SMS.

    Raise Ambiguous, and Stale if others write all the time.
    """
    about = read_reference(secret, reference)
    if about is None or not SMS_KEY.fullmatch(about.key):
        return "unknown"
    for _ in range(TRIES):
        row = await store.table.get("bookings", about.business, about.key)
        if row is None:
            return "unknown"
        sent = load_row(SentSms, row)
        after = sent.after(status, reason)
        if after == sent:
            return "known"
        operations = [Operation("replace", row.key, dump(after), row.etag)]
        if status == "failed" and reason != "opted_out":
            operations += await _shown(about.business, after, store)
        try:
            await store.table.transact("bookings", about.business, operations)
        except Stale:
            continue
        return "taken"
    raise Stale(about.key)


async def _shown(business: str, sent: SentSms, store: Store) -> list[Operation]:
    """Return what puts it among the undelivered, beside recipients of its entry that are there already."""
    key = failed_key(sent.work)
    row: Row | None = await store.table.get("bookings", business, key)
    if row is None:
        return [Operation("insert", key, dump(sent.entry.model_copy(update={"why": sent.reason})))]
    there = load_row(OutboxEntry, row)
    if PHONE.who in {one.who for one in there.recipients}:
        return []
    both = there.model_copy(update={"recipients": (*there.recipients, *sent.entry.recipients), "why": sent.reason})
    return [Operation("replace", key, dump(both), row.etag)]
