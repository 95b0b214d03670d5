"""Repeats recorded storage calls with nothing but a client of the table service, in a process of its own.

    python -m tests.bench.bare CLIENT RECORDING COUNT CONCURRENCY    (the connection string is in OPENSLOT_TABLES)

CLIENT is own or sdk: what the app is compared to. Each repetition writes rows of its own: ids, hashes and marker
minutes are replaced by fresh ones of the same length. Each worker has a person of its own, as the app's clients
have, so nobody contends.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from shared.records.table import Operation
from shared.storage.sdk_tables import SdkTables
from shared.storage.tables import Tables
from tests.bench.recorder import from_json


if TYPE_CHECKING:
    from shared.records.table import Table

WARM_UP = 10
CLIENTS = {"own": Tables, "sdk": SdkTables}


class Bare:
    """The waves of one request, again and again."""

    def __init__(self, recording: dict[str, Any], table: Table) -> None:
        self.recording, self.table = recording, table

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
        where = call["table"], call["partition"]
        if call["verb"] == "get":
            if found := await self.table.get(*where, call["key"], call["select"]):
                etags[call["key"]] = found.etag
        elif call["verb"] == "range":
            await self.table.range(*where, call["low"], call["high"], call["select"])
        else:
            await self.table.transact(*where, [_operation(one, etags) for one in call["operations"]])


def _operation(one: dict[str, Any], etags: dict[str, str]) -> Operation:
    verb, etag = one["verb"], ""
    if one["conditional"]:
        etag = etags.get(one["key"], "")
        verb = verb if etag else "insert"  # a worker's first ledger
    return Operation(verb, one["key"], from_json(one["values"]), etag)


async def run(client: str, recording: dict[str, Any], count: int, concurrency: int) -> float:
    """Return the seconds that `count` repetitions took, `concurrency` at a time."""
    table = CLIENTS[client](os.environ["OPENSLOT_TABLES"])
    bare, left = Bare(recording, table), iter(range(count))

    async def work(worker: int) -> None:
        for _ in left:
            await bare.once(worker)

    for worker in range(min(WARM_UP, concurrency)):
        await bare.once(worker)
    started = time.perf_counter()
    await asyncio.gather(*(work(worker) for worker in range(concurrency)))
    took = time.perf_counter() - started
    await table.close()
    return took


if __name__ == "__main__":
    client, path, count, concurrency = sys.argv[1:]
    print(asyncio.run(run(client, json.loads(Path(path).read_text()), int(count), int(concurrency))))
