"""Finds and changes the organisation's settings; a process reads them again after a few seconds."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from shared.domain.access.organisation import Organisation
from shared.domain.calendar.business import Calendar
from shared.domain.differences import differences
from shared.domain.errors import TryAgain
from shared.records.audit import audit_row
from shared.records.codec import dump, load
from shared.records.limits import require_fit
from shared.records.organisation import ORGANISATION
from shared.records.table import Operation, Row, Stale
from shared.use_cases.ports import Store


PARTITION, ROW = "organisation", "0"
LASTS = 5.0
TRIES = 5
KEPT = "organisation"


async def find_organisation(*, store: Store, within: float = LASTS) -> Organisation:
    """Return the settings, at most `within` seconds old."""

    async def read() -> Organisation:
        return _read(await store.table.get(ORGANISATION, PARTITION, ROW))

    return await store.lately(store.kept(KEPT), ROW, within, read, KEPT)


async def with_sender(calendar: Calendar, *, store: Store) -> Calendar:
    """Return the calendar as messages are sent for it: from its own address only if the organisation allows that.

    Otherwise the app's mailbox is the sender, and replies go to the calendar.
    """
    business = calendar.business
    if not business.mail_from or (await find_organisation(store=store)).may_send_as(business.mail_from):
        return calendar
    answered = {"mail_from": "", "email": business.email or business.mail_from}
    return replace(calendar, business=business.model_copy(update=answered))


async def change_organisation(
    edit: Callable[[Organisation], Organisation],
    *,
    actor: str,
    number: str,
    store: Store,
    now: datetime,
    tells_values: bool = True,
) -> Organisation:
    """Apply a change to the settings as they are now, and note it in the audit. Raise TryAgain.

    Without `tells_values` the audit says which fields were changed, and not from what to what.
    """
    for _ in range(TRIES):
        row = await store.table.get(ORGANISATION, PARTITION, ROW)
        before = _read(row)
        after = edit(before)
        if after == before:
            return after
        require_fit({ROW: dump(after)})
        write = Operation("replace", ROW, dump(after), row.etag) if row else Operation("insert", ROW, dump(after))
        fields = [name for name in Organisation.model_fields if getattr(before, name) != getattr(after, name)]
        action = f"organisation changed: {', '.join(fields)}"
        values = differences(before, after) if tells_values else ()
        told = audit_row(now, number, actor, action, PARTITION, values)
        audit = [Operation("upsert", key, values) for key, values in told.items() if values]
        try:
            await store.table.transact(ORGANISATION, PARTITION, [write, *audit])
        except Stale:
            continue
        store.kept(KEPT).forget(ROW)
        return after
    raise TryAgain


def _read(row: Row | None) -> Organisation:
    return load(Organisation, row.values) if row else Organisation()
