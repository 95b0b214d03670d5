"""Packs the facts of days into a row each, so that a report of many visits is read in a moment.

The facts stay, and all can be packed again from them at any time.
"""

from datetime import timedelta

from shared.domain.reports.visit_columns import columns_of
from shared.domain.visits.fact import VisitFact
from shared.records.reports.facts import (
    FACTS,
    MARKED,
    MARKS_OF_DAYS,
    PACKING,
    day_of_fact,
    facts_of_days,
    marks_of,
    packed_key,
)
from shared.records.reports.packed_days import pack
from shared.records.table import Operation, Row, Stale
from shared.use_cases.ports import Store
from shared.use_cases.readable import guarded, readable


SETTLED = timedelta(minutes=30)  # for processes that still file facts without a mark
MOST_PACKED, MOST_MARKED = 24, 90  # days of a calendar in one sweep
DONE = "done"


async def pack_days(business: str, *, store: Store) -> int:
    """Pack the days of a calendar that are marked, some at a time; return how many.

    What is not done, or was changed meanwhile, is left to the next sweep.
    """
    page = await store.table.range("facts", business, *MARKS_OF_DAYS)
    state = next((row for row in page.rows if row.key == PACKING), None)
    if state is None:
        # Where nothing was ever filed there is nothing to begin with.
        first = await _first_fact(business, FACTS.low, store)
        if first:
            await store.table.transact("facts", business, [Operation("insert", PACKING, {"next": FACTS.low})])
        return 0
    if state.values["next"] != DONE and page.date - state.written > SETTLED:
        await _mark_days(business, state, store)
        return 0
    count = 0
    for row in page.rows:
        if row.key != PACKING:
            count += await guarded(f"calendar {business}, {row.key},", _pack_day(business, row, store), 0)
        if count >= MOST_PACKED:
            break
    return count


async def _first_fact(business: str, low: str, store: Store) -> str:
    """Return the key of the first fact from `low` on; empty if there is none."""
    page = await store.table.range("facts", business, low, FACTS.high, select=("none",), limit=1)
    return page.rows[0].key if page.rows else ""


async def _mark_days(business: str, state: Row, store: Store) -> None:
    """Mark days that have facts, from where the last sweep stopped."""
    days: list[str] = []
    low = str(state.values["next"])
    while len(days) < MOST_MARKED and (key := await _first_fact(business, low, store)):
        days.append(day_of_fact(key))
        low = facts_of_days(days[-1], days[-1]).high
    progress = {"next": low if len(days) == MOST_MARKED else DONE}
    writes = [*marks_of(days), Operation("replace", PACKING, progress, state.etag)]
    await store.table.transact("facts", business, writes)


async def _pack_day(business: str, mark: Row, store: Store) -> int:
    """Pack the facts of a marked day, unless one is filed meanwhile; return how many days were."""
    day = mark.key.removeprefix(MARKED)
    page = await store.table.range("facts", business, *facts_of_days(day, day))
    facts = readable(VisitFact, page.rows)
    packed = pack(columns_of((one for _, one in facts), business))
    if packed is None or len(facts) < len(page.rows):
        return 0  # it stays marked, and readers take its facts
    writes = [Operation("delete", mark.key, etag=mark.etag), Operation("upsert", packed_key(day), packed)]
    try:
        await store.table.transact("facts", business, writes)
    except Stale:
        return 0
    return 1
