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
    from collections.abc import Iterable

    from infra.local.pieces import Azurite
    from shared.domain.appointments.messages import Message

MASKS_LAST, TRIES = 1.1, 5
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


def least(answers: Iterable[httpx.Response]) -> Cost:
    """Return the cost of the least deep of several alike: on a busy machine reads begin late, and look deeper."""
    return min(map(cost, answers), key=lambda one: one.depth)


async def measure(tables: Azurite) -> list[Row]:
    adapter = Tables(tables.connection_string)
    await save(many(100, "trips"), TableStore(adapter), noon_today(), months=3)
    await adapter.close()
    month = f"/book/trips/visit?month={noon_today() + timedelta(days=32):%Y-%m}"
    cold, warm, listed, landing = [], [], [], []
    for _ in range(TRIES):
        async with app(tables) as running, httpx.AsyncClient(base_url=running.url, timeout=30) as client:
            cold.append(await client.get(month))
            await asyncio.sleep(MASKS_LAST)
            warm.append(await client.get(month))
            await asyncio.sleep(MASKS_LAST)
            listed.append(await client.get("/api/trips/slots?service=visit"))
            landing.append(await client.get("/book/trips"))
    async with app(tables) as running, httpx.AsyncClient(base_url=running.url, timeout=30) as client:
        await client.get(month)
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
    """Let several customers book for anyone and for somebody, move it, look at it and cancel it."""
    slots = (await client.get("/api/trips/slots?service=visit")).json()["slots"]
    later = [slot for slot in slots if slot["staff"]][40:]
    made, wanted, moved, seen, gone = [], [], [], [], []
    for number in range(TRIES):
        first, _, _, _, second, *others = later[20 * number : 20 * number + 20]
        person = second["staff"][0]
        made.append(await _post(client, first, "anyone"))
        wanted.append(await _post(client, second, person))
        manage = "/api/trips/appointments/" + wanted[-1].json()["manage"].rpartition("/")[2]
        key = {"Idempotency-Key": f"bench-move-{number:010d}"}
        target = next(slot for slot in others[3:] if person in slot["staff"])
        moved.append(await client.patch(manage, json={"start": target["start"]}, headers=key))
        seen.append(await client.get(manage))
        gone.append(await client.delete(manage))
    return [
        _depth("create, one of 100 people free for anyone", made, 2),
        _depth("create, a person wanted", wanted, 2),
        Row("create: transactions", least(wanted).transactions, "", 1, exactly=True),
        _depth("show a booking", seen, 1),
        _depth("move", moved, 3),
        _depth("cancel", gone, 3),
    ]


async def _post(client: httpx.AsyncClient, slot: dict, staff: str) -> httpx.Response:
    body = {"service": "visit", "start": slot["start"], "customer": {"name": "Ana", "email": "ana@bench.example"}}
    if staff in slot["staff"]:
        body["staff"] = staff
    key = {"Idempotency-Key": f"bench-{staff}-{slot['start']}".translate(str.maketrans(":+ ", "---"))}
    return await client.post("/api/trips/appointments", json=body, headers=key)


def _depth(name: str, answers: Iterable[httpx.Response], limit: int) -> Row:
    return _row(name, least(answers), limit)


def _row(name: str, spent: Cost, limit: int) -> Row:
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
    return _row("timer with nothing due", _as_cost(trace), 1)


def _as_cost(trace: Trace) -> Cost:
    return Cost(trace.requests, trace.depth, trace.transactions)
