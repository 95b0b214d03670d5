"""The product's own source, as the tests and the figures of the tree look at it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import grimp

from infra.local.pieces import ROOT


if TYPE_CHECKING:
    from collections.abc import Iterator

PRODUCT = ("functions", "shared")
ABOVE_RECORDS = ("shared/use_cases", "shared/storage", "functions")
PORTS = {
    "Calendars",
    "Holds",
    "Markers",
    "Outbox",
    "Queues",
}  # what use cases need, and the adapter that has its name
KEY = re.compile(r"""["'][A-Z]\||split\(["']\||partition\(["']\|""")


def modules(*folders: str) -> Iterator[tuple[str, str]]:
    """Yield the path and the source of each module in these folders."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), path.read_text("utf-8")


def crowded(folder: str, most: int) -> dict[str, int]:
    """Return the folders in a folder that hold more modules than that."""
    counts: dict[str, int] = {}
    for path in (ROOT / folder).rglob("*.py"):
        if path.name != "__init__.py" and "node_modules" not in path.parts:
            here = path.parent.relative_to(ROOT).as_posix()
            counts[here] = counts.get(here, 0) + 1
    return {here: count for here, count in counts.items() if count > most}


def types_defined_twice() -> dict[str, list[str]]:
    """Return the public types that several modules define, with those modules; a port has one adapter of its name."""
    places: dict[str, list[str]] = {}
    for path, source in modules(*PRODUCT):
        for name in _types(source):
            places.setdefault(name, []).append(path)
    return {name: found for name, found in places.items() if len(found) > (2 if name in PORTS else 1)}


def _types(source: str) -> Iterator[str]:
    """Yield the types of a module: classes, and aliases, which are told from constants by their small letters."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            if name[0].isupper() and not name.isupper():
                yield name


def keys_outside_records() -> list[str]:
    """Return the lines above the records that build a row's key, or take one apart."""
    return [
        f"{path}:{number} {line.strip()}"
        for path, source in modules(*ABOVE_RECORDS)
        for number, line in enumerate(source.splitlines(), 1)
        if KEY.search(line)
    ]


def in_circles() -> list[str]:
    """Return the modules that import themselves by way of others; imports within functions count."""
    graph = grimp.build_graph(*PRODUCT)
    return sorted(one for one in graph.modules if one in graph.find_upstream_modules(one))


def _own(function: ast.AST) -> Iterator[ast.AST]:
    """Yield what stands in a function, without the functions within it."""
    for node in ast.iter_child_nodes(function):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
            yield from _own(node)


def services_below_the_boundary() -> list[str]:
    """Return the functions of the faces that look for the app's services without being given the request.

    What faces share to find out who calls, and how often, runs before there is a context that could carry them.
    """
    return [
        f"{path} {function.name}"
        for path, source in modules("functions")
        if not path.startswith(("functions/auth/", "functions/http/"))
        for function in ast.walk(ast.parse(source))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        and not {one.arg for one in function.args.args} & {"req", "timer"}
        and any(isinstance(one, ast.Call) and ast.unparse(one) == "services()" for one in _own(function))
    ]
