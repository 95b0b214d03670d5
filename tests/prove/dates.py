"""The tests of pages, hosts and Graph at the turns of calendars and clocks: all under a clock that is shifted there.

Debian's libfaketime shifts it for the tests, the app's host, Azurite, the identity provider and the mail catcher, by
one number of seconds, so that tokens, rows and mails agree; pages in the browser are told it (tests/browser/launching).
How long something takes is measured by a clock that it leaves alone.
"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from time import monotonic

from infra.local.pieces import ROOT
from tests.support.moments import MOMENTS, to_come


FOLDERS = ("tests/browser", "tests/host", "tests/graph_sdk")
ZONES = ("UTC", "Europe/Paris", "America/Sao_Paulo", "Pacific/Auckland")  # the machine's, which must not matter
LIBRARY = "faketime/libfaketimeMT.so.1"
LOGS = ROOT / ".data" / "dates"


def prove_dates(words: str, workers: int) -> bool:
    """Run the tests once for each moment whose name has these words; print a line for each; return whether all passed."""
    prepare = [sys.executable, "infra/local/prepare.py", "--browser", "--clock"]
    if subprocess.run(prepare, cwd=ROOT, check=False).returncode:
        return False
    library = next(Path("/usr/lib").glob(f"*/{LIBRARY}"))
    LOGS.mkdir(parents=True, exist_ok=True)
    chosen = [(name, zone) for name, zone in zip(MOMENTS, cycle(ZONES)) if words in name]
    began = monotonic()
    with ThreadPoolExecutor(workers) as pool:
        passed = list(pool.map(lambda one: _run(library, *one), chosen))
    print(f"{sum(passed)} of {len(passed)} dates passed, in {(monotonic() - began) / 60:.0f} minutes", flush=True)
    return all(passed) and bool(passed)


def _run(library: Path, name: str, zone: str) -> bool:
    began, log = monotonic(), LOGS / f"{name.replace(' ', '-').replace(',', '')}.log"
    moment = to_come(MOMENTS[name], datetime.now(UTC))
    with log.open("w") as out:
        command = [sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", *FOLDERS]
        done = subprocess.run(
            command, cwd=ROOT, env=shifted(moment, zone, library), stdout=out, stderr=out, check=False
        )
    lines = log.read_text(errors="replace").splitlines() or [""]
    told = "passed" if done.returncode == 0 else "FAILED"
    taken = (monotonic() - began) / 60
    failures = [f"    {line}" for line in lines if line.startswith(("FAILED", "ERROR"))]
    first = f"{moment:%a %Y-%m-%d %H:%M} {told} in {taken:.1f} minutes: {name} ({lines[-1]})"
    print("\n".join([first, *failures]), flush=True)
    return done.returncode == 0


def shifted(moment: datetime, zone: str, library: Path) -> dict[str, str]:
    """Return an environment in which it is that moment now, on a machine in that zone."""
    ahead = round((moment - datetime.now(UTC)).total_seconds())
    return os.environ | {
        "LD_PRELOAD": str(library),
        "FAKETIME": f"{ahead:+d}s",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",  # else every file looks changed, and is compiled anew for those outside
        "PYTHONPATH": str(Path(__file__).with_name("clock")),
        "TZ": zone,
    }
