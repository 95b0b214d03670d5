"""What the app gets out of the table service over HTTP, against bare SDK calls of the same shape.

Both run in turns against the same Azurite; load generator, app, bare client and Azurite are processes of their
own. The bare calls are recorded from the app's own use cases, so they have its reads, markers and transaction.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import httpx

from infra.local.pieces import ROOT, Azurite
from shared.records.keys import CUSTOMER, DECISION
from shared.storage.store import TableStore
from shared.storage.tables import Tables
from shared.use_cases.booking.create_appointment import AppointmentRequest, create_appointment
from shared.use_cases.booking.find_slots import SlotsRequest, find_slots
from tests.bench.days.calendars import HALF_HOUR, SECRET, many, noon_today, round_the_clock, save
from tests.bench.recorder import Recorder
from tests.bench.system import app
from tests.bench.table import Row


if TYPE_CHECKING:
    from shared.domain.calendar.business import Calendar

CONCURRENCY, PEOPLE = 16, 96  # each worker of the load generator has six people to itself
CREATES, READS, ROUNDS = 160, 120, 5
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
        async with app(tables) as running:
            bench.url = running.url
            await bench.warm_up()
            return await bench.creates(recordings["create"]) + await bench.reads(recordings["read"])


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
            store=store,
            secret=SECRET,
            now=_now(),
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


class Bench:
    """Runs the load generator and the bare client in turns."""

    def __init__(self, tables: Azurite, folder: Path) -> None:
        self.tables, self.folder, self.url = tables, folder, ""

    async def warm_up(self) -> None:
        async with httpx.AsyncClient(base_url=self.url, timeout=30) as client:
            for path in ("/book/reads/visit", "/api/reads/slots?service=visit", "/book/claims/visit"):
                (await client.get(path)).raise_for_status()
        await self._load(self._bookings(32))

    async def creates(self, recording: dict[str, Any]) -> list[Row]:
        pairs = [
            (
                CREATES / await self._load(self._bookings(CREATES), 201),
                CREATES / await self._bare(recording, CREATES),
            )
            for _ in range(ROUNDS)
        ]
        return _compared("creates", pairs, "bare SDK calls", 70)

    async def reads(self, recording: dict[str, Any]) -> list[Row]:
        month = _now().date(), (_now() + timedelta(days=30)).date()
        slots = f"/api/reads/slots?service=visit&from={month[0]}&to={month[1]}"
        rows = []
        for name, path, limit in (("page reads", "/book/reads/visit", 70), ("slots reads (287 KB)", slots, None)):
            wanted = [{"method": "GET", "path": path}] * READS
            pairs = [
                (READS / await self._load(wanted, 200), READS / await self._bare(recording, READS))
                for _ in range(ROUNDS)
            ]
            rows += _compared(name, pairs, "the bare query", limit)
        return rows

    def _bookings(self, amount: int) -> list[dict[str, Any]]:
        numbers = [next(_numbers) for _ in range(amount)]
        # The person follows the worker that sends: nobody waits for another's ledger.
        return [
            {
                "method": "POST",
                "path": "/api/claims/appointments",
                "json": _booking(number, noon_today(), person=place % PEOPLE),
                "key": f"bench-load-{number:08d}",
            }
            for place, number in enumerate(numbers)
        ]

    async def _load(self, requests: list[dict[str, Any]], status: int = 201) -> float:
        plan = self.folder / "plan.json"
        plan.write_text(json.dumps({"url": self.url, "requests": requests}))
        answer = json.loads(await self._run("tests.bench.load", str(plan), str(CONCURRENCY)))
        assert answer["statuses"] == {str(status): len(requests)}, answer
        return float(answer["seconds"])

    async def _bare(self, recording: dict[str, Any], amount: int) -> float:
        path = self.folder / "recording.json"
        path.write_text(json.dumps(recording))
        return float(await self._run("tests.bench.bare", str(path), str(amount), str(CONCURRENCY)))

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


def _compared(name: str, pairs: list[tuple[float, float]], against: str, limit: float | None) -> list[Row]:
    ours, bare = median(one for one, _ in pairs), median(one for _, one in pairs)
    ratio = median(one / other for one, other in pairs) * 100
    spread = f"{min(one / other for one, other in pairs):.0%} to {max(one / other for one, other in pairs):.0%}"
    return [
        Row(f"{name} over HTTP, 16 at once", ours, "/s", note=f"{against}: {bare:.0f}/s"),
        Row(f"{name} against {against}", ratio, "%", limit, at_least=True, note=f"{len(pairs)} rounds, {spread}"),
    ]
