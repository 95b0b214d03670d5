"""The report of a calendar with 200,000 visits in 90 days: its pages, its figures and its table as a file."""

from __future__ import annotations

import gzip
import json
import re
import time
import tracemalloc
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from shared.domain.reports.demand import booked_ahead
from shared.domain.reports.period import last_days
from shared.domain.reports.visit_columns import columns_of
from shared.domain.visits.fact import VisitFact
from shared.records.appointments import projection
from shared.records.keys import day_key
from shared.records.queue_keys import queue_hours, version_bumps
from shared.records.reports.booked_days import booked_key, by_key, dump_day, state_of, versions_between
from shared.records.reports.facts import PACKING, packed_key
from shared.records.reports.packed_days import pack
from shared.records.table import Operation
from shared.records.table import Row as StoredRow
from shared.storage.tables import Tables
from shared.use_cases.reports.count_booked_days import booked_day
from tests.bench.table import Row
from tests.functions.console.app import PEOPLE, Console, a_clinic
from tests.support.builders import a_person, an_appointment


if TYPE_CHECKING:
    from collections.abc import Sequence

    from infra.local.pieces import Azurite
    from shared.domain.appointments.appointment import Appointment
    from shared.storage.store import TableStore

VISITS, DAYS, BUSINESS = 200_000, 90, "biz0clinic"
DEPTH, MOST = 2, 300.0  # ms of CPU
TIMING = re.compile(r'depth;desc="(\d+)"')
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
A_DAY = timedelta(days=1)
PERIOD = last_days(DAYS, NOW.date(), "Europe/Paris")


async def measure(tables: Azurite) -> list[Row]:
    adapter = Tables(tables.connection_string)
    world = Console(table=adapter, now=NOW)
    await world.save(a_clinic({**PEOPLE, "boss": a_person("boss", role="administrator", is_bookable=False)}))
    await _save(world.store)
    figures = [await _cost(world, accept="application/json") for _ in range(5)]
    pages = [await _cost(world) for _ in range(5)]
    sorted_pages = [await _cost(world, "&sort=-duration") for _ in range(5)]
    await _save_booked(world.store)
    cancelled = [await _cost(world, "&tab=cancellations") for _ in range(5)]
    counted = await _cost(world, "&tab=cancellations", accept="application/json")
    places = json.loads(counted.body)["cancellations"]["booked"]
    demand = [await _cost(world, "&tab=demand") for _ in range(5)]
    file = await _cost(world, "&format=csv")
    tracemalloc.start()
    await _cost(world, "&format=csv")
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    await adapter.close()
    found = json.loads(figures[0].body)["figures"]["visits"]
    return [
        Row("visits in 90 days", found, "", VISITS, exactly=True),
        Row("places of 200,000 that the tab of cancellations counts", places, "", 195_000, at_least=True),
        Row("depth of storage: figures", _depth(figures), "", DEPTH),
        Row("figures by day, as JSON", median(one.ms for one in figures), "ms CPU", MOST),
        Row("depth of storage: page", _depth(pages), "", DEPTH),
        Row("page: figures, chart and table", median(one.ms for one in pages), "ms CPU", MOST),
        Row("depth of storage: page, sorted by duration", _depth(sorted_pages), "", DEPTH),
        Row("page, sorted by duration", median(one.ms for one in sorted_pages), "ms CPU", MOST),
        Row("depth of storage: cancellations", _depth(cancelled), "", DEPTH),
        Row("page of cancellations", median(one.ms for one in cancelled), "ms CPU", MOST),
        Row("depth of storage: demand", _depth(demand), "", DEPTH),
        Row("page of demand", median(one.ms for one in demand), "ms CPU", MOST),
        Row("page on the wire", len(gzip.compress(pages[0].body)) / 1024, "KB", 25),
        Row("file of all", VISITS / file.ms * 1000, "rows/s", 20_000, at_least=True),
        Row("memory of it at most", peak, "MB", 150),
    ]


class Cost(NamedTuple):
    """What an answer took: the depth of its storage round trips, and CPU time of the process."""

    body: bytes
    depth: int
    ms: float


async def _cost(world: Console, query: str = "", accept: str = "text/html") -> Cost:
    path, cookie = f"/console/calendars/{BUSINESS}/reports?days=90{query}", world.cookie("boss")
    began = time.process_time()
    answer = await world.call("GET", path, cookie=cookie, accept=accept)
    ms = (time.process_time() - began) * 1000
    assert answer.status == 200, answer.body[:300]
    depth = TIMING.search(answer.headers["Server-Timing"])
    assert depth
    return Cost(answer.body, int(depth[1]), ms)


def _depth(answers: Sequence[Cost]) -> int:
    """Return the least depth of several alike: on a busy machine reads begin late, and look deeper.

    Once a minute one also looks up who has signed out.
    """
    return min(one.depth for one in answers)


def _fact(number: int, day: datetime) -> VisitFact:
    return VisitFact(
        meeting=f"{number:026x}",
        start=day + timedelta(seconds=number * 7919 % 86_400, microseconds=number),
        wait=timedelta(microseconds=number * 7_368_787 % 900_000_000) if number % 7 else None,
        duration=timedelta(microseconds=number * 15_485_863 % 3_600_000_000) if number % 9 else timedelta(),
        status=("completed", "completed", "no_show", "not_admitted")[number % 4],  # type: ignore[arg-type]
        attendees=number % 4,
        together=number % 3,
        service=f"service{number % 12}",
        staff=(f"person{number % 60}",),
    )


async def _save(store: TableStore) -> None:
    """Keep packed days alone, as a report reads nothing else of days that are packed."""
    each, first = VISITS // DAYS, PERIOD.start.replace(hour=0) + timedelta(days=1)
    for day in range(DAYS):
        more = VISITS - each * DAYS if day == DAYS - 1 else 0
        start = first + timedelta(days=day)
        facts = [_fact(day * each + number, start) for number in range(each + more)]
        facts = [one.model_copy(update={"start": min(max(one.start, PERIOD.start), NOW)}) for one in facts]
        row = pack(columns_of(facts, BUSINESS))
        assert row
        await store.table.transact("facts", BUSINESS, [Operation("upsert", packed_key(f"{start:%Y%m%d}"), row)])
    await store.table.transact("facts", BUSINESS, [Operation("upsert", PACKING, {"next": "done"})])


def _appointment(number: int, day: datetime) -> Appointment:
    status = ("completed", "completed", "no_show", "cancelled")[number % 4]
    start = day + timedelta(minutes=5 * (number * 7919 % 288))
    changes = {"service": f"service{number % 12}", "staff": (f"person{number % 60}",), "status": status}
    return an_appointment(start, id=f"{number:026x}", made_at=start - timedelta(minutes=number % 9000)).model_copy(
        update=changes
    )


async def _save_booked(store: TableStore) -> None:
    """Keep counted days, and the index of the days at both ends, which is read as it stands."""
    each, first = VISITS // DAYS, PERIOD.start.replace(hour=0)
    for number in range(DAYS + 1):
        day = first + timedelta(days=number)
        found = [_appointment(one, day) for one in range(each)]
        found = [one for one in found if one.start < NOW]
        marks = version_bumps(queue_hours(day, day + A_DAY), f"mark{number:028x}")
        await store.table.transact("bookings", BUSINESS, marks)
        rows = [StoredRow(day_key(one.start, one.id), projection(one), "", day) for one in found]
        if day in (first, NOW.replace(hour=0)):
            for at in range(0, len(rows), 90):
                some = [Operation("upsert", row.key, row.values) for row in rows[at : at + 90]]
                await store.table.transact("bookings", BUSINESS, some)
            continue
        known = by_key((await store.table.range("bookings", BUSINESS, *versions_between(day, day + A_DAY))).rows)
        values = dump_day(state_of(day, known), booked_day(sorted(rows)), booked_ahead(found))
        assert values
        await store.table.transact("facts", BUSINESS, [Operation("upsert", booked_key(day), values)])
