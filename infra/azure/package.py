"""Make what is deployed: dist/azure, the app with its packages for Python 3.12 on Linux, and the same as a zip.

    make package                                    # dist/azure, dist/openslot-VERSION.zip and its SBOM .cdx.json
    make package ARGS=--otel                        # the same with OpenTelemetry, loaded where it is set up
    python -m infra.azure.package --python 3.11 --to /tmp/other

The packages are wheels from PyPI, pinned by hash; a Python of the wanted version compiles everything, where this
machine has one. Nothing is built in the cloud, where that takes longer, may fail, and leaves no compiled modules.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from infra.azure.parts import bill_of, notice_of, parts_in
from infra.local import build


if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = build.ROOT
REQUIREMENTS, WITH_OTEL = ROOT / "requirements.txt", ROOT / "infra/requirements-otel.txt"
PYTHON = "3.12"  # what the cloud runs: infra/azure/resources.json
PLATFORM = "x86_64-manylinux_2_28"
PACKAGES = ".python_packages/lib/site-packages"
SOURCES = {"*.po", "*.mjml", "*.pyi", "__pycache__", ".sources"}
NOT_IN_WHEELS = ("**/*.pyi", "**/*.pyx", "**/*.pxd", "**/*.c", "**/*.h", "**/tests", "**/__pycache__")
NOT_USED = ("phonenumbers/geodata", "phonenumbers/carrierdata", "phonenumbers/tzdata")  # 20 MB of places
PYENV = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
LANGUAGES = ("root", "en", "fr", "pt", "ru")
IGNORED = "# What is in this folder is what is deployed: nothing is left out.\n"
SOME_DAY = (2026, 1, 1, 0, 0, 0)  # of files in the zip: the same app gives the same bytes


class PackageFailed(Exception):
    """A step of it; the message is the tool's."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default=PYTHON, help="the version that will run it")
    parser.add_argument("--to", type=Path, default=ROOT / "dist/azure", help="the folder, which is emptied first")
    parser.add_argument("--otel", action="store_true", help="with the packages of OpenTelemetry")
    parser.add_argument("--no-guide", action="store_true", help="take no pictures of the guide, if there are none")
    chosen = parser.parse_args()
    try:
        if not chosen.no_guide:
            from infra.local.guide import take_where_missing

            print(take_where_missing())
        made = make_package(chosen.to.resolve(), chosen.python, WITH_OTEL if chosen.otel else REQUIREMENTS)
    except PackageFailed as failed:
        print(failed, file=sys.stderr)
        return 1
    print(made)
    return 0


def make_package(folder: Path, python: str = PYTHON, requirements: Path = REQUIREMENTS) -> str:
    """Fill the folder and a zip beside it; return what is said of them. Raises PackageFailed."""
    if build.main():
        raise PackageFailed("the styles, scripts, pages or mails could not be built")
    # Emptied and not removed: azd may look for the folder while it is made.
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        shutil.rmtree(old) if old.is_dir() else old.unlink()
    _copy_app(folder, requirements)
    _install(folder / PACKAGES, python, requirements)
    _list_parts(folder)
    interpreter = find_python(python)
    if interpreter:
        _compile(folder, interpreter)
    zipped = _zip(folder)
    files = [file for file in folder.rglob("*") if file.is_file()]
    size = sum(file.stat().st_size for file in files)
    how = (
        "compiled"
        if interpreter
        else f"NOT compiled, as no Python {python} is here: a cold start takes a second longer"
    )
    return (
        f"{zipped.name}: {zipped.stat().st_size / 1e6:.1f} MB; {folder.name}: {size / 1e6:.1f} MB"
        f" in {len(files)} files; for Python {python}, {how}"
    )


def _copy_app(folder: Path, requirements: Path) -> None:
    for name in ("function_app.py", "host.json"):
        shutil.copy2(ROOT / name, folder / name)
    shutil.copy2(requirements, folder / REQUIREMENTS.name)
    (folder / ".funcignore").write_text(IGNORED)
    for name in ("functions", "shared"):
        shutil.copytree(ROOT / name, folder / name, ignore=_left_out)


def _left_out(folder: str, names: list[str]) -> set[str]:
    # compiled pages are of the Python that built them, which may be another one
    own = {"assets", "built"} if Path(folder) == ROOT / "functions" else set()
    own |= {name for name in names if name.startswith("static.")}
    return shutil.ignore_patterns(*SOURCES)(folder, names) | own & set(names)


def _install(target: Path, python: str, requirements: Path) -> None:
    wheels = ["--only-binary", ":all:", "--require-hashes", "--no-deps", "-r", str(requirements)]
    where = ["--target", str(target), "--python-version", python, "--python-platform", PLATFORM]
    _run(
        [str(Path(sys.executable).with_name("uv")), "pip", "install", "-q", "--link-mode", "copy", *where, *wheels]
    )
    for pattern in (*NOT_IN_WHEELS, *NOT_USED):
        for found in list(target.glob(pattern)):
            shutil.rmtree(found) if found.is_dir() else found.unlink(missing_ok=True)
    shutil.rmtree(target / "bin", ignore_errors=True)
    for data in (target / "babel/locale-data").glob("*.dat"):
        if not is_kept(data.stem):
            data.unlink()


def is_kept(locale: str) -> bool:
    """Return whether Babel's data of a locale is used: our languages, and the first weekday of every territory."""
    language, *more = locale.split("_")
    return language in LANGUAGES or any(re.fullmatch(r"[A-Z]{2}|\d{3}", part) for part in more)


def _list_parts(folder: Path) -> None:
    """Write NOTICE into the folder, and the SBOM beside it."""
    parts, version = parts_in(folder / PACKAGES), _version()
    (folder / "NOTICE").write_text(notice_of(parts, version), encoding="utf-8")
    folder.with_name(f"openslot-{version}.cdx.json").write_text(bill_of(parts, version), encoding="utf-8")


def _version() -> str:
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"])


def find_python(version: str) -> str:
    """Return the interpreter of a version on this machine, empty if there is none."""
    if sys.version.startswith(f"{version}."):
        return sys.executable
    found = [shutil.which(f"python{version}"), *map(str, PYENV.glob(f"versions/{version}.*/bin/python"))]
    return next((one for one in found if one and _is(version, one)), "")


def _is(version: str, interpreter: str) -> bool:
    asked = [interpreter, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip() == version


def _compile(folder: Path, interpreter: str) -> None:
    """Compile the pages and all modules; what is compiled is never compared with its source again."""
    paths = os.pathsep.join([str(folder), str(folder / PACKAGES), str(ROOT)])
    pages = "from infra.local import build; build.build_pages()"
    env = {**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}
    _run([interpreter, "-c", pages], cwd=folder, env=env)
    _run(
        [interpreter, "-m", "compileall", "-q", "-j", "0", "--invalidation-mode", "unchecked-hash", "."],
        cwd=folder,
    )


def _run(command: list[str], cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=cwd, env=env)
    if done.returncode:
        raise PackageFailed(f"{' '.join(command[:4])} …: {done.stdout[-2000:]}{done.stderr[-2000:]}")


def _zip(folder: Path) -> Path:
    target = folder.with_name(f"openslot-{_version()}.zip")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in _files(folder):
            entry = zipfile.ZipInfo(file.relative_to(folder).as_posix(), SOME_DAY)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, file.read_bytes())
    return target


def _files(folder: Path) -> Iterator[Path]:
    return (file for file in sorted(folder.rglob("*")) if file.is_file())


if __name__ == "__main__":
    sys.exit(main())
