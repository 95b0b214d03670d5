"""Repeats recorded storage calls with nothing but the SDK, in a process of its own: what the app is compared to.

    python -m tests.bench.bare RECORDING COUNT CONCURRENCY    (the connection string is in OPENSLOT_TABLES)

Each repetition writes rows of its own: ids, hashes and marker minutes are replaced by fresh ones of the same
length. Each worker has a person of its own, as the app's clients have, so nobody contends.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
from azure.core import MatchConditions
from azure.core.exceptions import ResourceNotFoundError
from azure.core.pipeline.transport import AioHttpTransport
from azure.data.tables import UpdateMode
from azure.data.tables.aio import TableClient

from tests.bench.recorder import from_json


WARM_UP = 10


class Bare:
    """The same client settings as the app's: no retries, one pool."""

    def __init__(self, recording: dict[str, Any], session: aiohttp.ClientSession) -> None:
        self.recording = recording
        transport = AioHttpTransport(session=session, session_owner=False)
        self.clients = {
            table: TableClient.from_connection_string(
                os.environ["OPENSLOT_TABLES"], table, retry_total=0, transport=transport
            )
            for table in ("bookings", "due")
        }

    async def once(self, worker: int) -> None:
        fresh = self._fresh(worker)
        waves = json.loads(fresh)
        etags: dict[str, str] = {}
        for wave in waves:
            await asyncio.gather(*(self._call(call, etags) for call in wave))

    def _fresh(self, worker: int) -> str:
        text = self.recording["waves"]
        for name in self.recording.get("ids", ()):
            text = text.replace(name, (uuid4().hex * 2)[: len(name)])
        if minute := self.recording.get("minute"):
            text = text.replace(minute, f"{uuid4().int % 10**12:012d}")
        if person := self.recording.get("person"):
            text = text.replace(person, f"w{worker:04d}")
        return str(text)

    async def _call(self, call: dict[str, Any], etags: dict[str, str]) -> None:
        client = self.clients[call["table"]]
        if call["verb"] == "get":
            try:
                found = await client.get_entity(call["partition"], call["key"], select=call["select"] or None)
                etags[call["key"]] = found.metadata["etag"]
            except ResourceNotFoundError:
                pass
        elif call["verb"] == "range":
            await self._range(client, call)
        else:
            await self._write(client, call, etags)

    async def _range(self, client: TableClient, call: dict[str, Any]) -> None:
        entities = client.query_entities(
            "PartitionKey eq @partition and RowKey ge @low and RowKey lt @high",
            parameters={name: call[name] for name in ("partition", "low", "high")},
            select=["RowKey", *call["select"]] if call["select"] else None,
        )
        async for _ in entities:
            pass

    async def _write(self, client: TableClient, call: dict[str, Any], etags: dict[str, str]) -> None:
        operations = [self._operation(call["partition"], one, etags) for one in call["operations"]]
        if len(operations) == 1:
            await client.upsert_entity(operations[0][1], mode=UpdateMode.REPLACE)
        else:
            await client.submit_transaction(operations)

    def _operation(self, partition: str, one: dict[str, Any], etags: dict[str, str]) -> tuple[Any, ...]:
        entity = {"PartitionKey": partition, "RowKey": one["key"], **from_json(one["values"])}
        if one["verb"] == "touch":
            return "upsert", entity, {"mode": "merge"}
        if not one["conditional"]:
            return ("create", entity) if one["verb"] == "insert" else ("upsert", entity, {"mode": "replace"})
        if one["key"] not in etags:  # a worker's first ledger
            return "create", entity
        condition = {"etag": etags[one["key"]], "match_condition": MatchConditions.IfNotModified}
        return "update", entity, {"mode": UpdateMode.REPLACE, **condition}


async def run(recording: dict[str, Any], count: int, concurrency: int) -> float:
    """Return the seconds that `count` repetitions took, `concurrency` at a time."""
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=64, keepalive_timeout=20), auto_decompress=False
    ) as session:
        bare, left = Bare(recording, session), iter(range(count))

        async def work(worker: int) -> None:
            for _ in left:
                await bare.once(worker)

        for worker in range(min(WARM_UP, concurrency)):
            await bare.once(worker)
        started = time.perf_counter()
        await asyncio.gather(*(work(worker) for worker in range(concurrency)))
        return time.perf_counter() - started


if __name__ == "__main__":
    path, count, concurrency = sys.argv[1:]
    print(asyncio.run(run(json.loads(Path(path).read_text()), int(count), int(concurrency))))
