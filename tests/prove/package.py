"""The package of the cloud: made, unpacked elsewhere, loaded by Microsoft's runtime, and booked on.

Under the Python that it is made for, where this machine has one; else it is made for the Python that runs this, which
is said. Nothing of this repository is used but the development host, which is no part of what is deployed.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

import httpx

from infra.azure.package import PACKAGES, PYTHON, find_python, make_package
from infra.local import pieces
from infra.local.processes import Piece, free_port, running, start
from shared.storage.tables import Tables
from tests.load.system import a_client, midnight, open_clinic
from tests.support.app_settings import settings_of


if TYPE_CHECKING:
    from collections.abc import Mapping

OF_THE_HOST = ("croniter", "azure-functions-runtime")
STARTS = 5


def prove_package() -> bool:
    """Make it, and book on it; print bytes and cold start; return whether all went well."""
    interpreter, python = find_python(PYTHON), PYTHON
    if not interpreter:
        interpreter, python = sys.executable, f"{sys.version_info.major}.{sys.version_info.minor}"
        print(f"there is no Python {PYTHON} here: the package is made for {python}, and run by it", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        if python == PYTHON:
            print(make_package(pieces.ROOT / "dist/azure", python), flush=True)
            zipped = next((pieces.ROOT / "dist").glob("openslot-*.zip"))
        else:
            print(make_package(Path(folder) / "made", python), flush=True)
            zipped = next(Path(folder).glob("openslot-*.zip"))
        app = Path(folder) / "app"
        with zipfile.ZipFile(zipped) as archive:
            archive.extractall(app)
        engine = _engine(Path(folder) / "engine", python)
        return asyncio.run(_use(app, [str(app / PACKAGES), str(engine)], interpreter, Path(folder)))


def _engine(folder: Path, python: str) -> Path:
    """Fill a folder with what the development host needs beside the app's own packages."""
    lines = (pieces.ROOT / "infra/local/requirements.txt").read_text().splitlines()
    engine = (pieces.ROOT / "infra/local/engine.txt").read_text().splitlines()
    wanted = [line for line in [*lines, *engine] if line.startswith(OF_THE_HOST)]
    command = [str(Path(sys.executable).with_name("uv")), "pip", "install", "-q", "--target", str(folder)]
    own = [one for one in wanted if not one.startswith("azure-functions-runtime")]
    subprocess.run([*command, "--python-version", python, *own], check=True)
    # the engine asks for packages that the app brings, at versions of its own
    subprocess.run([*command, "--no-deps", "--python-version", "3.13", *(set(wanted) - set(own))], check=True)
    return folder


async def _use(app: Path, paths: list[str], interpreter: str, folder: Path) -> bool:
    async with pieces.azurite() as azurite:
        tables = Tables(azurite.connection_string, "packed")
        await tables.create_tables()
        clinic = await open_clinic(tables)
        env = settings_of(azurite.connection_string, "packed", "http://localhost:7071")
        env |= {"PYTHONPATH": os.pathsep.join(paths), "PYTHONDONTWRITEBYTECODE": "1"}
        page = f"/book/{clinic.calendar.business.slug}"
        colds = [await _first_page(app, interpreter, env, folder, page) for _ in range(STARTS)]
        print(f"cold start to the first page, host included: {median(colds) * 1000:.0f} ms (median of {STARTS})")
        async with _host(app, interpreter, env, folder) as piece, a_client(piece.url) as client:
            answer = await clinic.book(client, midnight(3))
            again = await clinic.book(client, midnight(3))
            async with httpx.AsyncClient(base_url=piece.url) as browser:
                seen = [(path, (await browser.get(path)).status_code) for path in ("/healthz", page, "/console")]
            fired = await _fire(piece.url, "send_due_messages")
        found = await clinic.audit()
        await tables.close()
    is_right = (answer.status, again.status, fired) == (201, 409, 202) and not found
    is_right &= [status for _, status in seen] == [200, 200, 303]
    print(
        f"a booking: {answer.status}; the same time again: {again.status}; timer: {fired}; {seen}; wrong: {found}"
    )
    return is_right


async def _fire(url: str, timer: str) -> int:
    async with httpx.AsyncClient(timeout=60) as client:
        return (await client.post(f"{url}/admin/functions/{timer}?wait=1", json={})).status_code


def _host(app: Path, interpreter: str, env: Mapping[str, str], folder: Path):
    port = free_port()
    command = [interpreter, "-S", "-m", "infra.local.host", "--app", str(app), "--port", str(port)]
    log = folder / "host.log"
    process = start("the package", [*command, "--data", str(folder / "data")], [port], log, env=env)
    return running(Piece("the package", port, process, log))


async def _first_page(app: Path, interpreter: str, env: Mapping[str, str], folder: Path, page: str) -> float:
    began = perf_counter()
    async with _host(app, interpreter, env, folder) as piece, httpx.AsyncClient() as client:
        answer = await client.get(piece.url + page, timeout=60)
        took = perf_counter() - began
        assert answer.status_code == 200, piece.written()
    return took
