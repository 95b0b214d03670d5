"""Lighthouse on the booking pages: the mobile preset, in Debian's chromium."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from infra.local.browser import CHROMIUM
from infra.local.pieces import NODE, ROOT
from tests.bench.system import app, show_demo
from tests.bench.table import Row


if TYPE_CHECKING:
    from infra.local.pieces import Azurite

MODULES = ROOT / "infra/local/node_modules"
LIGHTHOUSE = MODULES / "lighthouse/cli/index.js"
NODE_22 = MODULES / "node/bin/node"
TRIES = 3
CATEGORIES = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


async def measure(tables: Azurite) -> list[Row]:
    await show_demo(tables)
    async with app(tables) as running:
        rows = []
        for name, (path, is_listed) in (await _pages(running.url)).items():
            report = await _report(running.url + path, is_listed=is_listed)
            rows += _rows(name, report, is_listed=is_listed)
        return rows


async def _pages(url: str) -> dict[str, tuple[str, bool]]:
    """Return each page's address, and whether search engines may list it."""
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        slots = (
            (await client.get("/api/demo-clinic/slots?service=consultation")).raise_for_status().json()["slots"]
        )
        slot = next(slot for slot in reversed(slots) if slot["staff"])
        body = {
            "service": "consultation",
            "start": slot["start"],
            "customer": {"name": "Ana Souza", "email": "ana@bench.example"},
            "consent": True,
        }
        key = {"Idempotency-Key": "bench-lighthouse-" + slot["start"][:13]}
        made = (
            (await client.post("/api/demo-clinic/appointments", json=body, headers=key)).raise_for_status().json()
        )
    start = httpx.QueryParams({"start": slots[0]["start"]})
    return {
        "landing page": ("/book/demo-clinic", True),
        "time page": ("/book/demo-clinic/consultation", True),
        "form": (f"/book/demo-clinic/consultation?{start}", False),
        "manage page": (f"/book/demo-clinic/manage/{made['manage'].rpartition('/')[2]}", False),
    }


async def _report(url: str, *, is_listed: bool) -> dict[str, Any]:
    """Lighthouse's report; on a busy machine it now and then loses its trace and asks to be run again."""
    for _ in range(TRIES - 1):
        with contextlib.suppress(RuntimeError):
            return await _run(url, is_listed=is_listed)
    return await _run(url, is_listed=is_listed)


async def _run(url: str, *, is_listed: bool) -> dict[str, Any]:
    node = NODE_22 if NODE_22.exists() else NODE
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report.json"
        command = [str(node), str(LIGHTHOUSE), url, "--quiet", "--no-enable-error-reporting", "--output=json"]
        command += [f"--output-path={file}", f"--only-categories={','.join(CATEGORIES)}"]
        command += [f"--chrome-flags={FLAGS} --user-data-dir={folder}/profile"]
        # Forms and one's own bookings ask search engines to stay away, on purpose.
        command += [] if is_listed else ["--skip-audits=is-crawlable"]
        process = await asyncio.create_subprocess_exec(
            *command,
            env={**os.environ, "CHROME_PATH": CHROMIUM},
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        _, said = await process.communicate()
        if process.returncode:
            raise RuntimeError(f"Lighthouse ended with {process.returncode}: {said.decode()[-1000:]}")
        return dict(json.loads(file.read_text()))


def _rows(name: str, report: dict[str, Any], *, is_listed: bool) -> list[Row]:
    rows = []
    for category, limit in CATEGORIES.items():
        score = (report["categories"][category]["score"] or 0) * 100
        note = _paint(report) if category == "performance" else _failed(report, category)
        if category == "seo" and not is_listed:
            note = f"not listed, on purpose {note}".strip()
        rows.append(Row(f"Lighthouse, {name}: {category}", score, "", limit, at_least=True, note=note))
    return rows


def _paint(report: dict[str, Any]) -> str:
    audits = report["audits"]
    return ", ".join(
        f"{short} {audits[name]['displayValue']}".replace("\xa0", " ")
        for short, name in (
            ("LCP", "largest-contentful-paint"),
            ("TBT", "total-blocking-time"),
            ("CLS", "cumulative-layout-shift"),
        )
    )


def _failed(report: dict[str, Any], category: str) -> str:
    """Return the audits that cost points."""
    refs = [one for one in report["categories"][category]["auditRefs"] if one["weight"]]
    scores = {one["id"]: report["audits"][one["id"]]["score"] for one in refs}
    return ", ".join(name for name, score in scores.items() if score is not None and score < 1)
