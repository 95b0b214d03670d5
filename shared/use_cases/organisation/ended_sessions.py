"""Sign-in sessions that were ended early, so that a cookie someone has kept is no longer accepted."""

import asyncio
from contextlib import suppress
from datetime import datetime
from weakref import WeakKeyDictionary

from shared.records.organisation import ORGANISATION
from shared.records.table import Operation, Stale, Table
from shared.use_cases.ports import Store
from shared.use_cases.single_write import write_alone


PARTITION = "signed-out"
LASTS = 10.0  # seconds until another process knows of an ended session
_known: WeakKeyDictionary[Table, tuple[float, frozenset[str]]] = WeakKeyDictionary()


async def find_ended(*, store: Store) -> frozenset[str]:
    """Return the names of ended sessions, at most LASTS seconds old."""
    now = asyncio.get_running_loop().time()
    known = _known.get(store.table)
    if known and 0 <= now - known[0] < LASTS:
        return known[1]
    page = await store.table.range(ORGANISATION, PARTITION, "!", "~", ("expires",))
    found = frozenset(row.key for row in page.rows)
    _known[store.table] = (now, found)
    return found


async def end_session(name: str, expires: datetime, *, store: Store, now: datetime) -> None:
    """End a session, and delete the records of those that have expired by now."""
    ended = Operation("upsert", name, {"expires": expires.isoformat()})
    await write_alone(store.table, ORGANISATION, PARTITION, ended)
    _known.pop(store.table, None)
    page = await store.table.range(ORGANISATION, PARTITION, "!", "~", ("expires",))
    for row in page.rows:
        if datetime.fromisoformat(str(row.values["expires"])) <= now:
            with suppress(Stale):  # deleted by another request
                await write_alone(store.table, ORGANISATION, PARTITION, Operation("delete", row.key))
