"""A round: send what is due, say in a row that it was done, and sweep once an hour.

The timer runs a round every ten seconds; a clock outside may do the same. Where neither does, requests run them,
if there are any: an instance that has answered one looks at the row, and does what is late. All may run at once,
since every entry is leased before it is served, and the sweep is claimed.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from shared.records.table import Stale
from shared.use_cases.maintenance.rounds import REQUESTS, Rounds, claim_sweep, read_rounds, stamp_round
from shared.use_cases.maintenance.sweep import sweep
from shared.use_cases.messages.send_counts import SendCounts
from shared.use_cases.ports import Store


LATE = timedelta(seconds=30)  # the timer has missed two rounds
HOURLY = timedelta(hours=1)
AGAIN = 10.0  # seconds between two rounds of sending beside a sweep
SWEEP_LASTS = 240.0  # seconds; the host ends an invocation after 300
log = logging.getLogger("openslot")
Send = Callable[[], Awaitable[SendCounts]]


async def run_round(by: str, send: Send, *, store: Store, sweep_every: timedelta = HOURLY) -> SendCounts:
    """Send, stamp the row as `by`, and sweep where that is due. Raises Ambiguous, as `send` does."""
    counts = await send()
    await stamp_round(store.table, by)
    rounds = await read_rounds(store.table)
    if rounds.sweep is None or rounds.sweep >= sweep_every:
        counts += await _sweep(rounds, by, send, store)
    return counts


async def run_if_late(send: Send, *, store: Store, sweep_every: timedelta = HOURLY) -> SendCounts | None:
    """Run a round where no other has ended lately; return None otherwise. Raises Ambiguous."""
    rounds = await read_rounds(store.table)
    if any(age is not None and age <= LATE for age in (rounds.timer, rounds.requests)):
        return None
    return await run_round(REQUESTS, send, store=store, sweep_every=sweep_every)


async def _sweep(rounds: Rounds, by: str, send: Send, store: Store) -> SendCounts:
    """Sweep, and go on sending meanwhile, as no other run of the timer begins before this one has ended."""
    try:
        await claim_sweep(store.table, rounds.sweep_etag)
    except Stale:
        return SendCounts()  # another instance sweeps
    counts, loop = SendCounts(), asyncio.get_running_loop()
    until, sweeping = loop.time() + SWEEP_LASTS, asyncio.create_task(sweep(store=store))
    try:
        while not (await asyncio.wait([sweeping], timeout=AGAIN))[0]:
            if loop.time() > until:
                log.warning("the sweep was not done in %s s; the next one goes on", SWEEP_LASTS)
                return counts
            counts += await send()
            await stamp_round(store.table, by)
        log.info("swept %s", sweeping.result())
    finally:
        sweeping.cancel()
    return counts
