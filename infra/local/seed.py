"""Puts the demo there, once: two businesses with some three hundred appointments around today.

Everything goes through the product's own use cases, each command with a key that follows from the plan, and the
plan follows from the day on which the demo began, which is written down first: a seed that was interrupted is
completed by the next one, and one that is complete is left as it is.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from infra.local.demo_bank import bank
from infra.local.demo_clinic import clinic
from infra.local.demo_plan import LAST, Plan, Planned
from shared.domain.errors import Conflict
from shared.storage.markers import SHARDS
from shared.storage.store import TableStore
from shared.storage.tables import Tables
from shared.use_cases.cancel_appointment import cancel_appointment
from shared.use_cases.change_time_off import add_time_off
from shared.use_cases.create_appointment import create_appointment
from shared.use_cases.move_appointment import MoveRequest, move_appointment
from shared.use_cases.ports import Operation
from shared.use_cases.rows import minute, work_until
from shared.use_cases.save_calendar import save_calendar


if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.domain.business import Calendar

DEMOS = (clinic, bank)
AT_ONCE = 8
AT_MOST = 100  # operations in one transaction


async def seed(connection_string: str, now: datetime) -> None:
    """Create the tables and the demo; what is there already is kept. Reads OPENSLOT_SECRET."""
    tables = Tables(connection_string, os.environ.get("OPENSLOT_TABLE_PREFIX", ""))
    try:
        await tables.create_tables()
        store, secret = TableStore(tables), os.environ["OPENSLOT_SECRET"]
        limit = asyncio.Semaphore(AT_ONCE)
        sowers = [
            Sower(store, secret, name, await _began(store, name, now), limit)
            for name in ("demo-clinic", "demo-bank")
            if not await _is_complete(store, name)
        ]
        await asyncio.gather(*(sower.sow() for sower in sowers))
    finally:
        await tables.close()


async def _is_complete(store: TableStore, name: str) -> bool:
    row = await store.table.get("org", "demo", name)
    return row is not None and bool(row.values.get("complete"))


async def _began(store: TableStore, name: str, now: datetime) -> datetime:
    """Return the moment at which this demo was first begun, which its plan follows from."""
    row = await store.table.get("org", "demo", name)
    if row is None:
        await _note(store, name, now, complete=False)
        return now
    return datetime.fromisoformat(row.values["began"])


async def _note(store: TableStore, name: str, began: datetime, *, complete: bool) -> None:
    values = {"began": began.isoformat(), "complete": complete}
    await store.table.transact("org", "demo", [Operation("upsert", name, values)])
