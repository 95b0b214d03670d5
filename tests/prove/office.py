"""LibreOffice opens what is given away to edit: slides in each variant and language, and spreadsheets.

`make test` runs these tests where LibreOffice is there, with fewer files; here it is installed from Debian first.
"""

import subprocess
import sys

from infra.local.pieces import ROOT


TESTS = ("tests/presentation/toolkit/test_office.py", "tests/functions/spreadsheets/test_office.py")


def prove_office() -> bool:
    """Install what is missing and run the tests in full; return whether all ran and passed."""
    prepare = [sys.executable, "infra/local/prepare.py", "--office"]
    if subprocess.run(prepare, cwd=ROOT, check=False).returncode:
        return False
    command = [sys.executable, "-m", "pytest", "-q", "-rs", "--full", *TESTS]
    done = subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.PIPE, text=True)
    print(done.stdout, flush=True)
    return done.returncode == 0 and " skipped" not in done.stdout
