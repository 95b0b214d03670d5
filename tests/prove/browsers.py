"""The pages in the other engines: Firefox and WebKit from Debian, which only this command installs."""

import subprocess
import sys

from infra.local.pieces import ROOT


def prove_browsers() -> bool:
    """Run the tests in Firefox and WebKit; return whether they passed, False where the browsers cannot be had."""
    prepare = [sys.executable, "infra/local/prepare.py", "--browser", "--engines"]
    if subprocess.run(prepare, cwd=ROOT, check=False).returncode:
        print("The pages were not tried in Firefox and WebKit.")
        return False
    tests = [sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", "tests/prove/engines/engines.py"]
    return subprocess.run(tests, cwd=ROOT, check=False).returncode == 0
