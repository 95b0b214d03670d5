"""The load generator, in a process of its own.

    python -m tests.bench.load PLAN CONCURRENCY

PLAN is a file with {"url", "requests": [{"method", "path", "json"?, "key"?}]}; request i is sent by worker
i modulo CONCURRENCY. Prints {"seconds", "statuses", "median_ms"} as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import Counter
from pathlib import Path
from statistics import median
from typing import Any

import aiohttp


async def run(plan: dict[str, Any], concurrency: int) -> dict[str, Any]:
    statuses: Counter[int] = Counter()
    times: list[float] = []
    connector = aiohttp.TCPConnector(limit=concurrency)
    async with aiohttp.ClientSession(
        plan["url"], connector=connector, headers={"Accept-Encoding": "gzip"}
    ) as client:

        async def send(one: dict[str, Any]) -> None:
            headers = {"Idempotency-Key": one["key"]} if "key" in one else {}
            began = time.perf_counter()
            async with client.request(one["method"], one["path"], json=one.get("json"), headers=headers) as answer:
                await answer.read()
                statuses[answer.status] += 1
            times.append(time.perf_counter() - began)

        async def work(worker: int) -> None:
            for one in plan["requests"][worker::concurrency]:
                await send(one)

        started = time.perf_counter()
        await asyncio.gather(*(work(worker) for worker in range(concurrency)))
        seconds = time.perf_counter() - started
    return {"seconds": seconds, "statuses": statuses, "median_ms": median(times) * 1000}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(run(json.loads(Path(sys.argv[1]).read_text()), int(sys.argv[2])))))
