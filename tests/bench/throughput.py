"""What the app gets out of the table service over HTTP, against bare calls of the same shape.

All run in turns against the same Azurite: the app, the app by Azure's SDK, and a bare client of each kind; load
generator, apps, bare clients and Azurite are processes of their own. The bare calls are recorded from the app's own
use cases, so they have its reads, markers and transaction.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
import time
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx

from infra.local.pieces import ROOT, Azurite, Piece
from shared.records.keys import CUSTOMER, DECISION
from shared.storage.store import TableStore
from shared.storage.tables import Tables
from shared.use_cases.booking.create_appointment import AppointmentRequest, create_appointment
from shared.use_cases.booking.find_slots import SlotsRequest, find_slots
from shared.use_cases.context import Context
from tests.bench.bare import CLIENTS
from tests.bench.days.calendars import HALF_HOUR, SECRET, many, noon_today, round_the_clock, save
from tests.bench.recorder import Recorder
from tests.bench.system import app
from tests.bench.table import Row


if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.domain.calendar.business import Calendar

CONCURRENCY, PEOPLE = 16, 96  # each worker of the load generator has six people to itself
CREATES, READS, ROUNDS = 160, 120, 5
SHARED, ALONE = 10, 12  # people whom all workers share; reads of a page that come one by one
MASKS_LAST = 1.05  # seconds
_numbers = count()


async def measure(tables: Azurite) -> list[Row]:
    adapter = Tables(tables.connection_string)
    store = TableStore(adapter)
    await save(round_the_clock(PEOPLE, "claims"), store, noon_today())
    await save(many(100, "reads"), store, noon_today(), months=4)
    recordings = {"create": await _recorded_create(adapter), "read": await _recorded_read(adapter)}
    await adapter.close()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(tables, Path(folder))
        sdk = {"OPENSLOT_TABLE_CLIENT": "sdk"}
        async with app(tables) as running, app(tables, more=sdk) as by_sdk:
            bench.apps = {"own": running, "sdk": by_sdk}
            for client in CLIENTS:
                await bench.warm_up(client)
            return [
                *await bench.creates(recordings["create"]),
                *await bench.shared(),
                *await bench.reads(recordings["read"]),
                await bench.without_masks(),
            ]


async def _recorded_create(adapter: Tables) -> dict[str, Any]:
    """Record a booking by a person whose ledger of the month is there already, as most are."""
    calendar = await TableStore(adapter).calendars.find("claims")
    recorder = Recorder(adapter)
    store = TableStore(recorder)
    for _ in range(2):
        recorder.waves.clear()
        request = AppointmentRequest.model_validate(_booking(next(_numbers), noon_today(), person=0))
        made = await create_appointment(
            request,
            key=f"bench-record-{next(_numbers):06d}",
            calendar=calendar,
            context=Context(store, SECRET, _now()),
        )
    operations = recorder.waves[-1][0]["operations"]
    command = next(one["key"][2:] for one in operations if one["key"].startswith(DECISION))
    customer = next(one["key"][2:] for one in operations if one["key"].startswith(CUSTOMER))
    minute = next(call for call in recorder.waves[0] if call["table"] == "due")["operations"][0]["key"][:12]
    return {
        "waves": json.dumps(recorder.waves).replace("b-claims", "b-bareclaims"),
        "ids": [command, command[:12], customer, made.id],
        "minute": minute,
        "person": "p0000",
    }


async def _recorded_read(adapter: Tables) -> dict[str, Any]:
    calendar = await TableStore(adapter).calendars.find("reads")
    recorder = Recorder(adapter)
    first, last = _month(calendar)
    request = SlotsRequest("visit", first.date(), last.date(), calendar.business.time_zone)
    await find_slots(request, calendar=calendar, store=TableStore(recorder), now=_now())
    return {"waves": json.dumps(recorder.waves)}


def _month(calendar: Calendar) -> tuple[datetime, datetime]:
    assert calendar.staff
    return _now(), _now() + timedelta(days=30)


def _now() -> datetime:
    return noon_today()


def _booking(number: int, base: datetime, person: int | None = None) -> dict[str, Any]:
    """Return the body of a booking; each number is another half hour, and so another reminder's minute."""
    start = base + timedelta(days=3) + number * HALF_HOUR
    return {
        "service": "visit",
        "start": start.isoformat(),
        "staff": f"p{number % PEOPLE if person is None else person:04d}",
        "customer": {"name": "Ana Souza", "email": f"ana{number}@bench.example"},
    }


class Turn(NamedTuple):
    """What one round of the load generator saw, and the processor time that the app's process took for it."""

    per_second: float
    cpu_ms: float
    median_ms: float


class Bench:
    """Runs the load generator and the bare clients in turns."""

    def __init__(self, tables: Azurite, folder: Path) -> None:
        self.tables, self.folder = tables, folder
        self.apps: dict[str, Piece] = {}

    async def warm_up(self, client: str) -> None:
        async with httpx.AsyncClient(base_url=self.apps[client].url, timeout=30) as http:
            for path in ("/book/reads/visit", "/api/reads/slots?service=visit", "/book/claims/visit"):
                (await http.get(path)).raise_for_status()
        await self._load(client, self._bookings(32))

    async def creates(self, recording: dict[str, Any]) -> list[Row]:
        return await self._compared("creates", lambda: self._bookings(CREATES), recording, cpu=7)

    async def shared(self) -> list[Row]:
        """Bookings by workers who share the same few people, and so their ledgers, against workers who do not."""
        apart, turns = [], []
        for _ in range(ROUNDS):
            apart.append(await self._load("own", self._bookings(CREATES)))
            turns.append(await self._load("own", self._bookings(CREATES, SHARED)))
        cpu = median(one.cpu_ms for one in turns)
        ratios = [ours.per_second / other.per_second for ours, other in zip(turns, apart, strict=True)]
        name = f"creates for {SHARED} people whom all share"
        note = f"{cpu:.1f} ms of the app's CPU each"
        return [
            Row(name, median(one.per_second for one in turns), "/s", note=note),
            _against("the same against workers who share nobody", ratios, least=85),
        ]

    async def reads(self, recording: dict[str, Any]) -> list[Row]:
        month = _now().date(), (_now() + timedelta(days=30)).date()
        slots = f"/api/reads/slots?service=visit&from={month[0]}&to={month[1]}"
        rows = []
        for name, path, least in (("page reads", "/book/reads/visit", 70), ("slots reads (287 KB)", slots, None)):
            wanted = [{"method": "GET", "path": path}] * READS
            rows += await self._compared(name, lambda wanted=wanted: wanted, recording, status=200, least=least)
        return rows

    async def without_masks(self) -> Row:
        """A page that nobody has asked for within a second, so that its ledgers are read from the table."""
        app, costs = self.apps["own"], []
        async with httpx.AsyncClient(base_url=app.url, timeout=30) as client:
            for _ in range(ALONE):
                await asyncio.sleep(MASKS_LAST)
                began, before = time.perf_counter(), cpu_of(app.process.pid)
                (await client.get("/book/reads/visit")).raise_for_status()
                costs.append((cpu_of(app.process.pid) - before, time.perf_counter() - began))
        cpu, took = (median(one) * 1000 for one in zip(*costs, strict=True))
        note = f"{took:.1f} ms, {ALONE} pages"
        return Row("a page with no masks in memory: the app's CPU", cpu, "ms", note=note)

    async def _compared(
        self,
        name: str,
        requests: Callable[[], list[dict[str, Any]]],
        recording: dict[str, Any],
        *,
        status: int = 201,
        cpu: float | None = None,
        least: float | None = 70,
    ) -> list[Row]:
        rounds, amount = [], len(requests())
        for _ in range(ROUNDS):
            turns = [await self._load(client, requests(), status) for client in CLIENTS]
            bare = [amount / await self._bare(client, recording, amount) for client in CLIENTS]
            rounds.append((*turns, *bare))
        ours, by_sdk = ([one[place] for one in rounds] for place in (0, 1))
        bare_own, bare_sdk = (median(one[place] for one in rounds) for place in (2, 3))
        note = f"a bare client: {bare_own:.0f}/s; bare SDK calls: {bare_sdk:.0f}/s"
        factors = [one[0].per_second / one[1].per_second for one in rounds]
        sdk_cpu = median(one.cpu_ms for one in by_sdk)
        return [
            Row(f"{name} over HTTP, 16 at once", median(one.per_second for one in ours), "/s", note=note),
            Row(
                f"{name}: the app's CPU",
                median(one.cpu_ms for one in ours),
                "ms",
                cpu,
                note=f"by the SDK: {sdk_cpu:.1f} ms",
            ),
            Row(f"{name} against the app by the SDK", median(factors), "×", note=_spread(factors)),
            _against(f"{name} against a bare client", [one[0].per_second / one[2] for one in rounds]),
            _against(f"{name} against bare SDK calls", [one[0].per_second / one[3] for one in rounds], least),
        ]

    def _bookings(self, amount: int, people: int = PEOPLE) -> list[dict[str, Any]]:
        numbers = [next(_numbers) for _ in range(amount)]
        # The person follows the worker that sends: nobody waits for another's ledger, unless there are few people.
        return [
            {
                "method": "POST",
                "path": "/api/claims/appointments",
                "json": _booking(number, noon_today(), person=place % people),
                "key": f"bench-load-{number:08d}",
            }
            for place, number in enumerate(numbers)
        ]

    async def _load(
        self, client: str, requests: list[dict[str, Any]], status: int = 201, at_once: int = CONCURRENCY
    ) -> Turn:
        app, plan = self.apps[client], self.folder / "plan.json"
        plan.write_text(json.dumps({"url": app.url, "requests": requests}))
        before = cpu_of(app.process.pid)
        answer = json.loads(await self._run("tests.bench.load", str(plan), str(at_once)))
        assert answer["statuses"] == {str(status): len(requests)}, answer
        cpu = (cpu_of(app.process.pid) - before) * 1000 / len(requests)
        return Turn(len(requests) / answer["seconds"], cpu, answer["median_ms"])

    async def _bare(self, client: str, recording: dict[str, Any], amount: int) -> float:
        path = self.folder / "recording.json"
        path.write_text(json.dumps(recording))
        return float(await self._run("tests.bench.bare", client, str(path), str(amount), str(CONCURRENCY)))

    async def _run(self, module: str, *arguments: str) -> str:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            module,
            *arguments,
            cwd=ROOT,
            env={**os.environ, "OPENSLOT_TABLES": self.tables.connection_string},
            stdout=asyncio.subprocess.PIPE,
        )
        out, _ = await process.communicate()
        if process.returncode:
            raise RuntimeError(f"{module} ended with {process.returncode}")
        return out.decode()


def _against(name: str, ratios: list[float], least: float | None = None) -> Row:
    note = _spread([one * 100 for one in ratios])
    return Row(name, median(ratios) * 100, "%", least, at_least=True, note=note)


def _spread(figures: list[float]) -> str:
    return f"{len(figures)} rounds, {min(figures):.3g} to {max(figures):.3g}"


def cpu_of(pid: int) -> float:
    """Return the seconds of processor time that all threads of a process have had."""
    return sum(int(one.read_text().split()[0]) for one in Path(f"/proc/{pid}/task").glob("*/schedstat")) / 1e9
