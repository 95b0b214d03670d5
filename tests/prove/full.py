"""The trials of `make test` in full: the simulation, faults, deaths and races, of which `make test` runs a part."""

import subprocess
import sys

from infra.local.pieces import ROOT


TRIALS = (
    "tests/simulation/test_simulation.py",
    "tests/load/test_faults.py",
    "tests/load/test_deaths.py",
    "tests/load/test_races.py",
)


def prove_full() -> bool:
    """Run them one after the other, as they measure time; return whether all passed."""
    return (
        subprocess.run([sys.executable, "-m", "pytest", "--full", *TRIALS], cwd=ROOT, check=False).returncode == 0
    )
