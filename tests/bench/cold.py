"""From process start to the first page, against a bare function app that makes one table read.

Both run in the same host, in turns, with no other packages than a deployed app has. A first turn that does not
count leaves bytecode, which is shipped where the app is deployed.
"""

from __future__ import annotations

import asyncio
import http.client
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from infra.local.pieces import ROOT, Azurite, PieceFailed, free_port
from shared.storage.store import TableStore
from shared.storage.tables import Tables
from tests.bench.days.calendars import many, noon_today, save
from tests.bench.packages import link_deployed
from tests.bench.system import settings
from tests.bench.table import Row


if TYPE_CHECKING:
    from collections.abc import Mapping

ROUNDS, PATIENCE = 9, 60.0
BARE = """
import os

import azure.functions as func
from azure.data.tables.aio import TableClient

app = func.FunctionApp()


@app.route("page", methods=["GET"], auth_level=func.AuthLevel.ANONYMOUS)
async def page(req: func.HttpRequest) -> func.HttpResponse:
    async with TableClient.from_connection_string(os.environ["OPENSLOT_TABLES"], "slugs") as client:
        row = await client.get_entity("cold", "0")
    return func.HttpResponse(row["business"])
"""
HOST_JSON = '{"version": "2.0", "extensions": {"http": {"routePrefix": ""}}}'


async def measure(tables: Azurite) -> list[Row]:
    adapter = Tables(tables.connection_string)
    await save(many(10, "cold"), TableStore(adapter), noon_today(), months=2)
    await adapter.close()
    with tempfile.TemporaryDirectory() as folder:
        bare_app, packages = Path(folder) / "bare", Path(folder) / "packages"
        bare_app.mkdir()
        packages.mkdir()
        link_deployed(packages)
        (bare_app / "function_app.py").write_text(BARE)
        (bare_app / "host.json").write_text(HOST_JSON)
        return await asyncio.to_thread(
            _compare, settings(tables, "http://localhost") | {"PYTHONPATH": str(packages)}, bare_app
        )


def _compare(env: dict[str, str], bare_app: Path) -> list[Row]:
    def landing() -> Start:
        return _first_answer(ROOT, "/book/cold", env)

    def times() -> Start:
        return _first_answer(ROOT, "/book/cold/visit", env)

    def bare() -> Start:
        return _first_answer(bare_app, "/page", env)

    for warm_up in (bare, landing, times):
        warm_up()
    runs = [(bare(), landing(), times()) for _ in range(ROUNDS)]
    bare_ms = median(run[0].seconds for run in runs) * 1000
    cpu_ms = median(run[0].cpu for run in runs) * 1000
    rows = [Row("cold start: a bare app's table read", bare_ms, "ms", note=f"{cpu_ms:.0f} ms of CPU")]
    for place, name in ((1, "landing page"), (2, "time page")):
        ours = [run[place] for run in runs]
        ratio = median(one.seconds / run[0].seconds for one, run in zip(ours, runs, strict=True))
        cpu = median(one.cpu / run[0].cpu for one, run in zip(ours, runs, strict=True))
        note = f"{median(one.seconds for one in ours) * 1000:.0f} ms; by CPU {cpu:.2f} ×; {ROUNDS} turns"
        rows.append(Row(f"cold start: {name} against it", ratio, "×", 1.5, note=note))
    return rows


class Start(NamedTuple):
    """Seconds from starting the host's process to the end of its first page, and how much CPU it took by then."""

    seconds: float
    cpu: float


def _first_answer(app: Path, path: str, env: dict[str, str]) -> Start:
    port = free_port()
    command = [sys.executable, "-S", "-m", "infra.local.host", "--app", str(app), "--port", str(port)]
    with tempfile.TemporaryDirectory() as data:
        started = time.perf_counter()
        process = _started([*command, "--data", data], env)
        try:
            _until_answered(port, path, process)
            return Start(time.perf_counter() - started, _cpu_of(process.pid))
        finally:
            process.terminate()
            process.wait(20)


def _cpu_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _started(command: list[str], env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    quiet = subprocess.DEVNULL
    env = {**os.environ, **env, "PYTHONDONTWRITEBYTECODE": ""}
    return subprocess.Popen(command, cwd=ROOT, env=env, stdin=quiet, stdout=quiet, stderr=quiet)


def _until_answered(port: int, path: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.perf_counter() + PATIENCE
    while time.perf_counter() < deadline and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            connection.request("GET", path)
        except OSError:
            time.sleep(0.002)
            continue
        answer = connection.getresponse()
        answer.read()
        connection.close()
        if answer.status != 200:
            raise PieceFailed(f"the first page of {path} was {answer.status}")
        return
    raise PieceFailed(f"no answer to {path}")
