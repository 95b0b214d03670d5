"""One name, one meaning: types and keys are found where their names say."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.pieces import ROOT


PORTS = {"Calendars", "Markers", "Queues"}  # what use cases need, and the adapter that has its name


def modules(*folders: str) -> Iterator[tuple[str, str]]:
    """Yield the path and the source of each module in these folders of the product."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), path.read_text("utf-8")


def types_of(source: str) -> Iterator[str]:
    """Yield the public types that a module defines: classes, and aliases of types by their capital letter."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id


def is_type(name: str) -> bool:
    return name[0].isupper() and not name.isupper()


def test_each_public_type_is_defined_once():
    places = defaultdict(list)
    for path, source in modules("functions", "shared"):
        for name in filter(is_type, types_of(source)):
            places[name].append(path)
    twice = {name: found for name, found in places.items() if len(found) > 1}
    ports = {name: found for name, found in twice.items() if name in PORTS}
    assert {name: found for name, found in twice.items() if name not in PORTS} == {}
    assert all("shared/use_cases/ports.py" in found and len(found) == 2 for found in ports.values())


def test_keys_of_rows_are_built_and_cut_by_the_records_alone():
    found = [
        f"{path}:{number} {line.strip()}"
        for path, source in modules("shared/use_cases", "shared/storage", "functions")
        for number, line in enumerate(source.splitlines(), 1)
        if re.search(r"""["'][A-Z]\||split\(["']\||partition\(["']\|""", line)
        and not line.lstrip().startswith("#")
    ]
    assert found == []


@pytest.mark.parametrize("folder", ["functions", "shared", "infra/local"])
def test_a_folder_holds_at_most_eighteen_modules(folder):
    crowded = {}
    for here in (ROOT / folder, *(one for one in (ROOT / folder).rglob("*") if one.is_dir())):
        if "node_modules" in here.parts:
            continue
        held = [one.name for one in here.glob("*.py") if one.name != "__init__.py"]
        if len(held) > 18:
            crowded[here.relative_to(ROOT).as_posix()] = len(held)
    assert crowded == {}


def test_packages_hand_nothing_on():
    """Whoever imports a package for one of its modules must not pay for another."""
    found = [
        f"{path}: {ast.unparse(node)}"
        for path, source in modules("functions", "shared")
        if Path(path).name == "__init__.py" and path != "shared/i18n/__init__.py"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom)
    ]
    assert found == []
