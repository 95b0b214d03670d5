"""Puts a message that its provider could not deliver among the undelivered."""

from shared.domain.appointments.messages import OutboxEntry
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
    there = load_row(OutboxEntry, row) if row else entry.model_copy(update={"recipients": (), "reasons": {}})
    known = {one.who for one in there.recipients}
    new = tuple(one for one in entry.recipients if one.who not in known)
    if not new:
        return []
    reasons = there.reasons | {one.called: why for one in new}
    both = there.model_copy(update={"recipients": (*there.recipients, *new), "reasons": reasons})
    return [Operation("replace", key, dump(both), row.etag) if row else Operation("insert", key, dump(both))]
