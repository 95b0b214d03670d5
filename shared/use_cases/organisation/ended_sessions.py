"""Sign-in sessions that were ended early, so that a cookie someone has kept is no longer accepted."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from shared.records.organisation import ORGANISATION
from shared.records.table import Operation, Stale
from shared.use_cases.ports import Store
from shared.use_cases.single_write import write_alone


PARTITION = "signed-out"
LASTS = 10.0  # seconds until another process knows of an ended session
KEPT = "ended sessions"


async def find_ended(*, store: Store) -> frozenset[str]:
    """Return the names of ended sessions, at most LASTS seconds old."""
    return await _ended(lambda value: value, "", store)


async def is_ended(name: str, *, store: Store) -> bool:
    """Return whether a session was ended, at most LASTS seconds ago."""
    return name in await _ended(lambda ended: name in ended, name, store)


async def _ended(part: Callable[[frozenset[str]], object], of: str, store: Store) -> frozenset[str]:
    async def read() -> frozenset[str]:
        page = await store.table.range(ORGANISATION, PARTITION, "!", "~", ("expires",))
        return frozenset(row.key for row in page.rows)

    return await store.lately(store.kept(KEPT), PARTITION, LASTS, read, f"{KEPT} {of}", part)


async def end_session(name: str, expires: datetime, *, store: Store, now: datetime) -> None:
    """End a session, and delete the records of those that have expired by now."""
    ended = Operation("upsert", name, {"expires": expires.isoformat()})
    await write_alone(store.table, ORGANISATION, PARTITION, ended)
    store.kept(KEPT).forget(PARTITION)
    page = await store.table.range(ORGANISATION, PARTITION, "!", "~", ("expires",))
    for row in page.rows:
        if datetime.fromisoformat(str(row.values["expires"])) <= now:
            with suppress(Stale):  # deleted by another request
                await write_alone(store.table, ORGANISATION, PARTITION, Operation("delete", row.key))
