"""What each page of the console costs on the CPU, in a calendar of 1,000 people and 200 services."""

from __future__ import annotations

import asyncio
import time
from statistics import median

from shared.storage.calendars import MASKS_LAST
from tests.bench.table import Row
from tests.functions.console.test_costs import Clinic, opened, opened_again
from tests.support.virtual_time import VirtualTimeLoop


RUNS, MOST, SHOWN = 7, 30.0, 5  # of each page; ms; pages that are printed


def measure() -> list[Row]:
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        clinic = Clinic(runner)
        found = {name: runner.run(_cost(clinic, url)) for name, url in clinic.pages.items()}
    slowest = sorted(found, key=lambda name: -found[name])[:SHOWN]
    rows = [
        Row(f"console, its {place}. slowest page", found[name], "ms CPU", MOST, note=name)
        for place, name in enumerate(slowest, 1)
    ]
    return [*rows, Row("console, the median page", median(found.values()), "ms CPU", note=f"{len(found)} pages")]


async def _cost(clinic: Clinic, url: str) -> float:
    await opened_again(clinic.world, url)
    times = []
    for _ in range(RUNS):
        await asyncio.sleep(MASKS_LAST + 0.1)
        began = time.process_time()
        await opened(clinic.world, url)
        times.append((time.process_time() - began) * 1000)
    return median(times)
