"""Takes what a provider says became of a mail; one that was not delivered goes to the undelivered messages.

It is noted where its sender noted the mail, in one transaction. A report can be faster than that note: it is asked
for again, as long as the note may still come.
"""

import asyncio
import re
from datetime import datetime, timedelta

from shared.domain.appointments.mail_report import MailReason, MailStatus
from shared.domain.appointments.messages import SentMessage
from shared.records.codec import dump, load_row
from shared.records.table import Ambiguous, Operation, Row, Stale
from shared.use_cases.context import Context
from shared.use_cases.messages.references import read_reference
from shared.use_cases.messages.show_undelivered import shown_undelivered
from shared.use_cases.ports import Store
from shared.use_cases.sms.take_report import Taken


NOTE_KEY = re.compile(r"N\|[A-Za-z0-9._~-]{0,60}\|[0-9a-f]{16}")
NOTED_WITHIN = timedelta(minutes=10)
TRIES = 5


async def take_mail_report(
    reference: str, status: MailStatus, reason: MailReason, at: datetime, *, context: Context
) -> Taken:
    """Note what became of a mail `at` a moment; `known` if that is no news, `unknown` if there is no such mail.

    Raise Ambiguous if its sender may not have noted it yet, and Stale if others write all the time.
    """
    about = read_reference(context.secret, "mail", reference)
    if about is None or not NOTE_KEY.fullmatch(about.key):
        return "unknown"
    table = context.store.table
    for _ in range(TRIES):
        row = await table.get("bookings", about.business, about.key)
        own = load_row(SentMessage, row) if row else None
        if row is None or own is None or own.which != about.which:
            if abs(context.now - at) < NOTED_WITHIN:
                raise Ambiguous(about.key)
            return "unknown"
        if own.report:
            return "known"
        others = await asyncio.gather(*(table.get("bookings", about.business, key) for key in own.also))
        notes = [row, *(one for one in others if one)]
        if len(notes) <= len(own.also) and abs(context.now - at) < NOTED_WITHIN:
            raise Ambiguous(about.key)
        parts = (_noted(about.business, one, status, reason, context.store) for one in notes)
        operations = [one for part in await asyncio.gather(*parts) for one in part]
        try:
            await table.transact("bookings", about.business, operations)
        except Stale:
            continue
        return "taken"
    raise Stale(about.key)


async def _noted(business: str, row: Row, status: MailStatus, reason: MailReason, store: Store) -> list[Operation]:
    """Return what notes a report in one note; one that staff had sent again meanwhile is as it was."""
    note = load_row(SentMessage, row)
    if note.report or note.entry is None:
        return []
    is_failed = status == "failed"
    after = note.model_copy(update={"report": status, "is_failed": is_failed, "why": reason})
    shown = await shown_undelivered(business, note.entry, note.work, reason, store=store) if is_failed else []
    return [Operation("replace", row.key, dump(after), row.etag), *shown]
