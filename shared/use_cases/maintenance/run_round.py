"""A round: send what is due, say in a row that it was done, go on with exports, sweep hourly, back up daily.

The timer runs a round every ten seconds; a clock outside may do the same. Where neither does, requests run them,
if there are any: an instance that has answered one looks at the row, and does what is late. All may run at once,
since every entry is leased before it is served, and the sweep is claimed.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from datetime import timedelta
from typing import Any

from shared.records.table import Ambiguous, Stale
from shared.use_cases.maintenance.backup_round import is_backup_due
from shared.use_cases.maintenance.rounds import REQUESTS, BackupRound, claim_sweep, read_rounds, stamp_round
from shared.use_cases.maintenance.sweep import sweep
from shared.use_cases.messages.send_counts import SendCounts
from shared.use_cases.personal_data.export.work import run_exports
from shared.use_cases.ports import Store
from shared.use_cases.readable import guarded


LATE = timedelta(seconds=30)  # the timer has missed two rounds
HOURLY = timedelta(hours=1)
AGAIN = 10.0  # seconds between two rounds of sending beside long work
BESIDE_LASTS = 240.0  # seconds; the host ends an invocation after 300
log = logging.getLogger("openslot")
Send = Callable[[], Awaitable[SendCounts]]
Backup = Callable[[BackupRound], Coroutine[Any, Any, bool]]


async def run_round(
    by: str, send: Send, *, store: Store, sweep_every: timedelta = HOURLY, backup: Backup | None = None
) -> SendCounts:
    """Send, stamp the row as `by`, export, and sweep or back up where that is due.

    Raises Ambiguous, as `send` does.
    """
    counts = await _sent(by, send, store)
    with suppress(Ambiguous):  # a calendar that does not answer keeps only them waiting
        await guarded("exports", run_exports(store=store), 0)
    rounds = await read_rounds(store.table)
    if rounds.sweep is None or rounds.sweep >= sweep_every:
        try:
            await claim_sweep(store.table, rounds.sweep_etag)
        except Stale:
            return counts  # another instance sweeps
        return counts + await _beside(sweep(store=store), "sweep", by, send, store)
    if backup and is_backup_due(rounds.backup):
        return counts + await _beside(backup(rounds.backup), "backup", by, send, store)
    return counts


async def run_if_late(
    send: Send, *, store: Store, sweep_every: timedelta = HOURLY, backup: Backup | None = None
) -> SendCounts | None:
    """Run a round where no other has ended lately; return None otherwise. Raises Ambiguous."""
    rounds = await read_rounds(store.table)
    if any(age is not None and age <= LATE for age in (rounds.timer, rounds.requests)):
        return None
    return await run_round(REQUESTS, send, store=store, sweep_every=sweep_every, backup=backup)


async def _beside(work: Coroutine[Any, Any, Any], name: str, by: str, send: Send, store: Store) -> SendCounts:
    """Do long work, and go on sending meanwhile, as no other run of the timer begins before this one has ended."""
    counts, loop = SendCounts(), asyncio.get_running_loop()
    until, working = loop.time() + BESIDE_LASTS, asyncio.create_task(work)
    try:
        while not (await asyncio.wait([working], timeout=AGAIN))[0]:
            if loop.time() > until:
                log.warning("the %s was not done in %s s; the next one goes on", name, BESIDE_LASTS)
                return counts
            counts += await _sent(by, send, store)
        log.info("%s: %s", name, working.result())
    finally:
        working.cancel()
    return counts


async def _sent(by: str, send: Send, store: Store) -> SendCounts:
    """Send, and stamp the row, unless there are calendars of which it is not known what is due."""
    counts = await send()
    if not counts.unread:
        await stamp_round(store.table, by)
    return counts
