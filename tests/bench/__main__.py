"""Measures speed and cost, and prints one table.

    python -m tests.bench [NAME …]

Each part starts what it needs: an Azurite in memory and the app in processes of their own, on 127.0.0.1. Ratios
compare within one run, in turns; CPU times are medians and do not count what other processes do.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
import traceback
from typing import TYPE_CHECKING

from infra.local.pieces import azurite
from shared.storage.tables import Tables
from tests.bench import (
    cold,
    console,
    customers,
    graph_trips,
    lighthouse,
    masks,
    render,
    throughput,
    trips,
    weights,
)
from tests.bench.clinic import calendar, erasure, history, queue, reports
from tests.bench.table import Row, show


if TYPE_CHECKING:
    from collections.abc import Callable

PARTS = {
    "trips": ("Storage round trips", trips.measure),
    "graph": ("Storage round trips of the Graph API", graph_trips.measure),
    "masks": ("Availability", masks.measure),
    "render": ("Rendering", render.measure),
    "console": ("The console of a large calendar", console.measure),
    "customers": ("The customers of a large clinic", customers.measure),
    "queue": ("The queue of a large clinic", queue.measure),
    "calendar": ("The staff calendar of a large clinic", calendar.measure),
    "reports": ("The report of a large clinic", reports.measure),
    "erasure": ("Export and erasure of a person", erasure.measure),
    "throughput": ("Throughput", throughput.measure),
    "cold": ("Cold start", cold.measure),
    "weights": ("Weight", weights.measure),
    "lighthouse": ("Lighthouse", lighthouse.measure),
    "history": ("A long past", history.measure),
}
WHEN_NAMED = ("history",)  # it takes minutes to make the past
ON_THE_CPU = ("masks", "render", "console", "customers")
WIDTH = 58


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure speed and cost.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of: {', '.join(PARTS)}")
    names = parser.parse_args().names or [one for one in PARTS if one not in WHEN_NAMED]
    if unknown := set(names) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    began, measured = time.perf_counter(), []
    for name in names:
        print(f"measuring: {PARTS[name][0].lower()} …", file=sys.stderr, flush=True)
        rows = _measured(name)
        show(PARTS[name][0], rows, width=WIDTH)
        measured += rows
    return _conclude(measured, time.perf_counter() - began)


def _measured(name: str) -> list[Row]:
    """A part that cannot be measured is a miss, and the others are measured all the same."""
    title, measure = PARTS[name]
    try:
        return measure() if name in ON_THE_CPU else asyncio.run(_beside_azurite(measure))
    except Exception as error:  # noqa: BLE001 - whatever it is, it is reported
        traceback.print_exc()
        return [
            Row(f"{title}: not measured", 0, "", 1, at_least=True, note=f"{type(error).__name__}: {error}"[:200])
        ]


async def _beside_azurite(measure: Callable[..., object]) -> list[Row]:
    """Each part has a table service of its own: queries slow with what others left there."""
    async with azurite() as tables:
        adapter = Tables(tables.connection_string)
        await adapter.create_tables()
        await adapter.close()
        return list(await measure(tables))


def _conclude(rows: list[Row], seconds: float) -> int:
    judged = [row for row in rows if row.limit is not None]
    missed = [row.name for row in judged if not row.is_met]
    print(f"\n{len(judged) - len(missed)} of {len(judged)} targets met, in {seconds:.0f} s")
    for name in missed:
        print(f"  missed: {name}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
