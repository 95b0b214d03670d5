"""Takes what a provider reports of an SMS; one that was not delivered goes to the undelivered messages."""

import re
from typing import Literal

from shared.domain.appointments.sent_sms import SentSms, SmsReason, SmsStatus
from shared.records.codec import dump, load_row
from shared.records.table import Operation, Stale
from shared.use_cases.messages.references import read_reference
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
        if after == sent:
            return "known"
        operations = [Operation("replace", row.key, dump(after), row.etag)]
        if status == "failed" and reason != "opted_out":
            operations += await shown_undelivered(about.business, after.entry, after.work, reason, store=store)
        try:
            await store.table.transact("bookings", about.business, operations)
        except Stale:
            continue
        return "taken"
    raise Stale(about.key)
