"""The trials of `make test` in full: the simulation, faults, deaths and races, and examples that are generated, of
all of which `make test` runs a part; and the tests that are marked as long, which it leaves out.

Those over real tables run by each of the clients of the table service.
"""

import os
import subprocess
import sys

from infra.local.pieces import ROOT


CLIENTS = ("own", "sdk")
SIMULATION = "tests/simulation/test_simulation.py"
TRIALS = ("tests/storage", "tests/load/test_faults.py", "tests/load/test_deaths.py", "tests/load/test_races.py")
MATRIX = "tests/load/test_matrix.py"  # has a proof of its own
REMINDERS = "tests/use_cases/messages/test_many_reminders.py"


def prove_full() -> bool:
    """Run them one after the other, as they measure time; return whether all passed."""
    alone = [_run(SIMULATION), _run(REMINDERS), _run(*_in_part()), _run("-m", "long", "tests")]
    return all([*alone, *(_run(*TRIALS, OPENSLOT_TABLE_CLIENT=client) for client in CLIENTS)])


def _in_part() -> list[str]:
    """Return the other files of which `make test` runs a part."""
    texts = {str(path.relative_to(ROOT)): path.read_text() for path in sorted(ROOT.glob("tests/**/test_*.py"))}
    names = [path for path, text in texts.items() if "*, is_full" in text or "import examples" in text]
    return [one for one in names if not one.startswith((SIMULATION, REMINDERS, MATRIX, *TRIALS))]


def _run(*trials: str, **environ: str) -> bool:
    command = [sys.executable, "-m", "pytest", "--full", *trials]
    return subprocess.run(command, cwd=ROOT, check=False, env={**os.environ, **environ}).returncode == 0
