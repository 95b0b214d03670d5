"""Storage round trips: how deep and how many, as the app itself reports them in Server-Timing."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import httpx

from shared.records.markers import SHARDS
from shared.storage.store import TableStore
from shared.storage.tables import Tables
from shared.storage.trace import Trace, traced
from shared.use_cases.context import Context
from shared.use_cases.messages.send_due import send_due
from tests.bench.days.calendars import SECRET, many, noon_today, save
from tests.bench.system import app
from tests.bench.table import Row


if TYPE_CHECKING:
    from infra.local.pieces import Azurite
    from shared.domain.appointments.messages import Message

MASKS_LAST = 1.1
TIMING = re.compile(r'desc="(\d+) requests".*depth;desc="(\d+)".*transactions;desc="(\d+)"')


class Cost(NamedTuple):
    requests: int
    depth: int
    transactions: int


class NoMailer:
    reports = False

    async def deliver(self, letter: Message, now: object) -> None:
        raise AssertionError(letter)


def cost(answer: httpx.Response) -> Cost:
    answer.raise_for_status()
    found = TIMING.search(answer.headers["server-timing"])
    assert found, answer.headers["server-timing"]
    return Cost(*(int(number) for number in found.groups()))


async def measure(tables: Azurite) -> list[Row]:
    adapter = Tables(tables.connection_string)
    await save(many(100, "trips"), TableStore(adapter), noon_today(), months=3)
    await adapter.close()
    async with app(tables) as running, httpx.AsyncClient(base_url=running.url, timeout=30) as client:
        month = (noon_today() + timedelta(days=32)).strftime("%Y-%m")
        cold = cost(await client.get(f"/book/trips/visit?month={month}"))
        await asyncio.sleep(MASKS_LAST)
        warm = cost(await client.get(f"/book/trips/visit?month={month}"))
        await asyncio.sleep(MASKS_LAST)
        listed = cost(await client.get("/api/trips/slots?service=visit"))
        landing = cost(await client.get("/book/trips"))
        changes = await _changes(client)
    return [
        _depth("page with a month, 100 staff, cold process", cold, 2),
        _depth("page with a month, 100 staff, settings cached", warm, 1),
        _depth("slots of a month as JSON, settings cached", listed, 1),
        _depth("landing page", landing, 1),
        *changes,
        await _timer(tables),
    ]


async def _changes(client: httpx.AsyncClient) -> list[Row]:
    slots = (await client.get("/api/trips/slots?service=visit")).json()["slots"]
    tomorrow = [slot for slot in slots if slot["staff"]][40:]
    made = await _post(client, tomorrow[0], "p0")
    one = await _post(client, tomorrow[4], tomorrow[4]["staff"][0])
    manage = "/api/trips/appointments/" + one.json()["manage"].rpartition("/")[2]
    key = {"Idempotency-Key": "bench-move-0000000001"}
    target = next(slot for slot in tomorrow[8:] if tomorrow[4]["staff"][0] in slot["staff"])
    moved = await client.patch(manage, json={"start": target["start"]}, headers=key)
    seen = await client.get(manage)
    gone = await client.delete(manage)
    return [
        _depth("create, one of 100 people free for anyone", cost(made), 2),
        _depth("create, a person wanted", cost(one), 2),
        Row("create: transactions", cost(one).transactions, "", 1, exactly=True),
        _depth("show a booking", cost(seen), 1),
        _depth("move", cost(moved), 3),
        _depth("cancel", cost(gone), 3),
    ]


async def _post(client: httpx.AsyncClient, slot: dict, staff: str) -> httpx.Response:
    body = {"service": "visit", "start": slot["start"], "customer": {"name": "Ana", "email": "ana@bench.example"}}
    if staff in slot["staff"]:
        body["staff"] = staff
    key = {"Idempotency-Key": f"bench-{staff}-{slot['start']}".translate(str.maketrans(":+", "--"))}
    return await client.post("/api/trips/appointments", json=body, headers=key)


def _depth(name: str, spent: Cost, limit: int) -> Row:
    return Row(f"depth: {name}", spent.depth, "", limit, note=f"{spent.requests} requests")


async def _timer(tables: Azurite) -> Row:
    """A tick that finds nothing due, among calendars that have work later."""
    adapter = Tables(tables.connection_string, "idle")
    await adapter.create_tables()
    async with traced() as trace:
        await send_due(
            context=Context(TableStore(adapter), SECRET, noon_today()),
            mailer=NoMailer(),
            worker="bench",
            shards=SHARDS,
        )
    await adapter.close()
    return _depth("timer with nothing due", _as_cost(trace), 1)


def _as_cost(trace: Trace) -> Cost:
    return Cost(trace.requests, trace.depth, trace.transactions)
