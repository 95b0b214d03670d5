"""Puts a message that its provider could not deliver among the undelivered."""

from shared.domain.appointments.messages import OutboxEntry, merge_reasons
from shared.records.codec import dump, load_row
from shared.records.keys import failed_key
from shared.records.table import Operation
from shared.use_cases.ports import Store


async def shown_undelivered(
    business: str, entry: OutboxEntry, work: str, why: str, *, store: Store
) -> list[Operation]:
    """Return what shows the recipients of an entry beside those that are there already; `work` is its key.

    Raise Ambiguous.
    """
    key = failed_key(work)
    row = await store.table.get("bookings", business, key)
    if row is None:
        return [Operation("insert", key, dump(entry.model_copy(update={"why": why})))]
    there = load_row(OutboxEntry, row)
    known = {one.who for one in there.recipients}
    new = tuple(one for one in entry.recipients if one.who not in known)
    if not new:
        return []
    reasons = merge_reasons(there.why, why)
    both = there.model_copy(update={"recipients": (*there.recipients, *new), "why": reasons})
    return [Operation("replace", key, dump(both), row.etag)]
