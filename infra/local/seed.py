"""Puts the demo there, once: two businesses with some three hundred appointments around today.

All but the visits of the past goes through the product's own use cases, each command with a key that follows from
the plan, and the plan follows from the day on which the demo began, which is written down first: a seed that was
interrupted is completed by the next one, and one that is complete is left as it is.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.local.demo.bank import bank
from infra.local.demo.clinic import clinic
from infra.local.demo.past import Past
from infra.local.demo.people import CREATOR
from infra.local.demo.plan import LAST, Plan, Planned
from infra.local.demo.repeated import RepeatedTable
from shared.domain.access.organisation import Organisation
from shared.domain.errors import Conflict
from shared.records.keys import minute, work_until
from shared.records.markers import SHARDS
from shared.records.table import Operation
from shared.storage.store import TableStore
from shared.storage.tables import Tables
from shared.use_cases.booking.cancel_appointment import cancel_appointment
from shared.use_cases.booking.create_appointment import create_appointment
from shared.use_cases.booking.move_appointment import MoveRequest, move_appointment
from shared.use_cases.calendars.change_time_off import add_time_off
from shared.use_cases.calendars.save_calendar import save_calendar
from shared.use_cases.calendars.save_logo import save_logo
from shared.use_cases.context import Context
from shared.use_cases.organisation.settings import change_organisation, find_organisation


if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterable, Sequence

    from shared.domain.calendar.business import Calendar

LOGO = Path(__file__).with_name("demo") / "clinic.svg"
DEMOS = {"demo-clinic": clinic, "demo-bank": bank}
AT_ONCE = 10
AT_MOST = 100  # operations in one transaction
EVERY = 50  # appointments between two lines of progress


async def seed(connection_string: str, now: datetime) -> None:
    """Create the tables and the demo; what is there already is kept. Reads OPENSLOT_SECRET."""
    tables = Tables(connection_string, os.environ.get("OPENSLOT_TABLE_PREFIX", ""))
    try:
        await tables.create_tables()
        await fill(TableStore(RepeatedTable(tables)), os.environ["OPENSLOT_SECRET"], now)
    finally:
        await tables.close()


async def fill(store: TableStore, secret: str, now: datetime) -> None:
    """Put the demo into a store; what is there already is kept."""
    sowers = [Sower(store, secret, now, name, asyncio.Semaphore(AT_ONCE)) for name in DEMOS]
    await _together(sower.sow() for sower in sowers)
    await _let_create(store, now)
    await _allow_embedding(store, secret)
    await _show_logo(store, secret)


async def _together(work: Iterable[Coroutine[None, None, None]]) -> None:
    """Do all of it side by side; when one fails, the rest is stopped before anybody hears of it."""
    async with asyncio.TaskGroup() as group:
        for one in work:
            group.create_task(one)


async def _let_create(store: TableStore, now: datetime) -> None:
    """Let the newcomer create calendars, unless the organisation's settings were changed already."""
    if await find_organisation(store=store, within=0) == Organisation():

        def edit(organisation: Organisation) -> Organisation:
            return organisation.model_copy(update={"creators": (CREATOR,)})

        await change_organisation(edit, actor="demo", number=_key("creators"), store=store, now=now)


def frame_origins() -> list[str]:
    """Return who may show the clinic's page in a frame: its own site, and the demo of embedding."""
    return [one for one in ("https://clinique.example", os.environ.get("EMBED_DEMO")) if one]


async def _allow_embedding(store: TableStore, secret: str) -> None:
    """Keep the embed demo on the clinic's list, also where it runs on another port than last time."""
    calendar = await store.calendars.find("demo-clinic")
    page = calendar.business.page
    if missing := [one for one in frame_origins() if one not in page.frame_origins]:
        page = page.model_copy(update={"frame_origins": (*page.frame_origins, *missing)})
        business = calendar.business.model_copy(update={"page": page})
        await _save(replace(calendar, business=business), store, secret)


async def _show_logo(store: TableStore, secret: str) -> None:
    """Give the clinic its logo, where it has none yet."""
    calendar = await store.calendars.find("demo-clinic")
    if not calendar.business.page.logo:
        data, business = LOGO.read_bytes(), calendar.business.id
        await save_logo(data, business=business, key=_key("logo", data), store=store, secret=secret)


async def _save(calendar: Calendar, store: TableStore, secret: str) -> None:
    await save_calendar(calendar, key=_key("settings", repr(calendar)), store=store, secret=secret)


def _key(*parts: object) -> str:
    return "demo-" + hashlib.sha256(repr(parts).encode()).hexdigest()[:40]


@dataclass
class Sower:
    """Sows one demo business; `limit` is how many commands are under way at once."""

    store: TableStore
    secret: str
    now: datetime
    name: str
    limit: asyncio.Semaphore
    made: int = 0

    async def sow(self) -> None:
        noted = await self.store.table.get("org", "demo", self.name)
        if noted and noted.values["complete"]:
            return
        began = datetime.fromisoformat(noted.values["began"]) if noted else self.now
        await self._note(began, complete=False)
        demo = DEMOS[self.name](began, frame_origins())
        plan = Plan(demo, began)
        planned = plan.make()
        print(
            f"    {self.name}: {len(demo.calendar.staff)} people, {len(planned)} appointments to make", flush=True
        )
        await _save(demo.calendar, self.store, self.secret)
        calendar = await self.store.calendars.find(self.name)
        await self._take_time_off(plan, calendar)
        await self._remember(Past(calendar, demo.customers, plan.began, self.secret, planned))
        await self._book(planned, calendar)
        await self._forget_past_work(calendar.business.id)
        await self._note(began, complete=True)
        print(f"    {self.name}: done", flush=True)

    async def _note(self, began: datetime, *, complete: bool) -> None:
        values = {"began": began.isoformat(), "complete": complete}
        await self.store.table.transact("org", "demo", [Operation("upsert", self.name, values)])

    async def _take_time_off(self, plan: Plan, calendar: Calendar) -> None:
        for off in plan.time_off:
            await add_time_off(
                off,
                key=_key("off", off.staff, off.start),
                actor="demo",
                calendar=calendar,
                context=Context(self.store, self.secret, plan.began),
            )

    async def _remember(self, past: Past) -> None:
        """Write the visits of the past, which nobody can book any more."""
        for table, operations in past.rows():
            await self.store.table.transact(table, past.calendar.business.id, operations)

    async def _book(self, planned: Sequence[Planned], calendar: Calendar) -> None:
        """Make each person's bookings in order, people side by side: nobody waits for another's ledger."""
        chains: dict[str, list[tuple[str, Planned]]] = {}
        for number, one in enumerate(planned):
            chains.setdefault(one.chain, []).append((_key(number), one))
        last = chains.pop(LAST, [])
        await _together(self._chain(chain, calendar, len(planned)) for chain in chains.values())
        await self._chain(last, calendar, len(planned))

    async def _chain(self, chain: Sequence[tuple[str, Planned]], calendar: Calendar, total: int) -> None:
        for key, planned in chain:
            async with self.limit:
                await self._one(key, planned, calendar)
            self.made += 1
            if self.made % EVERY == 0:
                print(f"    {self.name}: {self.made} of {total}", flush=True)

    async def _one(self, key: str, planned: Planned, calendar: Calendar) -> None:
        """Make one booking and what became of it; whoever asked for anyone may find nobody free."""

        def at(moment: datetime) -> dict[str, Any]:
            return {"calendar": calendar, "context": Context(self.store, self.secret, moment)}

        try:
            made = await create_appointment(planned.request, key=key, **at(planned.made_at))
        except Conflict:
            if planned.request.staff:
                raise
            return
        if planned.cancelled_at:
            await cancel_appointment(made.token, **at(planned.cancelled_at))
        if planned.moved_at and planned.moved_to:
            request = MoveRequest(start=planned.moved_to, staff=planned.request.staff)
            await move_appointment(made.token, request, key=key, **at(planned.moved_at))

    async def _forget_past_work(self, business: str) -> None:
        """Nobody is to be told now of what was booked weeks ago: drop what is due, keep future reminders.

        Nothing else is at work on this calendar yet, so the markers of that time may go too.
        """
        due = work_until(self.now)
        page = await self.store.table.range("bookings", business, due.low, due.high)
        await self._delete("bookings", business, [row.key for row in page.rows])
        for shard in SHARDS:
            marks = await self.store.table.range("due", shard, "0", f"{minute(self.now)}~")
            own = [row.key for row in marks.rows if row.key.endswith(f"|{business}")]
            await self._delete("due", shard, own)

    async def _delete(self, table: str, partition: str, keys: Sequence[str]) -> None:
        for index in range(0, len(keys), AT_MOST):
            operations = [Operation("delete", key) for key in keys[index : index + AT_MOST]]
            await self.store.table.transact(table, partition, operations)
